"""In which worlds does it happen? A discovery in words: box, trade-off, tree."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.questions.factors import choices_line
from scenarios.report.answer import Answer
from scenarios.report.tables import NOTHING, Section, is_missing, numbers_line, share

if TYPE_CHECKING:
    from pandas import DataFrame

    from scenarios.scenario.scenario import Scenario

MOST_ROWS = 12


def discovery_answer(
    scenario: "Scenario", tables: "Mapping[str, DataFrame]", manifest: Mapping[str, Any], folder: Path
) -> Answer:
    """A discovery as an answer."""
    title = f"{scenario.title}: {manifest['of']}"
    sections, said = discovery_sections(tables), discovery_notes(scenario, manifest)
    return Answer(title, sections, said, tables, manifest, folder)


def discovery_sections(tables: "Mapping[str, DataFrame]") -> list[Section]:
    """The limits of the box, the trade-off that it was picked from, and the leaves of the tree.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        ``boxes``, and ``limits``, ``tree`` where there are any.
    """
    found = [_limits(tables["limits"])] if "limits" in tables else []
    found.append(_tradeoff(tables["boxes"]))
    return found + ([_tree(tables["tree"])] if "tree" in tables else [])


def discovery_notes(scenario: "Scenario", manifest: Mapping[str, Any]) -> list[str]:
    """The sentence, and what a reader must know beside it."""
    size = f"{manifest['points']:,} points x {manifest['replications']} runs, seed {manifest['seed']}"
    parts = "half of the points to find, a quarter to confirm, a quarter kept aside"
    choices = manifest.get("choices")
    drawn = [choices_line(choices)] if choices else []
    return [
        str(manifest["sentence"]),
        *manifest["notes"],
        *drawn,
        numbers_line(scenario, manifest),
        f"{size}; {parts}.",
    ]


def _limits(table: "DataFrame") -> Section:
    """What limits the box."""
    rows = [
        (
            str(row["path"]),
            _side(row["low"]),
            _side(row["high"]),
            f"{row['range_low']:.3g} to {row['range_high']:.3g}",
            str(row["unit"]),
            "< 0.001" if row["quasi_p"] < 0.001 else f"{row['quasi_p']:.3f}",
            "yes" if row["is_in_tree"] else "no",
            str(row["meaning"]),
        )
        for row in table.to_dict("records")
    ]
    columns = ("number", "at least", "at most", "range", "unit", "quasi-p", "in the tree", "meaning")
    return Section("The box", columns, tuple(rows))


def _side(value: float) -> str:
    """One limit."""
    return NOTHING if is_missing(value) else f"{value:.3g}"


def _tradeoff(table: "DataFrame") -> Section:
    """Boxes on the way, at most a dozen of them, and the one chosen."""
    peeled = table.iloc[:-1]
    step = -(-len(peeled) // MOST_ROWS)
    kept = [i for i in range(len(peeled)) if i % step == 0 or peeled.iloc[i]["kind"] == "picked"]
    rows = [_measured(str(i), row) for i, row in zip(kept, peeled.iloc[kept].to_dict("records"), strict=True)]
    rows.append(_measured("", table.iloc[-1].to_dict()))
    columns = ("box", "", "numbers limited", "coverage", "density", "coverage aside", "density aside", "runs aside")
    return Section("The trade-off: fewer of the cases, a denser box", columns, tuple(rows))


def _measured(number: str, row: Mapping[Any, Any]) -> tuple[str, ...]:
    """One box of the trade-off."""
    return (
        number,
        "" if row["kind"] == "peeled" else str(row["kind"]),
        f"{row['limited']:.0f}",
        f"{row['coverage']:.2f}",
        f"{row['density']:.2f}",
        f"{row['held_out_coverage']:.2f}",
        share(row["held_out_density"], row["held_out_se"], row["held_out_n"]),
        f"{row['held_out_n']:.0f}",
    )


def _tree(table: "DataFrame") -> Section:
    """The leaves of the tree."""
    rows = [
        (
            str(row["rule"]),
            f"{row['held_out_coverage']:.2f}",
            f"{row['density']:.2f}",
            share(row["held_out_density"], row["held_out_se"], row["held_out_n"]),
            f"{row['held_out_n']:.0f}",
        )
        for row in table.to_dict("records")
    ]
    columns = ("leaf", "coverage aside", "density", "density aside", "runs aside")
    return Section("A tree over the same runs, densest leaf first", columns, tuple(rows))
