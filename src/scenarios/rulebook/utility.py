"""What is a level of support worth to a patron? The named terms. (docs/model.md, section 7.4)"""

import math

from scenarios.rulebook.arithmetic import exponential, logarithm, moved
from scenarios.rulebook.budget import thrift_cost
from scenarios.rulebook.conditions import (
    Beside,
    Client,
    Coercer,
    Fear,
    Outlook,
    Pair,
    Patron,
    PatronInputs,
    Terms,
    Worth,
)
from scenarios.rulebook.rule import large_rule
from scenarios.rulebook.traits import ChannelTraits, ModelTraits, PatronTraits

CLASH_LOSS = 1.0  # utility; the unit of all worth
NO_TERMS = Terms(0.0, 0.0, 0.0, 0.0, 0.0)  # of giving nothing, against which all others count
NOTHING_BESIDE = Beside(1.0, 1.0, 1.0, 0.0)  # of a patron before any other channel is looked at


def share_of(level: float) -> float:
    """u = level / 3 [share]."""
    return level * (1.0 / 3.0)


# -- what is the same on every channel ---------------------------------------------------------------------------------


def creditworthiness(solvency: float, years: float) -> float:
    """Share of a loan's worth on which a lender counts [share]: the client must pay year after year (claim C10).

    Notes
    -----
    Solvency to the power of the years, so that lending stops well before the client is broke: credit is rationed
    (Stiglitz and Weiss 1981), and the risk of default is convex in what is owed (Eaton and Gersovitz 1981).

    Examples
    --------
    >>> round(creditworthiness(0.5, 2.0), 12), creditworthiness(0.0, 2.0)
    (0.25, 0.0)
    """
    return exponential(years * logarithm(solvency)) if solvency > 0.0 else 0.0


def provoked_at(model: ModelTraits, rung: float) -> float:
    """Chance at a rung that full provocation costs a patron its bargain with the coercer [probability] (claim C08)."""
    return model.bargain_floor + (model.bargain_top - model.bargain_floor) * rung / 10.0


def clash_at(model: ModelTraits, rung: float, presence: float) -> float:
    """Chance that what is fully exposed leads to a clash with the coercer's forces [probability].

    Notes
    -----
    Only late on the ladder, only with forces near, and as far as the patron believes that the coercer strikes: the
    strikes on Iran of June 2025 are the precedent (claim C15).
    """
    if rung <= 0.0:
        return 0.0
    height = exponential(model.clash_power * logarithm(rung / 10.0))
    return model.clash_probability * model.belief_in_strikes * height * (0.2 + 0.8 * presence)


def feared(loss: float, tolerance: float, loss_cap: float) -> Fear:
    """What a loss [utility] is to a patron of some risk tolerance; beyond the cap timidity tells no more."""
    z = loss / tolerance
    z = z if z < loss_cap else loss_cap
    return Fear(loss=loss, weight=z, growth=exponential(z) - 1.0)


def bargain_now(traits: PatronTraits, inputs: PatronInputs) -> float:
    """Worth of a patron's bargain with the coercer now [utility]."""
    return traits.bargain * inputs.bargain


def outlook_of(
    model: ModelTraits,
    traits: PatronTraits,
    coercer: Coercer,
    client: Client,
    patron: Patron,
    bargain: float,
    drain: float,
) -> Outlook:
    """What the patron sees on every channel alike.

    Parameters
    ----------
    bargain : float
        Worth of its bargain with the coercer [utility].
    drain : float
        What its own war takes [share].
    """
    return Outlook(
        bargain=feared(bargain, traits.risk_tolerance, model.loss_cap),
        business=feared(traits.exposure * model.sanction_weight, traits.risk_tolerance, model.loss_cap),
        peace=feared(CLASH_LOSS, traits.risk_tolerance, model.loss_cap),
        provoked=provoked_at(model, coercer.rung),
        threat=patron.threat.height,
        clash=clash_at(model, coercer.rung, coercer.presence),
        payment_weight=traits.payment_weight,
        credit=creditworthiness(client.solvency, model.credit_years),
        goods=client.goods,
        budget=patron.budget,
        thrift=model.thrift,
        drain=drain,
    )


# -- what one channel risks --------------------------------------------------------------------------------------------


def bargain_kept(channel: ChannelTraits, outlook: Outlook, level: float) -> float:
    """Chance that a level on a channel does not cost the bargain [probability]."""
    return 1.0 - channel.provocation * outlook.provoked * share_of(level)


def business_kept(channel: ChannelTraits, outlook: Outlook, shielded: float, level: float) -> float:
    """Chance that a level on a channel brings no sanctions on the patron's firms [probability] (claims C12, C22)."""
    return 1.0 - outlook.threat * (1.0 - shielded) * channel.sanctionable * share_of(level)


def peace_kept(channel: ChannelTraits, outlook: Outlook, level: float) -> float:
    """Chance that a level on a channel does not lead to a clash [probability]."""
    return 1.0 - outlook.clash * channel.exposed * share_of(level)


def with_beside(beside: Beside, channel: ChannelTraits, outlook: Outlook, pair: Pair, spent: float) -> Beside:
    """What the other channels risk and cost, with one more of them; words and shows of force risk nothing here."""
    if channel.material < 0.5 or pair.level <= 0.0:
        return beside
    return Beside(
        bargain_kept=beside.bargain_kept * bargain_kept(channel, outlook, pair.level),
        business_kept=beside.business_kept * business_kept(channel, outlook, pair.shielded, pair.level),
        peace_kept=beside.peace_kept * peace_kept(channel, outlook, pair.level),
        spent=beside.spent + spent,
    )


# -- the terms ---------------------------------------------------------------------------------------------------------


def dread(probability: float, fear: Fear) -> float:
    """Certainty equivalent of losing something with some chance [utility].

    Notes
    -----
    L g(z), g(z) = ln(1 + p (e^z - 1)) / z, z = L / T: the loss at constant absolute risk aversion (Pratt 1964), from
    p L for the tolerant to L for the timid. Beyond the cap of z the timid fear no more than the loss itself: with
    T ln(...) they would pay less than the tolerant.

    Examples
    --------
    >>> round(dread(0.3, feared(1.0, 0.5, 2.5)), 5), round(dread(0.3, feared(1.0, 1e6, 2.5)), 5)
    (0.53523, 0.3)
    """
    if fear.loss <= 0.0 or probability <= 0.0:
        return 0.0
    return fear.loss * logarithm(1.0 + probability * fear.growth) / fear.weight


def payment_at(channel: ChannelTraits, outlook: Outlook, need: float, level: float) -> float:
    """Worth of what the client pays for a level [utility]: later by its credit, at once by its goods (claim C10).

    Notes
    -----
    A client that has no need of this patron on this channel buys nothing there; returns diminish with the root.
    """
    counted = channel.credit * outlook.credit + (1.0 - channel.credit) * outlook.goods
    return outlook.payment_weight * need * channel.paid * counted * math.sqrt(share_of(level))


def terms_at(
    channel: ChannelTraits, outlook: Outlook, beside: Beside, shielded: float, need: float, spent: float, level: float
) -> Terms:
    """The terms of one level, the patron's other channels as they are [utility].

    Parameters
    ----------
    need : float
        The client's need of this patron on this channel [share].
    spent : float
        What the level costs [USD bn a year].

    Notes
    -----
    One lottery a kind over the whole portfolio, so that a channel pays what it adds to the risk that is there.
    """
    lost = 1.0 - beside.bargain_kept * bargain_kept(channel, outlook, level)
    hurt = 1.0 - beside.business_kept * business_kept(channel, outlook, shielded, level)
    struck = 1.0 - beside.peace_kept * peace_kept(channel, outlook, level)
    return Terms(
        payment=payment_at(channel, outlook, need, level),
        bargain=-dread(lost, outlook.bargain),
        secondary_sanctions=-dread(hurt, outlook.business),
        entrapment=-dread(struck, outlook.peace),
        material_cost=-thrift_cost(outlook.thrift, beside.spent + spent, outlook.budget),
    )


def less(terms: Terms, other: Terms) -> Terms:
    """Terms against those of another level or time."""
    return Terms(
        payment=terms.payment - other.payment,
        bargain=terms.bargain - other.bargain,
        secondary_sanctions=terms.secondary_sanctions - other.secondary_sanctions,
        entrapment=terms.entrapment - other.entrapment,
        material_cost=terms.material_cost - other.material_cost,
    )


def total(terms: Terms) -> float:
    """Worth of all terms together [utility]."""
    return terms.payment + terms.bargain + terms.secondary_sanctions + terms.entrapment + terms.material_cost


def terms_of_level(worth: Worth, level: float) -> Terms:
    """The terms of one level."""
    if level < 0.5:
        return NO_TERMS
    if level < 1.5:
        return worth.low
    return worth.middle if level < 2.5 else worth.high


@large_rule
def worth_of(
    channel: ChannelTraits,
    outlook: Outlook,
    beside: Beside,
    shielded: float,
    need: float,
    bills: tuple[float, float, float],
) -> Worth:
    """The terms of every level above nothing, against giving nothing on this channel.

    Parameters
    ----------
    bills : tuple of float
        What the levels 1, 2 and 3 cost [USD bn a year].
    """
    none = terms_at(channel, outlook, beside, shielded, need, 0.0, 0.0)
    return Worth(
        low=less(terms_at(channel, outlook, beside, shielded, need, bills[0], 1.0), none),
        middle=less(terms_at(channel, outlook, beside, shielded, need, bills[1], 2.0), none),
        high=less(terms_at(channel, outlook, beside, shielded, need, bills[2], 3.0), none),
    )


def blended_terms(old: Terms, new: Terms, share: float) -> Terms:
    """Terms on their way from old to new."""
    return Terms(
        payment=moved(old.payment, new.payment, share),
        bargain=moved(old.bargain, new.bargain, share),
        secondary_sanctions=moved(old.secondary_sanctions, new.secondary_sanctions, share),
        entrapment=moved(old.entrapment, new.entrapment, share),
        material_cost=moved(old.material_cost, new.material_cost, share),
    )


def habituated(reference: Worth, now: Worth, share: float) -> Worth:
    """What a patron is used to, after it has got used to some more of the present."""
    return Worth(
        low=blended_terms(reference.low, now.low, share),
        middle=blended_terms(reference.middle, now.middle, share),
        high=blended_terms(reference.high, now.high, share),
    )
