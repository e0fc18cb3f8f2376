"""What does a sensitivity analysis say? Its tables in words, and how far each number may be believed."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from scenarios.questions.factors import choices_line
from scenarios.report import wording
from scenarios.report.answer import Answer
from scenarios.scenario.scenario import Scenario

MOST_LINES = 12


def _between(value: float, low: float, high: float) -> str:
    """A share with its interval."""
    if wording.is_missing(value):
        return wording.NOTHING
    return f"{max(0.0, value):.3f}" + ("" if wording.is_missing(low) else f" ({low:.3f}-{high:.3f})")


def _rule(rule: Any, n: float) -> str:
    """A decision rule; none where no run has an answer."""
    return wording.words(str(rule)) if n else wording.NOTHING


SPLIT: wording.Cells = {
    "outcome": "{outcome}",
    "mean": wording.cell(wording.pm, "value", "se"),
    "share of what we do not know (95 %)": wording.cell(_between, "unknown_share", "unknown_low", "unknown_high"),
    "share of chance": wording.cell(wording.plain, "chance_share"),
    "points x runs": "{points:.0f} x {replications:.0f}",
}
INDICES: wording.Cells = {
    "number": "{path}",
    "first order": wording.cell(wording.pm, "first_order", "first_order_conf"),
    "total order": wording.cell(wording.pm, "total_order", "total_order_conf"),
    "luck alone": "{luck:.3f}",
    "verdict": "{verdict}",
}
SCREENING: wording.Cells = {
    "number": "{path}",
    "effect": wording.cell(wording.pm, "mu_star", "mu_star_conf"),
    "signed": "{mu:+.3f}",
    "spread": "{sigma:.3f}",
    "luck alone": "{luck:.3f}",
    "verdict": "{verdict}",
}
GIVEN: wording.Cells = {
    "number": "{path}",
    "share it alone explains (95 %)": wording.cell(_between, "share", "low", "high"),
    "luck, this number": "{luck_one:.4f}",
    "luck, any number": "{luck:.4f}",
    "verdict": "{verdict}",
}
SHARES: wording.Cells = {
    "outcome": "{outcome}",
    "rule alone (95 %)": wording.cell(_between, "rule_share", "rule_low", "rule_high"),
    "with its interactions (95 %)": wording.cell(_between, "total_share", "total_low", "total_high"),
    "lowest": wording.cell(_rule, "lowest", "n"),
    "highest": wording.cell(_rule, "highest", "n"),
    "n": "{n:.0f}",
}


def sensitivity_answer(
    scenario: Scenario, tables: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any], folder: Path
) -> Answer:
    """A sensitivity as an answer: indices, what runs that are there show, or the three decision rules."""
    if "given" in tables:
        what, sections, said = "what the runs show", given_sections(tables), given_notes(scenario, manifest)
    elif "rules" in tables:
        what, sections, said = "three decision rules", rules_sections(tables), rules_notes(scenario, manifest)
    else:
        what, sections, said = "sensitivity", sensitivity_sections(tables), sensitivity_notes(tables, manifest)
    return Answer(f"{scenario.title}: {what}", sections, said, tables, manifest, folder)


def sensitivity_sections(tables: Mapping[str, pd.DataFrame]) -> list[wording.Section]:
    """The split, then indices and the largest elementary effects of each outcome."""
    heading = "Variance between runs: numbers that nobody knows, and chance"
    found = [wording.told_section(heading, tables["split"], SPLIT)]
    for outcome, rows in _by_outcome(tables, "indices"):
        found.append(wording.told_section(f"{outcome}: Sobol indices, {_size(rows)}", rows, INDICES))
    for outcome, rows in _by_outcome(tables, "screening"):
        moved = f"{(rows['verdict'] == 'moves it').sum()} of {len(rows)} numbers move it beyond luck"
        heading = f"{outcome}: Morris' effects, {_size(rows)}; {moved}"
        found.append(wording.told_section(heading, rows.head(MOST_LINES), SCREENING))
    return found


def _by_outcome(tables: Mapping[str, pd.DataFrame], name: str) -> Iterable[tuple[Any, pd.DataFrame]]:
    """Each outcome of a table with its rows, if the table was made."""
    return tables[name].groupby("outcome", sort=False) if name in tables else ()


def _size(table: pd.DataFrame) -> str:
    """Points and runs behind a table."""
    first = table.iloc[0]
    return f"{first['points']:,.0f} points x {first['replications']:.0f} runs"


def sensitivity_notes(tables: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any]) -> list[str]:
    """What a reader must know beside the tables."""
    rest = "were drawn afresh in each run" if manifest["rest"] == "drawn" else "stayed at their central values"
    said = [
        "± is half of a 95 % interval over the design and over luck; for a probability, one standard error.",
        "Luck alone: what chance would give none of these numbers, in 95 of 100 analyses of this size, if they did "
        "nothing (for Sobol, the total order). Within luck: not told from it.",
    ]
    if "indices" in tables:
        said.append(
            "Shares of the variance between points' means: first order alone, total with all interactions; the numbers "
            f"not varied {rest}."
        )
    if "screening" in tables:
        said.append(
            "Effect: how far the outcome moves, on average over other worlds, when the number moves over half of its "
            "distribution; spread: how much that differs between worlds."
        )
    if manifest.get("choices"):
        said.append(f"{choices_line(manifest['choices'])} A signed effect is for a step to a later one.")
    said.append("Every number is drawn by itself from its raw range, whatever history has taught of several together.")
    said.append(
        f"{manifest['runs']:,} runs in all, seed {manifest['seed']}; run r has the same luck at every point, so other "
        "seeds move the indices by about their luck."
    )
    return said + [f"Not answered. {why}" for why in manifest.get("refused", {}).values()]


def given_sections(tables: Mapping[str, pd.DataFrame]) -> list[wording.Section]:
    """Shares of the numbers on each outcome, the largest ones."""
    found = []
    for outcome, rows in _by_outcome(tables, "given"):
        told = f"{(rows['verdict'] == 'beyond luck').sum()} of {len(rows)} numbers tell of it beyond luck"
        heading = f"{outcome}: {rows['n'].iloc[0]:,} runs; {told}"
        found.append(wording.told_section(heading, rows.head(MOST_LINES), GIVEN))
    return found


def given_notes(scenario: Scenario, manifest: Mapping[str, Any]) -> list[str]:
    """What a reader must know beside shares that were read off runs."""
    said = [
        "Share: how much of the variance between single runs knowing this number alone would explain (correlation "
        "ratio); the rest is other numbers and chance.",
        "The numbers may go together, as history and the opening posture tie them: a share holds what a number tells "
        "of the others, so shares overlap and do not add up, and none says what moving the number would do.",
        "Luck: the share that chance would let this number pass, or any of them, in 5 of 100 analyses if none did "
        "anything (permutations). The verdict is by that of any number.",
        wording.numbers_line(scenario, manifest),
        f"Nothing was played: {manifest['runs']:,} runs that were there, seed {manifest['seed']}.",
    ]
    return said + [f"Not answered. {why}" for why in manifest.get("refused", {}).values()]


def rules_sections(tables: Mapping[str, pd.DataFrame]) -> list[wording.Section]:
    """Outcomes under each decision rule, and what the choice of rule explains."""
    values = tables["rules"]
    rows = [
        (str(outcome), *(wording.share(*cells) for cells in found[["value", "se", "n"]].itertuples(index=False)))
        for outcome, found in _by_outcome(tables, "rules")
    ]
    columns = ("outcome", *map(wording.words, values["decision_rule"].unique()))
    heading = "Share of the variance between runs that comes from the choice of rule"
    return [
        wording.Section("Under each decision rule", columns, tuple(rows)),
        wording.told_section(heading, tables["shares"], SHARES),
    ]


def rules_notes(scenario: Scenario, manifest: Mapping[str, Any]) -> list[str]:
    """What a reader must know beside the rules."""
    return [
        f"{manifest['replications']:,} matched runs under each rule, seed {manifest['seed']}; ± is one Monte Carlo "
        "standard error. The rules are taken as equally likely.",
        "Alone: how far the rules' means lie apart. With its interactions: also runs that go another way under another "
        "rule, though not on average; what is left is numbers and luck alone.",
        wording.numbers_line(scenario, manifest),
    ]
