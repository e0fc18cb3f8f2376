"""What has the client asked of a patron, and what becomes of it? (docs/model.md, section 7.5)

A request alerts a patron and calls for words; it moves no utility: what a patron gives it gives for its own reasons.
"""

from scenarios.rulebook.conditions import NEVER, Pair, Request
from scenarios.rulebook.delivery import nearest_level
from scenarios.rulebook.rule import rule
from scenarios.rulebook.traits import ChannelTraits, ModelTraits, PairTraits


@rule
def level_asked(size: float, level: float, feasible: float) -> float:
    """Level that a request names: its size on the scale of levels, at least one more than now [level]."""
    asked = float(int(3.0 * size + 0.5))
    more = level + 1.0
    asked = asked if asked > more else more
    return asked if asked < feasible else feasible


@rule
def no_request() -> Request:
    """Nothing asked for."""
    return Request(asked=0.0, asked_by=NEVER, settled=0.0)


@rule
def opened_request(size: float, level: float, feasible: float, asked_by: float) -> Request:
    """A request at the moment that it is made; none where nothing more is within reach."""
    if size <= 0.0 or level >= feasible:
        return no_request()
    return Request(asked=level_asked(size, level, feasible), asked_by=asked_by, settled=0.0)


@rule
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


@rule
def next_request(request: Request, level: float, delivered: float, t: float) -> Request:
    """A request after this step: met, lapsed, or open; what is being withdrawn meets nothing."""
    is_met = request.asked > 0.0 and level >= request.asked and nearest_level(delivered) >= request.asked
    has_lapsed = request.asked > 0.0 and not is_met and request.asked_by <= t
    if is_met or has_lapsed:
        return Request(asked=0.0, asked_by=NEVER, settled=1.0 if is_met else -1.0)
    return request._replace(settled=0.0)
