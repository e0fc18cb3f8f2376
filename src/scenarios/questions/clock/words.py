"""What did the news change? The observations, the chances before and after and the numbers moved, in words."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from scenarios.questions.clock.ask import LEAST_KEPT, Updated, costliest
from scenarios.report.answer import Answer
from scenarios.report.tables import Section, account, difference, share, verdict

if TYPE_CHECKING:
    from pandas import DataFrame

    from scenarios.scenario.scenario import Scenario

MOST_NUMBERS = 5


def update_answer(updated: Updated, chances: "DataFrame", file: Path) -> Answer:
    """The answer of an update.

    Parameters
    ----------
    chances : DataFrame
        As `chances.changed_chances` makes it.
    file : Path
        Where the scenario was written.
    """
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
    rows = [
        (str(row["on"]), row["event"], f"{row['runs']:,}", f"{row['share']:.3f}", f"{row['others']:,}")
        for row in updated.observations.to_dict("records")
    ]
    columns = ("by", "seen", "runs that agree", "share", "with all else")
    return Section("Runs that agree with what was seen", columns, tuple(rows))


def _chances(updated: Updated, chances: "DataFrame") -> Section:
    """The headline before and after."""
    rows = [
        (
            _day_of(updated.scenario, int(row["by"])),
            row["outcome"],
            share(row["before"], row["before_se"], row["before_n"]),
            share(row["after"], row["after_se"], row["after_n"]),
            difference(row["difference"], row["difference_se"], row["p_adjusted"]),  # missing for a single draw
            verdict(row["verdict"]),
        )
        for row in chances.to_dict("records")
    ]
    columns = ("by", "outcome", "before", "after", "difference", "verdict")
    return Section("Chances before and after", columns, tuple(rows))


def _numbers(updated: Updated) -> Section:
    """The numbers that moved most."""
    rows = [
        (
            row["path"],
            f"{row['mean']:.3g}",
            f"{row['mean_kept']:.3g}",
            f"{row['shift']:+.2f}",
            "moved" if abs(row["shift"]) > row["bound"] else "within luck",
        )
        for row in updated.numbers.head(MOST_NUMBERS).to_dict("records")
    ]
    columns = ("number", "mean", "mean of runs kept", "shift [sd]", "verdict")
    return Section("Numbers that moved most", columns, tuple(rows))


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
        *_gone(updated.client_gone),
        f"± is one Monte Carlo standard error. {account('all rows')}",
        f"Outcomes keep their definition: measured against the posture at the opening, {scenario.start}.",
        f"Numbers: were {kept} runs kept by lot, the largest of {len(updated.numbers)} shifts would pass "
        f"{updated.numbers['bound'].max():.2f} in one case of twenty.",
        f"{file}: written. Run it: scenarios run {file}",
    ]


def _gone(runs: int) -> list[str]:
    """That nobody said whether the client still holds."""
    return [f"In {runs:,} of them the client has met its end: add a row 'client.holds' if it has not."] if runs else []
