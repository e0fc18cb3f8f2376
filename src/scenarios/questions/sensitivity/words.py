"""What does a sensitivity analysis say? Its tables in words, and how far each number may be believed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from scenarios.questions.factors import choices_line
from scenarios.report import wording
from scenarios.report.answer import Answer
from scenarios.scenario.scenario import Scenario

MOST_LINES = 12


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
    """The split, then indices and elementary effects of each outcome."""
    found = [_split(tables["split"])]
    for kind, made in (("indices", _indices), ("screening", _screening)):
        if kind in tables:
            found += [made(str(outcome), rows) for outcome, rows in tables[kind].groupby("outcome", sort=False)]
    return found


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
    cells: wording.Cells = {
        "number": "{path}",
        "share it alone explains (95 %)": lambda row: _between(max(0.0, row["share"]), row["low"], row["high"]),
        "luck, this number": "{luck_one:.4f}",
        "luck, any number": "{luck:.4f}",
        "verdict": "{verdict}",
    }
    for outcome, table in tables["given"].groupby("outcome", sort=False):
        n_beyond = int((table["verdict"] == "beyond luck").sum())
        heading = f"{outcome}: {table['n'].iloc[0]:,} runs; {n_beyond} of {len(table)} numbers tell of it beyond luck"
        found.append(wording.told_section(heading, table.head(MOST_LINES), cells))
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
    rules = list(dict.fromkeys(values["decision_rule"]))
    rows = []
    for outcome, found in values.groupby("outcome", sort=False):
        rows.append(
            (str(outcome), *[wording.share(row["value"], row["se"], row["n"]) for row in found.to_dict("records")])
        )
    cells: wording.Cells = {
        "outcome": "{outcome}",
        "rule alone (95 %)": lambda row: _between(row["rule_share"], row["rule_low"], row["rule_high"]),
        "with its interactions (95 %)": lambda row: _between(row["total_share"], row["total_low"], row["total_high"]),
        "lowest": lambda row: wording.words(str(row["lowest"])) if row["n"] else wording.NOTHING,
        "highest": lambda row: wording.words(str(row["highest"])) if row["n"] else wording.NOTHING,
        "n": "{n:.0f}",
    }
    heading = "Share of the variance between runs that comes from the choice of rule"
    return [
        wording.Section("Under each decision rule", ("outcome", *[wording.words(rule) for rule in rules]), tuple(rows)),
        wording.told_section(heading, tables["shares"], cells),
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


def _between(value: float, low: float, high: float) -> str:
    """A share with its interval."""
    if wording.is_missing(value):
        return wording.NOTHING
    return f"{value:.3f}" if wording.is_missing(low) else f"{value:.3f} ({low:.3f}-{high:.3f})"


def _split(table: pd.DataFrame) -> wording.Section:
    """What we do not know against chance."""
    cells: wording.Cells = {
        "outcome": "{outcome}",
        "mean": lambda row: wording.pm(row["value"], row["se"]),
        "share of what we do not know (95 %)": lambda row: _between(
            row["unknown_share"], row["unknown_low"], row["unknown_high"]
        ),
        "share of chance": lambda row: wording.plain(row["chance_share"]),
        "points x runs": "{points:.0f} x {replications:.0f}",
    }
    return wording.told_section("Variance between runs: numbers that nobody knows, and chance", table, cells)


def _indices(outcome: str, table: pd.DataFrame) -> wording.Section:
    """Sobol indices of one outcome."""
    cells: wording.Cells = {
        "number": "{path}",
        "first order": lambda row: wording.pm(row["first_order"], row["first_order_conf"]),
        "total order": lambda row: wording.pm(row["total_order"], row["total_order_conf"]),
        "luck alone": "{luck:.3f}",
        "verdict": "{verdict}",
    }
    return wording.told_section(f"{outcome}: Sobol indices, {_size(table)}", table, cells)


def _screening(outcome: str, table: pd.DataFrame) -> wording.Section:
    """Elementary effects of one outcome, the largest ones."""
    cells: wording.Cells = {
        "number": "{path}",
        "effect": lambda row: wording.pm(row["mu_star"], row["mu_star_conf"]),
        "signed": "{mu:+.3f}",
        "spread": "{sigma:.3f}",
        "luck alone": "{luck:.3f}",
        "verdict": "{verdict}",
    }
    n_moving = int((table["verdict"] == "moves it").sum())
    heading = f"{outcome}: Morris' effects, {_size(table)}; {n_moving} of {len(table)} numbers move it beyond luck"
    return wording.told_section(heading, table.head(MOST_LINES), cells)


def _size(table: pd.DataFrame) -> str:
    """Points and runs behind a table."""
    first = table.iloc[0]
    return f"{first['points']:,.0f} points x {first['replications']:.0f} runs"
