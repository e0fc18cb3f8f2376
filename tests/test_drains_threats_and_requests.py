"""Rule by rule: drains that leave a posture paid for, threats as they are believed, help in place, requests."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.rulebook.asking import next_request
from scenarios.rulebook.budget import bearable_drain, income
from scenarios.rulebook.client import goods_available
from scenarios.rulebook.conditions import (
    NEVER,
    Beliefs,
    Chances,
    Coercer,
    Deal,
    Luck,
    Pace,
    Pair,
    PatronInputs,
    Request,
    Terms,
    Threat,
)
from scenarios.rulebook.held import chance_above, chance_of, level_at, number_within, number_within_both
from scenarios.rulebook.notice import is_a_blow, next_threat, settled_threat
from scenarios.rulebook.traits import ChannelTraits, ClientTraits, CoercerTraits, PatronTraits, Pressure
from scenarios.rulebook.utility import benefit_at, survival_at
from scenarios.scenario.priors import KINDS, cut, drawn, rank
from scenarios.vocabulary import Mode
from sheets import frame_with, moment_at, patron_with
from worlds import CHANNELS, CLIENT, COERCER, PATRON

shares = st.floats(0.01, 0.99)
kinds = st.sampled_from(sorted(KINDS.values()))
PACE = Pace(1.0 / 52.0, math.sqrt(1.0 / 52.0), *[0.5] * (len(Pace._fields) - 2))


@given(shares, shares, shares)
def test_the_bearable_drain_leaves_exactly_what_the_bill_asks_for(bill, spare, crisis):
    capacity = bill + 3.0 * spare
    drain = bearable_drain(bill, capacity, crisis)
    if drain > 0.0:
        assert income(capacity, drain, crisis) == pytest.approx(bill)
    else:
        assert income(capacity, 0.0, crisis) <= bill * (1.0 + 1e-9)


@given(kinds, shares, shares, shares, st.floats(0.001, 0.999))
def test_the_rank_of_a_draw_is_the_number_that_it_was_drawn_with(kind, low, rise, fall, u):
    mode, high = low + rise, low + rise + fall
    assert rank(kind, low, mode, high, drawn(kind, low, mode, high, 0, u)) == pytest.approx(u, abs=1e-6)


@given(kinds, shares, shares, shares, st.floats(0.001, 0.999), shares)
def test_only_a_draw_above_the_limit_is_drawn_anew_below_it(kind, low, rise, fall, u, limit):
    mode, high = low + rise, low + rise + fall
    most = low + limit * (high - low)
    value = drawn(kind, low, mode, high, 0, u)
    found = cut(kind, low, mode, high, value, most)
    assert low <= found <= most + 1e-9
    assert found == value or value > most
    assert cut(kind, low, mode, high, value, high) == value
    assert cut(kind, low, mode, high, value, low / 2.0) == pytest.approx(low)


@given(kinds, shares, shares, shares, st.floats(0.05, 0.95))
def test_draws_that_are_cut_are_spread_as_the_distribution_below_its_limit(kind, low, rise, fall, share):
    mode, high = low + rise, low + rise + fall
    most = drawn(kind, low, mode, high, 0, share)
    even = (np.arange(1000) + 0.5) / 1000
    found = np.sort([cut(kind, low, mode, high, drawn(kind, low, mode, high, 0, u), most) for u in even])
    ranks = np.array([rank(kind, low, mode, high, value) for value in found]) / share
    assert np.abs(ranks - even).max() < 0.005


def threatened(followed: float, deal: float, height: float = 0.1, weight: float = 0.8) -> Threat:
    """A patron's threat after a week in which the coercer would threaten it if it can."""
    traits = PatronTraits(**PATRON | {"threat_weight": weight})
    coercer = CoercerTraits(**COERCER | {"threat_rate": 52.0, "threat_rung": 5.0})
    inputs, pressure = PatronInputs(1.0, 1.0, 1.0, -1.0), Pressure(0.5, height / weight, 0.0)
    patron = patron_with(
        threat=Threat(height, height, NEVER),
        beliefs=Beliefs(followed=followed, bluffed=1.0 - followed, helped=1.0, stood_by=1.0),
        deal=Deal(offer=0.0, worth=deal, ends_at=NEVER, first_at=NEVER),
    )
    moment = moment_at(Coercer(8.0, 0.5, 0.0, 0.0, 0.0), mode=int(Mode.ADAPTIVE), pressure=pressure)
    return next_threat(frame_with(PACE, coercer=coercer), moment, traits, patron, inputs, 0.001)


@given(shares)
def test_until_its_date_a_threat_counts_for_as_much_as_it_is_believed(followed):
    threat = threatened(followed, 0.0)
    assert threat.due_at < NEVER
    assert threat.height == pytest.approx(0.1 + (0.8 - 0.1) * followed)
    # carried out, it bites in full; a bluff leaves what it was
    assert settled_threat(threat, 0.8, True).height == 0.8
    assert settled_threat(threat, 0.8, False).height == threat.height


def test_a_patron_that_keeps_a_deal_is_not_threatened_by_name():
    assert threatened(0.7, 0.0).due_at < NEVER
    assert threatened(0.7, 0.4).due_at == NEVER


def terms_with(in_time: float, in_place: float) -> Terms:
    """Terms in which survival is all that counts."""
    return Terms(**dict.fromkeys(Terms._fields, 0.0) | {"survival": 1.0, "in_time": in_time, "in_place": in_place})


@given(shares, shares, shares)
def test_what_is_in_place_is_in_time_and_only_the_rest_may_come_late(in_time, delivered, u):
    terms, root = terms_with(in_time, math.sqrt(delivered)), math.sqrt(u)
    worth = survival_at(terms, root)
    if u <= delivered:
        assert worth == root
    else:
        assert worth == pytest.approx(math.sqrt(delivered) + (root - math.sqrt(delivered)) * in_time)
    assert benefit_at(terms, u) == worth
    # a longer lag never makes more of anything, and never touches what is there
    later = terms_with(in_time / 2.0, math.sqrt(delivered))
    assert survival_at(later, root) <= worth
    assert survival_at(later, math.sqrt(delivered)) == survival_at(terms, math.sqrt(delivered))


@given(shares, shares)
def test_what_ships_stop_is_no_pay(exports, interdiction):
    traits = ClientTraits(**CLIENT | {"interdiction_reach": 0.5})
    free, stopped = goods_available(traits, exports, 0.0), goods_available(traits, exports, interdiction)
    assert stopped < free
    assert stopped == goods_available(traits, exports * (1.0 - 0.5 * interdiction), 0.0)


@pytest.mark.parametrize(
    ("channel", "level", "is_blow"), [("people", 1.0, True), ("people", 0.0, False), ("oil", 3.0, False)]
)
def test_only_who_gives_more_than_trade_can_be_sent_home(channel, level, is_blow):
    traits = ChannelTraits(**dict.fromkeys(ChannelTraits._fields, 0.0) | CHANNELS[channel])
    pair = Pair(level, level, level, 0.0, Luck(0.5, 0.5, NEVER, 0.0), Request(0.0, 0.0, NEVER, 0.0))
    assert is_a_blow(traits, pair) == is_blow


def chances_out_of(weights: list[float]) -> Chances:
    """Chances in proportion to some weights."""
    total = sum(weights)
    return Chances(*[weight / total for weight in weights])


four = st.lists(st.floats(0.001, 1.0), min_size=4, max_size=4).map(chances_out_of)


@given(four, four, st.sampled_from([0.0, 1.0, 2.0, 3.0]), st.floats(0.001, 0.999))
def test_a_number_given_two_sets_of_chances_falls_on_the_level_under_both_where_any_does(before, asked, level, u):
    number = number_within_both(before, asked, level, u)
    assert level_at(asked, number) == level
    overlap = min(
        chance_above(before, level) + chance_of(before, level), chance_above(asked, level) + chance_of(asked, level)
    )
    if overlap - max(chance_above(before, level), chance_above(asked, level)) > 1e-9:
        assert level_at(before, number) == level
    assert number_within_both(before, before, level, u) == pytest.approx(number_within(before, level, u))


def test_what_is_being_withdrawn_meets_no_request():
    asked = Request(force=0.6, asked=1.0, asked_by=9.0, settled=0.0)
    assert next_request(asked, 0.0, 0.9, 0.9, 1.0).settled == 0.0
    assert next_request(asked, 1.0, 0.9, 0.9, 1.0).settled == 1.0
    assert next_request(asked, 1.0, 0.3, 0.9, 1.0).settled == 0.0
    assert next_request(asked, 0.0, 0.9, 0.9, 9.5).settled == -1.0
