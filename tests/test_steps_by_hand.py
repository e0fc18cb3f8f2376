"""What coercer, client and patrons do in one step, worked out by hand where whole runs would seldom show it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.rulebook.budget import (
    bill_at_opening,
    budget_now,
    crisis_now,
    dearer,
    drain_now,
    is_short,
    left_by_war,
    missed_per_dollar,
    next_savings,
    opening_savings,
    peacetime_means,
    thrift_cost,
)
from scenarios.rulebook.client import (
    CONCEDES,
    EXITS,
    REMOVED,
    backing_ratio,
    client_fate,
    client_turn,
    end_of,
    end_rate,
    goods_available,
    hold_now,
    oil_exports,
    opening_client,
    past_the_blockade,
    revenue,
    sanction_cut,
    solvency_target,
)
from scenarios.rulebook.coercer import (
    campaigns,
    eased,
    easing,
    expected_rises,
    may_seize,
    mode_in_force,
    next_rung,
    opening_coercer,
    ramp_rung,
    risen,
    rungs_moved,
    sailing,
    seizes,
    stopped,
    waning,
    with_forces,
)
from scenarios.rulebook.conditions import NEVER, Backing, Crisis, Opening
from scenarios.rulebook.layout import row_access
from scenarios.rulebook.opening import (
    lag_pace,
    measured_against,
    opened_with,
    opening_pair,
    opening_patron,
    overwritten_client,
    overwritten_coercer,
    overwritten_pair,
    overwritten_threat,
    pace_of,
    stirred_at_the_opening,
)
from scenarios.rulebook.traits import Pressure
from scenarios.scenario.priors import KINDS, drawn
from scenarios.vocabulary import Fate, Mode
from sheets import PACE, PLAIN, UNSCRIPTED, WEEK, a_frame, client_with, coercer_at, pair_at, traits

shares = st.floats(0.0, 1.0)
RAMP, SCRIPTED, ADAPTIVE = int(Mode.RAMP), int(Mode.SCRIPTED), int(Mode.ADAPTIVE)


# -- the coercer on its ladder -----------------------------------------------------------------------------------------


@given(st.floats(0.1, 3.0), st.floats(0.05, 1.0), st.floats(0.0, 5.0), st.floats(0.01, 1.0))
def test_the_rises_of_two_steps_are_those_of_one_twice_as_long(rate, memory, calm, dt):
    one = expected_rises(rate, memory, calm, 2.0 * dt)
    halves = expected_rises(rate, memory, calm, dt) + expected_rises(rate, memory, calm + dt, dt)
    assert one == pytest.approx(halves, abs=1e-9)


@given(st.floats(0.1, 0.9), st.floats(0.01, 3.0))
def test_with_a_memory_rises_are_the_rarer_the_longer_it_has_been_calm(memory, calm):
    assert expected_rises(1.0, memory, calm, WEEK) > expected_rises(1.0, memory, calm + 0.5, WEEK)
    assert expected_rises(1.0, 1.0, calm, WEEK) == pytest.approx(WEEK)


def test_the_rises_of_a_year_by_hand():
    assert expected_rises(2.0, 0.5, 1.0, 3.0) == pytest.approx(2.0 * (2.0 - 1.0))


@pytest.mark.parametrize(("u", "rungs"), [(0.9, 1.0), (0.39, 2.0), (0.15, 3.0), (0.06, 4.0), (0.0, 10.0)])
def test_each_further_rung_of_a_move_has_the_chance_of_a_jump(u, rungs):
    assert rungs_moved(0.4, u) == rungs


def test_a_move_that_reaches_the_top_is_an_attempt_and_strikes_if_that_fails():
    traits_ = traits("coercer", jump_chance=0.4, capture_chance=0.6)
    assert risen(traits_, 7.0, 0.9, 0.0) == 8.0
    assert risen(traits_, 9.0, 0.9, 0.59) == 10.0
    assert risen(traits_, 9.0, 0.9, 0.61) == 9.0
    assert risen(traits_, 7.0, 0.15, 0.59) == 10.0


def test_easing_grows_with_the_square_of_the_rung_and_strikes_are_soon_over():
    traits_ = traits("coercer", easing_rate=0.6, strikes_end=4.0)
    assert easing(traits_, 4.0) == pytest.approx(0.15)
    assert easing(traits_, 8.0) == pytest.approx(0.6)
    assert easing(traits_, 9.0) == pytest.approx(0.6 * 81 / 64 + 4.0)
    assert eased(traits("coercer", jump_chance=0.4), 1.0, 0.15) == 0.0


@given(st.floats(0.0, 1.0), st.floats(0.01, 1.0))
def test_lost_support_counts_up_to_half_of_it_either_way(now, opening):
    assert waning(now, opening) == pytest.approx(max(-0.5, min(0.5, 1.0 - now / opening)))
    assert waning(now, 0.0) == 0.0


CAMPAIGN = {"rise_rate": 52.0, "memory": 1.0, "jump_chance": 0.4, "easing_rate": 10.0, "capture_chance": 0.6}


def test_a_campaign_rises_eases_or_waits():
    traits_, at = traits("coercer", **CAMPAIGN), coercer_at(6.0, calm=0.5)
    rise = campaigns(traits_, at, 0.0, 0.0, WEEK, (0.1, 0.1, 0.9, 0.5))
    assert (rise.rung, rise.move, rise.calm, rise.captured) == (7.0, 1.0, 0.0, 0.0)
    fall = campaigns(traits_, at, 0.0, 0.0, WEEK, (0.9, 0.01, 0.9, 0.5))
    assert (fall.rung, fall.move, fall.calm) == (5.0, -1.0, 0.5 + WEEK)
    wait = campaigns(traits_, at, 0.0, 0.0, WEEK, (0.9, 0.9, 0.9, 0.5))
    assert (wait.rung, wait.move, wait.calm) == (6.0, 0.0, 0.5 + WEEK)


def test_isolation_invites_a_rise():
    traits_ = traits("coercer", **CAMPAIGN | {"rise_rate": 1.0, "isolation_sensitivity": 2.5})
    u = (1.5 * WEEK, 0.9, 0.9, 0.5)
    assert campaigns(traits_, coercer_at(6.0), 0.0, 0.0, WEEK, u).rung == 6.0
    assert campaigns(traits_, coercer_at(6.0), 0.5, 0.0, WEEK, u).rung == 7.0


def test_an_attempt_that_fails_starts_the_clock_anew_and_one_that_succeeds_takes_the_leader():
    traits_, at = traits("coercer", **CAMPAIGN), coercer_at(9.0, calm=0.5)
    failed = campaigns(traits_, at, 0.0, 0.0, WEEK, (0.1, 0.9, 0.9, 0.9))
    assert (failed.rung, failed.move, failed.calm, failed.captured) == (9.0, 0.0, 0.0, 0.0)
    taken = campaigns(traits_, at, 0.0, 0.0, WEEK, (0.1, 0.9, 0.9, 0.1))
    assert (taken.rung, taken.captured) == (10.0, 1.0)


def test_an_ultimatum_adds_its_chance_on_its_day():
    traits_ = traits("coercer", **CAMPAIGN | {"rise_rate": 0.0, "easing_rate": 0.0})
    for u, rung in ((0.36, 8.0), (0.34, 7.0)):
        assert campaigns(traits_, coercer_at(7.0), 0.0, 0.65, WEEK, (u, 0.9, 0.9, 0.9)).rung == rung


def test_a_ramp_rises_with_the_chance_of_its_rate_and_stops_at_strikes():
    traits_ = traits("coercer", rise_rate=4.0)
    chance = 1.0 - math.exp(-4.0 * WEEK)
    assert ramp_rung(traits_, 5.0, WEEK, chance - 1e-9) == 6.0
    assert ramp_rung(traits_, 5.0, WEEK, chance + 1e-9) == 5.0
    assert ramp_rung(traits_, 9.0, WEEK, 0.0) == 9.0


@pytest.mark.parametrize(
    ("mode", "scripted", "expected"),
    [(RAMP, -1.0, 6.0), (SCRIPTED, 2.0, 2.0), (SCRIPTED, -1.0, 5.0), (ADAPTIVE, -1.0, 6.0)],
)
def test_a_coercer_moves_by_its_mode(mode, scripted, expected):
    inputs = UNSCRIPTED._replace(rung=scripted)
    luck = (0.01, 0.9, 0.9, 0.9)
    moved = next_rung(mode, traits("coercer", **CAMPAIGN), coercer_at(5.0), 0.0, inputs, WEEK, luck)
    assert moved.rung == expected
    assert moved.move == expected - 5.0
    assert mode_in_force(RAMP, scripted) == (SCRIPTED if scripted >= 0.0 else RAMP)


# -- forces and ships --------------------------------------------------------------------------------------------------


@given(shares, st.floats(0.001, 1.0))
def test_half_of_the_ships_stay_away_at_the_fear_that_says_so(fear, half):
    assert sailing(half, half) == 0.5
    assert 0.0 < sailing(fear, half) <= 1.0
    assert stopped(0.0, 0.0, half) == 0.0
    assert stopped(0.1, half, half) == pytest.approx(1.0 - 0.9 * 0.5)


@pytest.mark.parametrize(
    ("rung", "seizing", "u", "expected"),
    [(7.0, 1.0, 0.0, 0.0), (8.0, 0.0, 0.0, 1.0), (8.0, 0.0, 0.9, 0.0), (8.0, 1.0, 0.9, 1.0), (9.0, 0.0, 0.9, 1.0)],
)
def test_seizures_begin_by_chance_at_rung_8_at_once_at_rung_9_and_end_below(rung, seizing, u, expected):
    coercer = coercer_at(rung, seizing=seizing)
    assert seizes(traits("coercer", seizure_rate=2.0), coercer, WEEK, u) == expected
    assert may_seize(coercer) == (rung == 8.0 and seizing == 0.0)


def test_forces_ships_and_fear_follow_the_rung_half_way_in_a_step():
    coercer = coercer_at(9.0, presence=0.2, risk=0.02, fear=0.01)
    traits_ = traits("coercer", seizure_fear=0.05)
    after = with_forces(traits_, coercer, Pressure(1.0, 0.5, 0.08), UNSCRIPTED, PACE, 0.9)
    assert after.presence == pytest.approx(0.6)
    assert after.risk == pytest.approx(0.05)
    assert after.fear == pytest.approx(0.03)
    assert after.interdiction == pytest.approx(stopped(0.05, 0.03, 0.05))
    scripted = with_forces(
        traits_, coercer, Pressure(1.0, 0.5, 0.08), UNSCRIPTED._replace(presence=0.3, interdiction=0.7), PACE, 0.9
    )
    assert (scripted.presence, scripted.interdiction) == (0.3, 0.7)


@pytest.mark.parametrize(("ships", "rung", "seizing"), [(1.0, 8.0, 1.0), (0.0, 8.0, 0.0), (1.0, 7.0, 0.0)])
def test_a_run_opens_with_seizures_only_where_the_scenario_says_so(ships, rung, seizing):
    coercer = opening_coercer(
        traits("coercer", rung=rung, ships_stopped=ships, interdiction=0.1, seizure_fear=0.05, presence=0.4),
        Pressure(1.0, 0.5, 0.05),
        UNSCRIPTED,
    )
    assert coercer.seizing == seizing
    assert coercer.interdiction == (pytest.approx(1.0 - 0.95 * 0.5) if seizing else 0.1)
    scripted = UNSCRIPTED._replace(rung=3.0, presence=0.2, interdiction=0.3)
    at = opening_coercer(traits("coercer"), Pressure(1.0, 0.5, 0.05), scripted)
    assert (at.rung, at.presence, at.interdiction) == (3.0, 0.2, 0.3)


# -- the client --------------------------------------------------------------------------------------------------------

OIL = {"oil_output": 1.0, "oil_price": 50.0, "home_use": 0.4, "home_share": 0.4, "other_revenue": 5.0}
OIL |= {"interdiction_reach": 0.5, "sanction_rung": 4.0, "sanction_loss": 0.4, "restoring": 0.5, "goods_half": 0.25}


def test_revenue_by_hand():
    client = traits("client", **OIL)
    assert oil_exports(client, 1.0) == pytest.approx(0.6)
    assert oil_exports(client, 0.5) == pytest.approx(0.3)
    assert past_the_blockade(client, 0.6, 0.5) == pytest.approx(0.45)
    assert goods_available(client, 0.6, 0.5) == pytest.approx(0.45 / 0.7)
    assert sanction_cut(client, 3.0, 0.0) == 0.0
    assert sanction_cut(client, 8.0, 0.5) == pytest.approx(0.4 * 0.75)
    earned = revenue(client, 0.6, 50.0, coercer_at(8.0, interdiction=0.5), 0.5)
    assert earned == pytest.approx(0.45 * 50.0 * 0.365 * 0.7 + 5.0)


def test_solvency_leads_to_a_half_where_half_of_the_ease_is_left():
    client = traits("client", needs=8.0, ease=20.0, solvency_money=0.1)
    assert solvency_target(client, 18.0, 0.0) == pytest.approx(0.5)
    assert solvency_target(client, 18.0, 1.0) == pytest.approx(0.6)
    assert solvency_target(client, 1e6, 1.0) == 1.0


HOLD = {"hold": 0.53, "hold_revenue": 1.9, "hold_support": 0.6, "hold_pressure": 0.1}


@given(st.floats(-1.0, 2.0), st.floats(0.0, 2.0), st.floats(-8.0, 2.0))
def test_unrest_and_pressure_lower_the_hold_and_support_raises_it(unrest, ratio, rungs):
    client = traits("client", **HOLD)
    hold = hold_now(client, unrest, ratio, rungs)
    assert hold_now(client, unrest + 0.1, ratio, rungs) < hold
    assert hold_now(client, unrest, ratio + 0.1, rungs) > hold
    assert hold_now(client, unrest, ratio, rungs + 1.0) < hold
    odds = math.log(0.53 / 0.47) - 1.9 * unrest + 0.6 * (ratio - 1.0) - 0.1 * rungs
    assert math.log(hold / (1.0 - hold)) == pytest.approx(odds)


def test_the_hold_of_the_opening_is_that_of_the_scenario():
    assert hold_now(traits("client", **HOLD), 0.0, 1.0, 0.0) == pytest.approx(0.53)
    assert backing_ratio(0.5, 0.0) == 1.0
    assert backing_ratio(0.5, 0.25) == backing_ratio(5.0, 0.25) == 2.0


def test_ends_come_in_proportion_to_the_odds_against_the_client():
    client = traits("client", end_rate=0.1)
    assert end_rate(client, 0.5) == pytest.approx(0.1)
    assert end_rate(client, 0.25) == pytest.approx(0.3)
    assert end_rate(client, 1e-9) == 12.0


@pytest.mark.parametrize(
    ("rung", "u", "fate"),
    [
        (8.0, 0.7, Fate.COLLAPSES),
        (8.0, 0.5, Fate.CONCEDES),
        (8.0, 0.2, Fate.EXITS),
        (4.0, 0.29, Fate.CONCEDES),
        (4.0, 0.05, Fate.CONCEDES),
        (4.0, 0.31, Fate.COLLAPSES),
    ],
)
def test_an_end_is_a_concession_the_likelier_the_higher_the_rung_and_the_leaders_exit_from_rung_6(rung, u, fate):
    assert end_of(traits("client", concession_share=0.6, exit_share=0.4), rung, u) == float(fate)


def test_who_is_captured_is_removed_and_nothing_else():
    client = traits("client", end_rate=12.0, concession_share=0.8, exit_share=0.5)
    state = client_with(hold=0.1)
    assert client_fate(client, state, coercer_at(10.0, captured=1.0), WEEK, 0.0, 0.0) == REMOVED
    assert client_fate(client, state, coercer_at(9.0), WEEK, 0.0, 0.0) == EXITS
    assert client_fate(client, state, coercer_at(9.0), WEEK, 0.0, 0.7) == CONCEDES
    assert client_fate(client, state, coercer_at(9.0), WEEK, 1.0, 0.0) == float(Fate.HOLDS)


NOTHING = Backing(0.0, 0.0, 0.0, 0.0)


def test_a_client_turn_by_hand():
    sheet = traits("client", **OIL | HOLD | {"ease": 20.0, "needs": 8.0})
    at_first = opening_client(sheet, coercer_at(3.0), NOTHING, UNSCRIPTED)
    assert at_first.revenue == pytest.approx(0.6 * 50.0 * 0.365 + 5.0)
    assert at_first.habit == pytest.approx(math.log(at_first.revenue))
    opened = Opening(rung=3.0, threat=0.0, visible=0.0, hold=0.0, supply=0.6)
    cheap = UNSCRIPTED._replace(oil_price=0.5)
    before = at_first._replace(solvency=0.4)
    frame = a_frame(client=sheet, opening=opened)
    after = client_turn(frame, before, coercer_at(3.0), NOTHING, cheap, 0.0)
    felt = math.log(0.5 * 0.6 * 50.0 * 0.365 + 5.0)
    assert after.habit == pytest.approx(0.5 * (at_first.habit + felt))
    assert after.unrest == pytest.approx(0.5 * (after.habit - felt))
    assert after.hold == pytest.approx(hold_now(sheet, after.unrest, 1.0, 0.0))
    assert after.solvency == pytest.approx(0.5 * (0.4 + solvency_target(sheet, after.revenue, 0.0)))
    assert after.lack == 0.0
    frozen = client_turn(frame, before, coercer_at(9.0, interdiction=0.5), NOTHING, cheap, 1.0)
    assert frozen.solvency == 0.4
    assert frozen.high_rung == 9.0
    assert frozen.lack == pytest.approx(0.5)


# -- budgets -----------------------------------------------------------------------------------------------------------

ODD = PLAIN._replace(war_drain=2.0, own_crisis=3.0)


def test_drain_and_crisis_follow_their_factors_and_stay_below_all():
    assert drain_now(traits("patrons", war_drain=0.3), ODD) == pytest.approx(0.6)
    assert drain_now(traits("patrons", war_drain=0.9), ODD) == 0.995
    assert crisis_now(traits("patrons", own_crisis=0.1), ODD, 0.5) == pytest.approx(1.0 - 0.7 * 0.5)
    assert crisis_now(traits("patrons", own_crisis=0.9), ODD, 0.0) == pytest.approx(0.95)
    assert left_by_war(0.9999) == 0.005


def test_an_end_of_the_war_multiplies_the_budget_by_what_it_leaves():
    then = traits("patrons", support_budget=0.1, war_drain=0.96)
    now = then._replace(war_drain=0.1)
    assert budget_now(now, then, PLAIN, client_with(), 0.0) == pytest.approx(0.1 * 0.9 / 0.04)
    assert budget_now(then, then, PLAIN, client_with(), 0.5) == pytest.approx(0.1 * (1.0 - 0.7 * 0.5))


def test_a_patron_that_lives_by_the_clients_oil_is_poorer_without_it():
    usual = traits("patrons", support_budget=0.45, dependence=1.5)
    assert budget_now(usual, usual, PLAIN, client_with(lack=0.5), 0.0) == pytest.approx(0.45 * 0.85)
    other = usual._replace(dependence=0.0)
    assert budget_now(other, other, PLAIN, client_with(lack=0.5), 0.0) == pytest.approx(0.45)


def test_in_a_history_the_budget_of_peace_counts_until_the_deep_war():
    usual = traits("patrons", support_budget=0.1, peacetime_budget=3.0)
    assert peacetime_means(usual, 0.2, 0.5) == pytest.approx(2.4)
    assert peacetime_means(usual, 0.95, 0.5) == 0.1
    assert peacetime_means(usual._replace(peacetime_budget=0.2), 0.6, 0.95) == 0.1
    assert budget_now(usual, usual, PLAIN, client_with(), 0.0) == pytest.approx(3.0)


def test_the_first_level_of_a_convex_channel_is_cheap_and_what_a_war_wants_as_well_is_dearer():
    reach = traits("pairs", cost=7.0)
    loans, trade = traits("channels", material=1.0, convexity=2.5), traits("channels", material=1.0, convexity=1.0)
    assert bill_at_opening(loans, reach, 1.0) == pytest.approx(7.0 * (1.0 / 3.0) ** 2.5)
    assert [bill_at_opening(trade, reach, x) for x in (0.0, 1.0, 3.0)] == pytest.approx([0.0, 7.0 / 3.0, 7.0])
    assert bill_at_opening(traits("channels"), reach, 3.0) == 0.0
    assert dearer(traits("channels", war_competition=2.0), 0.9, 0.4) == pytest.approx(2.8 / 1.8)


@given(st.floats(0.0, 5.0), st.floats(0.01, 5.0), st.floats(0.0, 5.0), st.floats(0.001, 1.0))
def test_savings_are_never_negative_and_never_above_a_year_of_the_budget(savings, budget, spent, dt):
    after = next_savings(savings, budget, spent, dt)
    assert 0.0 <= after <= budget
    if 0.0 < after < budget:
        assert after == pytest.approx(savings + (budget - spent) * dt)
    assert is_short(after, budget, spent) == (after == 0.0 and spent > 1.0001 * budget)
    assert opening_savings(budget, spent) == max(0.0, 0.5 * (budget - spent))


def test_thrift_is_felt_when_the_budget_is_nearly_gone():
    assert thrift_cost(0.2, 0.5, 1.0) == pytest.approx(0.025)
    assert thrift_cost(0.2, 5.0, 1.0) == pytest.approx(0.2)


def test_what_is_missed_per_dollar_counts_habit_and_worth():
    assert missed_per_dollar(traits("model", commitment=1.4, precision=10.0), 0.06, 0.1) == pytest.approx(2.0)
    assert missed_per_dollar(traits("model", commitment=1.4), 0.06, 0.1) == pytest.approx(0.6)


# -- the opening -------------------------------------------------------------------------------------------------------


def test_a_run_opens_on_the_coded_level_within_reach_with_its_request():
    channel, reach = traits("channels", lag=0.1), traits("pairs", opening=3.0, feasible=2.0, request=0.5)
    assert opening_pair(traits("model"), channel, reach, 0.5).level == 2.0
    asked = opening_pair(traits("model", request_grace=0.2), channel, reach._replace(opening=1.0), 0.5)
    assert (asked.level, asked.home, asked.request.asked) == (1.0, 1.0, 2.0)
    assert asked.request.asked_by == pytest.approx(0.3)
    assert opened_with(asked, 0.7).luck.number == 0.7


def test_a_patron_opens_calm_unless_the_rung_is_news_to_it():
    sheet = traits("patrons", threat=0.4, crisis_rate=2.0)
    patron = opening_patron(sheet, PLAIN, 0.3, 0.2, 0.1, math.exp(-1.0), 0.0)
    assert patron.threat == (0.4, 0.4, NEVER)
    assert patron.crisis.next_at == pytest.approx(0.5)
    assert opening_patron(sheet, PLAIN, 0.3, 0.2, 0.1, 0.5, 1.0).crisis.next_at == NEVER
    assert opening_patron(sheet, PLAIN._replace(threat=0.9), 0.3, 0.2, 0.1, 0.5, 1.0).threat.height == 0.9
    for held, alert in ((-1.0, 0.0), (8.0, 0.0), (7.0, 1.0)):
        assert stirred_at_the_opening(patron, coercer_at(8.0), held).watch.alert == alert


def test_a_run_is_measured_against_its_opening():
    found = measured_against(coercer_at(8.0), client_with(exports=0.7), 0.5, Backing(0.4, 1.2, 0.3, 0.1))
    assert found == Opening(rung=8.0, threat=0.5, visible=0.4, hold=1.2, supply=0.7)


def test_the_pace_of_a_step_is_the_chance_of_its_rates():
    model = traits("model", review_rate=2.0, habit_years=5.0)
    pace = pace_of(model, traits("coercer", threat_decay=2.0), traits("client", solvency_lag=0.4), WEEK)
    assert pace.calm == pytest.approx(1.0 - math.exp(-2.0 * WEEK))
    assert pace.solvency == pytest.approx(1.0 - math.exp(-WEEK / 0.4))
    assert pace.threat_kept == pytest.approx(math.exp(-2.0 * WEEK))
    assert pace.deployment == 1.0
    slow = pace_of(model, traits("coercer", deployment_lag=0.1), traits("client"), WEEK)
    assert slow.deployment == pytest.approx(1.0 - math.exp(-WEEK / 0.1))
    assert lag_pace(traits("channels"), WEEK) == 1.0
    assert lag_pace(traits("channels", lag=0.3), WEEK) == pytest.approx(1.0 - math.exp(-WEEK / 0.3))


# -- what is set -------------------------------------------------------------------------------------------------------


def test_what_is_set_of_a_condition_takes_its_place_and_the_rest_stays():
    before = traits("coercer", rung=8.0, presence=0.5)
    coercer = coercer_at(7.0, presence=0.7)
    assert overwritten_coercer(coercer, before, before) == coercer
    put = overwritten_coercer(coercer, before, before._replace(rung=9.0, ships_stopped=1.0, calm_years=2.0))
    assert (put.rung, put.presence, put.seizing, put.calm, put.captured) == (9.0, 0.7, 1.0, 2.0, 0.0)
    assert overwritten_coercer(coercer, before, before._replace(rung=10.0)).captured == 1.0
    moved = overwritten_coercer(coercer, before, before._replace(presence=0.1, interdiction=0.6))
    assert (moved.presence, moved.interdiction) == (0.1, 0.6)


def test_what_is_set_of_client_patron_and_pair_takes_its_place():
    client, before = client_with(), traits("client", solvency=0.3)
    assert overwritten_client(client, before, before) == client
    assert overwritten_client(client, before, before._replace(solvency=0.9)).solvency == 0.9
    patron = traits("patrons", threat=0.4)
    threat = opening_patron(patron, PLAIN, 1.0, 0.0, 0.0, 0.5, 1.0).threat._replace(due_at=1.0, height=0.6)
    assert overwritten_threat(threat, patron, patron) == threat
    assert overwritten_threat(threat, patron, patron._replace(threat=0.9)) == (0.9, 0.4, NEVER)
    reach, pair = traits("pairs", opening=2.0, feasible=3.0), pair_at(1.0)
    assert overwritten_pair(pair, reach, reach) == pair
    assert overwritten_pair(pair, reach, reach._replace(opening=3.0)).level == 3.0
    assert overwritten_pair(pair, reach, reach._replace(shielded=0.5)).shielded == 0.5


def test_a_sheet_that_is_put_in_a_row_is_read_back_from_its_place():
    pick, put = row_access(Crisis)
    row = [0.0] * 5
    put(row, 2, Crisis(depth=0.4, next_at=3.0))
    assert row == [0.0, 0.0, 0.4, 3.0, 0.0]
    assert pick(row, 2) == Crisis(depth=0.4, next_at=3.0)


# -- ranges ------------------------------------------------------------------------------------------------------------


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
