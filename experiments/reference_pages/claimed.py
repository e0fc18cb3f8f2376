"""How are the claims of the article told? Rows for the screen and for the page, every number with its interval."""

from typing import TYPE_CHECKING

from scenarios.report.wording import NOTHING

if TYPE_CHECKING:
    from pandas import DataFrame


def number(value: float, low: float | None = None, high: float | None = None) -> str:
    """A number with its interval, if it has one.

    Examples
    --------
    >>> number(0.5, 0.4, 0.6), number(0.25), number(float("nan"))
    ('0.500 (0.400 to 0.600)', '0.250', '–')
    """
    if value != value:
        return NOTHING
    has_interval = low is not None and high is not None and low == low
    return f"{value:.3f}" + (f" ({low:.3f} to {high:.3f})" if has_interval else "")


def claim_rows(table: "DataFrame") -> list[dict[str, str]]:
    """Claims beside what the model and the evidence say of them.

    Parameters
    ----------
    table : DataFrame
        As `calibrate.claims.claims_table` returns it.
    """
    return [
        {
            "id": row["id"],
            "claim": row["claim"],
            "mechanism on": number(row["mechanism"]),
            "frozen": number(row["frozen"]),
            "statistic (95 %)": number(row["value"], row["low"], row["high"]),
            "model": row["model"],
            "evidence": row["evidence"],
            "agreement": row["agreement"],
        }
        for row in table.to_dict("records")
    ]


def rule_rows(table: "DataFrame") -> list[dict[str, str]]:
    """What is tested and how it is judged, claim by claim."""
    columns = ["id", "switch", "statistic", "rule"]
    return [{name: str(row[name]) or NOTHING for name in columns} for row in table[columns].to_dict("records")]


def detail_rows(table: "DataFrame") -> list[dict[str, str]]:
    """The quantities behind some claims.

    Parameters
    ----------
    table : DataFrame
        As `calibrate.claims.details_table` returns it.
    """
    return [
        {
            "id": row["id"],
            "played": row["play"],
            "quantity": row["quantity"].replace("_", " "),
            "mean (95 %)": number(row["value"], row["low"], row["high"]),
        }
        for row in table.to_dict("records")
    ]


def counts_in_words(table: "DataFrame") -> str:
    """How often model and evidence agree.

    Examples
    --------
    >>> import pandas as pd
    >>> counts_in_words(pd.DataFrame({"agreement": ["agrees", "agrees", "disagrees"]}))
    '2 agrees, 1 disagrees, of 3 claims'
    """
    counts = table["agreement"].value_counts()
    return f"{', '.join(f'{n} {word}' for word, n in counts.items())}, of {len(table)} claims"
