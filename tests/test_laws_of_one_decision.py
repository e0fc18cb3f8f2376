"""Laws that hold exactly in one decision, whatever the numbers: a patron's choice answers to each cause the right way.

A decision is one channel at one review: what its levels are worth now and were worth when the posture was chosen, a
decision rule, a held number. Wherever a law speaks of "more", it is more now: what was then stays as it was.
"""

import math
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scenarios.rulebook.choice import chances_of, changes_of, commitment_of, far_from_home, felt, leaning, logit
from scenarios.rulebook.conditions import (
    Beside,
    Chances,
    Chooser,
    Client,
    Coercer,
    Interval,
    Patron,
    Switches,
    Terms,
    Values,
    Worth,
)
from scenarios.rulebook.reasons import LEAST_SWING, loosened, reason_of, swings
from scenarios.rulebook.reviewing import (
    after_review,
    chance_of,
    chooser_of,
    interval_of,
    is_a_return,
    level_at,
    narrowed,
    number_within,
    put_at,
    review,
)
from scenarios.rulebook.traits import ChannelTraits, ModelTraits, PatronTraits
from scenarios.rulebook.utility import (
    NOTHING_BESIDE,
    clash_at,
    creditworthiness,
    dread,
    feared,
    habituated,
    outlook_of,
    provoked_at,
    terms_of_level,
    total,
    with_beside,
    worth_of,
)
from scenarios.vocabulary import DecisionRule, Reason, Switch, Term
from sheets import ALL_ON, ALONE, a_patron, client_with, coercer_at, pair_at, terms, traits, worth
from worlds import CHANNELS, MODEL, PATRON

LEVELS = (0.0, 1.0, 2.0, 3.0)
ROUNDING = 1e-9
lawful = settings(max_examples=300, deadline=None, derandomize=True)
shares = st.integers(0, 1000).map(lambda i: i / 1000)
inner = st.integers(1, 999).map(lambda i: i / 1000)
levels = st.sampled_from(LEVELS)
losses = st.integers(1, 4000).map(lambda i: i / 1000)
tolerances = st.integers(50, 5000).map(lambda i: i / 1000)


# -- what a patron fears to lose ---------------------------------------------------------------------------------------


@lawful
@given(shares, losses, tolerances)
def test_the_dread_of_a_loss_lies_between_its_mean_and_the_loss_itself(p, loss, tolerance):
    found = dread(p, feared(loss, tolerance, 2.5))
    assert p * loss - ROUNDING <= found <= loss + ROUNDING


@lawful
@given(shares, shares, losses, losses, tolerances, tolerances)
def test_dread_rises_with_chance_and_loss_and_never_with_tolerance(p, q, loss, other, tolerance, bolder):
    (p, q), (loss, other), (tolerance, bolder) = sorted((p, q)), sorted((loss, other)), sorted((tolerance, bolder))
    found = dread(p, feared(loss, tolerance, 2.5))
    assert dread(q, feared(loss, tolerance, 2.5)) >= found - ROUNDING
    assert dread(p, feared(other, tolerance, 2.5)) >= found - ROUNDING
    assert dread(p, feared(loss, bolder, 2.5)) <= found + ROUNDING


def test_dread_is_the_certainty_equivalent_at_constant_absolute_risk_aversion_up_to_its_cap():
    assert dread(0.3, feared(1.0, 0.5, 9.0)) == pytest.approx(0.5 * math.log(0.7 + 0.3 * math.exp(2.0)))
    assert dread(0.3, feared(4.0, 0.5, 2.0)) == pytest.approx(4.0 * math.log(0.7 + 0.3 * math.exp(2.0)) / 2.0)
    assert dread(0.0, feared(1.0, 0.5, 2.0)) == dread(0.5, feared(0.0, 0.5, 2.0)) == 0.0


@pytest.mark.parametrize("solvency", [0.0, 0.05, 0.3, 0.9, 1.0])
def test_a_lender_counts_on_solvency_to_the_power_of_the_years(solvency):
    assert creditworthiness(solvency, 1.0) == pytest.approx(solvency, abs=1e-15)
    assert creditworthiness(solvency, 2.0) == pytest.approx(solvency**2, abs=1e-15)


def test_a_clash_is_feared_late_on_the_ladder_and_where_forces_are_near():
    model = traits("model", clash_probability=0.75, belief_in_strikes=0.8, clash_power=5.0)
    assert clash_at(model, 0.0, 1.0) == 0.0
    assert clash_at(model, 10.0, 1.0) == pytest.approx(0.6)
    assert clash_at(model, 8.0, 0.5) == pytest.approx(0.6 * 0.8**5 * 0.6)


def test_provocation_costs_a_bargain_the_likelier_the_higher_the_rung():
    model = traits("model", bargain_floor=0.1, bargain_top=0.7)
    assert [provoked_at(model, rung) for rung in (0.0, 5.0, 10.0)] == pytest.approx([0.1, 0.4, 0.7])


# -- any decision ------------------------------------------------------------------------------------------------------


class Case(NamedTuple):
    """All on which the worth of the levels of a channel hangs."""

    model: ModelTraits
    traits: PatronTraits
    channel: ChannelTraits
    coercer: Coercer
    client: Client
    threat: float
    bargain: float
    budget: float
    cost: float
    shielded: float
    need: float

    @property
    def patron(self) -> Patron:
        """Whose choice it is."""
        return a_patron(self.threat, self.budget)


def case_of(drawn: list[float], channel: str, rung: int) -> Case:
    """A case out of shares, each of which says how far up in a sensible range a number lies."""
    part = iter(drawn)
    zeros = dict.fromkeys(ChannelTraits._fields, 0.0)
    patron = {"risk_tolerance": 0.05 + 2.0 * next(part), "payment_weight": 4.0 * next(part), "exposure": next(part)}
    return Case(
        model=ModelTraits(**MODEL | {"precision": 20.0 * next(part)}),
        traits=PatronTraits(**{"peacetime_budget": 0.0, "dependence": 0.0} | PATRON | patron),
        channel=ChannelTraits(**zeros | CHANNELS[channel]),
        coercer=coercer_at(float(rung), presence=next(part)),
        client=client_with(solvency=next(part), goods=next(part)),
        threat=next(part),
        bargain=next(part),
        budget=1.0 + next(part),
        cost=next(part),
        shielded=next(part),
        need=next(part),
    )


channels = st.sampled_from(["oil", "finance", "arms", "people"])
cases = st.builds(case_of, st.lists(shares, min_size=13, max_size=13), channels, st.integers(0, 10))


def worth_in(case: Case, beside: Beside = ALONE) -> Worth:
    """What the levels of a case are worth."""
    outlook = outlook_of(case.model, case.traits, case.coercer, case.client, case.patron, case.bargain, 0.3)
    bills = (case.cost / 3.0, 2.0 * case.cost / 3.0, case.cost)
    return worth_of(case.channel, outlook, beside, case.shielded, case.need, bills)


def chooser_in(case: Case, level: float, rule: DecisionRule = DecisionRule.QUANTAL_RESPONSE) -> Chooser:
    """Who chooses, at home on a level."""
    return chooser_of(int(rule), case.model, case.channel, pair_at(level), 1.4, 3.0)


def chances_in(now: Case, then: Case, level: float, rule: DecisionRule = DecisionRule.QUANTAL_RESPONSE) -> Chances:
    """Chances of a patron that chose its level under one case and reviews it under another."""
    return chances_of(chooser_in(now, level, rule), worth_in(now), worth_in(then), ALL_ON)


def are_lower(chances: Chances, others: Chances) -> bool:
    """Whether every level or less is at least as likely as in other chances."""
    pairs = zip(accumulate(chances), accumulate(others), strict=True)
    return all(mine >= theirs - ROUNDING for mine, theirs in pairs)


def changed(case: Case, path: str, value: float) -> Case:
    """A case with one number changed."""
    sheet, _, field = path.rpartition(".")
    if not sheet:
        return case._replace(**{field: value})
    return case._replace(**{sheet: getattr(case, sheet)._replace(**{field: value})})


def found(case: Case, path: str) -> float:
    """One number of a case."""
    value: Any = case
    for part in path.split("."):
        value = getattr(value, part)
    return float(value)


COSTS = ["threat", "bargain", "traits.exposure", "coercer.presence", "model.belief_in_strikes", "cost", "coercer.rung"]
GAINS = ["client.solvency", "client.goods", "need"]


@pytest.mark.parametrize("path", COSTS)
@lawful
@given(case=cases, level=levels, share=shares)
def test_more_threat_bargain_exposure_presence_rung_or_cost_never_makes_a_higher_level_likelier(
    path, case, level, share
):
    most = 10.0 if path == "coercer.rung" else 1.0
    value = found(case, path)
    more = changed(case, path, value + share * (most - value))
    assert are_lower(chances_in(more, case, level), chances_in(case, case, level))


@pytest.mark.parametrize("path", [*GAINS, "traits.payment_weight", "budget"])
@lawful
@given(case=cases, level=levels, share=shares)
def test_more_pay_need_or_budget_never_makes_a_lower_level_likelier(path, case, level, share):
    most = 5.0 if path in ("budget", "traits.payment_weight") else 1.0
    value = found(case, path)
    more = changed(case, path, value + share * (most - value))
    assert are_lower(chances_in(case, case, level), chances_in(more, case, level))


@lawful
@given(case=cases, share=inner)
def test_a_timider_patron_never_gives_something_rather_than_nothing(case, share):
    timid = changed(case, "traits.risk_tolerance", max(0.05, share * case.traits.risk_tolerance))
    for level in LEVELS[1:]:
        assert total(terms_of_level(worth_in(timid), level)) <= total(terms_of_level(worth_in(case), level)) + ROUNDING


def test_a_timid_patron_has_paid_for_the_risk_with_its_first_level():
    # so that the second costs it less than it costs a bold one: what is lost at all is lost
    def second(tolerance: float) -> float:
        fear = feared(2.0, tolerance, 9.0)
        return dread(0.8, fear) - dread(0.4, fear)

    assert second(0.3) < second(3.0)


@lawful
@given(case=cases, level=levels)
def test_what_has_not_changed_is_no_reason_to_leave(case, level):
    chances = chances_in(case, case, level)
    assert chance_of(chances, level) == max(chances)
    chooser = chooser_in(case, level)
    expected = logit(Values(*[far_from_home(chooser, x) for x in LEVELS]), 3.0)
    assert chances == pytest.approx(expected)


@lawful
@given(case=cases, other=cases, level=levels, pull=st.integers(0, 400).map(lambda i: i / 100))
def test_a_stronger_commitment_never_makes_home_less_likely(case, other, level, pull):
    chooser = chooser_in(case, level)
    loose, firm = (
        chances_of(chooser._replace(commitment=c), worth_in(case), worth_in(other), ALL_ON) for c in (pull, pull + 1.0)
    )
    assert chance_of(firm, level) >= chance_of(loose, level) - ROUNDING


@pytest.mark.parametrize("rule", DecisionRule, ids=DecisionRule.words())
@lawful
@given(case=cases, other=cases, level=levels, feasible=levels)
def test_chances_add_up_to_one_and_nothing_out_of_reach_is_chosen(rule, case, other, level, feasible):
    assume(level <= feasible)
    chooser = chooser_in(case, level, rule)._replace(feasible=feasible)
    chances = chances_of(chooser, worth_in(case), worth_in(other), ALL_ON)
    assert sum(chances) == pytest.approx(1.0)
    assert all(chance >= 0.0 for chance in chances)
    assert sum(chance for x, chance in zip(LEVELS, chances, strict=True) if x > feasible) == 0.0


@lawful
@given(case=cases, other=cases, level=levels)
def test_without_loss_aversion_a_prospect_is_a_quantal_response(case, other, level):
    even = case._replace(model=case.model._replace(loss_aversion=1.0))
    found_by_rule = [
        chances_in(even, other, level, rule) for rule in (DecisionRule.QUANTAL_RESPONSE, DecisionRule.PROSPECT)
    ]
    assert found_by_rule[0] == pytest.approx(found_by_rule[1], abs=1e-9)


@lawful
@given(case=cases, other=cases, level=levels, aspiration=shares)
def test_a_patron_that_puts_up_with_more_keeps_its_level_more_often(case, other, level, aspiration):
    def kept(bar: float) -> float:
        patient = case._replace(model=case.model._replace(aspiration=bar))
        return chance_of(chances_in(patient, other, level, DecisionRule.THRESHOLD), level)

    assert kept(aspiration + 0.5) >= kept(aspiration) - ROUNDING


@pytest.mark.parametrize("word", Term.words()[:5])
@pytest.mark.parametrize("switch", [Switch.OFF, Switch.FROZEN])
@lawful
@given(case=cases, other=cases, level=levels)
def test_a_term_that_is_switched_off_or_frozen_moves_nothing(word, switch, case, other, level):
    switches = ALL_ON._replace(**{word: float(switch)})
    change = changes_of(worth_in(case), worth_in(other), level, switches)
    assert getattr(change, word) == 0.0
    rest = changes_of(worth_in(case), worth_in(other), level, ALL_ON)
    assert change == rest._replace(**{word: 0.0})


def test_losses_loom_larger_than_gains():
    assert felt(terms(payment=0.3, bargain=-0.2), 2.0) == pytest.approx(0.3 - 2.0 * 0.2)
    assert felt(terms(bargain=0.1, secondary_sanctions=0.2, entrapment=0.3, material_cost=0.4), 2.0) == pytest.approx(1)


def test_beginning_with_arms_or_loans_has_its_price_and_going_on_has_none():
    chooser = chooser_of(0, traits("model", precision=10.0, startup_cost=0.16), traits("channels", startup=1.0),
                         pair_at(0.0), 1.4, 3.0)  # fmt: skip
    assert far_from_home(chooser, 0.0) == 0.0
    assert far_from_home(chooser, 2.0) == pytest.approx(-2.8 - 1.6)
    assert far_from_home(chooser._replace(now=1.0, home=1.0), 2.0) == pytest.approx(-1.4)


@pytest.mark.parametrize("level", LEVELS)
def test_a_leaning_goes_to_its_level_and_leaves_the_rest_as_it_was(level):
    leant = leaning(Chances(0.1, 0.2, 0.3, 0.4), level, 0.5)
    assert sum(leant) == pytest.approx(1.0)
    assert chance_of(leant, level) == pytest.approx(0.5 + 0.5 * chance_of(Chances(0.1, 0.2, 0.3, 0.4), level))


# -- commitment --------------------------------------------------------------------------------------------------------


def test_commitment_is_more_for_a_stake_that_no_crisis_cancels_and_less_as_others_leave():
    model = traits("model", commitment=1.4, commitment_by_stake=0.9)
    assert commitment_of(model, 0.25, 0.0, 1.0, 0.0, 9.0) == pytest.approx(1.4)
    assert commitment_of(model, 1.0, 0.2, 1.0, 0.0, 9.0) == pytest.approx(1.4 + 0.9 * (0.8 - 0.25))
    assert commitment_of(model, 0.25, 0.0, 0.5, 0.0, 9.0) == pytest.approx(1.4 + 0.9 * 0.5 * (0.5 - 1.0))
    assert commitment_of(model, 1.0, 0.2, 0.5, float(Switch.OFF), 9.0) == 1.4
    assert commitment_of(model, 1.0, 0.2, 0.5, float(Switch.FROZEN), 9.0) == 9.0
    assert commitment_of(traits("model", commitment_by_stake=5.0), 0.0, 0.0, 0.0, 0.0, 9.0) == 0.0


# -- the portfolio -----------------------------------------------------------------------------------------------------


@lawful
@given(cases, cases, levels)
def test_all_channels_together_are_one_lottery(case, other, level):
    patron = a_patron(case.threat, 1.0)
    outlook = outlook_of(case.model, case.traits, case.coercer, case.client, patron, case.bargain, 0.0)
    pair = pair_at(level)._replace(shielded=other.shielded)
    beside = with_beside(NOTHING_BESIDE, other.channel, outlook, pair, 0.2)
    u = level / 3.0
    assert beside.bargain_kept == pytest.approx(1.0 - other.channel.provocation * outlook.provoked * u)
    reach = case.threat * (1.0 - other.shielded) * other.channel.sanctionable
    assert beside.business_kept == pytest.approx(1.0 - reach * u)
    assert beside.peace_kept == pytest.approx(1.0 - outlook.clash * other.channel.exposed * u)
    assert beside.spent == (0.2 if level > 0.0 else 0.0)
    # what is risked already makes the risk of one channel more the smaller
    alone, together = worth_in(case), worth_in(case, beside)
    for x in LEVELS[1:]:
        assert terms_of_level(together, x).bargain >= terms_of_level(alone, x).bargain - ROUNDING


def test_words_and_shows_of_force_risk_nothing():
    outlook = outlook_of(
        traits("model"), traits("patrons"), coercer_at(9.0), client_with(), a_patron(1.0, 1.0), 1.0, 0.0
    )
    assert with_beside(ALONE, traits("channels", material=0.0, provocation=1.0), outlook, pair_at(3.0), 1.0) == ALONE


def test_the_worth_of_a_level_by_hand():
    model = traits("model", loss_cap=20.0, credit_years=2.0, bargain_top=0.7, bargain_floor=0.7, thrift=0.2)
    patron = traits("patrons", risk_tolerance=1.0, payment_weight=2.0, exposure=0.5)
    model = model._replace(sanction_weight=2.0, clash_probability=1.0, belief_in_strikes=1.0)
    channel = traits("channels", material=1.0, provocation=1.0, sanctionable=1.0, exposed=1.0, paid=0.5, credit=0.5)
    client = client_with(solvency=0.5, goods=0.8)
    outlook = outlook_of(model, patron, coercer_at(10.0, presence=1.0), client, a_patron(0.4, 2.0), 1.0, 0.0)
    top = worth_of(channel, outlook, ALONE, 0.25, 1.0, (0.0, 0.0, 1.0)).high
    assert top.payment == pytest.approx(2.0 * 0.5 * (0.5 * 0.25 + 0.5 * 0.8))
    assert top.bargain == pytest.approx(-math.log(1.0 + 0.7 * (math.e - 1.0)))
    assert top.secondary_sanctions == pytest.approx(-math.log(1.0 + 0.4 * 0.75 * (math.e - 1.0)))
    assert top.entrapment == pytest.approx(-1.0)
    assert top.material_cost == pytest.approx(-0.2 * 0.5**3)


@lawful
@given(cases, cases, shares)
def test_a_patron_grows_used_to_the_present_by_a_share_of_the_way(case, other, share):
    used = habituated(worth_in(case), worth_in(other), share)
    for level in LEVELS[1:]:
        parts = [total(terms_of_level(each, level)) for each in (worth_in(case), worth_in(other), used)]
        assert parts[2] == pytest.approx((1.0 - share) * parts[0] + share * parts[1])


# -- the held number ---------------------------------------------------------------------------------------------------

four = st.lists(st.integers(1, 1000), min_size=4, max_size=4).map(lambda w: Chances(*[x / sum(w) for x in w]))


@lawful
@given(four, levels, inner)
def test_a_number_within_the_interval_of_a_level_falls_on_it(chances, level, u):
    interval = interval_of(chances, level)
    assert interval.high - interval.low == pytest.approx(chance_of(chances, level))
    assert level_at(chances, number_within(interval, u)) == level


@lawful
@given(four, inner, inner)
def test_a_greater_number_never_falls_on_a_higher_level(chances, u, v):
    low, high = sorted((u, v))
    assert level_at(chances, high) <= level_at(chances, low)


@lawful
@given(four, four, levels, inner)
def test_a_number_under_two_conditions_falls_on_the_level_under_both_where_any_does(first, second, level, u):
    one, other = interval_of(first, level), interval_of(second, level)
    both = narrowed(one, other)
    number = number_within(both, u)
    assert level_at(first, number) == level
    if min(one.high, other.high) - max(one.low, other.low) > 1e-9:
        assert level_at(second, number) == level
    else:
        assert both == one
    assert narrowed(Interval(0.0, 1.0), one) == (max(one.low, 0.0), min(one.high, 1.0))


# -- a review ----------------------------------------------------------------------------------------------------------


@lawful
@given(four, levels, inner, inner)
def test_a_review_moves_by_at_most_one_level_towards_its_target(chances, level, number, u):
    pair = pair_at(level)
    pair = pair._replace(luck=pair.luck._replace(number=number, redraw_at=5.0))
    decided = review(traits("model"), chances, pair, 1.0, u, 0.5)
    assert decided.number == number
    assert abs(decided.level - level) <= 1.0
    assert abs(decided.target - decided.level) == max(0.0, abs(decided.target - level) - 1.0)
    # once its clock has run out the number is drawn afresh
    again = review(traits("model", rho=2.0), chances, pair, 6.0, u, math.exp(-1.0))
    assert again.number == u
    assert again.redraw_at == pytest.approx(6.5)


def test_a_change_is_dated_and_a_review_without_one_is_not():
    pair, chances = pair_at(2.0), Chances(1.0, 0.0, 0.0, 0.0)
    decided = review(traits("model"), chances, pair, 1.0, 0.5, 0.5)
    assert after_review(pair, decided, 1.0).luck.changed_at == 1.0
    assert after_review(pair, decided._replace(level=2.0), 1.0).luck.changed_at == pair.luck.changed_at
    assert put_at(pair, 1.0, 3.0).level == 1.0
    assert put_at(pair, 1.0, 3.0).luck.changed_at == 3.0


@pytest.mark.parametrize(("level", "new", "expected"), [(1.0, 2.0, True), (1.0, 0.0, False), (3.0, 2.0, True)])
def test_a_return_leads_back_towards_home_after_an_earlier_change(level, new, expected):
    moved = put_at(pair_at(level, home=2.0), level, 0.5)
    assert is_a_return(moved, new) == expected
    assert not is_a_return(pair_at(level, home=2.0), new)


# -- reasons -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", [*Term.words()[:5], "commitment"])
@lawful
@given(swing=st.lists(st.integers(-300, 300).map(lambda i: i / 1000), min_size=6, max_size=6))
def test_the_reason_is_the_largest_swing_if_it_weighs_at_all(word, swing):
    place = [*Term.words()[:5], "commitment"].index(word)
    swing[place] = max(swing) + 0.001
    expected = Reason[word.upper()] if swing[place] >= LEAST_SWING else Reason.ON_THE_EDGE
    assert reason_of(Terms(*swing[:5]), swing[5]) == float(expected)


@lawful
@given(cases, cases, levels, levels)
def test_swings_add_up_to_what_moved_the_choice(case, other, held, new):
    now, then = worth_in(case), worth_in(other)
    gained = total(terms_of_level(now, new)) - total(terms_of_level(now, held))
    before = total(terms_of_level(then, new)) - total(terms_of_level(then, held))
    assert total(swings(now, then, held, new, ALL_ON)) == pytest.approx(gained - before)


def test_a_weaker_commitment_swings_a_choice_away_from_home():
    assert loosened(1.0, 1.5, 10.0, 1.0) == pytest.approx(0.05)
    assert loosened(1.0, 1.5, 10.0, -1.0) == pytest.approx(-0.05)
    assert loosened(1.0, 1.5, 0.0, 1.0) == 0.0


def test_no_level_is_worth_what_its_sheet_does_not_say():
    made = worth(terms(payment=1.0), terms(payment=2.0), terms(payment=3.0))
    assert [terms_of_level(made, level).payment for level in LEVELS] == [0.0, 1.0, 2.0, 3.0]
    assert np.isclose(total(Terms(1.0, 2.0, 3.0, 4.0, 5.0)), 15.0)
    assert Switches(*ALL_ON) == ALL_ON
