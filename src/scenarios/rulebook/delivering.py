"""What arrives of a channel in a step, and what do coercer and client see of it? (docs/model.md, section 7.5)"""

from scenarios.rulebook.asking import next_request
from scenarios.rulebook.conditions import Backing, Frame, Pair
from scenarios.rulebook.delivery import moved, next_shielded, past_the_ships
from scenarios.rulebook.rule import rule
from scenarios.rulebook.traits import ChannelTraits
from scenarios.rulebook.utility import share_of


@rule
def delivery_turn(
    frame: Frame, channel: ChannelTraits, pair: Pair, threat: float, interdiction: float, lag_share: float, t: float
) -> Pair:
    """One channel after the pipeline, the ships and the shielded agents."""
    pace = frame.pace
    sent = moved(pair.sent, pair.level, lag_share)
    delivered = past_the_ships(sent, interdiction, channel.interdictable, frame.model.elusive * pair.shielded)
    return pair._replace(
        sent=sent,
        delivered=delivered,
        shielded=next_shielded(pair.shielded, channel.shield_limit, threat, pace.shield_growth, pace.shield_decay),
        request=next_request(pair.request, pair.level, delivered, t),
    )


@rule
def no_backing() -> Backing:
    """Nobody's support."""
    return Backing(visible=0.0, hold=0.0, trade=0.0, money=0.0)


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
    trade = backing.trade + channel.trade * channel.solvency_effect * u
    return Backing(
        visible=backing.visible + channel.material * channel.weight * channel.visibility * weight * share_of(level),
        hold=backing.hold + channel.hold_effect * u,
        trade=trade if trade < 1.0 else 1.0,
        money=backing.money + (1.0 - channel.trade) * channel.solvency_effect * u,
    )
