"""Single rules in numbers worked out by hand, most of all on their edges: where a rule that is a little wrong shows.

Every case stands because a rule made wrong in a small way lived without it: docs/reference/mutants.md.
"""

import math

import pytest

from scenarios.rulebook.budget import (
    bill_at_opening,
    budget_now,
    is_short,
    missed_per_dollar,
    next_savings,
    peacetime_means,
    thrift_cost,
)
from scenarios.rulebook.choice import THRESHOLD, chances_of, changes_of, commitment_of, content_share, logit
from scenarios.rulebook.client import (
    EXITS,
    HOLDS,
    client_fate,
    client_turn,
    end_of,
    oil_exports,
    opening_client,
    sanction_cut,
    solvency_target,
)
from scenarios.rulebook.coercer import (
    campaigns,
    eased,
    expected_rises,
    mode_in_force,
    next_rung,
    opening_coercer,
    with_forces,
    with_rung,
)
from scenarios.rulebook.conditions import (
    NEVER,
    Backing,
    Chooser,
    Crisis,
    Interval,
    Opening,
    Request,
    Terms,
    Threat,
    Values,
    Worth,
)
from scenarios.rulebook.delivery import (
    NO_BACKING,
    backed,
    client_asks,
    is_stopped,
    level_asked,
    next_request,
    opened_request,
)
from scenarios.rulebook.notice import ALERTED, may_be_named, next_threat, next_watch, with_crisis
from scenarios.rulebook.opening import opening_pair, opening_patron, opening_threat, pace_of, stirred_at_the_opening
from scenarios.rulebook.posture import (
    NO_POSTURE,
    NONE,
    Posture,
    Spell,
    Track,
    at_the_end,
    bin_of,
    ended_spell,
    is_abandonment,
    is_denied,
    is_notch,
    is_step_back,
    is_step_back_further,
    is_step_up,
    next_spell,
    opening_track,
    tracked,
    with_channel,
    with_support,
)
from scenarios.rulebook.reasons import loosened
from scenarios.rulebook.reviewing import chooser_of, is_a_return, narrowed, put_at
from scenarios.rulebook.showing import chance_of_words, may_words_move, next_words
from scenarios.rulebook.traits import Pressure
from scenarios.rulebook.utility import clash_at, habituated, outlook_of, with_beside, worth_of
from scenarios.vocabulary import DecisionRule, Mode, Switch
from sheets import (
    ALL_ON,
    ALONE,
    OPENED,
    PACE,
    PLAIN,
    UNSCRIPTED,
    WEEK,
    a_frame,
    a_patron,
    client_with,
    coercer_at,
    pair_at,
    terms,
    traits,
    worth,
)

RAMP, SCRIPTED = int(Mode.RAMP), int(Mode.SCRIPTED)
NOTHING = NO_BACKING


# -- pace --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("of", "kind", "number", "value"),
    [
        ("calm", "model", "review_rate", 2.0),
        ("alerted", "model", "alerted_rate", 2.0),
        ("threatened", "model", "threatened_rate", 2.0),
        ("shield_growth", "model", "shield_growth", 2.0),
        ("shield_decay", "model", "shield_decay", 2.0),
        ("words_fade", "model", "words_fade", 2.0),
        ("habit", "model", "habit_years", 0.5),
        ("solvency", "client", "solvency_lag", 0.5),
        ("revenue_habit", "client", "habit_years", 0.5),
        ("unrest", "client", "unrest_lag", 0.5),
        ("deployment", "coercer", "deployment_lag", 0.5),
        ("fear", "coercer", "fear_lag", 0.5),
    ],
)
def test_a_rate_of_two_a_year_and_a_lag_of_half_a_year_cover_the_same_share_of_a_step(of, kind, number, value):
    sheets = {name: traits(name) for name in ("model", "coercer", "client")}
    sheets[kind] = sheets[kind]._replace(**{number: value})
    # a quarter of a year at 2 a year: 1 - e^-.5
    assert getattr(pace_of(*sheets.values(), 0.25), of) == pytest.approx(0.3934693)


# -- the coercer -------------------------------------------------------------------------------------------------------


def test_a_move_is_dated_and_an_attempt_on_the_leader_is_noted():
    at = coercer_at(8.0, calm=0.5)
    risen = with_rung(at, 9.0, False, WEEK)
    assert (risen.move, risen.calm, risen.attempted, risen.captured) == (1.0, 0.0, 0.0, 0.0)
    failed = with_rung(at, 8.0, True, WEEK)
    assert (failed.move, failed.calm, failed.attempted, failed.captured) == (0.0, 0.0, 1.0, 0.0)
    taken = with_rung(at, 10.0, True, WEEK)
    assert (taken.move, taken.attempted, taken.captured) == (2.0, 1.0, 1.0)


@pytest.mark.parametrize(("rung", "left"), [(3.0, 2.0), (2.0, 1.0), (1.0, 0.0)])
def test_a_fall_of_one_rung_ends_a_rung_lower(rung, left):
    assert eased(traits("coercer", jump_chance=0.4), rung, 0.9) == left


def test_on_the_lowest_rung_a_campaign_can_ease_and_on_the_top_it_tries_no_more():
    sheet = traits("coercer", rise_rate=52.0, memory=1.0, easing_rate=52.0)
    # at rung 1 it falls at 52 / 64 a year: in a week with a chance of .0154
    assert campaigns(sheet, coercer_at(1.0), 0.0, 0.0, WEEK, (0.9, 0.01, 0.9, 0.9)).rung == 0.0
    # a rise would come with a chance of 1 - e^-1 a week, but there is nothing left to take
    top = campaigns(sheet, coercer_at(10.0), 0.0, 0.0, WEEK, (0.1, 0.99, 0.9, 0.1))
    assert (top.rung, top.attempted, top.captured) == (10.0, 0.0, 0.0)


def test_a_ramp_neither_jumps_nor_eases_nor_tries_for_the_leader():
    sheet = traits("coercer", rise_rate=52.0, memory=1.0, jump_chance=0.9, easing_rate=52.0, capture_chance=1.0)
    inputs = UNSCRIPTED
    rises = next_rung(RAMP, sheet, coercer_at(5.0), 0.0, inputs, WEEK, (0.1, 0.1, 0.8, 0.1))
    assert (rises.rung, rises.attempted) == (6.0, 0.0)
    waits = next_rung(RAMP, sheet, coercer_at(5.0), 0.0, inputs, WEEK, (0.9, 0.0, 0.8, 0.1))
    assert (waits.rung, waits.attempted) == (5.0, 0.0)


@pytest.mark.parametrize(("calm", "dt", "rises"), [(0.0, 1.0, 2.0), (0.25, 0.75, 1.0), (1.0, 3.0, 2.0)])
def test_rises_are_counted_from_the_last_one_on(calm, dt, rises):
    # by the root of the time at 2 in the first year: from 0 to 1, from a half to 1, from 1 to 2
    assert expected_rises(2.0, 0.5, calm, dt) == pytest.approx(rises)


def test_a_script_may_name_the_lowest_rung_and_tries_for_no_leader():
    assert mode_in_force(RAMP, 0.0) == SCRIPTED
    down = next_rung(SCRIPTED, traits("coercer"), coercer_at(5.0), 0.0, UNSCRIPTED._replace(rung=0.0), WEEK, (0.5,) * 4)
    assert (down.rung, down.move, down.attempted) == (0.0, -5.0, 0.0)
    top = next_rung(SCRIPTED, traits("coercer"), coercer_at(9.0), 0.0, UNSCRIPTED._replace(rung=10.0), WEEK, (0.5,) * 4)
    assert (top.rung, top.attempted, top.captured) == (10.0, 0.0, 0.0)


NO_FORCES = UNSCRIPTED._replace(presence=0.0, interdiction=0.0)


def test_forces_that_a_script_sends_home_are_gone_and_ships_that_are_not_seized_are_at_no_risk():
    at, pressure = coercer_at(7.0, presence=0.6, risk=0.04, fear=0.02), Pressure(1.0, 0.5, 0.08)
    sheet = traits("coercer", seizure_fear=0.05)
    gone = with_forces(sheet, at, pressure, NO_FORCES, PACE, 0.9)
    assert (gone.presence, gone.interdiction) == (0.0, 0.0)
    # below rung 8 nothing is seized: the fear of .02 goes half of its way to no risk
    calm = with_forces(sheet, at, pressure, UNSCRIPTED, PACE, 0.9)
    assert (calm.seizing, calm.risk, calm.fear) == (0.0, 0.0, 0.01)


def test_a_run_opens_where_a_script_says_though_that_be_nowhere():
    sheet = traits("coercer", rung=8.0, presence=0.5, interdiction=0.4, calm_years=3.0)
    at = opening_coercer(sheet, Pressure(1.0, 0.5, 0.05), NO_FORCES._replace(rung=0.0))
    assert (at.rung, at.presence, at.interdiction) == (0.0, 0.0, 0.0)
    assert (at.move, at.calm, at.attempted, at.captured) == (0.0, 3.0, 0.0, 0.0)


@pytest.mark.parametrize(("ships", "fear"), [(1.0, 0.02), (0.0, 0.05 / 3.0)])
def test_at_the_opening_owners_fear_the_risk_that_there_is_or_what_would_explain_the_lack(ships, fear):
    # nothing seized and a tenth stopped: half the ships stay away at .05, a tenth at .05 x (.1 / .9)^.5 = .05 / 3
    sheet = traits("coercer", rung=8.0, ships_stopped=ships, interdiction=0.1, seizure_fear=0.05)
    assert opening_coercer(sheet, Pressure(1.0, 0.5, 0.02), UNSCRIPTED).fear == pytest.approx(fear)


# -- the client --------------------------------------------------------------------------------------------------------


def test_without_oil_nothing_is_exported():
    assert oil_exports(traits("client", home_use=0.4, home_share=0.4), 0.0) == 0.0


def test_sanctions_cut_from_their_own_rung_on():
    sheet = traits("client", sanction_rung=4.0, sanction_loss=0.4)
    assert [sanction_cut(sheet, rung, 0.0) for rung in (3.0, 4.0, 5.0)] == [0.0, 0.4, 0.4]


@pytest.mark.parametrize(("income", "solvency"), [(8.0, 0.1192), (18.0, 0.5), (28.0, 0.8808)])
def test_solvency_is_an_eighth_where_only_the_needs_are_met_and_seven_where_all_ease_is_left(income, solvency):
    # 1 / (1 + e^2) and 1 / (1 + e^-2)
    assert solvency_target(traits("client", needs=8.0, ease=20.0), income, 0.0) == pytest.approx(solvency, abs=1e-4)


@pytest.mark.parametrize(("rung", "is_exit"), [(5.0, False), (6.0, True), (7.0, True)])
def test_from_rung_six_on_a_concession_may_be_the_leaders_exit(rung, is_exit):
    assert (end_of(traits("client", concession_share=0.8, exit_share=0.5), rung, 0.01) == EXITS) == is_exit


def test_a_shorter_step_makes_an_end_in_it_the_rarer():
    # at a hold of one half ends come at .1 a year: in half a year with a chance of 1 - e^-.05 = .0488
    client = traits("client", end_rate=0.1, concession_share=1.0)
    fates = [client_fate(client, client_with(hold=0.5), coercer_at(8.0), 0.5, u, 0.5) for u in (0.048, 0.049)]
    assert (fates[0] == HOLDS, fates[1] == HOLDS) == (False, True)


OIL = {
    "oil_output": 1.0,
    "oil_price": 50.0,
    "home_share": 0.4,
    "home_use": 1.0,
    "goods_half": 0.3,
    "sanction_rung": 9.0,
}
HALF = UNSCRIPTED._replace(oil_output=0.5, oil_price=0.5)


def test_half_the_output_at_half_the_price_earns_a_quarter():
    sheet = traits("client", **OIL, hold=0.5, solvency=0.2)
    opened = opening_client(sheet, coercer_at(3.0), NOTHING, HALF)
    # of .5 mb/d .6 are exported; at USD 25 a barrel and .365 bn barrels a year each
    assert (opened.exports, opened.revenue) == pytest.approx((0.3, 0.3 * 25.0 * 0.365))
    assert opened.goods == pytest.approx(0.5)
    assert (opened.lack, opened.unrest, opened.high_rung, opened.fate) == (0.0, 0.0, 3.0, HOLDS)
    frame = a_frame(client=sheet, opening=Opening(rung=3.0, threat=0.0, visible=0.0, hold=0.0, supply=0.6))
    after = client_turn(frame, opened, coercer_at(3.0), NOTHING, HALF, 0.0)
    assert (after.exports, after.revenue) == pytest.approx((opened.exports, opened.revenue))
    # .3 of the .6 mb/d of the opening arrive
    assert after.lack == pytest.approx(0.5)


def test_a_client_that_exported_nothing_at_the_opening_lacks_nothing():
    frame = a_frame(client=traits("client", **OIL), opening=OPENED._replace(supply=0.0))
    assert client_turn(frame, client_with(), coercer_at(3.0), NOTHING, UNSCRIPTED, 0.0).lack == 0.0


# -- budgets -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("drain", "opening_drain", "means"),
    [
        (0.2, 0.0, 0.16),  # .2 x .8
        (0.6, 0.0, 0.08),
        (0.6, 0.95, 0.1),  # the run opened in the deep war: never less than today's
        (0.6, 0.9, 0.08),
        (0.9, 0.0, 0.1),  # the deep war begins at .9 of its means
        (0.89, 0.0, 0.022),
    ],
)
def test_a_small_budget_of_peace_less_its_war_until_the_war_is_deep(drain, opening_drain, means):
    patron = traits("patrons", support_budget=0.1, peacetime_budget=0.2)
    assert peacetime_means(patron, drain, opening_drain) == pytest.approx(means)


@pytest.mark.parametrize(
    ("peacetime", "crisis_then", "crisis_now", "depth", "budget"),
    [
        (0.0, 0.4, 0.4, 0.0, 0.1),  # the crisis of the opening is paid for already
        (0.0, 0.4, 0.0, 0.0, 0.1 / 0.72),  # 1 - .7 x .4 is what it left
        (0.0, 0.4, 0.4, 0.5, 0.1 * 0.51 / 0.72),  # .7 of a crisis now: 1 - .6 x .5
        (0.2, 0.4, 0.4, 0.0, 0.2 * 0.72),  # in a history there is no crisis in the budget of peace
        (0.2, 0.0, 0.0, 0.5, 0.2 * 0.65),
    ],
)
def test_a_crisis_takes_seven_tenths_of_what_it_touches_once(peacetime, crisis_then, crisis_now, depth, budget):
    then = traits("patrons", support_budget=0.1, peacetime_budget=peacetime, own_crisis=crisis_then)
    now = then._replace(own_crisis=crisis_now)
    assert budget_now(now, then, PLAIN, client_with(), depth) == pytest.approx(budget)


def test_even_a_patron_that_depends_a_little_on_the_clients_oil_is_poorer_without_it():
    usual = traits("patrons", support_budget=1.0, dependence=0.5)
    assert budget_now(usual, usual, PLAIN, client_with(lack=1.0), 0.0) == pytest.approx(0.7)


def test_a_bill_that_is_a_little_convex_is_not_straight():
    channel, reach = traits("channels", material=1.0, convexity=1.1), traits("pairs", cost=9.0)
    assert bill_at_opening(channel, reach, 1.0) == pytest.approx(9.0 * math.exp(-1.1 * math.log(3.0)))


@pytest.mark.parametrize(("spent", "is_too_much"), [(1.0, False), (1.00005, False), (1.001, True)])
def test_who_spends_its_whole_budget_and_no_more_can_go_on(spent, is_too_much):
    assert is_short(0.0, 1.0, spent) == is_too_much


@pytest.mark.parametrize(("savings", "spent", "after"), [(0.2, 1.0, 0.7), (0.2, 3.0, 0.0), (1.9, 1.0, 2.0)])
def test_half_a_year_saves_half_of_what_is_left_of_a_years_budget(savings, spent, after):
    assert next_savings(savings, 2.0, spent, 0.5) == pytest.approx(after)


@pytest.mark.parametrize(("spent", "cost"), [(0.5, 0.025), (1.0, 0.2), (1.05, 0.2)])
def test_who_spends_more_than_its_budget_pays_the_thrift_of_all_of_it(spent, cost):
    assert thrift_cost(0.2, spent, 1.0) == pytest.approx(cost)


def test_a_blunt_patron_misses_habit_the_more():
    # .6 of commitment at a precision of .5 are 1.2 of utility; with .3 of gain over USD 0.5 bn
    assert missed_per_dollar(traits("model", commitment=0.6, precision=0.5), 0.3, 0.5) == pytest.approx(3.0)


# -- a choice ----------------------------------------------------------------------------------------------------------

CHOOSER = Chooser(
    rule=float(DecisionRule.QUANTAL_RESPONSE),
    precision=2.0,
    commitment=0.0,
    startup=0.0,
    feasible=1.0,
    now=0.0,
    home=0.0,
    loss_aversion=2.0,
    aspiration=0.05,
)


def test_a_small_commitment_is_one():
    assert commitment_of(traits("model", commitment=0.5), 0.25, 0.0, 1.0, 0.0, 9.0) == 0.5


@pytest.mark.parametrize(
    ("rule", "home", "better"),
    [
        (DecisionRule.QUANTAL_RESPONSE, 0.0, 0.1),  # .3 - .2
        (DecisionRule.PROSPECT, 0.0, -0.1),  # .3 - 2 x .2
        (DecisionRule.PROSPECT, 1.47, 0.4),  # seen from level 1, nothing gains .2 and loses .3: .2 - 2 x .3 = -.4
    ],
)
def test_losses_loom_larger_from_the_level_nearest_to_home_and_only_to_a_prospect(rule, home, better):
    chances = chances_of(
        CHOOSER._replace(rule=float(rule), home=home), worth(terms(payment=0.3, bargain=-0.2)), worth(), ALL_ON
    )
    # at a precision of 2 per utility
    assert chances.low == pytest.approx(1.0 / (1.0 + math.exp(-2.0 * better)))


@pytest.mark.parametrize("switch", [Switch.OFF, Switch.FROZEN])
def test_a_term_that_is_switched_off_moves_nothing_and_the_others_move_what_has_changed(switch):
    now, then = Worth(*[Terms(1.0, 2.0, 3.0, 4.0, 5.0)] * 3), Worth(*[Terms(0.5, 0.5, 0.5, 0.5, 0.5)] * 3)
    moved = Terms(0.5, 1.5, 2.5, 3.5, 4.5)
    for level in (1.0, 2.0, 3.0):
        assert changes_of(now, then, level, ALL_ON) == moved
    for term in Terms._fields:
        switches = ALL_ON._replace(**{term: float(switch)})
        assert changes_of(now, then, 1.0, switches) == moved._replace(**{term: 0.0})


@pytest.mark.parametrize(
    ("values", "feasible", "chances"),
    [
        # e / (1 + e) and e^2 / (1 + e + e^2); what is out of reach weighs nothing, however good
        (Values(0.0, 1.0, 9e3, 9e3), 1.0, (0.26894, 0.73106, 0.0, 0.0)),
        (Values(0.0, 1.0, 2.0, 9e3), 2.0, (0.09003, 0.24473, 0.66524, 0.0)),
        (Values(0.0, 9e3, 9e3, 9e3), 0.0, (1.0, 0.0, 0.0, 0.0)),
        (Values(9e3, 9e3, 9e3, 9e3), 3.0, (0.25, 0.25, 0.25, 0.25)),
        # far apart, the best has all
        (Values(1e3, 9e2, 0.0, -1.0), 3.0, (1.0, 0.0, 0.0, 0.0)),
        (Values(1e3, 9e2, 8e2, 0.0), 3.0, (1.0, 0.0, 0.0, 0.0)),
    ],
)
def test_chances_are_in_proportion_to_the_exponential_within_reach(values, feasible, chances):
    assert logit(values, feasible) == pytest.approx(chances, abs=1e-5)


def test_without_any_change_each_level_further_from_home_has_the_odds_of_the_commitment():
    # 1, e^-1, e^-2 and e^-3 of their sum
    chances = chances_of(CHOOSER._replace(commitment=1.0, feasible=3.0), worth(), worth(), ALL_ON)
    assert chances == pytest.approx((0.64391, 0.23688, 0.08714, 0.03206), abs=1e-5)


def test_a_patron_gets_used_to_a_quarter_of_what_is_new():
    then, now = Worth(*[Terms(1.0, -1.0, 0.0, 2.0, 3.0)] * 3), Worth(*[Terms(3.0, 1.0, -4.0, 2.0, -1.0)] * 3)
    assert habituated(then, now, 0.25) == Worth(*[Terms(1.5, -0.5, -1.0, 2.0, 2.0)] * 3)


@pytest.mark.parametrize(("level", "kept", "spent"), [(0.0, 1.0, 0.3), (1.0, 0.9, 0.5), (3.0, 0.7, 0.5)])
def test_a_channel_on_which_something_is_given_risks_and_costs_beside_the_others(level, kept, spent):
    # .5 of provocation and of exposure at chances of .6, .3 of the business in reach of a full threat: .1 a level
    model = traits("model", loss_cap=1.0, bargain_floor=0.6, bargain_top=0.6, clash_probability=0.6)
    model = model._replace(belief_in_strikes=1.0)
    coercer = coercer_at(8.0, presence=1.0)
    outlook = outlook_of(model, traits("patrons"), coercer, client_with(), a_patron(1.0), 0.0, 0.0)
    channel = traits("channels", material=1.0, provocation=0.5, sanctionable=0.3, exposed=0.5)
    beside = with_beside(ALONE._replace(spent=0.3), channel, outlook, pair_at(level), 0.2)
    assert beside == pytest.approx((kept, kept, kept, spent))


@pytest.mark.parametrize(("rung", "chance"), [(0.0, 0.0), (1.0, 0.04), (5.0, 0.2)])
def test_a_clash_is_possible_from_the_first_rung_on(rung, chance):
    # a power of 1: .8 x .5 on the top, a tenth of it a rung
    model = traits("model", clash_probability=0.8, belief_in_strikes=0.5, clash_power=1.0)
    assert clash_at(model, rung, 1.0) == pytest.approx(chance)


def test_each_level_is_worth_what_it_pays_and_costs_by_itself():
    channel = traits("channels", paid=1.0)
    outlook = outlook_of(
        traits("model", thrift=0.8, loss_cap=1.0), traits("patrons", payment_weight=1.0), coercer_at(0.0),
        client_with(goods=0.5), a_patron(), 0.0, 0.0,
    )  # fmt: skip
    # goods of .5 times the root of u; a thrift of .8 times the cube of a quarter, a half and the whole of the budget
    found = worth_of(channel, outlook, ALONE, 0.0, 1.0, (0.25, 0.5, 1.0))
    assert [level.payment for level in found] == pytest.approx([0.5 * math.sqrt(x / 3.0) for x in (1, 2, 3)])
    assert [level.material_cost for level in found] == pytest.approx([-0.8 / 64.0, -0.1, -0.8])


RISEN = worth(terms(payment=0.1), terms(payment=0.3), terms(payment=0.9))


@pytest.mark.parametrize(
    ("now", "feasible", "log_odds"),
    [
        (1.0, 2.0, -1.2),  # level 2 is better by .2: 4 x 2 x (.05 - .2)
        (1.0, 1.0, 0.4),  # nothing in reach is better: 4 x 2 x .05
        (2.0, 2.0, 0.4),
        (1.0, 3.0, -6.0),  # level 3 is better by .8
    ],
)
def test_the_content_keep_their_level_until_another_is_better_by_more_than_they_put_up_with(now, feasible, log_odds):
    chooser = CHOOSER._replace(rule=THRESHOLD, now=now, feasible=feasible)
    share = 1.0 / (1.0 + math.exp(-log_odds))
    assert content_share(chooser, RISEN, worth(), ALL_ON) == pytest.approx(share)


def test_a_weaker_commitment_swings_the_more_the_blunter_a_patron_and_the_further_it_goes():
    # .5 of commitment less, half a level further from home, a precision of .5
    assert loosened(1.0, 1.5, 0.5, 0.5) == pytest.approx(0.5)


def test_of_intervals_that_only_touch_the_first_counts():
    # one number where they meet would fall on the level of the other
    assert narrowed(Interval(0.0, 0.3), Interval(0.3, 0.5)) == Interval(0.0, 0.3)


@pytest.mark.parametrize(("startup", "cost"), [(1.0, 0.2), (0.0, 0.0)])
def test_only_what_must_be_begun_costs_to_begin(startup, cost):
    channel = traits("channels", startup=startup)
    assert chooser_of(0, traits("model", startup_cost=0.2), channel, pair_at(0.0), 1.0, 3.0).startup == cost


@pytest.mark.parametrize(("changed_at", "is_return"), [(-1.0, False), (0.0, True), (0.5, True)])
def test_only_what_has_changed_in_the_run_can_return(changed_at, is_return):
    assert is_a_return(put_at(pair_at(1.0, home=2.0), 1.0, changed_at), 2.0) == is_return


def test_one_level_too_many_is_no_return_to_home():
    moved = put_at(pair_at(2.0, home=2.0), 2.0, 0.5)
    assert not is_a_return(moved, 3.0)
    assert not is_a_return(moved, 1.0)


# -- notice, threats, crises, words ------------------------------------------------------------------------------------


@pytest.mark.parametrize("bargain", [-0.1, 0.1])
def test_a_bargain_that_is_worth_less_is_as_much_news_as_one_that_is_worth_more(bargain):
    assert next_watch(a_patron(), bargain, False).alert == ALERTED


@pytest.mark.parametrize(
    ("height", "rung", "is_named"), [(0.34, 5.0, True), (0.35, 5.0, False), (0.34, 4.0, False), (0.34, 6.0, True)]
)
def test_firms_are_named_from_the_rung_of_threats_on_unless_they_are_threatened_already(height, rung, is_named):
    # already threatened are those at .7 of the weight of .5
    patron, threat = traits("patrons", threat_weight=0.5), Threat(height, height, NEVER)
    assert may_be_named(patron, traits("coercer", threat_rung=5.0), threat, rung) == is_named


@pytest.mark.parametrize(("u", "is_named"), [(0.22, True), (0.23, False)])
def test_a_patron_at_which_the_coercer_hardly_aims_is_seldom_threatened(u, is_named):
    # .5 of the weight at 2 a year for a quarter of a year: 1 - e^-.25 = .2212
    frame = a_frame(coercer=traits("coercer", threat_rate=2.0, threat_delay=0.5), pace=PACE._replace(dt=0.25))
    after = next_threat(frame, traits("patrons", threat_weight=0.5), Threat(0.0, 0.0, NEVER), 0.0, 8.0, 1.0, u)
    assert (after.due_at == 1.5) == is_named


def test_a_script_may_open_a_run_without_any_threat():
    assert opening_threat(traits("patrons", threat=0.4), PLAIN._replace(threat=0.0)).height == 0.0


def test_who_still_answers_to_no_pressure_at_all_is_alert_when_the_run_opens_under_some():
    assert stirred_at_the_opening(a_patron(), coercer_at(8.0), 0.0).watch.alert == ALERTED


def test_rare_crises_come_too_and_how_deep_one_is_and_when_the_next_comes_are_two_matters_of_luck():
    sheet = traits("patrons", crisis_rate=0.5, crisis_size=0.8, crisis_duration=1.0)
    opened = opening_patron(sheet, PLAIN, 1.0, 0.0, 0.0, math.exp(-1.0), 0.0)
    assert opened.crisis == pytest.approx((0.0, 2.0))
    due = a_patron()._replace(crisis=Crisis(0.0, 1.0))
    begun = with_crisis(due, sheet, client_with().lack, 0.1, 1.0, (0.25, math.exp(-1.0)))
    assert begun.crisis == pytest.approx((0.2, 3.0))


def test_a_channel_opens_unchanged_with_its_next_luck_to_come():
    # at 2 a year and a luck of 1 / e after half a year; its number is still to be found
    opened = opening_pair(traits("model", rho=2.0), traits("channels"), traits("pairs"), math.exp(-1.0))
    assert opened.luck == pytest.approx((0.0, 0.5, -1.0))


def test_words_rise_from_rung_four_on():
    model = traits("model", words_rise=0.35)
    assert [chance_of_words(model, rung, True, False) for rung in (3.0, 4.0, 5.0)] == [0.0, 0.35, 0.35]


@pytest.mark.parametrize(
    ("level", "home", "raised", "may_move"),
    [(1.0, 1.0, 0.0, False), (2.0, 1.0, 0.0, True), (0.0, 1.0, 0.0, False), (1.0, 1.0, 0.1, True)],
)
def test_chance_has_a_say_where_there_is_an_occasion_or_raised_words_to_fade(level, home, raised, may_move):
    assert may_words_move(level, home, raised) == may_move


@pytest.mark.parametrize(
    ("level", "u", "after"), [(2.0, 0.05, 3.0), (2.0, 0.5, 2.0), (2.0, 0.69, 2.0), (2.0, 0.71, 1.0), (1.0, 0.71, 1.0)]
)
def test_raised_words_fall_with_their_chance(level, u, after):
    assert next_words(level, 1.0, 0.1, 0.3, u) == after


# -- requests ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "asked"), [(0.1, 1.0), (0.49, 1.0), (0.5, 2.0), (0.83, 2.0), (0.84, 3.0), (1.0, 3.0)])
def test_a_request_names_the_level_nearest_to_its_size(size, asked):
    assert level_asked(size, 0.0, 3.0) == asked
    assert opened_request(size, 0.0, 3.0, 2.0) == Request(asked, 2.0, 0.0)


def test_nothing_is_asked_of_who_gives_all_it_can():
    assert opened_request(1.0, 2.0, 2.0, 1.0) == Request(0.0, NEVER, 0.0)


@pytest.mark.parametrize("factor", [1.0, 1.05, 2.0])
def test_need_beyond_all_asks_for_no_more_than_all(factor):
    # .8 of three levels is nearest to 2, and .84 would be nearest to 3
    channel = traits("channels", request=0.8, need=1.0)
    asked = client_asks(traits("model"), channel, traits("pairs", feasible=3.0), factor, pair_at(0.0), 2.0)
    assert asked.request.asked == 2.0


@pytest.mark.parametrize(("size", "level"), [(0.0, 1.0), (1.0, 3.0)])
def test_a_request_that_is_open_stays_where_nothing_new_is_asked(size, level):
    pair = pair_at(level, request=Request(2.0, 5.0, 0.0))
    channel = traits("channels", request=size, need=1.0)
    assert client_asks(traits("model"), channel, traits("pairs", feasible=3.0), 1.0, pair, 2.0) == pair


@pytest.mark.parametrize(
    ("asked", "t", "settled"), [(2.0, 4.9, 0.0), (2.0, 5.0, -1.0), (1.0, 4.9, 1.0), (1.0, 5.0, 1.0)]
)
def test_a_request_lapses_on_its_day_unless_it_is_met(asked, t, settled):
    after = next_request(Request(asked, 5.0, 0.0), 1.0, 1.0, t)
    assert after == (Request(0.0, NEVER, settled) if settled else Request(asked, 5.0, 0.0))


def test_where_nothing_is_asked_nothing_is_met():
    assert next_request(Request(0.0, NEVER, 0.0), 1.0, 1.0, 5.0).settled == 0.0


# -- what arrives ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "interdiction", "interdictable", "slippery", "some"),
    [
        (1.0, 0.5, 0.5, 0.5, True),
        (0.0, 0.5, 0.5, 0.5, False),
        (1.0, 0.0, 0.5, 0.5, False),
        (1.0, 0.5, 0.0, 0.5, False),
        (1.0, 0.5, 0.5, 1.0, False),
    ],
)
def test_ships_stop_some_only_of_what_comes_where_ships_stop_it_and_it_cannot_slip(
    sent, interdiction, interdictable, slippery, some
):
    assert is_stopped(sent, interdiction, interdictable, slippery) == some


def test_support_counts_by_its_level_with_the_coercer_and_by_what_arrives_with_the_client():
    channel = traits("channels", material=1.0, weight=0.6, visibility=0.5, hold_effect=0.4, solvency_effect=0.8)
    # level 1 of 3 with .5 of the weight, and half of everything arrives
    seen = backed(Backing(0.1, 0.1, 0.1, 0.1), channel._replace(trade=0.25), 0.5, 1.0, 1.5)
    assert seen == pytest.approx((0.1 + 0.6 * 0.5 * 0.5 / 3.0, 0.1 + 0.2, 0.1 + 0.1, 0.1 + 0.3))
    # .85 and a fifth are more than all the trade that there is
    assert backed(Backing(0.0, 0.0, 0.85, 0.0), channel._replace(trade=0.5), 0.5, 1.0, 1.5).trade == 1.0


# -- a posture against its reference -----------------------------------------------------------------------------------


def test_a_posture_adds_up_its_channels():
    assert Posture(0.0, 0.0, 0.0, 0.0, NONE, NONE, 0.0, 0.0) == NO_POSTURE
    before = NO_POSTURE._replace(given=1.0, reference=1.0, arriving=1.0, support=0.1, delivered=0.1)
    pair = pair_at(2.0, delivered=1.6)
    after = with_channel(before, traits("channels", material=1.0, weight=0.3), 3.0, pair, 4.0)
    # in the index .3 x 2 / 3 and .3 x 1.6 / 3 more; 1.6 is nearest to level 2
    assert after == pytest.approx((3.0, 4.0, 3.0, 1.0, NONE, NONE, 0.3, 0.26))
    words = with_channel(before, traits("channels", material=0.0, weight=0.3), 3.0, pair, 4.0)
    assert words == pytest.approx((1.0, 1.0, 1.0, 0.0, NONE, NONE, 0.3, 0.26))


@pytest.mark.parametrize(
    ("level", "changed_at", "channel", "lost_at"),
    [
        (1.0, 3.0, 4.0, 3.0),
        (1.0, 2.0, 0.0, 2.0),  # of two lost in one step the first
        (1.0, 1.0, 0.0, 2.0),
        (2.0, 3.0, 0.0, 2.0),  # it has changed since, but nothing is lost
        (3.0, 3.0, 0.0, 2.0),
    ],
)
def test_the_channel_that_was_last_lost_is_remembered(level, changed_at, channel, lost_at):
    before = NO_POSTURE._replace(channel=0.0, lost_at=2.0)
    after = with_channel(before, traits("channels", material=1.0), 2.0, put_at(pair_at(level), level, changed_at), 4.0)
    assert (after.channel, after.lost_at) == (channel, lost_at)


OUTCOMES = (is_step_back, is_step_back_further, is_abandonment, is_step_up, is_denied, is_notch)


@pytest.mark.parametrize(
    ("given", "reference", "arriving", "dented", "outcomes"),
    [
        (4.0, 4.0, 4.0, 0.0, ()),
        (3.0, 4.0, 3.0, 1.0, (is_step_back, is_notch)),
        (2.0, 4.0, 2.0, 1.0, (is_step_back, is_step_back_further, is_notch)),
        (4.0, 4.0, 4.0, 1.0, (is_notch,)),
        (0.0, 1.0, 0.0, 1.0, (is_step_back, is_abandonment, is_notch)),
        (0.0, 0.0, 0.0, 0.0, ()),  # who gave nothing abandons nothing
        (1.0, 2.0, 1.0, 1.0, (is_step_back, is_notch)),
        (5.0, 4.0, 4.0, 0.0, (is_step_up,)),
        (4.0, 4.0, 3.0, 0.0, (is_denied,)),
        (5.0, 4.0, 3.0, 0.0, (is_step_up, is_denied)),
        (3.0, 4.0, 2.0, 1.0, (is_step_back, is_notch)),  # less is intended: nothing is denied
    ],
)
def test_what_counts_as_stepping_back(given, reference, arriving, dented, outcomes):
    posture = NO_POSTURE._replace(given=given, reference=reference, arriving=arriving, dented=dented)
    assert tuple(outcome for outcome in OUTCOMES if outcome(posture)) == outcomes


HELD = Posture(
    given=2.0, reference=2.0, arriving=2.0, dented=0.0, channel=NONE, lost_at=NONE, support=0.5, delivered=0.4
)
LOST = HELD._replace(given=1.0, channel=4.0)
LOST_TOO = LOST._replace(channel=5.0)
FIRST = opening_track(HELD, 1.0)


def played(*postures: Posture) -> Track:
    """What has become of a posture; a loss must last two steps, the reason of step n is 20 + n, its rung n."""
    track = FIRST
    for step, posture in enumerate(postures):
        track = tracked(track, posture, float(step), (2.0, 2.0), float(step), 20.0 + step)
    return track


def test_at_the_opening_nothing_has_happened():
    track, never = opening_track(HELD, 1.0), Spell(NONE, NONE)
    assert track == Track(*[never] * 6, *[NONE] * 4, 2.0, 0.5, 0.5, 0.4, 0.5, 1.0, 0.0)


@pytest.mark.parametrize(
    ("postures", "back", "pause_at", "crossing"),
    [
        ([HELD, HELD], Spell(NONE, NONE), NONE, (NONE, NONE, NONE)),
        ([LOST], Spell(0.0, NONE), NONE, (4.0, 20.0, 0.0)),
        ([LOST, LOST_TOO], Spell(0.0, NONE), NONE, (4.0, 20.0, 0.0)),
        ([HELD, LOST, LOST_TOO, LOST_TOO], Spell(1.0, 1.0), NONE, (4.0, 21.0, 1.0)),
        # made good: the next loss is the first that may count
        ([LOST, HELD], Spell(NONE, NONE), 0.0, (4.0, 20.0, 0.0)),
        ([HELD, LOST, HELD], Spell(NONE, NONE), 1.0, (4.0, 21.0, 1.0)),
        ([LOST, HELD, LOST_TOO, HELD], Spell(NONE, NONE), 0.0, (5.0, 22.0, 2.0)),
        ([HELD, LOST, HELD, LOST_TOO, HELD], Spell(NONE, NONE), 1.0, (5.0, 23.0, 3.0)),
        # confirmed: what comes after changes nothing
        ([LOST, LOST, LOST, HELD], Spell(NONE, 0.0), NONE, (4.0, 20.0, 0.0)),
        ([LOST, LOST, LOST, HELD, LOST_TOO], Spell(4.0, 0.0), NONE, (4.0, 20.0, 0.0)),
        ([HELD, LOST, LOST, LOST, HELD, LOST_TOO], Spell(5.0, 1.0), NONE, (4.0, 21.0, 1.0)),
    ],
)
def test_a_step_back_is_told_by_its_crossing_and_a_loss_made_good_is_a_pause(postures, back, pause_at, crossing):
    track = played(*postures)
    assert (track.back, track.pause_at) == (back, pause_at)
    assert (track.channel, track.reason, track.rung) == crossing


@pytest.mark.parametrize(
    ("spell", "step", "after"),
    [
        (Spell(0.0, NONE), 1.0, Spell(0.0, NONE)),
        (Spell(0.0, NONE), 2.0, Spell(0.0, 0.0)),
        (Spell(3.0, 0.0), 5.0, Spell(3.0, 0.0)),  # the first that lasted stands
        (Spell(NONE, NONE), 5.0, Spell(5.0, NONE)),
    ],
)
def test_a_loss_of_two_steps_has_lasted(spell, step, after):
    assert next_spell(spell, True, step, 2.0) == after


@pytest.mark.parametrize(
    ("spell", "at"),
    [
        (Spell(3.0, NONE), 3.0),  # two steps by step 5, as many as it takes
        (Spell(4.0, NONE), NONE),
        (Spell(2.0, NONE), 2.0),
        (Spell(0.0, NONE), 0.0),
        (Spell(NONE, NONE), NONE),
        (Spell(3.0, 0.0), 0.0),  # the first that lasted stands
        (Spell(3.0, 1.0), 1.0),
        (Spell(NONE, 1.0), 1.0),
    ],
)
def test_when_the_client_ends_a_loss_counts_that_has_lasted_the_least(spell, at):
    assert ended_spell(spell, 5.0, 2.0, 9.0) == spell._replace(at=at)


@pytest.mark.parametrize(("at", "is_kept"), [(8.0, True), (9.0, True), (10.0, False)])
def test_what_began_after_the_horizon_is_dropped(at, is_kept):
    found = at_the_end(FIRST._replace(pause_at=at, back=Spell(at, at)), 20.0, 2.0, 9.0, False)
    assert found.back == ended_spell(Spell(at, at), 20.0, 2.0, 9.0) == (Spell(at, at) if is_kept else Spell(NONE, NONE))
    assert found.pause_at == (at if is_kept else NONE)


@pytest.mark.parametrize(("has_ended", "at"), [(True, 3.0), (False, NONE)])
def test_only_the_clients_end_cuts_a_loss_short(has_ended, at):
    pending = [Spell(3.0, NONE)] * 6
    found = at_the_end(Track(*pending, *FIRST[6:]), 5.0, 2.0, 9.0, has_ended)
    assert found[:6] == (Spell(3.0, at),) * 6


def test_support_at_its_lowest_and_requests_are_added_up():
    low = with_support(FIRST, HELD._replace(support=0.3, delivered=0.2), 0.0, 0.0)
    assert (low.support_start, low.support_end, low.delivered_end, low.support_min) == (0.5, 0.3, 0.2, 0.3)
    high = with_support(low, HELD._replace(support=0.7, delivered=0.6), 0.0, 0.0)
    assert (high.support_start, high.support_end, high.delivered_end, high.support_min) == (0.5, 0.7, 0.6, 0.3)
    asked = with_support(with_support(FIRST, HELD, 2.0, 1.0), HELD, 1.0, 1.0)
    assert (asked.requests, asked.requests_met) == (4.0, 2.0)


@pytest.mark.parametrize(
    ("index", "spot"), [(0.0, 0), (0.004, 0), (0.1247, 12), (0.126, 13), (0.5, 50), (1.0, 100), (1.01, 100), (1.5, 100)]
)
def test_a_support_index_falls_in_the_nearest_hundredth_and_no_more_than_all(index, spot):
    assert bin_of(index) == spot
