"""In which worlds does it happen? A discovery in words: sentence, box, trade-off, tree."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scenarios.outcomes.outcome import outcome_named
from scenarios.questions.discovery.boxes import COMMON, LEVEL, RARE, Box
from scenarios.questions.factors import Factors, choices_line, is_of_words
from scenarios.questions.naming import limit_words, listed
from scenarios.report.answer import Answer
from scenarios.report.wording import NOTHING, Cells, Section, is_missing, numbers_line, share, told_section
from scenarios.scenario.scenario import Scenario

OTHER_WAY = {False: "try where it does not happen (--absent)", True: "try where it does happen (leave out --absent)"}
MOST_ROWS = 12


def words_of(scenario: Scenario, box: Box, choices: Factors) -> str:
    """The limits of a box in words; empty for the whole space."""
    parts = []
    for path in dict.fromkeys(limit.path for limit in box):
        sides = {limit.is_above: limit.value for limit in box if limit.path == path}
        if is_of_words(choices.get(path, ())):
            left = choices[path][int(sides.get(True, 0)) : int(sides.get(False, len(choices[path]))) + 1]
            parts.append(f"{path} is {' or '.join(left)}")
        else:
            parts.append(limit_words(scenario, path, sides.get(True, np.nan), sides.get(False, np.nan)))
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
    found = [_limits(tables["limits"])] if "limits" in tables else []
    found.append(_tradeoff(tables["boxes"]))
    return found + ([_tree(tables["tree"])] if "tree" in tables else [])


def discovery_notes(scenario: "Scenario", manifest: Mapping[str, Any]) -> list[str]:
    """The sentence, and what a reader must know beside it."""
    size = f"{manifest['points']:,} points x {manifest['replications']} runs, seed {manifest['seed']}"
    parts = "half of the points to find, a quarter to confirm, a quarter kept aside"
    drawn = [choices_line(manifest["choices"])] if manifest.get("choices") else []
    return [manifest["sentence"], *manifest["notes"], *drawn, numbers_line(scenario, manifest), f"{size}; {parts}."]


def _limits(table: pd.DataFrame) -> Section:
    """What limits the box."""
    cells: Cells = {
        "number": "{path}",
        "at least": lambda row: _side(row["low"]),
        "at most": lambda row: _side(row["high"]),
        "range": "{range_low:.3g} to {range_high:.3g}",
        "unit": "{unit}",
        "quasi-p": lambda row: "< 0.001" if row["quasi_p"] < 0.001 else f"{row['quasi_p']:.3f}",
        "in the tree": lambda row: "yes" if row["is_in_tree"] else "no",
        "meaning": "{meaning}",
    }
    return told_section("The box", table, cells)


def _side(value: float) -> str:
    """One limit."""
    return NOTHING if is_missing(value) else f"{value:.3g}"


def _aside(row: Any) -> str:
    """The density of a box on the runs kept aside."""
    return share(row["held_out_density"], row["held_out_se"], row["held_out_n"])


def _tradeoff(table: pd.DataFrame) -> Section:
    """Boxes on the way, at most a dozen of them, and the one chosen."""
    peeled = table.iloc[:-1]
    step = -(-len(peeled) // MOST_ROWS)
    kept = [i for i in range(len(peeled)) if i % step == 0 or peeled.iloc[i]["kind"] == "picked"]
    told = table.iloc[[*kept, -1]].assign(box=[*map(str, kept), ""])
    cells: Cells = {
        "box": "{box}",
        "": lambda row: "" if row["kind"] == "peeled" else str(row["kind"]),
        "numbers limited": "{limited:.0f}",
        "coverage": "{coverage:.2f}",
        "density": "{density:.2f}",
        "coverage aside": "{held_out_coverage:.2f}",
        "density aside": _aside,
        "runs aside": "{held_out_n:.0f}",
    }
    return told_section("The trade-off: fewer of the cases, a denser box", told, cells)


def _tree(table: pd.DataFrame) -> Section:
    """The leaves of the tree."""
    cells: Cells = {
        "leaf": "{rule}",
        "coverage aside": "{held_out_coverage:.2f}",
        "density": "{density:.2f}",
        "density aside": _aside,
        "runs aside": "{held_out_n:.0f}",
    }
    return told_section("A tree over the same runs, densest leaf first", table, cells)
