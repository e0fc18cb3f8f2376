"""What follows from claims, ablations and shifted openings? Lines worked out of their tables."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from reference_pages.ablation import BASE, BREAKS, MENDS
from reference_pages.claimed import number
from reference_pages.claims import AGREES, CANNOT_TELL, CONTRADICTED, DISAGREES, PARTLY, SUPPORTED
from reference_pages.opening_words import clear_sign, name_of, with_error
from reference_pages.openings import ALL, CODED, Shift
from scenarios.report.wording import words

if TYPE_CHECKING:
    from pandas import DataFrame

NONE = "none"


def listed(names: Sequence[str]) -> str:
    """How many there are, and which.

    Examples
    --------
    >>> listed(["C01", "C02"]), listed([])
    ('2 (C01, C02)', 'none')
    """
    return f"{len(names)} ({', '.join(names)})" if names else NONE


def claim_lines(table: "DataFrame") -> list[str]:
    """Which claims the model bears out, where it and the evidence disagree, and where it cannot tell.

    Parameters
    ----------
    table : DataFrame
        As `calibrate.claims.claims_table` returns it.
    """

    def those(column: str, word: str) -> str:
        return listed(table.loc[table[column] == word, "id"].tolist())

    disputed = [
        f"{row['id']} ({number(row['value'], row['low'], row['high'])}; {row['rule']})"
        for row in table[table["agreement"] == DISAGREES].to_dict("records")
    ]
    return [
        f"Of {len(table)} claims the model supports {those('model', SUPPORTED)}, partly {those('model', PARTLY)}, and "
        f"contradicts {those('model', CONTRADICTED)}.",
        f"Model and evidence agree on {those('agreement', AGREES)}; the model cannot tell on "
        f"{those('agreement', CANNOT_TELL)}.",
        f"They disagree on {'; '.join(disputed) or NONE}.",
    ]


def ablation_lines(found: "DataFrame") -> list[str]:
    """How many patterns hold with nothing frozen, which mechanisms they need, and which harm.

    Parameters
    ----------
    found : DataFrame
        As `calibrate.ablation.ablations` returns it; only marks that their intervals bear out count.
    """

    def marked(mark: str) -> str:
        rows = found[found["mark"] == mark].groupby("mechanism", sort=False)["id"].apply(list)
        return listed([f"{words(str(name))}: {' '.join(ids)}" for name, ids in rows.items()])

    base = found[found["mechanism"] == BASE]
    missed, n = base.loc[~base["holds"].astype(bool), "id"].tolist(), len(base)
    return [
        f"With nothing frozen {n - len(missed)} of {n} parts of patterns hold; missed: {listed(missed)}.",
        f"Mechanisms without which a pattern breaks, beyond its interval: {marked(BREAKS)}.",
        f"Mechanisms without which a missed pattern is mended, beyond its interval: {marked(MENDS)}.",
    ]


def shift_lines(found: "DataFrame", of: Iterable[str]) -> list[str]:
    """Between which values some quantities move as openings are shifted, and whether their sign stands.

    Parameters
    ----------
    found : DataFrame
        As `calibrate.openings.shifted_openings` returns it.
    """
    return [shift_line(found[found["quantity"] == quantity], quantity) for quantity in of]


def shift_line(rows: "DataFrame", quantity: str) -> str:
    """One quantity as coded and under all shifts."""
    every = {Shift(row["patron"], row["channel"], int(row["by"])): row for row in rows.to_dict("records")}
    said = {shift: with_error({str(name): cell for name, cell in row.items()}) for shift, row in every.items()}
    moved = {shift: row for shift, row in every.items() if shift.by}
    shifted = [(float(row["value"]), f"{said[shift]} ({name_of(shift)})") for shift, row in moved.items()]
    signs = [clear_sign(row["low"], row["high"]) for row in moved.values()]
    return (
        f"{words(quantity)}: {said[Shift(ALL, CODED, 0)]} as coded; from {min(shifted)[1]} to {max(shifted)[1]}. Under "
        f"{signs.count(1)} of {len(signs)} shifts it is above 0 beyond luck, under {signs.count(-1)} below."
    )
