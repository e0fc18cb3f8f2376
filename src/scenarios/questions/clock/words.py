"""What did the news change? The observations, the chances before and after and the numbers moved, in words."""

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from scenarios.errors import StoreError, UserError
from scenarios.questions.clock.ask import LEAST_KEPT, Updated, costliest
from scenarios.report.answer import Answer
from scenarios.report.wording import Cells, Section, account, difference, share, told_section, verdict
from scenarios.scenario.entries import settings_table
from scenarios.scenario.load import library
from scenarios.scenario.scenario import Scenario
from scenarios.scenario.written import is_written

MOST_NUMBERS = 5
A_LINE = 16  # numbers of runs on one line
GONE = "of them the client has met its end: add a row 'client.holds' if it has not."


def update_answer(updated: Updated, chances: pd.DataFrame, file: Path) -> Answer:
    """The answer of an update."""
    tables = {"chances": chances, "observations": updated.observations, "numbers": updated.numbers}
    sections = [_observations(updated), _chances(updated, chances), _numbers(updated)]
    seen = updated.scenario.observed
    facts = {"file": str(file), "runs": seen.runs, "kept": len(seen.parents)} if seen else {}
    return Answer(updated.scenario.title, sections, _notes(updated, file), tables, facts=facts)


def _day_of(scenario: "Scenario", step: int) -> str:
    """The day on which a step ends."""
    return str(scenario.start + timedelta(days=int(step * scenario.step_days)))


def _observations(updated: Updated) -> Section:
    """How many runs agree."""
    cells: Cells = {"by": "{on}", "seen": "{event}", "runs that agree": "{runs:,}", "share": "{share:.3f}"}
    cells |= {"with all else": "{others:,}"}
    return told_section("Runs that agree with what was seen", updated.observations, cells)


def _chances(updated: Updated, chances: pd.DataFrame) -> Section:
    """The headline before and after."""
    cells: Cells = {
        "by": lambda row: _day_of(updated.scenario, int(row["by"])),
        "outcome": "{outcome}",
        "before": lambda row: share(row["before"], row["before_se"], row["before_n"]),
        "after": lambda row: share(row["after"], row["after_se"], row["after_n"]),
        # missing for a single draw
        "difference": lambda row: difference(row["difference"], row["difference_se"], row["p_adjusted"]),
        "verdict": lambda row: verdict(row["verdict"]),
    }
    return told_section("Chances before and after", chances, cells)


def _numbers(updated: Updated) -> Section:
    """The numbers that moved most."""
    cells: Cells = {
        "number": "{path}",
        "mean": "{mean:.3g}",
        "mean of runs kept": "{mean_kept:.3g}",
        "shift [sd]": "{shift:+.2f}",
        "verdict": lambda row: "moved" if abs(row["shift"]) > row["bound"] else "within luck",
    }
    return told_section("Numbers that moved most", updated.numbers.head(MOST_NUMBERS), cells)


def _notes(updated: Updated, file: Path) -> list[str]:
    """What must be read beside the tables."""
    seen, scenario = updated.scenario.observed, updated.scenario
    if seen is None:
        return []
    kept, (event, on, _, _) = f"{len(seen.parents):,}", costliest(updated.observations)
    return [
        f"{kept} of {seen.runs:,} runs agree with all that was seen (at least {LEAST_KEPT} are needed); it costs most "
        f"that by {on} '{event}'. What must last to count, as a step-back, is seen on the day on which it begins.",
        f"A run relives one of these {kept} pasts up to {_day_of(scenario, scenario.steps_gone)}, the last whole step, "
        "and goes on from there; runs of one past count as one draw in every error.",
        *([f"In {updated.client_gone:,} {GONE}"] if updated.client_gone else []),
        f"± is one Monte Carlo standard error. {account('all rows')}",
        f"Outcomes keep their definition: measured against the posture at the opening, {scenario.start}.",
        f"Numbers: were {kept} runs kept by lot, the largest of {len(updated.numbers)} shifts would pass "
        f"{updated.numbers['bound'].max():.2f} in one case of twenty.",
        f"{file}: written. Run it: scenarios run {file}",
    ]


def write_updated(scenario: Scenario, base: str, file: Path) -> None:
    """Writes an updated scenario to a file that must not exist."""
    try:
        with file.open("x", encoding="utf-8") as target:
            target.write(updated_text(scenario, base, file))
    except FileExistsError as fault:
        raise UserError(f"{file}: exists already and is left as it is. Choose another name with --out.") from fault
    except OSError as fault:
        raise StoreError(f"{file}: cannot be written ({fault.strerror or fault}). Choose another place.") from fault


def updated_text(scenario: Scenario, base: str, file: Path) -> str:
    """An updated scenario as a file."""
    seen = scenario.observed
    if seen is None:
        raise ValueError(f"{scenario.name} was not updated")
    beside = base if base in library() or is_written(base) else os.path.relpath(base, file.parent)
    lines = [f"# Runs that agree with what was seen up to {seen.to}, played on; written by `scenarios update`."]
    lines += [f"base = {json.dumps(beside)}", f"title = {json.dumps(scenario.title)}", f"steps = {scenario.steps}", ""]
    for entry in settings_table(scenario):
        lines += ["[[settings]]", *[f"{word} = {_value(value)}" for word, value in entry.items()], ""]
    lines += ["[observed]", f"to = {seen.to}", "rows = ["]
    lines += [f"  {{ on = {row.on}, event = {json.dumps(row.event, ensure_ascii=False)} }}," for row in seen.rows]
    lines += ["]", f"seed = {seen.seed}", f"runs = {seen.runs}", f'past = "{seen.past}"', f'rules = "{seen.rules}"']
    parents = [seen.parents[k : k + A_LINE] for k in range(0, len(seen.parents), A_LINE)]
    lines += ["parents = [", *[f"  {', '.join(map(str, some))}," for some in parents], "]", ""]
    return "\n".join(lines)


def _value(value: Any) -> str:
    """A value of a setting in a file."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (str, float)) else str(value)
