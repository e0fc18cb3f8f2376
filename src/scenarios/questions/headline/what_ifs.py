"""What would change it? A few what-ifs and the three decision rules, played at a small size with the same luck."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.intervals import estimated
from scenarios.moments import Floats
from scenarios.outcomes.events import name_of
from scenarios.questions.headline.ask import HEADLINE
from scenarios.runs.counting import FIRST_STEP, RUNG, Known, facts_of_all, held_at, ladder_played
from scenarios.runs.job import Play
from scenarios.scenario.arrays import N_RUNGS
from scenarios.scenario.overlay import control
from scenarios.scenario.scenario import Scenario
from scenarios.significance import NOT_AT_RISK, holm, matched_gap, verdicts
from scenarios.summary import indicators_of
from scenarios.vocabulary import DecisionRule

MOST_RUNS = 1_000  # of each what-if; more would take longer than the scenario itself
LADDER_RUNS = 1_000  # of each rung, and of the climb
WHAT_IF, RULE = "what_if", "rule"
COLUMNS = (
    *("kind", "what", "setting", "outcome", "base", "base_low", "base_high", "value", "value_low", "value_high"),
    *("difference", "low", "high", "n", "verdict"),
)


class WhatIf(NamedTuple):
    """One number set otherwise from the first step on; ``*`` stands for each patron."""

    path: str
    value: float | str
    words: str
    why: str


# Sizes are judgements: large enough to tell, alike for every patron, so that patrons can be compared.
WHAT_IFS = (
    WhatIf("patrons.*.support_budget", "x0.5", "{who} has half the support budget", "what it gives must be paid for"),
    WhatIf("patrons.*.risk_tolerance", "x0.5", "{who} bears half the risk", "nobody has measured it"),
    WhatIf("patrons.*.war_drain", 0.0, "the war of {who} ends", "a war of its own takes means and attention"),
    WhatIf("patrons.*.bargain", 0.0, "{who} has no bargain with {coercer} to lose", "bargains are made in secret"),
    WhatIf(
        "client.oil_price",
        "x0.75",
        "oil earns a quarter less",
        "Brent lost a third and more from 2014 to 2015 and from 2019 to 2020 [brent-world-bank]",
    ),
)
RUNGS_APART = (-2, 1)  # an easing that shows, and the next step of the ladder


class WhatIfWorld(NamedTuple):
    """A scenario that is played beside the one in question."""

    kind: str
    what: str
    setting: str
    scenario: Scenario


def changed_worlds(scenario: Scenario) -> Iterator[WhatIfWorld]:
    """Every what-if whose numbers are there and not set already, then the pressure frozen or held, then the rules.

    Notes
    -----
    Where the past was seen, numbers are set from the day after it on, and neither a rung nor a rule can be another: it
    would be another past.

    Examples
    --------
    >>> from scenarios import load
    >>> [world.what for world in changed_worlds(load("toy"))][0]
    'Redland has half the support budget'
    """
    is_set = {setting.path for setting in scenario.settings}
    begin = "" if scenario.observed is None else f"@{scenario.opening + FIRST_STEP}"
    for each in WHAT_IFS:
        for patron in scenario.patrons if "*" in each.path else ("",):
            path, who = each.path.replace("*", patron), name_of(scenario, f"patrons.{patron}")
            number = scenario.numbers.get(path)
            if number is not None and number.value > 0.0 and path not in is_set:
                what = each.words.format(who=who, coercer=name_of(scenario, "coercer"))
                changed = scenario.with_values({f"{path}{begin}": each.value})
                yield WhatIfWorld(WHAT_IF, what, f"{path}{begin}={each.value}", changed)
    yield from pressures(scenario)
    for rule in DecisionRule.words() if scenario.observed is None else ():
        yield WhatIfWorld(RULE, rule.replace("_", " "), f"decision.{rule}=1", replace(scenario, decision={rule: 1.0}))


def pressures(scenario: Scenario) -> Iterator[WhatIfWorld]:
    """The pressure as it is at the opening, and its rung held elsewhere; a past that was seen bears no held rung."""
    if "pressure" not in scenario.freeze:
        yield WhatIfWorld(WHAT_IF, "the pressure stays as it is", "freeze=pressure", control(scenario))
    number = scenario.numbers.get(RUNG)
    if number is None or scenario.observed is not None:
        return
    for rung in (int(number.value) + apart for apart in RUNGS_APART):
        if 0 <= rung < N_RUNGS:
            name = scenario.labels.get(f"ladder.{rung}", "")
            what = f"the pressure is held at rung {rung}" + (f" ({name})" if name else "")
            yield WhatIfWorld(WHAT_IF, what, f"rung {rung} held", held_at(scenario, rung))


def played_beside(
    scenario: Scenario, with_ladder: bool, with_what_ifs: bool
) -> dict[str, Callable[[Play], pd.DataFrame]]:
    """What is played beside the runs; rungs that are held in the one are known to the other."""
    known: Known = []

    def ladder(play: Play) -> pd.DataFrame:
        return ladder_played(scenario, play._replace(replications=min(play.replications, LADDER_RUNS)), known)

    # held rungs would be another past
    asked = {"ladder": ladder} if with_ladder and scenario.observed is None else {}
    return asked | ({"what_ifs": lambda play: what_ifs(scenario, play, known)} if with_what_ifs else {})


def what_ifs(scenario: Scenario, play: Play, known: Known | None = None) -> pd.DataFrame:
    """What each what-if and each decision rule does to the headline, over at most 1,000 matched runs.

    Examples
    --------
    >>> from scenarios import load
    >>> table = what_ifs(load("toy"), Play(4, engine="agents"))
    >>> table["kind"].unique().tolist()
    ['what_if', 'rule']
    """
    others = list(changed_worlds(scenario))
    small = play._replace(replications=min(play.replications, MOST_RUNS))
    counted = facts_of_all([scenario, *(other.scenario for other in others)], small, known)
    points = (first := next(counted)).point
    base = {name: ones for name, ones in indicators_of(first, scenario).items() if name.rpartition(".")[2] in HEADLINE}
    rows = [
        row
        for world, facts in zip(others, counted, strict=True)
        for row in _rows_of(world, base, indicators_of(facts, scenario), points)
    ]
    table = pd.DataFrame(rows, columns=[*COLUMNS[:-1], "p_adjusted", "verdict"])
    table["verdict"] = verdicts(holm(table["p_adjusted"].to_numpy(dtype=float)), table["verdict"])
    return table[list(COLUMNS)]


def _rows_of(
    world: WhatIfWorld, base: dict[str, Floats], others: dict[str, Floats], points: NDArray[np.int64]
) -> Iterator[dict[str, Any]]:
    """What a what-if does to each outcome, over the runs in which the patron is at risk with it and without."""
    for name, mine in base.items():
        theirs = others[name]
        both = ~np.isnan(mine) & ~np.isnan(theirs)
        said: dict[str, Any] = {
            "kind": world.kind,
            "what": world.what,
            "setting": world.setting,
            "outcome": name,
            "n": int(both.sum()),
        }
        if not both.any():
            yield said | {"p_adjusted": np.nan, "verdict": NOT_AT_RISK}
            continue
        gap, sides = matched_gap(mine[both], theirs[both], points[both]), {"base": mine, "value": theirs}
        for side, runs in sides.items():
            said |= estimated(runs[both], points[both]).named(side)
        yield said | {"difference": gap.value, "low": gap.low, "high": gap.high, "p_adjusted": gap.p, "verdict": None}
