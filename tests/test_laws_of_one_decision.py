"""Laws that hold exactly in one decision, whatever the numbers: a patron's choice answers to each cause the right way.

A decision is one channel at one review: the terms as the patron sees them, a decision rule, a held number. Wherever a
law speaks of "more", everything else stays as it was.
"""

from collections.abc import Iterator
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from scenarios.outcomes import no_posture, with_channel
from scenarios.rulebook.budget import affordable_share
from scenarios.rulebook.choice import (
    chances_of,
    prospect_values,
    share_of,
    strategic_values,
    tolerated_values,
    utilities,
)
from scenarios.rulebook.conditions import (
    NEVER,
    Backing,
    Chances,
    Chooser,
    Client,
    Coercer,
    Leader,
    Link,
    Luck,
    Pace,
    Pair,
    Patron,
    PatronInputs,
    Request,
    Switches,
    Terms,
    Values,
    View,
)
from scenarios.rulebook.delivering import backed, before_the_purse, delivery_turn
from scenarios.rulebook.held import at_level, level_at, number_within, one_step_towards
from scenarios.rulebook.opening import opening_pair, opening_patron
from scenarios.rulebook.reasons import in_force, pull, reason_of, unasked, under_old_leader
from scenarios.rulebook.reviewing import chooser_of, review
from scenarios.rulebook.traits import (
    TRAITS,
    ChannelTraits,
    CoercerTraits,
    ModelTraits,
    PairTraits,
    PatronTraits,
    numbers,
)
from scenarios.rulebook.utility import creditworthiness, terms_of
from scenarios.vocabulary import DecisionRule, Reason, Switch, Term
from sheets import frame_with, link_of, moment_at
from worlds import CHANNELS, COERCER, MODEL, PAIR, PATRON

LEVELS = (0.0, 1.0, 2.0, 3.0)
BEST_REPLY = 1.0e6  # rationality, per utility
ROUNDING = 1.0e-6  # of a chance, at that rationality
GRID = 10_000
ZERO = 1e-12

# rules of which the law book says that they have the best reply by their own valuation as their limit
VALUATIONS = {
    DecisionRule.QUANTAL_RESPONSE: lambda terms, _, chooser: utilities(terms, chooser.tolerance, chooser.now),
    DecisionRule.STRATEGIC_QUANTAL: strategic_values,
    DecisionRule.PROSPECT: lambda terms, _, chooser: prospect_values(terms, chooser),
    DecisionRule.POLIHEURISTIC: lambda terms, _, chooser: tolerated_values(terms, chooser),
}
# widest values to try where the domain of a number reaches far beyond any use
CAPS = {"utility": 3.0, "index": 3.0, "USD bn a year": 5.0, "per utility": 200.0, "years": 5.0, "index per USD bn": 0.1}
CAPS |= {"cost_scale": 0.5, "price_elasticity": 1.0, "war_price": 1.0, "cost": 2.0, "war_drain": 0.9}

lawful = settings(max_examples=300, deadline=None, derandomize=True)


# -- any decision ------------------------------------------------------------------------------------------------------


def on_grid(low: float, high: float) -> st.SearchStrategy[float]:
    """A number between two others on a fine grid: neither so small nor so close to another that rounding decides."""
    return st.integers(0, GRID).map(lambda i: low + (high - low) * i / GRID)


shares = on_grid(0.0, 1.0)
levels = st.sampled_from(LEVELS)
held_numbers = st.integers(0, 2**32 - 1).map(lambda word: (word + 0.5) / 2.0**32)


def spread(data: bytes) -> list[float]:
    """Shares out of pairs of bytes; one in sixteen lies on either end."""
    words = np.frombuffer(data, dtype="<u2") / 65535.0
    return np.clip(8.0 / 7.0 * words - 1.0 / 14.0, 0.0, 1.0).tolist()


def many_shares(n: int) -> st.SearchStrategy[list[float]]:
    """Many shares at once, which is far quicker than one by one."""
    return st.binary(min_size=2 * n, max_size=2 * n).map(spread)


def wild_sheet(kind: str, base: dict[str, float], names: list[str], drawn: Iterator[float]) -> Any:
    """A traits sheet with some of its numbers anywhere in the domain."""
    sheet, declared = TRAITS[kind], numbers(TRAITS[kind])
    usual = {name: base.get(name, 0.0) for name in declared}
    wild = {}
    for name in names:
        low, high = declared[name].low, declared[name].high
        high = min(high, CAPS.get(name, CAPS.get(declared[name].unit, high)))
        wild[name] = low + (high - low) * next(drawn)
    return sheet(**(usual | wild))


class Situation(NamedTuple):
    """Everything on which one decision hangs."""

    model: ModelTraits
    coercer_traits: CoercerTraits
    channel: ChannelTraits
    traits: PatronTraits
    reach: PairTraits
    inputs: PatronInputs
    coercer: Coercer
    client: Client
    patron: Patron
    pair: Pair
    company: float
    number: float


MODEL_NAMES = [
    "company",
    "sanction_weight",
    "clash_probability",
    "cost_scale",
    "price_elasticity",
    "war_price",
    "credit_years",
    "bargain_floor",
    "outlive",
    "recovery",
    "followed",
    "bluffed",
    "helped",
    "stood_by",
]
CHANNEL_NAMES = [
    "visibility",
    "provocation",
    "sanctionable",
    "clash",
    "prestige_base",
    "rung_slope",
    "presence_effect",
    "paid",
    "credit",
    "lag",
    "war_competition",
    "hold_effect",
    "solvency_effect",
    "need",
]
PATRON_NAMES = [
    "risk_tolerance",
    "stake",
    "payment_weight",
    "prestige",
    "audience_cost",
    "exposure",
    "bargain",
    "refusal",
    "capacity",
    "war_drain",
    "own_crisis",
    "rationality",
    "trust",
]
OTHERS = 14  # numbers of a situation that are on no traits sheet
PAIR_NAMES = ["cost", "shielded"]
N_SHARES = len(MODEL_NAMES) + len(CHANNEL_NAMES) + len(PATRON_NAMES) + len(PAIR_NAMES) + OTHERS


def situation_of(drawn: list[float], rung: int, feasible: float, level: float, number: float) -> Situation:
    """A situation out of shares, each of which says how far up in its domain a number lies."""
    rest = iter(drawn)
    model = wild_sheet("model", MODEL, MODEL_NAMES, rest)
    channel = wild_sheet("channels", CHANNELS["arms"], CHANNEL_NAMES, rest)
    traits = wild_sheet("patrons", PATRON, PATRON_NAMES, rest)
    reach = wild_sheet("pairs", PAIR, PAIR_NAMES, rest)._replace(feasible=feasible)
    inputs = PatronInputs(1.0, 1.0, 1.0, -1.0)
    patron = opening_patron(model, traits, inputs, 0.5, 0.5, 0.0)
    patron = patron._replace(
        purse=patron.purse._replace(money=patron.purse.money * next(rest), outstanding=20.0 * next(rest)),
        threat=patron.threat._replace(height=next(rest)),
        deal=patron.deal._replace(worth=max(0.0, 4.0 * next(rest) - 2.0)),
    )
    pair = opening_pair(model, channel, reach, 0.5)._replace(
        level=level, shielded=next(rest), request=Request(next(rest), 0.0, NEVER, 0.0)
    )
    return Situation(
        model=model,
        coercer_traits=CoercerTraits(**COERCER),
        channel=channel,
        traits=traits,
        reach=reach,
        inputs=inputs,
        coercer=Coercer(float(rung), next(rest), next(rest), 0.0, 0.0),
        client=Client(next(rest), next(rest), next(rest), 0.5, 10.0, 8.0, 0.0),
        patron=patron,
        pair=pair,
        company=next(rest),
        number=number,
    )


def situations() -> st.SearchStrategy[Situation]:
    """Any situation in which a patron may have to decide on a channel."""
    return st.builds(situation_of, many_shares(N_SHARES), st.integers(0, 10), levels, levels, held_numbers)


def terms_in(situation: Situation) -> Terms:
    """The terms of a situation."""
    moment = moment_at(situation.coercer, situation.client)
    return terms_of(situation.model, situation.traits, situation.inputs, moment, situation.patron, link_in(situation))


def link_in(situation: Situation) -> Link:
    """The channel of a situation."""
    return link_of(situation.channel, situation.reach, situation.pair, situation.company)


def chooser_in(situation: Situation, rule: DecisionRule = DecisionRule.QUANTAL_RESPONSE) -> Chooser:
    """What the decision rule needs to know in a situation."""
    frame = frame_with(model=situation.model, coercer=situation.coercer_traits)
    return chooser_of(int(rule), frame, situation.traits, link_in(situation))


class Decision(NamedTuple):
    """The chance of each level, and the level that a held number makes of it after a review."""

    chances: Chances
    now: float
    level: float

    def never_below(self, other: "Decision") -> bool:
        """Whether no held number whatsoever gives a lower level than in the other decision."""
        pairs = zip(accumulate(self.chances), accumulate(other.chances), strict=True)
        return self.level >= other.level and all(mine <= theirs + ROUNDING for mine, theirs in pairs)

    def falls(self) -> float:
        """Chance that the level held is given up."""
        return sum(chance for level, chance in zip(LEVELS, self.chances, strict=True) if level < self.now)


def decided(terms: Terms, chooser: Chooser, number: float) -> Decision:
    """A decision under quantal response or any rule that looks at no rung but the present one."""
    chances = chances_of(terms, terms, chooser)
    return Decision(chances, chooser.now, one_step_towards(chooser.now, level_at(chances, number)))


def changed(situation: Situation, path: str, value: float) -> Situation:
    """The situation with one number changed."""
    parts = path.split(".")
    sheets = [situation]
    for part in parts[:-1]:
        sheets.append(getattr(sheets[-1], part))
    made: Any = value
    for sheet, part in zip(reversed(sheets), reversed(parts), strict=True):
        made = sheet._replace(**{part: made})
    return made


def found(situation: Situation, path: str) -> float:
    """One number of a situation."""
    for part in path.split("."):
        situation = getattr(situation, part)
    return situation  # type: ignore[return-value]


def decisions(situation: Situation, path: str, value: float, rationality: float | None) -> tuple[Decision, Decision]:
    """The decision as things are, and with one number changed; by quantal response or by the best reply."""
    if rationality is not None:
        situation = changed(situation, "traits.rationality", rationality)
    other = changed(situation, path, value)
    return (
        decided(terms_in(situation), chooser_in(situation), situation.number),
        decided(terms_in(other), chooser_in(other), other.number),
    )


any_rule = pytest.mark.parametrize("rule", DecisionRule, ids=DecisionRule.words())
valued_rule = pytest.mark.parametrize("rule", VALUATIONS, ids=lambda rule: rule.word)
both_rules = pytest.mark.parametrize("rationality", [None, BEST_REPLY], ids=["quantal response", "best reply"])


# -- what makes a patron give more, or less ----------------------------------------------------------------------------


@both_rules
@pytest.mark.parametrize("path", ["traits.stake", "traits.prestige", "traits.payment_weight", "traits.refusal"])
@lawful
@given(situation=situations(), more=on_grid(0.001, 5.0))
def test_more_stake_prestige_payment_or_refusal_never_lowers_a_level(path, rationality, situation, more):
    before, after = decisions(situation, path, found(situation, path) + more, rationality)
    assert after.never_below(before)


@both_rules
@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("traits.bargain", 5.0),
        ("patron.threat.height", 1.0),
        ("traits.exposure", 1.0),
        ("model.clash_probability", 1.0),
        ("reach.cost", 50.0),
    ],
)
@lawful
@given(situation=situations(), more=on_grid(0.001, 1.0))
def test_more_bargain_threat_exposure_clash_probability_or_cost_never_raises_a_level(
    path, most, rationality, situation, more
):
    now = found(situation, path)
    before, after = decisions(situation, path, now + more * (most - now), rationality)
    assert before.never_below(after)


def timid() -> Situation:
    """A timid patron at full support where a clash is likely: it has paid for the risk with the first level."""
    situation = situation_of([0.0] * N_SHARES, 10, 3.0, 3.0, 0.5)
    settings_of = {
        "model.clash_probability": 0.9,
        "model.followed": 1.0,
        "model.bluffed": 0.0,
        "patron.beliefs.followed": 1.0,
        "patron.beliefs.bluffed": 0.0,
        "coercer.presence": 1.0,
        "channel.clash": 1.0,
        "channel.paid": 1.0,
        "channel.credit": 1.0,
        "client.solvency": 1.0,
        "traits.payment_weight": 1.2,
        "traits.risk_tolerance": 0.1,
        "traits.rationality": 15.0,
    }
    for path, value in settings_of.items():
        situation = changed(situation, path, value)
    return situation


@both_rules
@pytest.mark.xfail(
    strict=True,
    reason="false where three levels are open: a timid patron pays nearly the whole loss with its first level, so that "
    "the second and the third cost it less than they cost a bold one",
)
@lawful
@given(situation=situations(), more=on_grid(0.001, 5.0))
@example(situation=timid(), more=1.9)
def test_more_risk_tolerance_never_lowers_a_level_where_a_clash_is_possible(rationality, situation, more):
    assume(terms_in(situation).clash_chance > 0.0)
    tolerance = situation.traits.risk_tolerance
    before, after = decisions(situation, "traits.risk_tolerance", tolerance + more, rationality)
    assert after.never_below(before)


@both_rules
@lawful
@given(situation=situations(), more=on_grid(0.001, 5.0))
def test_more_risk_tolerance_never_turns_support_into_none(rationality, situation, more):
    situation = changed(situation, "pair.level", 1.0)
    tolerance = situation.traits.risk_tolerance
    before, after = decisions(situation, "traits.risk_tolerance", tolerance + more, rationality)
    assert after.level > 0.0 or before.level == 0.0
    assert after.chances.none <= before.chances.none + ROUNDING


@both_rules
@lawful
@given(situation=situations(), more=on_grid(0.001, 5.0))
def test_audience_cost_never_makes_a_fall_likelier(rationality, situation, more):
    cost = situation.traits.audience_cost
    before, after = decisions(situation, "traits.audience_cost", cost + more, rationality)
    assert after.level >= after.now or before.level < before.now
    assert after.falls() <= before.falls() + ROUNDING


@any_rule
@lawful
@given(situation=situations(), threat=shares)
def test_a_threat_has_no_effect_at_all_on_a_patron_without_exposure(rule, situation, threat):
    calm = changed(situation, "traits.exposure", 0.0)
    threatened = changed(calm, "patron.threat.height", threat)
    now, then = terms_in(calm), terms_in(threatened)
    assert chances_of(now, now, chooser_in(calm, rule)) == chances_of(then, then, chooser_in(threatened, rule))


@both_rules
@lawful
@given(situation=situations(), pull_of_others=on_grid(0.001, 2.0), more=on_grid(0.001, 1.0))
def test_a_partners_level_never_lowers_ones_own_where_company_is_welcome(rationality, situation, pull_of_others, more):
    situation = changed(situation, "model.company", pull_of_others)
    higher = situation.company + more * (1.0 - situation.company)
    before, after = decisions(situation, "company", higher, rationality)
    assert after.never_below(before)


@both_rules
@lawful
@given(situation=situations(), pull_of_others=on_grid(-2.0, -0.001), more=on_grid(0.001, 1.0))
def test_a_partners_level_never_raises_ones_own_where_company_is_a_free_ride(
    rationality, situation, pull_of_others, more
):
    situation = changed(situation, "model.company", pull_of_others)
    higher = situation.company + more * (1.0 - situation.company)
    before, after = decisions(situation, "company", higher, rationality)
    assert before.never_below(after)


@both_rules
@lawful
@given(situation=situations(), more=on_grid(0.001, 1.0))
def test_solvency_never_lowers_a_level_through_the_payment_term(rationality, situation, more):
    if rationality is not None:
        situation = changed(situation, "traits.rationality", rationality)
    solvency = situation.client.solvency
    richer = changed(situation, "client.solvency", solvency + more * (1.0 - solvency))
    now = terms_in(situation)
    paid_more = now._replace(payment=terms_in(richer).payment)
    chooser = chooser_in(situation)
    assert decided(paid_more, chooser, situation.number).never_below(decided(now, chooser, situation.number))


@both_rules
@lawful
@given(situation=situations(), more=on_grid(0.1, 3.0))
def test_who_counts_on_more_years_of_being_paid_never_gives_more(rationality, situation, more):
    wary = situation.model.credit_years + more
    before, after = decisions(situation, "model.credit_years", wary, rationality)
    assert before.never_below(after)


@pytest.mark.parametrize("solvency", [0.0, 0.05, 0.3, 0.9, 1.0])
def test_credit_in_proportion_to_solvency_is_the_case_of_one_year(solvency):
    assert creditworthiness(solvency, 1.0) == pytest.approx(solvency, abs=1e-15)
    assert creditworthiness(solvency, 2.0) == pytest.approx(solvency**2, abs=1e-15)


# -- ships and purse ---------------------------------------------------------------------------------------------------

PACE = Pace(0.02, 0.14, 0.4, 0.8, 0.05, 0.04, 0.2, 0.96, 0.998, 0.92, 0.05, 0.004)


def delivery(situation: Situation, interdiction: float, lag_share: float, purse: float) -> Pair:
    """A channel after delivery, paid out of a purse that serves this channel alone."""
    channel, pair, cost, elusive = situation.channel, situation.pair, situation.reach.cost, situation.model.elusive
    arriving = before_the_purse(channel, pair, interdiction, elusive, lag_share)
    paid = affordable_share(purse, cost * share_of(arriving) * PACE.dt)
    return delivery_turn(channel, 0.4, pair, interdiction, elusive, lag_share, paid, PACE, 1.0)


@lawful
@given(
    situation=situations(),
    interdictable=shares,
    sent=on_grid(0.0, 3.0),
    lag_share=shares,
    less=shares,
    more=shares,
    purse=on_grid(0.0001, 0.05),
)
def test_interdiction_never_raises_what_is_delivered_and_leaves_what_is_intended(
    situation, interdictable, sent, lag_share, less, more, purse
):
    situation = changed(situation, "channel.interdictable", interdictable)
    situation = changed(situation, "pair.sent", sent)
    free = delivery(situation, min(less, more), lag_share, purse)
    stopped = delivery(situation, max(less, more), lag_share, purse)
    assert stopped.delivered <= free.delivered * (1.0 + ZERO)
    assert stopped.level == free.level == situation.pair.level
    assert stopped.sent == free.sent


def timid_purse(interdiction: float) -> list[Pair]:
    """Oil and arms at level 3 out of one purse that pays half of both; ships can stop the oil."""
    situation = changed(situation_of([0.0] * N_SHARES, 8, 3.0, 3.0, 0.5), "reach.cost", 10.0)
    ways = [changed(situation, "channel.interdictable", share) for share in (1.0, 0.0)]
    arriving = [before_the_purse(way.channel, way.pair, interdiction, 0.0, 1.0) for way in ways]
    paid = affordable_share(10.0 * PACE.dt, sum(10.0 * share_of(level) * PACE.dt for level in arriving))
    return [delivery_turn(way.channel, 0.4, way.pair, interdiction, 0.0, 1.0, paid, PACE, 1.0) for way in ways]


@pytest.mark.xfail(
    strict=True,
    reason="false of the channels beside the one that ships stop, while the purse binds: what cannot be delivered is "
    "not paid for, and the money goes to the rest",
)
def test_interdiction_of_one_channel_never_raises_what_is_delivered_on_another():
    free, stopped = timid_purse(0.0), timid_purse(0.8)
    assert [pair.level for pair in stopped] == [pair.level for pair in free]
    assert all(after.delivered <= before.delivered + ZERO for before, after in zip(free, stopped, strict=True))


def test_interdiction_never_raises_what_is_paid_in_all():
    bills = [sum(pair.delivered for pair in timid_purse(interdiction)) for interdiction in (0.0, 0.5, 0.8, 1.0)]
    assert all(later <= earlier + ZERO for earlier, later in pairwise(bills))


# -- a channel split in two --------------------------------------------------------------------------------------------


def seen(channels: list[tuple[ChannelTraits, Pair]]) -> tuple[float, float, float]:
    """Support index, and what coercer and client see of it."""
    posture, backing = no_posture(), Backing(0.0, 0.0, 0.0, 0.0, 0.0)
    for spot, (channel, pair) in enumerate(channels):
        posture = with_channel(posture, channel, 0.0, pair, float(spot))
        backing = backed(backing, channel, 1.0, pair.level, pair.level)
    return posture.support, backing.visible, backing.hold


@any_rule
@lawful
@given(situation=situations())
def test_a_channel_split_in_two_halves_leaves_the_mean_volume(rule, situation):
    # a half has half the weight and the volume, and the same utility at every level
    half = changed(situation, "channel.weight", situation.channel.weight / 2.0)
    terms = terms_in(situation)
    assert terms_in(half) == terms
    chances = chances_of(terms, terms, chooser_in(situation, rule))
    assert chances_of(terms_in(half), terms_in(half), chooser_in(half, rule)) == chances
    whole_volume = halves_volume = (0.0, 0.0, 0.0)
    light = half.channel._replace(hold_effect=half.channel.hold_effect / 2.0)
    for level, chance in zip(LEVELS, chances, strict=True):
        pair = situation.pair._replace(level=level, delivered=level)
        one = seen([(situation.channel, pair)])
        # each half is at this level with this chance, whatever the other does
        other = seen([(light, pair), (light, pair._replace(level=0.0, delivered=0.0))])
        whole_volume = tuple(sum_ + chance * v for sum_, v in zip(whole_volume, one, strict=True))
        halves_volume = tuple(sum_ + 2.0 * chance * v for sum_, v in zip(halves_volume, other, strict=True))
    assert halves_volume == pytest.approx(whole_volume, rel=ZERO, abs=ZERO)


# -- limits and units --------------------------------------------------------------------------------------------------


def ranked(values: Values, feasible: float) -> list[float]:
    """The levels within reach, best first."""
    return sorted((level for level in LEVELS if level <= feasible), key=lambda level: -at_level(values, level))


@valued_rule
@lawful
@given(situation=situations(), lead=on_grid(0.0, 0.6))
def test_without_noise_a_rule_plays_the_best_reply_by_its_own_valuation(rule, situation, lead):
    situation = changed(situation, "traits.rationality", BEST_REPLY)
    situation = changed(situation, "model.anticipation", lead)
    higher = changed(situation, "coercer.rung", min(situation.coercer.rung + 1.0, 10.0))
    terms, above, chooser = terms_in(situation), terms_in(higher), chooser_in(situation, rule)
    values = VALUATIONS[rule](terms, above, chooser)
    order = ranked(values, chooser.feasible)
    assume(len(order) == 1 or at_level(values, order[0]) > at_level(values, order[1]) + 1e-4)
    assert level_at(chances_of(terms, above, chooser), situation.number) == order[0]


@valued_rule
@lawful
@given(situation=situations())
def test_the_noisiest_patron_the_sheet_allows_is_indifferent_and_the_most_rational_one_is_sure(rule, situation):
    declared = numbers(PatronTraits)["rationality"]
    dull = changed(situation, "traits.rationality", declared.low)
    keen = changed(situation, "traits.rationality", declared.high)
    terms, chooser = terms_in(situation), chooser_in(situation, rule)
    order = ranked(VALUATIONS[rule](terms, terms, chooser), chooser.feasible)
    values = VALUATIONS[rule](terms, terms, chooser)
    assert at_level(chances_of(terms, terms, chooser_in(dull, rule)), order[0]) == pytest.approx(1.0 / len(order))
    assume(len(order) == 1 or at_level(values, order[0]) > at_level(values, order[1]) + 0.02)
    assert at_level(chances_of(terms, terms, chooser_in(keen, rule)), order[0]) > 0.9999


@lawful
@given(situation=situations(), rung_is_sure=st.booleans())
def test_a_strategic_patron_that_is_sure_of_the_coercers_reply_plays_backward_induction(situation, rung_is_sure):
    situation = changed(situation, "model.anticipation", float(rung_is_sure))
    higher = changed(situation, "coercer.rung", min(situation.coercer.rung + 1.0, 10.0))
    terms, above = terms_in(situation), terms_in(higher)
    chooser = chooser_in(situation, DecisionRule.STRATEGIC_QUANTAL)
    reply = above if rung_is_sure else terms
    plain = chooser._replace(rule=float(DecisionRule.QUANTAL_RESPONSE))
    assert chances_of(terms, above, chooser) == chances_of(reply, reply, plain)


@lawful
@given(situation=situations())
def test_without_noise_a_satisficer_keeps_what_satisfies_and_else_takes_the_best_beyond_its_hysteresis(situation):
    situation = changed(situation, "traits.rationality", BEST_REPLY)
    terms, chooser = terms_in(situation), chooser_in(situation, DecisionRule.THRESHOLD)
    values = utilities(terms, chooser.tolerance, chooser.now)
    surplus = at_level(values, chooser.now) - values.none + chooser.hysteresis - chooser.aspiration
    worth = {level: at_level(values, level) + chooser.hysteresis * (level == chooser.now) for level in LEVELS}
    order = sorted((level for level in LEVELS if level <= chooser.feasible), key=lambda level: -worth[level])
    assume(abs(surplus) > 1e-4 and (len(order) == 1 or worth[order[0]] > worth[order[1]] + 1e-4))
    expected = chooser.now if surplus > 0.0 and chooser.now > 0.0 else order[0]
    assert level_at(chances_of(terms, terms, chooser), situation.number) == expected


@lawful
@given(situation=situations())
def test_without_noise_an_imitator_copies_the_others_exactly_when_they_do_better(situation):
    situation = changed(situation, "traits.rationality", BEST_REPLY)
    terms, chooser = terms_in(situation), chooser_in(situation, DecisionRule.IMITATION)
    model = min(float(int(3.0 * situation.company + 0.5)), chooser.feasible)
    values = utilities(terms, chooser.tolerance, chooser.now)
    better = at_level(values, model) - at_level(values, chooser.now)
    assume(abs(better) > 1e-4)
    expected = model if better > 0.0 else chooser.now
    assert level_at(chances_of(terms, terms, chooser), situation.number) == expected


WORTHS = [
    "survival",
    "payment",
    "prestige",
    "refusal",
    "company",
    "cost",
    "bargain_loss",
    "deal",
    "sanction_loss",
    "audience",
]


@valued_rule
@lawful
@given(situation=situations(), power_of_two=st.integers(-3, 3), rationality=on_grid(0.1, 50.0))
def test_utility_in_another_unit_and_rationality_with_it_change_nothing(rule, situation, power_of_two, rationality):
    # a power of two, so that no rounding decides what home tolerates; a clash is a loss of 1 in the unit of the model
    scale = 2.0**power_of_two
    situation = changed(situation, "channel.clash", 0.0)
    situation = changed(situation, "model.anticipation", 0.3)
    higher = changed(situation, "coercer.rung", min(situation.coercer.rung + 1.0, 10.0))
    terms, above = terms_in(situation), terms_in(higher)
    chooser = chooser_in(situation, rule)._replace(rationality=rationality)

    def rescaled(sheet: Terms) -> Terms:
        return sheet._replace(**{name: getattr(sheet, name) * scale for name in WORTHS})

    in_other_unit = chooser._replace(rationality=rationality / scale, tolerance=chooser.tolerance * scale)
    plain = chances_of(terms, above, chooser)
    assert chances_of(rescaled(terms), rescaled(above), in_other_unit) == pytest.approx(plain, rel=1e-6, abs=1e-9)


# -- any rule ----------------------------------------------------------------------------------------------------------


@any_rule
@lawful
@given(situation=situations())
def test_chances_sum_to_one_and_nothing_out_of_reach_has_any(rule, situation):
    situation = changed(situation, "pair.level", min(situation.pair.level, situation.reach.feasible))
    terms, chooser = terms_in(situation), chooser_in(situation, rule)
    chances = chances_of(terms, terms, chooser)
    assert sum(chances) == pytest.approx(1.0, abs=1e-12)
    assert all(0.0 <= chance <= 1.0 for chance in chances)
    assert all(chance == 0.0 for level, chance in zip(LEVELS, chances, strict=True) if level > chooser.feasible)


@any_rule
@lawful
@given(situation=situations())
def test_a_run_opens_on_the_coded_posture_if_that_has_any_chance(rule, situation):
    terms, chooser = terms_in(situation), chooser_in(situation, rule)
    chances = chances_of(terms, terms, chooser)
    # at either end however small; between two likelier levels only as far as a sum of chances can tell it from them
    assume(at_level(chances, chooser.now) > (1e-280 if chooser.now in (0.0, 3.0) else 1e-14))
    assert level_at(chances, number_within(chances, chooser.now, situation.number)) == chooser.now


@lawful
@given(situation=situations(), wait=held_numbers)
def test_a_review_moves_a_level_by_one_at_most_and_keeps_its_number_until_the_clock_runs_out(situation, wait):
    terms, chooser, leader = terms_in(situation), chooser_in(situation), situation.patron.leader
    luck = Luck(situation.number, situation.number, 2.0, 0.0)
    early = review(situation.model, View(terms, terms, chooser), terms, leader, luck, 1.9, 0.123, wait)
    late = review(situation.model, View(terms, terms, chooser), terms, leader, luck, 2.0, 0.123, wait)
    assert (early.number, early.redraw_at) == (situation.number, 2.0)
    assert late.number == 0.123
    assert late.redraw_at > 2.0
    for outcome in (early, late):
        assert abs(outcome.level - chooser.now) == min(1.0, abs(outcome.target - chooser.now))


# -- switches ----------------------------------------------------------------------------------------------------------

FIELDS = {
    Term.SURVIVAL: ("survival", "in_time", "in_place"),
    Term.PAYMENT: ("payment",),
    Term.PRESTIGE: ("prestige",),
    Term.REFUSAL: ("refusal",),
    Term.COMPANY: ("company",),
    Term.OWN_CRISIS: ("crisis",),
    Term.MATERIAL_COST: ("cost",),
    Term.BARGAIN: ("bargain_chance", "bargain_loss"),
    Term.DEAL: ("deal",),
    Term.SECONDARY_SANCTIONS: ("sanction_chance", "sanction_loss"),
    Term.ENTRAPMENT: ("clash_chance",),
    Term.BACKING_DOWN: ("audience",),
}


def test_every_number_of_the_terms_belongs_to_one_term():
    assert sorted(field for fields in FIELDS.values() for field in fields) == sorted(Terms._fields)
    assert list(FIELDS) == list(Term)


TOPS = {
    "in_time": 1.0,
    "in_place": 1.0,
    "crisis": 0.95,
    "bargain_chance": 1.0,
    "sanction_chance": 1.0,
    "clash_chance": 1.0,
}


def terms_from(drawn: list[float]) -> Terms:
    """Terms out of shares."""
    return Terms(*[TOPS.get(name, 2.0) * share for name, share in zip(Terms._fields, drawn, strict=True)])


def any_terms() -> st.SearchStrategy[Terms]:
    """Any terms."""
    return many_shares(len(Terms._fields)).map(terms_from)


@lawful
@given(now=any_terms(), opening=any_terms(), switches=st.tuples(*[st.sampled_from(Switch)] * len(Term)))
def test_a_term_is_in_force_as_now_as_at_the_opening_or_not_at_all(now, opening, switches):
    after = in_force(now, opening, Switches(*map(float, switches)))
    for term, switch in zip(Term, switches, strict=True):
        source = {Switch.ON: now, Switch.FROZEN: opening, Switch.OFF: Terms(*[0.0] * len(Terms._fields))}[switch]
        for field in FIELDS[term]:
            assert getattr(after, field) == getattr(source, field)


@pytest.mark.parametrize("term", Term, ids=Term.words())
@lawful
@given(now=any_terms(), later=any_terms(), opening=any_terms(), number=held_numbers)
def test_a_term_that_is_off_or_frozen_cannot_move_a_choice(term, now, later, opening, number):
    # everything else stays; only this term's numbers differ between now and later
    later = now._replace(**{field: getattr(later, field) for field in FIELDS[term]})
    chooser = Chooser(0.0, 15.0, 0.5, 3.0, 2.0, 0.3, 0.5, 2.0, 0.1, 0.05, 1.0, 0.3, 1.5)
    for switch in (Switch.OFF, Switch.FROZEN):
        switches = Switches(*[float(Switch.ON)] * len(Term))._replace(**{term.word: float(switch)})
        choices = {decided(in_force(terms, opening, switches), chooser, number) for terms in (now, later)}
        assert len(choices) == 1


@given(terms=any_terms())
def test_an_opening_posture_knows_of_no_request(terms):
    assert unasked(terms) == terms._replace(refusal=0.0)


# -- reasons -----------------------------------------------------------------------------------------------------------


def restored(now: Terms, then: Terms, term: Term) -> Terms:
    """The terms with one of them put back to its value when the level was chosen."""
    return now._replace(**{field: getattr(then, field) for field in FIELDS[term]})


class Change(NamedTuple):
    """A target that has left the level held, and all that bears on why."""

    now: Terms
    above: Terms
    then: Terms
    chooser: Chooser
    leader: Leader
    luck: Luck
    number: float
    target: float

    def target_under(self, now: Terms, above: Terms, number: float) -> float:
        """Where the choice would aim under other terms or another number."""
        return level_at(chances_of(now, above, self.chooser), number)

    def keeps(self, target: float) -> bool:
        """Whether a target would have left the level where it was, or moved it the other way."""
        held = self.chooser.now
        return target >= held if self.target < held else target <= held

    def is_necessary(self, term: Term) -> bool:
        """Whether putting a term back undoes the change."""
        now, above = restored(self.now, self.then, term), restored(self.above, self.then, term)
        return self.keeps(self.target_under(now, above, self.number))

    def swing(self, term: Term) -> float:
        """How much putting a term back moves the worth of the level held against the new target."""
        there = pull(restored(self.now, self.then, term), self.chooser, self.target)
        return abs(there - pull(self.now, self.chooser, self.target))

    @property
    def reason(self) -> Reason:
        """The reason by the rule book."""
        return Reason(int(reason_of(*self)))


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """A change of target under any decision rule, between any terms then and now."""
    then, now = draw(any_terms()), draw(any_terms())
    stays = draw(many_shares(len(Terms._fields)))
    kept = {name: getattr(then, name) for name, share in zip(Terms._fields, stays, strict=True) if share > 0.3}
    now = now._replace(**kept)
    above = now._replace(clash_chance=0.5 + 0.5 * now.clash_chance, bargain_chance=0.5 + 0.5 * now.bargain_chance)
    rule, held = float(draw(st.sampled_from(DecisionRule))), draw(levels)
    shared = draw(many_shares(9))
    rationality, tolerance, others = 1.0 + 49.0 * shared[0], 0.1 + 2.0 * shared[1], shared[2]
    chooser = Chooser(rule, rationality, tolerance, 3.0, held, others, 0.5, 2.0, 0.1, 0.05, 1.0, 0.3, 1.5)
    number_then = number = draw(held_numbers)
    if draw(st.booleans()):
        number = draw(held_numbers)
    leader = Leader(9.0, draw(st.sampled_from([-1.0, 2.0])), *[0.5 + share for share in shared[3:]])
    target = level_at(chances_of(now, above, chooser), number)
    assume(target != held)
    return Change(now, above, then, chooser, leader, Luck(number, number_then, 9.0, 1.0), number, target)


def check(change: Change, reason: Reason) -> None:
    """The but-for rule, in the words of docs/model.md."""
    luck_explains = change.keeps(change.target_under(change.now, change.above, change.luck.number_then))
    assert (reason == Reason.CHANCE) == luck_explains
    if luck_explains:
        return
    old = under_old_leader(change.now, change.leader)
    is_recent = change.leader.changed_at >= change.luck.chosen_at
    leader_explains = is_recent and change.keeps(change.target_under(old, change.above, change.number))
    assert (reason == Reason.NEW_LEADER) == leader_explains
    if leader_explains:
        return
    necessary = [term for term in Term if change.is_necessary(term)]
    assert (reason == Reason.JOINT) == (not necessary)
    if necessary:
        # the level would have stayed but for it; and of several such terms it moved the choice most
        assert Term(reason) in necessary
        assert change.swing(Term(reason)) == max(map(change.swing, necessary))


def test_a_level_would_have_stayed_but_for_what_is_named_as_its_reason():
    reasons = set()

    @settings(lawful, max_examples=2500, database=None)
    @given(changes())
    def look(change: Change) -> None:
        reasons.add(change.reason)
        check(change, change.reason)

    look()
    assert reasons == {*map(Reason, Term), Reason.NEW_LEADER, Reason.JOINT, Reason.CHANCE}


@lawful
@given(now=any_terms(), drawn=many_shares(6))
def test_an_old_leader_weighs_survival_prestige_and_bargain_by_its_own_weights(now, drawn):
    weights = [0.5 + share for share in drawn]
    same = Leader(9.0, 2.0, *weights[:3], *weights[:3])
    assert under_old_leader(now, same) == pytest.approx(now, rel=ZERO)
    other = under_old_leader(now, Leader(9.0, 2.0, *weights))
    for name, before, after in zip(("survival", "prestige", "bargain_loss"), weights[3:], weights[:3], strict=True):
        assert getattr(other, name) == pytest.approx(getattr(now, name) * before / after, rel=ZERO)
    untouched = set(Terms._fields) - {"survival", "prestige", "bargain_loss"}
    assert all(getattr(other, name) == getattr(now, name) for name in untouched)
