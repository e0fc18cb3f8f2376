"""What has the client asked of a patron, and what becomes of it? (docs/model.md, section 7.2)"""

from scenarios.rulebook.client import can_hope, level_asked
from scenarios.rulebook.conditions import NEVER, Client, Link, Pair, Patron, Request
from scenarios.rulebook.delivery import nearest_level
from scenarios.rulebook.rule import large_rule, rule
from scenarios.rulebook.traits import ModelTraits


@rule
def no_request() -> Request:
    """Nothing asked, and nothing wanted any more."""
    return Request(force=0.0, asked=0.0, asked_by=NEVER, settled=0.0)


@rule
def opened_request(size: float, level: float, feasible: float, asked_by: float) -> Request:
    """A request at the moment that it is made."""
    return Request(force=size, asked=level_asked(size, level, feasible), asked_by=asked_by, settled=0.0)


@large_rule
def client_asks(model: ModelTraits, link: Link, client: Client, patron: Patron, t: float) -> Pair:
    """One channel after the client, at a new high of pressure, has asked for what it needs and may hope for."""
    channel, pair = link.channel, link.pair
    need = channel.need * link.need
    need = need if need < 1.0 else 1.0
    feasible = nearest_level(link.reach.feasible)
    hopes = can_hope(need, channel.request, pair.level, feasible, client.solvency, patron.purse.outstanding)
    if not hopes or patron.conduct.expelled > 0.5:
        return pair
    asked = opened_request(channel.request * need, pair.level, feasible, t + channel.lag + model.request_grace)
    return pair._replace(request=asked)


@rule
def next_request(request: Request, level: float, delivered: float, kept: float, t: float) -> Request:
    """A request after this step: met, lapsed, or open and fading; what is being withdrawn meets nothing."""
    is_met = request.asked > 0.0 and level >= request.asked and nearest_level(delivered) >= request.asked
    has_lapsed = request.asked > 0.0 and not is_met and request.asked_by <= t
    if is_met or has_lapsed:
        # a client that got what it asked for goes on wanting it for a while
        return Request(force=request.force * kept, asked=0.0, asked_by=NEVER, settled=1.0 if is_met else -1.0)
    return request._replace(force=request.force * kept, settled=0.0)
