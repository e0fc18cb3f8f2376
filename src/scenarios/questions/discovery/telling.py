"""How is a box told? In a sentence of plain words, and what a reader must know beside it."""

from typing import Any

import numpy as np

from scenarios.outcomes.outcome import outcome_named
from scenarios.questions.discovery.base_rate import COMMON, RARE
from scenarios.questions.discovery.boxes import LEVEL, Box
from scenarios.questions.factors import Factors, is_of_words
from scenarios.questions.naming import limit_words, listed
from scenarios.scenario.scenario import Scenario

OTHER_WAY = {False: "try where it does not happen (--absent)", True: "try where it does happen (leave out --absent)"}


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
