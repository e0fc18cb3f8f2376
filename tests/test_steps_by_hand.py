"""What coercer and client do in one step, worked out by hand where whole runs would seldom or never show it."""

import math

import pytest

from scenarios.rulebook.coercer import next_fatigue, ramp_rung
from scenarios.rulebook.conditions import NEVER, Backing, Beliefs, Client, Coercer, Freezes, Inputs, Threat
from scenarios.rulebook.notice import next_threat
from scenarios.rulebook.reviewing import one_rung_higher
from scenarios.rulebook.traits import Pressure
from scenarios.rulebook.turns import client_fate, coercer_moves, coercer_turn
from scenarios.scenario.priors import KINDS, cut, drawn, rank
from scenarios.vocabulary import Fate, Mode
from sheets import PLAIN, WEEK, frame_with, moment_at, patron_with, traits

UNSEEN = Backing(0.0, 0.0, 0.0, 0.0, 0.0)
UNSCRIPTED = Inputs(-1.0, -1.0, -1.0, 1.0, 1.0)
TIRED = Coercer(rung=5.0, presence=0.3, interdiction=0.4, fatigue=0.7, move=1.0)


def test_a_ramp_rises_by_one_rung_with_the_chance_of_its_rate_and_stops_at_its_top():
    coercer = traits("coercer", ramp_rate=4.0, ramp_top=6.0)
    chance = 1.0 - math.exp(-4.0 * WEEK)
    assert ramp_rung(coercer, 5.0, WEEK, chance - 1e-9) == 6.0
    assert ramp_rung(coercer, 5.0, WEEK, chance + 1e-9) == 5.0
    assert ramp_rung(coercer, 6.0, WEEK, 0.0) == 6.0


@pytest.mark.parametrize(
    ("mode", "scripted", "is_frozen", "expected"),
    [
        (Mode.RAMP, -1.0, 0.0, 6.0),
        (Mode.SCRIPTED, 2.0, 0.0, 2.0),
        (Mode.SCRIPTED, -1.0, 0.0, 5.0),
        (Mode.RAMP, -1.0, 1.0, 5.0),
        (Mode.SCRIPTED, 2.0, 1.0, 5.0),
        (Mode.ADAPTIVE, -1.0, 1.0, 5.0),
    ],
)
def test_a_coercer_moves_by_its_mode_and_not_at_all_while_pressure_is_frozen(mode, scripted, is_frozen, expected):
    coercer = traits("coercer", ramp_rate=4.0, ramp_top=10.0, escalation_rate=4.0, resolve=0.5)
    inputs = UNSCRIPTED._replace(rung=scripted)
    frame = frame_with(coercer=coercer, freezes=Freezes(is_frozen, 0.0, 0.0, 0.0))
    assert coercer_moves(int(mode), frame, TIRED, UNSEEN, inputs, 0.0, 1.0) == expected


def test_frozen_pressure_keeps_forces_ships_and_fatigue_as_they_were():
    coercer, pressure = traits("coercer", fatigue_growth=5.0), Pressure(1.0, 1.0, 1.0)
    scripted = Inputs(9.0, 0.9, 0.9, 1.0, 1.0)
    frame = frame_with(coercer=coercer)
    frozen = frame._replace(freezes=frame.freezes._replace(pressure=1.0))
    held = coercer_turn(int(Mode.SCRIPTED), frozen, TIRED, 9.0, pressure, scripted, 0.0, 0.0)
    assert held == TIRED._replace(move=0.0)
    free = coercer_turn(int(Mode.SCRIPTED), frame, TIRED, 9.0, pressure, scripted, 0.0, 0.0)
    assert (free.rung, free.presence, free.interdiction, free.move) == (9.0, 0.9, 0.9, 1.0)


def test_fatigue_without_recovery_grows_in_proportion_to_time():
    coercer = traits("coercer", fatigue_growth=0.8, fatigue_rung=6.0, fatigue_decay=0.0)
    # rung 8 is half of the way from rung 6 to rung 10
    assert next_fatigue(coercer, 0.2, 8.0, 0.5) == pytest.approx(0.2 + 0.8 * 0.5 * 0.5)
    assert next_fatigue(coercer, 0.2, 5.0, 0.5) == 0.2
    # a recovery that is next to nothing changes next to nothing
    assert next_fatigue(coercer._replace(fatigue_decay=1e-9), 0.2, 8.0, 0.5) == pytest.approx(0.4, abs=1e-7)


@pytest.mark.parametrize(
    ("us", "fate"),
    [
        ((0.0, 0.0, 0.0), Fate.REMOVED),
        ((1.0, 0.0, 0.0), Fate.COLLAPSES),
        ((1.0, 1.0, 0.0), Fate.CONCEDES),
        ((1.0, 1.0, 1.0), Fate.HOLDS),
    ],
)
def test_a_client_is_removed_before_it_collapses_and_collapses_before_it_concedes(us, fate):
    client = traits("client", collapse_rate=5.0, collapse_threshold=0.5, concession_rate=5.0, concession_threshold=0.5)
    coercer = traits("coercer", removal_rate=5.0, removal_rung=7.0)
    weak = Client(solvency=0.1, hold=0.1, goods=0.5, exports=0.5, revenue=5.0, high_rung=9.0, fate=float(Fate.HOLDS))
    assert client_fate(frame_with(client=client, coercer=coercer), weak, 9.0, *us) == float(fate)


def threatened(threat, is_frozen, followed):
    """The threat after a week at the top rung, when a direct threat is sure to come."""
    coercer = traits("coercer", threat_rate=52.0, threat_delay=0.25)
    frame = frame_with(coercer=coercer, freezes=Freezes(is_frozen, 0.0, 0.0, 0.0))
    moment = moment_at(Coercer(10.0, 0.0, 0.0, 0.0, 0.0), mode=int(Mode.ADAPTIVE), pressure=Pressure(0.0, 0.5, 0.0))
    patron = patron_with(threat=threat, beliefs=Beliefs(followed, 1.0 - followed, 1.0, 1.0))
    return next_threat(frame, moment, traits("patrons", threat_weight=1.0), patron, PLAIN, 0.0)


def test_a_threat_stays_as_it_is_while_pressure_is_frozen():
    threat = Threat(height=0.3, seen=0.1, due_at=NEVER)
    assert threatened(threat, 1.0, 0.5) == threat
    # half of the way to the standing 0.5, and from there half of the way to 1, as a threat that is half believed
    assert threatened(threat, 0.0, 0.5) == Threat(height=pytest.approx(0.7), seen=pytest.approx(0.7), due_at=1.25)


def test_no_rung_is_higher_than_the_highest():
    assert one_rung_higher(TIRED) == TIRED._replace(rung=6.0)
    assert one_rung_higher(TIRED._replace(rung=10.0)) == TIRED._replace(rung=10.0)


@pytest.mark.parametrize(
    ("kind", "low", "high", "u", "expected"),
    [
        ("uniform", 0.2, 0.6, 0.25, 0.3),
        ("loguniform", 0.01, 1.0, 0.5, 0.1),
        ("triangular", 0.0, 1.0, 0.125, 0.25),
        ("triangular", 0.0, 1.0, 0.875, 0.75),
    ],
)
def test_a_quantile_of_a_range_is_the_inverse_of_its_distribution(kind, low, high, u, expected):
    assert drawn(KINDS[kind], low, 0.5, high, 0, u) == pytest.approx(expected)
    assert rank(KINDS[kind], low, 0.5, high, expected) == pytest.approx(u)


@pytest.mark.parametrize("kind", KINDS.values())
def test_no_number_ranks_below_the_least_or_above_the_greatest(kind):
    assert [rank(kind, 0.2, 0.5, 0.9, value) for value in (0.1, 0.2, 0.9, 1.0)] == [0.0, 0.0, 1.0, 1.0]


@pytest.mark.parametrize("kind", KINDS.values())
def test_a_number_above_the_limit_of_its_distribution_is_drawn_anew_below(kind):
    # half lies below a limit at the median; who is a quarter from the top of the others gets a quarter of that half
    median, high = (drawn(kind, 0.2, 0.5, 0.9, 0, u) for u in (0.5, 0.875))
    left = cut(kind, 0.2, 0.5, 0.9, high, median)
    assert rank(kind, 0.2, 0.5, 0.9, left) == pytest.approx(0.5 * 0.25)
    assert cut(kind, 0.2, 0.5, 0.9, median, 0.9) == median
    assert cut(kind, 0.2, 0.5, 0.9, median, 0.1) == pytest.approx(0.2)
