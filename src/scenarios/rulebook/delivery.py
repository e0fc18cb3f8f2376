"""What is asked for, what arrives of it, and what do coercer and client see of it? (docs/model.md, section 7.5)

A request alerts a patron and calls for words; it moves no utility: what a patron gives it gives for its own reasons.
"""

from scenarios.rulebook.arithmetic import moved
from scenarios.rulebook.conditions import NEVER, Backing, Frame, Pair, Request
from scenarios.rulebook.traits import ChannelTraits, ModelTraits, PairTraits
from scenarios.rulebook.utility import share_of

NO_BACKING = Backing(visible=0.0, hold=0.0, trade=0.0, money=0.0)
NO_REQUEST = Request(asked=0.0, asked_by=NEVER, settled=0.0)


def past_the_ships(sent: float, interdiction: float, interdictable: float, slippery: float) -> float:
    """What is left of a delivery after interdiction [level].

    Parameters
    ----------
    slippery : float
        Share that slips through: part of what shielded agents carry (claim C22); a flag of convenience is a shield
        from sanctions, and only in part from ships [share].
    """
    return sent * (1.0 - interdiction * interdictable * (1.0 - slippery))


def is_stopped(sent: float, interdiction: float, interdictable: float, slippery: float) -> bool:
    """Whether ships stop some of a delivery."""
    return sent > 0.0 and interdiction > 0.0 and interdictable > 0.0 and slippery < 1.0


def next_shielded(shielded: float, limit: float, threat: float, growth: float, decay: float) -> float:
    """Share carried by agents out of the coercer's reach, after a step [share].

    Parameters
    ----------
    shielded, limit, threat : float
        Shares.
    growth, decay : float
        Shares of the distance covered in a step when it grows and when it shrinks.
    """
    worth_it = 1.5 * threat
    target = limit * (worth_it if worth_it < 1.0 else 1.0)
    return moved(shielded, target, growth if target > shielded else decay)


def nearest_level(quantity: float) -> float:
    """Level nearest to a delivered quantity [level].

    Examples
    --------
    >>> nearest_level(1.4), nearest_level(1.6)
    (1.0, 2.0)
    """
    return float(int(quantity + 0.5))


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


def level_asked(size: float, level: float, feasible: float) -> float:
    """Level that a request names: its size on the scale of levels, at least one more than now [level]."""
    asked = float(int(3.0 * size + 0.5))
    more = level + 1.0
    asked = asked if asked > more else more
    return asked if asked < feasible else feasible


def opened_request(size: float, level: float, feasible: float, asked_by: float) -> Request:
    """A request at the moment that it is made; none where nothing more is within reach."""
    if size <= 0.0 or level >= feasible:
        return NO_REQUEST
    return Request(asked=level_asked(size, level, feasible), asked_by=asked_by, settled=0.0)


def client_asks(
    model: ModelTraits, channel: ChannelTraits, reach: PairTraits, factor: float, pair: Pair, t: float
) -> Pair:
    """One channel after the client, at a new high of pressure, has asked for what it needs and the patron could give.

    Parameters
    ----------
    factor : float
        The client's need of this patron on this channel, in units of the opening of the present [factor].
    """
    need = channel.need * factor
    size = channel.request * (need if need < 1.0 else 1.0)
    feasible = nearest_level(reach.feasible)
    if size <= 0.0 or pair.level >= feasible:
        return pair
    return pair._replace(request=opened_request(size, pair.level, feasible, t + channel.lag + model.request_grace))


def next_request(request: Request, level: float, delivered: float, t: float) -> Request:
    """A request after this step: met, lapsed, or open; what is being withdrawn meets nothing."""
    is_met = request.asked > 0.0 and level >= request.asked and nearest_level(delivered) >= request.asked
    has_lapsed = request.asked > 0.0 and not is_met and request.asked_by <= t
    if is_met or has_lapsed:
        return Request(asked=0.0, asked_by=NEVER, settled=1.0 if is_met else -1.0)
    return request._replace(settled=0.0)
