"""Rule by rule: threats, what a patron notices, its own crises, words and shows of force, requests, what arrives."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.rulebook.budget import budget_now, drain_now
from scenarios.rulebook.conditions import NEVER, Crisis, Request, Threat
from scenarios.rulebook.delivery import (
    NO_BACKING,
    backed,
    client_asks,
    delivery_turn,
    is_stopped,
    level_asked,
    nearest_level,
    next_request,
    next_shielded,
    opened_request,
    past_the_ships,
)
from scenarios.rulebook.notice import (
    ALERTED,
    CALM,
    THREATENED,
    is_noticed,
    may_be_named,
    new_crisis,
    next_crisis,
    next_threat,
    next_watch,
    reviews,
    scripted_threat,
    settled_threat,
    standing_threat,
    with_alert,
    with_crisis,
    with_notice,
)
from scenarios.rulebook.opening import opening_patron
from scenarios.rulebook.posture import NO_POSTURE, with_channel
from scenarios.rulebook.showing import (
    chance_of_words,
    is_fleet_near,
    may_words_move,
    next_show,
    next_words,
    strikes_begin,
)
from scenarios.rulebook.traits import ChannelTraits, Pressure
from scenarios.rulebook.utility import bargain_now, outlook_of
from sheets import OPENED, PACE, PLAIN, a_frame, client_with, coercer_at, pair_at, traits
from worlds import CHANNELS

shares = st.floats(0.0, 1.0)
CALM_THREAT = Threat(height=0.4, seen=0.4, due_at=NEVER)


# -- threats -----------------------------------------------------------------------------------------------------------


def test_the_threat_of_a_rung_is_in_proportion_to_that_of_the_opening():
    patron = traits("patrons", threat=0.6, threat_weight=0.8)
    assert standing_threat(patron, Pressure(1.0, 0.25, 0.0), OPENED) == pytest.approx(0.3)
    assert standing_threat(patron, Pressure(1.0, 0.9, 0.0), OPENED) == 1.0
    assert standing_threat(patron, Pressure(1.0, 0.5, 0.0), OPENED._replace(threat=0.0)) == pytest.approx(0.4)


def threatened(threat: Threat, u: float, rung: float = 8.0) -> Threat:
    """A threat after a step in which firms may be named, the standing one being .2."""
    coercer = traits("coercer", threat_rate=52.0, threat_rung=5.0, threat_delay=0.25)
    frame = a_frame(model=traits("model", belief_in_strikes=0.5), coercer=coercer)
    return next_threat(frame, traits("patrons", threat_weight=1.0), threat, 0.2, rung, 1.0, u)


def test_a_threat_fades_to_what_the_rung_implies_until_firms_are_named():
    assert threatened(CALM_THREAT, 0.9).height == pytest.approx(0.3)
    assert threatened(CALM_THREAT, 0.0, rung=4.0).height == pytest.approx(0.3)
    named = threatened(CALM_THREAT, 0.0)
    # from .3 half of the way to the full weight, as a threat that is half believed
    assert named.height == pytest.approx(0.65)
    assert named.due_at == 1.25
    # until its date it neither fades nor is repeated
    assert threatened(named, 0.0) == named


def test_firms_that_are_threatened_already_are_not_named():
    coercer, patron = traits("coercer", threat_rung=5.0), traits("patrons", threat_weight=0.5)
    assert not may_be_named(patron, coercer, CALM_THREAT, 8.0)
    assert may_be_named(patron, coercer, CALM_THREAT._replace(height=0.3), 8.0)


def test_carried_out_a_threat_bites_in_full_and_a_bluff_leaves_what_it_was():
    pending = Threat(height=0.5, seen=0.5, due_at=1.0)
    assert settled_threat(pending, 0.8, True) == Threat(0.8, 0.5, NEVER)
    assert settled_threat(pending, 0.8, False) == Threat(0.5, 0.5, NEVER)
    assert settled_threat(pending, 0.3, True).height == 0.5
    assert scripted_threat(pending, PLAIN._replace(threat=0.1)) == Threat(0.1, 0.5, NEVER)


# -- notice ------------------------------------------------------------------------------------------------------------


def a_patron(**parts):
    """A patron as it opens, calm."""
    return opening_patron(traits("patrons", threat=0.4), PLAIN, 0.3, 0.2, 0.1, 0.5, 1.0)._replace(**parts)


@pytest.mark.parametrize(
    ("patron", "bargain", "is_stirred", "alert"),
    [
        (a_patron(), 0.2, False, CALM),
        (a_patron(), 0.2, True, ALERTED),
        (a_patron(), 0.2001, False, ALERTED),
        (a_patron(budget=0.305), 0.2, False, CALM),
        (a_patron(budget=0.31), 0.2, False, ALERTED),
        (a_patron(budget=0.29), 0.2, False, ALERTED),
        (a_patron(threat=Threat(0.55, 0.4, NEVER)), 0.2, False, THREATENED),
        (a_patron(threat=Threat(0.25, 0.4, NEVER)), 0.2, False, ALERTED),
        (a_patron(threat=Threat(0.45, 0.4, NEVER)), 0.2, False, CALM),
    ],
)
def test_a_patron_looks_again_at_a_new_rung_a_moved_threat_budget_or_bargain(patron, bargain, is_stirred, alert):
    assert next_watch(patron, bargain, is_stirred).alert == alert
    after = with_notice(patron, bargain, is_stirred)
    assert after.watch.bargain_seen == bargain
    assert after.threat.seen == (patron.threat.height if is_noticed(patron.threat) else 0.4)
    # what has been noticed is no news in the next step
    assert next_watch(with_alert(after, CALM), bargain, False).alert == CALM


@pytest.mark.parametrize(("alert", "pace"), [(CALM, "calm"), (ALERTED, "alerted"), (THREATENED, "threatened")])
def test_the_more_awake_a_patron_the_sooner_it_reviews(alert, pace):
    paces = PACE._replace(calm=0.1, alerted=0.4, threatened=0.8)
    chance = getattr(paces, pace)
    assert reviews(alert, paces, chance - 0.01)
    assert not reviews(alert, paces, chance + 0.01)


def test_what_a_patron_sees_is_what_its_numbers_and_paths_say():
    patron = traits("patrons", bargain=0.4, war_drain=0.3, risk_tolerance=0.5, exposure=0.5)
    inputs = PLAIN._replace(bargain=0.5, war_drain=2.0)
    bargain, drain = bargain_now(patron, inputs), drain_now(patron, inputs)
    assert bargain == pytest.approx(0.2)
    model = traits("model", sanction_weight=4.0, loss_cap=2.5)
    seen = outlook_of(model, patron, coercer_at(8.0), client_with(), a_patron(), bargain, drain)
    assert (seen.bargain.loss, seen.business.loss, seen.peace.loss) == pytest.approx((0.2, 2.0, 1.0))
    assert (seen.threat, seen.budget, seen.drain) == pytest.approx((0.4, 0.3, 0.6))
    rich = traits("patrons", support_budget=2.0)
    assert budget_now(rich, rich, PLAIN, client_with(), a_patron().crisis.depth) == pytest.approx(2.0)


# -- crises ------------------------------------------------------------------------------------------------------------


def test_a_crisis_fades_and_comes_the_sooner_the_less_oil_arrives():
    patron = traits("patrons", dependence=1.5, crisis_duration=2.0, crisis_rate=0.5, crisis_size=0.6)
    after = next_crisis(Crisis(0.4, 3.0), patron, 0.5, 0.1)
    assert after.depth == pytest.approx(0.4 * math.exp(-0.05))
    assert after.next_at == pytest.approx(3.0 - 0.1 * 0.75)
    assert next_crisis(Crisis(0.0, NEVER), patron, 1.0, 0.1) == Crisis(0.0, NEVER)
    begun = new_crisis(Crisis(0.1, 1.0), patron, 1.0, 0.5, math.exp(-1.0))
    assert begun == pytest.approx((0.3, 3.0))
    assert new_crisis(Crisis(0.5, 1.0), patron, 1.0, 0.5, 0.5).depth == 0.5
    waiting = a_patron(crisis=Crisis(0.0, 1.0))
    assert with_crisis(waiting, patron, client_with().lack, 0.1, 0.9, (0.5, 0.5)).crisis == Crisis(0.0, 1.0)
    assert with_crisis(waiting, patron, client_with().lack, 0.1, 1.0, (0.5, 0.5)).crisis.depth == pytest.approx(0.3)


# -- words and shows of force ------------------------------------------------------------------------------------------

LOUD = {"words_rise": 0.35, "words_strikes": 0.9, "words_fade": 1.0, "show_chance": 0.6}


def test_words_rise_at_a_new_high_and_when_strikes_begin():
    model = traits("model", **LOUD)
    assert chance_of_words(model, 6.0, True, False) == 0.35
    assert chance_of_words(model, 3.0, True, False) == chance_of_words(model, 6.0, False, False) == 0.0
    assert chance_of_words(model, 9.0, True, True) == 0.9
    assert strikes_begin(coercer_at(9.0, move=2.0))
    assert not strikes_begin(coercer_at(9.0, move=0.0))
    assert not strikes_begin(coercer_at(8.0, move=1.0))


@given(st.sampled_from([0.0, 1.0, 2.0, 3.0]), st.sampled_from([0.0, 1.0, 2.0, 3.0]), shares, shares, shares)
def test_words_move_by_a_level_within_reach_and_fall_only_to_home(level, home, raised, fade, u):
    after = next_words(level, home, raised, fade, u)
    assert abs(after - level) <= 1.0
    assert 0.0 <= after <= 3.0
    assert after >= min(level, home)
    if not may_words_move(level, home, raised):
        assert after == level
    if u < raised:
        assert after == min(3.0, level + 1.0)


def test_force_is_shown_once_a_year_for_a_tie_where_no_fleet_is():
    model = traits("model", **LOUD)
    assert next_show(model, 0.0, 2.0, 0.1, 1.0, (0.1, 0.1)) == 2.0
    assert next_show(model, 2.0, 2.0, 0.1, 1.0, (0.1, 0.7)) == 0.0
    assert next_show(model, 2.0, 1.0, 0.1, 1.0, (0.1, 0.1)) == 0.0
    assert next_show(model, 2.0, 1.0, 0.1, 1.0, (0.9, 0.1)) == 2.0
    assert next_show(model, 2.0, 2.0, 0.3, 1.0, (0.9, 0.1)) == 0.0
    assert (is_fleet_near(0.3), is_fleet_near(0.29)) == (True, False)


# -- requests ----------------------------------------------------------------------------------------------------------


def test_a_client_asks_for_what_it_needs_and_the_patron_could_give():
    model, channel = traits("model", request_grace=0.25), traits("channels", request=1.0, need=0.5, lag=0.1)
    reach = traits("pairs", feasible=3.0)
    asked = client_asks(model, channel, reach, 1.0, pair_at(1.0), 2.0).request
    assert (asked.asked, asked.asked_by) == (2.0, pytest.approx(2.35))
    assert client_asks(model, channel, reach, 9.0, pair_at(1.0), 2.0).request.asked == 3.0
    assert client_asks(model, channel, reach, 1.0, pair_at(3.0), 2.0) == pair_at(3.0)
    assert client_asks(model, traits("channels"), reach, 1.0, pair_at(1.0), 2.0) == pair_at(1.0)
    assert level_asked(0.1, 2.0, 3.0) == 3.0
    assert opened_request(0.0, 1.0, 3.0, 2.0).asked == 0.0


def test_what_is_being_withdrawn_meets_no_request():
    asked = Request(asked=1.0, asked_by=9.0, settled=0.0)
    assert next_request(asked, 0.0, 0.9, 0.9).settled == 0.0
    assert next_request(asked, 1.0, 0.9, 0.9).settled == 1.0
    assert next_request(asked, 1.0, 0.3, 0.9).settled == 0.0
    assert next_request(asked, 0.0, 0.9, 9.5).settled == -1.0
    assert next_request(Request(0.0, NEVER, 1.0), 0.0, 0.9, 9.5).settled == 0.0


# -- what arrives ------------------------------------------------------------------------------------------------------


@given(st.floats(0.0, 3.0), shares, shares, shares, shares)
def test_ships_never_raise_what_is_delivered_and_shields_never_lower_it(sent, ships, more, interdictable, slippery):
    few, many = (past_the_ships(sent, each, interdictable, slippery) for each in sorted((ships, more)))
    assert many <= few
    assert past_the_ships(sent, ships, interdictable, 1.0) == sent
    assert is_stopped(sent, ships, interdictable, slippery) == (
        sent > 0.0 and ships > 0.0 and interdictable > 0.0 and slippery < 1.0
    )


@given(shares, shares, shares)
def test_a_shield_grows_under_threat_up_to_its_limit_and_shrinks_without(shielded, limit, threat):
    target = limit * min(1.0, 1.5 * threat)
    after = next_shielded(shielded, limit, threat, 0.5, 0.1)
    assert after == pytest.approx(shielded + (target - shielded) * (0.5 if target > shielded else 0.1))


def test_a_channel_by_hand_from_decision_to_client():
    zeros = dict.fromkeys(ChannelTraits._fields, 0.0)
    channel = ChannelTraits(**zeros | CHANNELS["oil"])
    pair = pair_at(3.0)._replace(sent=1.0, shielded=0.4)
    after = delivery_turn(a_frame(model=traits("model", elusive=0.5)), channel, pair, 0.0, 0.5, 0.5, 1.0)
    assert after.sent == pytest.approx(2.0)
    assert after.delivered == pytest.approx(2.0 * (1.0 - 0.5 * 0.9 * 0.8))
    assert after.shielded == pytest.approx(0.2)
    assert after.level == 3.0
    seen = backed(NO_BACKING, channel, 0.5, after.level, after.delivered)
    u = after.delivered / 3.0
    assert seen.visible == pytest.approx(0.3 * 0.3 * 0.5)
    assert (seen.hold, seen.trade, seen.money) == pytest.approx((0.05 * u, 0.5 * u, 0.0))
    loans = ChannelTraits(**zeros | CHANNELS["finance"])
    assert backed(NO_BACKING, loans, 0.5, 3.0, 3.0).money == pytest.approx(0.6)
    assert backed(seen._replace(trade=0.9), channel, 0.5, 3.0, 3.0).trade == 1.0


@given(st.floats(0.0, 3.0))
def test_the_nearest_level_is_the_nearest(quantity):
    assert abs(nearest_level(quantity) - quantity) <= 0.5 + 1e-12


def test_what_is_lost_on_one_channel_and_gained_on_another_is_no_loss_but_a_dent():
    channel = traits("channels", material=1.0, weight=0.5)
    lost = pair_at(1.0)._replace(luck=pair_at(1.0).luck._replace(changed_at=1.0))
    posture = with_channel(NO_POSTURE, channel, 2.0, lost, 0.0)
    posture = with_channel(posture, channel, 1.0, pair_at(2.0), 1.0)
    assert (posture.given, posture.reference, posture.dented, posture.channel) == (3.0, 3.0, 1.0, 0.0)
