"""What makes a patron move first? Five causes of a step down against resistance, and a step up in answer to need.

Covariates stand at the start of the window, 0-1, in the codebook's columns; pressure P is the rung / 10; t is in years.

    R = r [stake (1 - crisis) - .4 + .5 (treaty - .2) + .5 (others - .65)]
    down: e^-R A_d (L bargain, 2 L crisis, 2 L c(level) (.5 + .5 wars) P, 3 L (1 - client) P^2, e^-1.5)  per t^kd
    up: e^(u + R - d (bargain + crisis - .75) + g (P - .6)) A_u                                          per t^ku
    abandoned, given down: logistic(b), at a collapse logistic(b + 2); from level 2 half way to 1, from level 1 never

A dated first step back is a step down in that month of the window, not anywhere in it: most are dated by their month
alone.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.cases.rows import ABANDONED, BACK, UP, Cases, Floats, Steps, size

PIECES = 60
DAYS_IN_YEAR = 365.0
RUNGS = 10.0
# A first step back is often dated by its month alone. Fixed months of the window, not days around the date: only what
# could have been counted beforehand has a likelihood (the recovery of known numbers showed the difference).
MONTH = 30.0  # [days]
CAUSES = ("deal", "own_crisis", "cost", "collapse", "other")
COLLAPSE = CAUSES.index("collapse")
COST_OF_LEVEL = np.array([0.0, 0.02, 0.15, 0.35, 0.5, 0.7, 1.0])  # by level of the support ladder
OTHER_RATE = np.exp(-1.5)  # of all other causes
TOP, BOTTOM = 6, 1  # who fights can hardly step up, who gives words alone hardly down
UP_AT_TOP, DOWN_AT_BOTTOM = 0.15, 0.3
COLLAPSE_MORE = 2.0  # a patron leaves a falling client rather than giving it less [log-odds]
LEAST = 1e-12


class Windows(NamedTuple):
    """Windows cut into pieces; shorter rows end in pieces of no length."""

    edges: Floats  # time since the window opened, shape (rows, pieces + 1) [years]
    log_edges: Floats  # its logarithm, by which powers are taken faster; minus infinity at 0
    pressure: Floats  # rung of the codebook's ladder / 10, shape (rows, pieces)
    seen: NDArray[np.bool_]  # pieces of the month in which a first step back fell, all where none is dated


def windows_of(cases: Cases, cuts: Sequence[float] = ()) -> Windows:
    """The windows of some rows."""
    when = [around(*given) for given in zip(cases.stepped_back.tolist(), cases.days.tolist(), strict=True)]
    edges = [_edges_of(cases.days[i], cases.steps[i], (*when[i], *cuts)) for i in range(size(cases))]
    pieces = max(len(row) for row in edges) - 1
    whole = np.array([np.append(row, np.full(pieces + 1 - len(row), row[-1])) for row in edges])
    pressure = [_pressure_at(steps, row[:-1]) for steps, row in zip(cases.steps, whole, strict=True)]
    low, high = np.array(when).T[:, :, None]
    seen = (whole[:, :-1] >= low) & (whole[:, 1:] <= high)
    with np.errstate(divide="ignore"):
        log_edges = np.log(whole / DAYS_IN_YEAR)
    return Windows(whole / DAYS_IN_YEAR, log_edges, np.array(pressure) / RUNGS, seen)


def around(day: float, days: float) -> tuple[float, float]:
    """First and last day of the month of the window in which a first step back fell; the whole if it is not dated."""
    if np.isnan(day):
        return 0.0, days
    months = min(max(day, 0.0) // MONTH, np.ceil(days / MONTH) - 1.0)
    return float(months * MONTH), float(min((months + 1.0) * MONTH, days))


def _edges_of(days: float, steps: Steps, cuts: Sequence[float]) -> Floats:
    """Ends of the pieces of one window. [days]"""
    inside = [float(day) for day in (*(day for day, _ in steps), *cuts) if 0 < day < days]
    return np.unique([*np.linspace(0.0, days, PIECES + 1), *inside])


def _pressure_at(steps: Steps, days: Floats) -> Floats:
    """Rung on some days; the first holds before its day, too."""
    at, rungs = np.array(steps, float).T
    return np.asarray(rungs[np.maximum(np.searchsorted(at, days, side="right") - 1, 0)])


class Numbers(NamedTuple):
    """The eight numbers of the model, as the equations above call them: one value each, or one a row."""

    ln_cause_rate: float | Floats  # ln L
    resistance: float | Floats  # r
    help_rate: float | Floats  # u
    doubt: float | Floats  # d
    clock: float | Floats  # g
    abandonment: float | Floats  # b
    ln_kd: float | Floats  # log of the exponent of time, down
    ln_ku: float | Floats  # and up


PRIOR = Numbers(-0.5, 1.5, 0.0, 1.5, 1.5, -0.8, 0.0, -0.7)
SPREAD = Numbers(1.0, 1.0, 1.0, 1.5, 1.5, 1.0, 0.5, 0.5)


class FirstMoves(NamedTuple):
    """Chances of the first move by piece of the window."""

    up: Floats  # shape (rows, pieces)
    down: Floats  # shape (causes, rows, pieces)
    abandoned: Floats  # share of steps down that leave the client altogether, shape (causes, rows, 1)
    staying: Floats  # chance that no move has come by the end of a piece, shape (rows, pieces)


def resistance(cases: Cases, numbers: Numbers, is_exempt: bool = False) -> Floats:
    """What holds a patron back, R; a stake that the client itself pays may be exempt from being cancelled by crisis."""
    kept = 1.0 if is_exempt else 1.0 - cases.column("patron_domestic_crisis")
    treaty, others = cases.column("defence_treaty"), cases.column("other_patrons")
    stake = cases.column("strategic_stake") * kept
    return np.asarray(numbers.resistance * (stake - 0.4 + 0.5 * (treaty - 0.2) + 0.5 * (others - 0.65)))


def causes_of(cases: Cases, numbers: Numbers, pressure: Floats) -> Floats:
    """Strength of each cause of a step down, shape (causes, rows, pieces)."""
    flat = np.ones_like(pressure)
    cost = COST_OF_LEVEL[levels(cases)] * (0.5 + 0.5 * cases.column("patron_commitments"))
    scale = np.broadcast_to(np.exp(numbers.ln_cause_rate), len(cost))[:, None]
    strengths = (
        cases.column("stake_with_presser")[:, None] * flat,
        2.0 * cases.column("patron_domestic_crisis")[:, None] * flat,
        2.0 * cost[:, None] * pressure,
        3.0 * (1.0 - cases.column("client_strength"))[:, None] * pressure * pressure,
    )
    return np.stack([*(scale * strength for strength in strengths), OTHER_RATE * flat])


def help_of(cases: Cases, numbers: Numbers, pressure: Floats, held_back: Floats) -> Floats:
    """Strength of a step up, shape (rows, pieces)."""
    doubt = numbers.doubt * (cases.column("stake_with_presser") + cases.column("patron_domestic_crisis") - 0.75)
    clock = np.broadcast_to(numbers.clock, len(held_back))[:, None] * (pressure - 0.6)
    rate = np.exp((numbers.help_rate + held_back - doubt)[:, None] + clock)
    return np.asarray(rate * np.where(levels(cases) >= TOP, UP_AT_TOP, 1.0)[:, None])


def first_moves(cases: Cases, windows: Windows, numbers: Numbers, is_exempt: bool = False) -> FirstMoves:
    """Chances of the first move of each row, by piece of its window; the two clocks compete."""
    held_back = resistance(cases, numbers, is_exempt)
    ease = np.exp(-held_back) * np.where(levels(cases) <= BOTTOM, DOWN_AT_BOTTOM, 1.0)
    down = causes_of(cases, numbers, windows.pressure) * ease[:, None] * elapsed(windows.log_edges, numbers.ln_kd)
    up = help_of(cases, numbers, windows.pressure, held_back) * elapsed(windows.log_edges, numbers.ln_ku)
    total = down.sum(0) + up
    staying = np.exp(-np.cumsum(total, axis=1))
    before = np.concatenate([np.ones((len(staying), 1)), staying[:, :-1]], axis=1)
    moving = (before - staying) / np.maximum(total, np.finfo(float).tiny)
    return FirstMoves(moving * up, moving * down, leaving(cases, numbers), staying)


def elapsed(log_edges: Floats, ln_power: float | Floats) -> Floats:
    """Length of each piece on a clock that runs with a power of time."""
    power = np.broadcast_to(np.exp(ln_power), len(log_edges))[:, None]
    return np.asarray(np.diff(np.exp(power * log_edges), axis=1))


def leaving(cases: Cases, numbers: Numbers) -> Floats:
    """Share of steps down that abandon the client, by cause, shape (causes, rows, 1)."""
    level, log_odds = levels(cases), np.zeros((len(CAUSES), len(cases.ids)))
    log_odds[COLLAPSE] = COLLAPSE_MORE
    share = 1.0 / (1.0 + np.exp(-(log_odds + numbers.abandonment)))
    share = np.where(level == BOTTOM + 1, 0.5 + 0.5 * share, share) * (level > BOTTOM)
    return np.asarray(share[:, :, None])


def levels(cases: Cases) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Level of the support ladder at the start, a whole number."""
    return cases.column("support_start").astype(np.int64)


def outcome_chances(moves: FirstMoves) -> Floats:
    """Chances of the four outcomes of each row, in the order of `rows.OUTCOMES`, shape (rows, 4)."""
    left = (moves.down * moves.abandoned).sum((0, 2))
    down = moves.down.sum((0, 2))
    return np.stack([moves.up.sum(1), moves.staying[:, -1], down - left, left], axis=1)


def first_move(cases: Cases) -> NDArray[np.int64]:
    """The outcome that the first move led to: a row that stepped back, and ended as it began, stepped back first."""
    returned = ~np.isnan(cases.stepped_back) & (cases.outcome != UP)
    return np.where(returned, np.maximum(cases.outcome, BACK), cases.outcome)


def log_chances(cases: Cases, windows: Windows, numbers: Numbers) -> Floats:
    """Log of the chance of what happened in each row, shape (rows,)."""
    moves = first_moves(cases, windows, numbers)
    chances = outcome_chances(moves._replace(down=moves.down * windows.seen))
    found = chances[np.arange(size(cases)), np.minimum(first_move(cases), ABANDONED)]
    return np.asarray(np.log(np.maximum(found, LEAST)))


def log_posterior(cases: Cases, windows: Windows, numbers: Numbers) -> float:
    """Log of the posterior density, up to a constant; the prior is of independent normals."""
    log_prior = -0.5 * float((((np.array(numbers) - np.array(PRIOR)) / np.array(SPREAD)) ** 2).sum())
    return float(log_chances(cases, windows, numbers).sum()) + log_prior
