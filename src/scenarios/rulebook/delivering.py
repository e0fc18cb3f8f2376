"""How does a patron deliver, pay, and how is that seen? (docs/model.md, section 7.5)"""

from scenarios.rulebook.asking import next_request
from scenarios.rulebook.budget import next_outstanding
from scenarios.rulebook.choice import share_of
from scenarios.rulebook.conditions import Backing, Pace, Pair, Patron, Purse
from scenarios.rulebook.delivery import moved, next_shielded, past_the_ships
from scenarios.rulebook.rule import rule
from scenarios.rulebook.traits import ChannelTraits, PatronTraits


@rule
def before_the_purse(
    channel: ChannelTraits, pair: Pair, interdiction: float, elusive: float, lag_share: float
) -> float:
    """What would arrive in this step if money were no object [level]: the pipeline, then the ships."""
    sent = moved(pair.sent, pair.level, lag_share)
    return past_the_ships(sent, interdiction, channel.interdictable, elusive * pair.shielded)


@rule
def delivery_turn(
    channel: ChannelTraits,
    threat: float,
    pair: Pair,
    interdiction: float,
    elusive: float,
    lag_share: float,
    paid_share: float,
    pace: Pace,
    t: float,
) -> Pair:
    """One channel after the pipeline, the ships, the shielded agents and the purse.

    Parameters
    ----------
    paid_share : float
        Share of the step's bill that the purse can pay [share].
    """
    delivered = before_the_purse(channel, pair, interdiction, elusive, lag_share) * paid_share
    return pair._replace(
        sent=moved(pair.sent, pair.level, lag_share),
        delivered=delivered,
        shielded=next_shielded(pair.shielded, channel.shield_limit, threat, pace.shield_growth, pace.shield_decay),
        request=next_request(pair.request, pair.level, delivered, pace.request_kept, t),
    )


@rule
def after_delivery(
    patron: Patron,
    traits: PatronTraits,
    solvency: float,
    spent: float,
    lent: float,
    provoking: float,
    met: float,
    lapsed: float,
    dt: float,
) -> Patron:
    """A patron after it has paid for what was delivered.

    Parameters
    ----------
    spent, lent : float
        Spent in this step, and the part of it given on credit [USD bn].
    provoking : float
        Provocation of what it now gives [share].
    met, lapsed : float
        Requests settled in this step.
    """
    outstanding = next_outstanding(patron.purse.outstanding, lent, traits.repayment_rate, solvency, dt)
    return patron._replace(
        purse=Purse(money=patron.purse.money - spent, outstanding=outstanding),
        conduct=patron.conduct._replace(provoking=provoking, met=met, lapsed=lapsed),
    )


@rule
def backed(backing: Backing, channel: ChannelTraits, weight: float, level: float, delivered: float) -> Backing:
    """What coercer and client see of all patrons, with one more channel added.

    Parameters
    ----------
    weight : float
        How much the patron's support counts with the coercer [share].
    level, delivered : float
        Intended and delivered [level].
    """
    u = share_of(delivered)
    clash = channel.clash * weight * share_of(level)
    trade = backing.trade + channel.trade * channel.solvency_effect * u
    return Backing(
        visible=backing.visible + channel.weight * channel.visibility * weight * share_of(level),
        clash=clash if clash > backing.clash else backing.clash,
        hold=backing.hold + channel.hold_effect * u,
        trade=trade if trade < 1.0 else 1.0,
        money=backing.money + (1.0 - channel.trade) * channel.solvency_effect * u,
    )
