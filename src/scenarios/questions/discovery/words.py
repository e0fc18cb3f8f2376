"""In which worlds does it happen? A discovery in words: sentence, box, trade-off, tree."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from scenarios.outcomes.outcome import outcome_named
from scenarios.questions.discovery.boxes import COMMON, LEVEL, RARE, Box, ranges_of
from scenarios.questions.factors import Factors, choices_line, is_of_words
from scenarios.questions.naming import limit_words, listed
from scenarios.report.answer import Answer
from scenarios.report.wording import NOTHING, Cells, Section, cell, is_missing, numbers_line, share, told_section
from scenarios.scenario.scenario import Scenario

OTHER_WAY = {False: "try where it does not happen (--absent)", True: "try where it does happen (leave out --absent)"}
MOST_ROWS = 12


def _side(value: float) -> str:
    """One limit."""
    return NOTHING if is_missing(value) else f"{value:.3g}"


DENSITY_ASIDE = cell(share, "held_out_density", "held_out_se", "held_out_n")
LIMITS: Cells = {
    "number": "{path}",
    "at least": cell(_side, "low"),
    "at most": cell(_side, "high"),
    "range": "{range_low:.3g} to {range_high:.3g}",
    "unit": "{unit}",
    "quasi-p": lambda row: "< 0.001" if row["quasi_p"] < 0.001 else f"{row['quasi_p']:.3f}",
    "in the tree": lambda row: "yes" if row["is_in_tree"] else "no",
    "meaning": "{meaning}",
}
TRADEOFF: Cells = {
    "box": "{box}",
    "": lambda row: "" if row["kind"] == "peeled" else str(row["kind"]),
    "numbers limited": "{limited:.0f}",
    "coverage": "{coverage:.2f}",
    "density": "{density:.2f}",
    "coverage aside": "{held_out_coverage:.2f}",
    "density aside": DENSITY_ASIDE,
    "runs aside": "{held_out_n:.0f}",
}
TREE: Cells = {
    "leaf": "{rule}",
    "coverage aside": "{held_out_coverage:.2f}",
    "density": "{density:.2f}",
    "density aside": DENSITY_ASIDE,
    "runs aside": "{held_out_n:.0f}",
}


def words_of(scenario: Scenario, box: Box, choices: Factors) -> str:
    """The limits of a box in words; empty for the whole space."""
    parts = []
    for path, (low, high) in ranges_of(box).items():
        listing = choices.get(path, ())
        if is_of_words(listing):
            left = [word for place, word in enumerate(listing) if not (place < low or place > high)]
            parts.append(f"{path} is {' or '.join(left)}")
        else:
            parts.append(limit_words(scenario, path, low, high))
    return listed(parts) if parts else ""


def sentence_of(scenario: Scenario, of: str, manifest: dict[str, Any], box: Box, row: dict[str, Any]) -> str:
    """The box in a sentence of plain words."""
    event = outcome_named(f"not ({of})" if manifest["is_absent"] else of, scenario).words
    choices = manifest.get("choices", {})
    if not box:
        return (
            f"{event} in {manifest['base_rate']:.0%} of the worlds, and no range of the numbers drawn makes it "
            "markedly likelier on runs that were kept aside."
        )
    return (
        f"{event} in {row['held_out_density']:.0%} (± {row['held_out_se']:.0%}) of the worlds in which "
        f"{words_of(scenario, box, choices)}, against {manifest['base_rate']:.0%} in all; these are "
        f"{row['held_out_coverage']:.0%} of all such worlds."
    )


def notes_of(
    manifest: dict[str, Any], box: Box, row: dict[str, Any], limits: list[dict[str, Any]], n_candidates: int
) -> list[str]:
    """What a reader must know beside the sentence."""
    base = manifest["base_rate"]
    said = [
        f"Base rate {base:.1%}: {manifest['cases']:,} cases in {manifest['n']:,} runs"
        + (", below 5 %: the box rests on few cases, ask for more points or a milder event." if base < RARE else ".")
        + (f" Above 50 % a box says little; {OTHER_WAY[bool(manifest['is_absent'])]}." if base > COMMON else "")
    ]
    if manifest["n"] < manifest["runs"]:
        said.append(f"{manifest['runs'] - manifest['n']:,} runs were left out: the patron gave nothing at the opening.")
    said.append(
        f"{n_candidates} numbers differ between runs with and without the event beyond luck; only these may be limited."
    )
    if box and not row["held_out_low"] > base:
        said.append("On the runs kept aside the box is no denser than all runs beyond luck: read it as no finding.")
    weak = [limit["path"] for limit in limits if limit["quasi_p"] > LEVEL]
    if weak:
        said.append(f"Taken alone, the limit on {listed(weak)} may be luck (quasi-p above 5 % on other runs).")
    lonely = [limit["path"] for limit in limits if not limit["is_in_tree"]]
    if lonely:
        said.append(f"The tree does not split on {listed(lonely)}: a limit that only one method finds is weak.")
    said.append(
        "Shares of worlds under these ranges, not probabilities of the real one; ± is one Monte Carlo standard error."
    )
    return said


def discovery_answer(
    scenario: "Scenario", tables: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any], folder: Path
) -> Answer:
    """A discovery as an answer."""
    title = f"{scenario.title}: {manifest['of']}"
    sections, said = discovery_sections(tables), discovery_notes(scenario, manifest)
    return Answer(title, sections, said, tables, manifest, folder)


def discovery_sections(tables: Mapping[str, pd.DataFrame]) -> list[Section]:
    """The limits of the box, the trade-off that it was picked from, and the leaves of the tree."""
    told = {
        "limits": ("The box", LIMITS),
        "boxes": ("The trade-off: fewer of the cases, a denser box", TRADEOFF),
        "tree": ("A tree over the same runs, densest leaf first", TREE),
    }
    shown = {**tables, "boxes": _some(tables["boxes"])}
    return [told_section(heading, shown[name], cells) for name, (heading, cells) in told.items() if name in shown]


def _some(table: pd.DataFrame) -> pd.DataFrame:
    """Boxes on the way, at most a dozen of them, and the one chosen."""
    peeled = table.iloc[:-1]
    step = -(-len(peeled) // MOST_ROWS)
    kept = [i for i in range(len(peeled)) if i % step == 0 or peeled.iloc[i]["kind"] == "picked"]
    return table.iloc[[*kept, -1]].assign(box=[*map(str, kept), ""])


def discovery_notes(scenario: "Scenario", manifest: Mapping[str, Any]) -> list[str]:
    """The sentence, and what a reader must know beside it."""
    size = f"{manifest['points']:,} points x {manifest['replications']} runs, seed {manifest['seed']}"
    parts = "half of the points to find, a quarter to confirm, a quarter kept aside"
    drawn = [choices_line(manifest["choices"])] if manifest.get("choices") else []
    return [manifest["sentence"], *manifest["notes"], *drawn, numbers_line(scenario, manifest), f"{size}; {parts}."]
