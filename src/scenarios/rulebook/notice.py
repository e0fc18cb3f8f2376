"""How does a patron notice threats, offers, news, leaders, crises and its expulsion? (docs/model.md, section 7.6)"""

from scenarios.rulebook.arithmetic import chance, exponential, happens, waiting_time
from scenarios.rulebook.asking import no_request
from scenarios.rulebook.bargain import new_weight, offer_rate, offer_worth
from scenarios.rulebook.client import expulsion_rate
from scenarios.rulebook.coercer import SCRIPTED, faded_threat
from scenarios.rulebook.conditions import (
    NEVER,
    Beliefs,
    Block,
    Client,
    Conduct,
    Crisis,
    Deal,
    Frame,
    Leader,
    Moment,
    News,
    Pair,
    Patron,
    PatronInputs,
    Threat,
    Watch,
)
from scenarios.rulebook.perception import belief, has_crossed, remembered
from scenarios.rulebook.rule import rule
from scenarios.rulebook.traits import ChannelTraits, ClientTraits, ModelTraits, PatronTraits
from scenarios.vocabulary import Alert

ALERTED = float(Alert.ALERTED)
THREATENED = float(Alert.THREATENED)
ALREADY_THREATENED = 0.7  # of the weight of a direct threat
LEADERS_GRACE = 1.0  # years in which a new leader is not replaced
THREAT_NOTICED = 0.1  # share; a smaller move of the threat alerts nobody


@rule
def next_threat(
    frame: Frame, moment: Moment, traits: PatronTraits, patron: Patron, inputs: PatronInputs, u_threat: float
) -> Threat:
    """The threat to the patron's firms after this step, and what of it the patron has noticed.

    Notes
    -----
    A direct threat names the firms and a date; it is no evidence until that date, and until then it counts for as much
    as the patron believes it. A patron that keeps a deal is not threatened by name.
    """
    coercer, threat, pace = frame.coercer, patron.threat, frame.pace
    if frame.freezes.pressure > 0.5:
        return threat
    due_at = threat.due_at
    is_pending = due_at < NEVER
    standing = moment.pressure.threat * traits.threat_weight
    height = threat.height if is_pending else faded_threat(threat.height, standing, pace.threat_kept)
    if inputs.threat >= 0.0:
        height = inputs.threat
    else:
        # firms that are threatened already are not threatened anew
        is_news = not is_pending and height < ALREADY_THREATENED * traits.threat_weight
        is_high = moment.coercer.rung >= coercer.threat_rung
        is_possible = moment.mode != SCRIPTED and is_news and patron.deal.worth <= 0.0 and is_high
        if is_possible and happens(coercer.threat_rate * traits.threat_weight * pace.dt, u_threat):
            followed = belief(patron.beliefs.followed, patron.beliefs.bluffed)
            height = height + (traits.threat_weight - height) * followed
            due_at = moment.t + coercer.threat_delay
    is_noticed = abs(height - threat.seen) > THREAT_NOTICED
    return Threat(height=height, seen=height if is_noticed else threat.seen, due_at=due_at)


@rule
def next_offer(
    deal: Deal, model: ModelTraits, bargain: float, rung: float, provoking: float, dt: float, u: float
) -> Deal:
    """What is on the table after this step; no offers while a deal is in force."""
    arrives = offer_rate(model.deal_rate, bargain, rung, provoking) * dt
    if deal.worth > 0.0 or not happens(arrives, u):
        return deal
    # given that u fell below the chance, u / chance is uniform again: it draws the worth
    return deal._replace(offer=offer_worth(model.deal_worth, bargain, u / chance(arrives)))


@rule
def learned(model: ModelTraits, beliefs: Beliefs, conduct: Conduct, news: News, move: float, kept: float) -> Beliefs:
    """Beliefs after one step of forgetting and the news; a rise of the rung is a threat carried out, a fall a bluff."""
    rises = 1.0 if move > 0.0 else 0.0
    falls = 1.0 if move < 0.0 else 0.0
    return Beliefs(
        followed=remembered(beliefs.followed, kept, news.followed + rises),
        bluffed=remembered(beliefs.bluffed, kept, model.bluff_weight * (news.bluffed + falls)),
        # its own answers to requests teach it nothing about the others
        helped=remembered(beliefs.helped, kept, news.met - conduct.met),
        stood_by=remembered(beliefs.stood_by, kept, news.lapsed - conduct.lapsed),
    )


@rule
def next_watch(
    watch: Watch, exposure: float, before: Threat, threat: Threat, purse_share: float, hold: float, is_called: bool
) -> Watch:
    """How awake the patron is after this step.

    Parameters
    ----------
    purse_share : float
        Purse over peacetime purse [share].
    is_called : bool
        The rung changed, the client asked, an offer came, or another patron moved last step.
    """
    purse_low = has_crossed(watch.purse_low, purse_share, 0.5, 0.7)
    hold_low = has_crossed(watch.hold_low, hold, 0.35, 0.45)
    alert = watch.alert
    if threat.seen != before.seen and threat.seen > before.seen and exposure > 0.0:
        alert = THREATENED
    elif alert < ALERTED:
        crossing = purse_low != watch.purse_low or hold_low != watch.hold_low
        alert = ALERTED if is_called or crossing or threat.seen != before.seen else alert
    return Watch(alert=alert, purse_low=purse_low, hold_low=hold_low)


@rule
def faded(depth: float, duration: float, dt: float) -> float:
    """A passing crisis after a step [share]; below a thousandth it is over."""
    return depth * exponential(-dt / duration) if depth > 0.001 else 0.0


@rule
def has_due(patron: Patron, t: float) -> bool:
    """Whether one of the patron's clocks has run out: new leader, own crisis, a threat's date, a deal's end."""
    return (
        patron.leader.next_at <= t
        or patron.crisis.next_at <= t
        or patron.threat.due_at <= t
        or patron.deal.ends_at <= t
    )


@rule
def new_leader(leader: Leader, rate: float, spread: float, t: float, luck: Block) -> Leader:
    """A leader with weights of its own; the old ones are remembered."""
    u_stake, u_prestige, u_bargain, u = luck
    return Leader(
        next_at=t + LEADERS_GRACE + waiting_time(rate, u),
        changed_at=t,
        stake=new_weight(spread, u_stake),
        prestige=new_weight(spread, u_prestige),
        bargain=new_weight(spread, u_bargain),
        stake_before=leader.stake,
        prestige_before=leader.prestige,
        bargain_before=leader.bargain,
    )


@rule
def new_crisis(crisis: Crisis, traits: PatronTraits, t: float, u_depth: float, u_next: float) -> Crisis:
    """A domestic crisis at its onset; a deeper one that is still on stays."""
    depth = traits.crisis_size * (0.5 + 0.5 * u_depth)
    return Crisis(
        depth=depth if depth > crisis.depth else crisis.depth, next_at=t + waiting_time(traits.crisis_rate, u_next)
    )


@rule
def settled_threat(threat: Threat, weight: float, is_carried_out: bool) -> Threat:
    """A direct threat on its date: carried out it bites in full, else it begins to fade."""
    height = weight if is_carried_out and weight > threat.height else threat.height
    return threat._replace(height=height, due_at=NEVER)


@rule
def is_expelled(traits: ClientTraits, client: Client, patron: Patron, rung: float, dt: float, u: float) -> bool:
    """Whether the client sends the patron home in this step."""
    rate = expulsion_rate(traits, patron.deal.worth, client.hold, rung)
    return patron.conduct.expelled < 0.5 and happens(rate * dt, u)


@rule
def is_closed_to_the_expelled(channel: ChannelTraits) -> bool:
    """Whether an expulsion ends a channel: its people, arms and money go, its trade may stay."""
    return channel.material > 0.5 and channel.trade < 0.5


@rule
def is_a_blow(channel: ChannelTraits, pair: Pair) -> bool:
    """Whether an expulsion would end something on a channel; who has nothing but trade is not sent home."""
    return is_closed_to_the_expelled(channel) and pair.level > 0.0


@rule
def as_expelled(patron: Patron) -> Patron:
    """A patron that the client has sent home."""
    return patron._replace(conduct=patron.conduct._replace(expelled=1.0))


@rule
def sent_home(pair: Pair, t: float) -> Pair:
    """A material channel of a patron that was expelled: nothing is intended, sent or asked for any more."""
    luck = pair.luck._replace(number_then=pair.luck.number, chosen_at=t)
    return pair._replace(level=0.0, sent=0.0, delivered=0.0, luck=luck, request=no_request())
