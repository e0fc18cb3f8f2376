"""Which figures has a run, and what does each show? One sentence, worked out of the very numbers that are drawn."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from scenarios.questions.naming import listed, possessive
from scenarios.report.wording import day_words, horizon, label, words
from scenarios.scenario.scenario import Scenario

FIGURES = ("support", "step_back", "levels", "reasons")
LADDER = "ladder"
Z95 = 1.96
MOVES = 0.02  # of the support index; a median that moves less stands still
GIVES_WAY = 0.1  # of a level
NAMED = 2  # patrons in a title


class Ended(NamedTuple):
    """Shares of a patron's runs at the horizon; n runs in which it had something to lose."""

    back: float
    further: float
    n: int
    frozen: float | None = None  # the share that steps back in the control


class Spread(NamedTuple):
    """A patron's support index: its median at the opening and at the horizon, and where 90 % of the runs end."""

    first: float
    last: float
    low: float
    high: float


class Weighed(NamedTuple):
    """The reason named most for a patron, its share, and of how many step-backs."""

    patron: str
    reason: str
    share: float
    n: float


def figure_files(with_ladder: bool) -> list[str]:
    """Names of the files of every figure of a run."""
    names = [*FIGURES, LADDER] if with_ladder else FIGURES
    return [f"{name}.{ending}" for name in names for ending in ("png", "svg")]


def percent(share: float) -> str:
    """A share of runs in a title.

    Examples
    --------
    >>> percent(0.254), percent(0.001), percent(0.0)
    ('25 %', 'under 1 %', '0 %')
    """
    return "under 1 %" if 0.0 < share < 0.005 else f"{100 * share:.0f} %"


def step_back_finding(ended: Mapping[str, Ended], scenario: Scenario) -> str:
    """Who steps back most often, how far, and how often it would with the pressure frozen."""
    at_risk = {patron: end for patron, end in ended.items() if end.n > 0}
    by = f"by {day_words(horizon(scenario))}"
    if not at_risk:
        return "No patron has anything material to lose at the opening"
    if not any(end.back > 0.0 for end in at_risk.values()):
        return f"No patron steps back in any run {by}"
    first = _foremost(at_risk)
    ends, who = [at_risk[patron] for patron in first], [label(scenario, f"patrons.{patron}") for patron in first]
    said = (
        f"{listed(who)} {'steps' if len(first) == 1 else 'step'} back most often: "
        f"{shares_of(end.back for end in ends)} of runs {by}, further {shares_of(end.further for end in ends)}"
    )
    frozen = [end.frozen for end in ends if end.frozen is not None]
    return f"{said}; with the pressure frozen {shares_of(frozen)}" if frozen else said


def _foremost(ended: Mapping[str, Ended]) -> list[str]:
    """The patron that steps back most often, and the next one if luck alone could have put it second."""
    ranked = sorted(ended, key=lambda patron: -ended[patron].back)[:NAMED]
    top = ended[ranked[0]]

    def error(other: Ended) -> float:
        return math.sqrt(sum(end.back * (1.0 - end.back) / end.n for end in (top, other)))

    return [patron for patron in ranked if top.back - ended[patron].back <= Z95 * error(ended[patron])]


def support_finding(spreads: Mapping[str, Spread], scenario: Scenario) -> str:
    """Whose support moves most, or, if none does, whose runs differ most."""
    moved = max(spreads, key=lambda patron: abs(spreads[patron].last - spreads[patron].first))
    spread = spreads[moved]
    if abs(spread.last - spread.first) >= MOVES:
        verb = "falls" if spread.last < spread.first else "rises"
        return (
            f"{owner(moved, scenario)} support {verb} most: the median goes from {spread.first:.2f} to "
            f"{spread.last:.2f} by {day_words(horizon(scenario))}"
        )
    widest = max(spreads, key=lambda patron: spreads[patron].high - spreads[patron].low)
    low, high = spreads[widest].low, spreads[widest].high
    still = f"No patron's median support for {label(scenario, 'client')} moves"
    return f"{still}; {owner(widest, scenario)} is least sure: 90 % of runs end between {low:.2f} and {high:.2f}"


def level_finding(levels: Mapping[tuple[str, str], tuple[float, float]], scenario: Scenario) -> str:
    """Which channel gives way most, by the mean level intended at the opening and at the horizon."""
    fallen = min(levels, key=lambda cell: levels[cell][1] - levels[cell][0])
    first, last = levels[fallen]
    if first - last < GIVES_WAY:
        return f"No channel gives way: no mean level intended falls by {GIVES_WAY:g} by {day_words(horizon(scenario))}"
    patron, channel = fallen
    name = label(scenario, f"channels.{channel}")
    return (
        f"What gives way most: {owner(patron, scenario)} {name[0].lower()}{name[1:]}, from a mean level of "
        f"{first:.2f} to {last:.2f} by {day_words(horizon(scenario))}"
    )


def reason_finding(weighed: Sequence[Weighed], is_on_edge: bool, scenario: Scenario) -> str:
    """What weighs most for the patrons that step back most, and whether most step-backs have any reason of weight."""
    if not weighed:
        return "No step-back has a reason of weight: levels were held by little" if is_on_edge else "No step-back"
    foremost_two = sorted(weighed, key=lambda found: -found.n)[:NAMED]
    by_reason: dict[str, list[str]] = {}
    for found in foremost_two:
        said = f"{label(scenario, f'patrons.{found.patron}')} ({percent(found.share)})"
        by_reason.setdefault(found.reason, []).append(said)
    said_all = [f"{words(reason)} for {listed(who)}" for reason, who in by_reason.items()]
    text = f"What weighs most in a step-back: {', '.join(said_all)}"
    return f"{text}; most have no single reason" if is_on_edge else text


def history_finding(within: int, coded: int) -> str:
    """How many coded postures lie in the band of the runs."""
    if coded == 0:
        return "Twenty years simulated; nothing is coded to hold them against"
    return f"{within} of {coded} coded postures lie where 80 % of the runs are"


def shares_of(shares: Iterable[float]) -> str:
    """Shares in words, in the order of those whose they are."""
    return listed([percent(share) for share in shares])


def owner(patron: str, scenario: Scenario) -> str:
    """Whose something is."""
    return possessive(label(scenario, f"patrons.{patron}"))
