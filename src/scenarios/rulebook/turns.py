"""The order of the rules: what happens in one step, turn by turn. READ THIS FIRST. (docs/model.md, section 3)

In a step the coercer moves, then the client, then every patron takes notice, perhaps reviews its channels and delivers.
Patrons see coercer and client as of this step and each other as of the last. Chance arrives as numbers `u` in (0, 1).
"""

import math

from scenarios.rulebook.arithmetic import chance, exponential, happens, normal_quantile, power, waiting_time
from scenarios.rulebook.bargain import deal_length, is_acceptable, new_weight, offer_rate, offer_worth
from scenarios.rulebook.budget import income, next_outstanding, refilled
from scenarios.rulebook.choice import chances_of, level_at, number_within, one_step_towards, share_of
from scenarios.rulebook.client import (
    can_hope,
    collapse_rate,
    concession_rate,
    expulsion_rate,
    goods_available,
    hold_target,
    level_asked,
    oil_exports,
    revenue,
    solvency_target,
)
from scenarios.rulebook.coercer import (
    RAMP,
    SCRIPTED,
    adaptive_rung,
    faded_threat,
    next_fatigue,
    next_interdiction,
    ramp_rung,
    removal_rate,
)
from scenarios.rulebook.delivery import moved, nearest_level, next_shielded, past_the_ships
from scenarios.rulebook.parameters import (
    NEVER,
    Backing,
    Beliefs,
    ChannelTraits,
    Chooser,
    Client,
    ClientTraits,
    Coercer,
    CoercerTraits,
    Conduct,
    Crisis,
    Deal,
    Freezes,
    Inputs,
    Leader,
    Luck,
    ModelTraits,
    News,
    Pace,
    Pair,
    PairTraits,
    Patron,
    PatronInputs,
    PatronTraits,
    Pressure,
    Purse,
    Request,
    Review,
    Terms,
    Threat,
    Watch,
)
from scenarios.rulebook.perception import has_crossed, remembered
from scenarios.rulebook.reasons import reason_of
from scenarios.rulebook.rule import large_rule, rule
from scenarios.rulebook.utility import crisis_now, drain_now
from scenarios.vocabulary import Alert, Fate

HOLDS = float(Fate.HOLDS)
CONCEDES = float(Fate.CONCEDES)
COLLAPSES = float(Fate.COLLAPSES)
REMOVED = float(Fate.REMOVED)
CALM = float(Alert.CALM)
ALERTED = float(Alert.ALERTED)
THREATENED = float(Alert.THREATENED)
LEADERS_GRACE = 1.0  # years in which a new leader is not replaced
ALREADY_THREATENED = 0.7  # of the weight of a direct threat
THREAT_NOTICED = 0.1  # share; a smaller move of the threat alerts nobody


# -- the opening -------------------------------------------------------------------------------------------------------


@large_rule
def pace_of(model: ModelTraits, coercer: CoercerTraits, client: ClientTraits, dt: float) -> Pace:
    """What one step of `dt` years means for everything that goes at a constant rate."""
    return Pace(
        dt=dt,
        root_dt=math.sqrt(dt),
        alerted=chance(model.alerted_rate * dt),
        threatened=chance(model.threatened_rate * dt),
        solvency=chance(dt / client.solvency_lag),
        hold=chance(client.hold_speed * dt),
        deployment=chance(dt / coercer.deployment_lag) if coercer.deployment_lag > 0.0 else 1.0,
        threat_kept=exponential(-coercer.threat_decay * dt),
        belief_kept=power(model.belief_kept, dt),
        request_kept=exponential(-model.request_fade * dt),
        shield_growth=chance(model.shield_growth * dt),
        shield_decay=chance(model.shield_decay * dt),
    )


@rule
def lag_pace(channel: ChannelTraits, dt: float) -> float:
    """Share of the way from sent to intended that a channel covers in a step."""
    return chance(dt / channel.lag) if channel.lag > 0.0 else 1.0


@rule
def opening_coercer(mode: int, traits: CoercerTraits, inputs: Inputs) -> Coercer:
    """The coercer at the opening; a scripted one stands where its script says."""
    return Coercer(
        rung=inputs.rung if mode == SCRIPTED and inputs.rung >= 0.0 else traits.rung,
        presence=inputs.presence if inputs.presence >= 0.0 else traits.presence,
        interdiction=inputs.interdiction if inputs.interdiction >= 0.0 else traits.interdiction,
        fatigue=0.0,
        move=0.0,
    )


@rule
def opening_client(traits: ClientTraits, rung: float, inputs: Inputs) -> Client:
    """The client at the opening."""
    exports = oil_exports(traits, traits.oil_output * inputs.oil_output)
    return Client(
        solvency=traits.solvency,
        hold=traits.hold,
        goods=goods_available(traits, exports),
        exports=exports,
        revenue=0.0,
        high_rung=rung,
        fate=HOLDS,
    )


@large_rule
def opening_patron(
    model: ModelTraits, traits: PatronTraits, inputs: PatronInputs, u_crisis: float, u_leader: float, no_crisis: float
) -> Patron:
    """A patron at the opening: a full purse, the beliefs in memory, one precedent, its clocks wound."""
    threat = inputs.threat if inputs.threat >= 0.0 else traits.threat
    yearly = income(traits.capacity, drain_now(traits, inputs), crisis_now(traits, inputs, 0.0))
    return Patron(
        purse=Purse(money=yearly, outstanding=traits.outstanding),
        threat=Threat(height=threat, seen=threat, due_at=NEVER),
        watch=Watch(alert=CALM, purse_low=0.0, hold_low=0.0),
        leader=Leader(waiting_time(traits.leader_rate, u_leader), -1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0),
        crisis=Crisis(depth=0.0, next_at=NEVER if no_crisis > 0.5 else waiting_time(traits.crisis_rate, u_crisis)),
        deal=Deal(offer=0.0, worth=0.0, ends_at=NEVER, first_at=NEVER),
        beliefs=Beliefs(
            followed=model.followed + model.precedent,
            bluffed=model.bluffed,
            helped=model.helped,
            stood_by=model.stood_by + model.precedent,
        ),
        conduct=Conduct(expelled=0.0, provoking=0.0, met=0.0, lapsed=0.0),
    )


@large_rule
def opening_pair(model: ModelTraits, channel: ChannelTraits, reach: PairTraits, u_wait: float) -> Pair:
    """One channel of a patron at the opening; the held number is filled in by `with_number`."""
    feasible = nearest_level(reach.feasible)
    level = nearest_level(reach.opening)
    level = level if level < feasible else feasible
    is_open = reach.request > 0.0 and level < feasible
    return Pair(
        level=level,
        sent=level,
        delivered=level,
        shielded=reach.shielded,
        luck=Luck(number=0.0, number_then=0.0, redraw_at=waiting_time(model.rho, u_wait), chosen_at=0.0),
        request=opened_request(reach.request, level, feasible, channel.lag + model.request_grace)
        if is_open
        else Request(0.0, 0.0, NEVER, 0.0),
    )


@rule
def opened_request(size: float, level: float, feasible: float, asked_by: float) -> Request:
    """A request at the moment that it is made."""
    return Request(force=size, asked=level_asked(size, level, feasible), asked_by=asked_by, settled=0.0)


@rule
def with_number(pair: Pair, number: float) -> Pair:
    """One channel at the opening with its held number."""
    luck = Luck(number, number, pair.luck.redraw_at, pair.luck.chosen_at)
    return Pair(pair.level, pair.sent, pair.delivered, pair.shielded, luck, pair.request)


@rule
def opening_number(terms: Terms, above: Terms, chooser: Chooser, u: float) -> float:
    """The held number, drawn given the opening level, so that every run opens on the coded posture [0-1]."""
    return number_within(chances_of(terms, above, chooser), chooser.now, u)


# -- the coercer -------------------------------------------------------------------------------------------------------


@rule
def coercer_moves(
    mode: int,
    traits: CoercerTraits,
    coercer: Coercer,
    backing: Backing,
    inputs: Inputs,
    is_frozen: float,
    dt: float,
    u_rise: float,
    u_fall: float,
) -> float:
    """The coercer's rung after this step, on what it saw last step."""
    if is_frozen > 0.5:
        return coercer.rung
    if mode == SCRIPTED:
        return inputs.rung
    if mode == RAMP:
        return ramp_rung(traits, coercer.rung, dt, u_rise)
    return adaptive_rung(traits, coercer.rung, coercer.fatigue, backing, dt, u_rise, u_fall)


@rule
def coercer_turn(
    mode: int,
    traits: CoercerTraits,
    coercer: Coercer,
    rung: float,
    pressure: Pressure,
    inputs: Inputs,
    is_frozen: float,
    pace: Pace,
    u_start: float,
    u_end: float,
) -> Coercer:
    """The coercer after this step: the forces and the ships that follow its rung.

    Parameters
    ----------
    rung : float
        From `coercer_moves`.
    pressure : Pressure
        What goes with that rung.
    """
    if is_frozen > 0.5:
        return Coercer(coercer.rung, coercer.presence, coercer.interdiction, coercer.fatigue, 0.0)
    presence = moved(coercer.presence, pressure.presence, pace.deployment)
    if mode == SCRIPTED:
        interdiction = pressure.interdiction
    else:
        interdiction = next_interdiction(traits, coercer.interdiction, rung, pace.dt, u_start, u_end)
    return Coercer(
        rung=rung,
        presence=inputs.presence if inputs.presence >= 0.0 else presence,
        interdiction=inputs.interdiction if inputs.interdiction >= 0.0 else interdiction,
        fatigue=next_fatigue(traits, coercer.fatigue, rung, pace.dt),
        move=(1.0 if rung > coercer.rung else 0.0) - (1.0 if rung < coercer.rung else 0.0),
    )


# -- the client --------------------------------------------------------------------------------------------------------


@rule
def client_turn(
    traits: ClientTraits,
    client: Client,
    coercer: Coercer,
    backing: Backing,
    inputs: Inputs,
    is_frozen: float,
    pace: Pace,
    u_noise: float,
) -> Client:
    """The client after it has sold oil, paid, and felt what support and pressure do to its hold."""
    exports = oil_exports(traits, traits.oil_output * inputs.oil_output)
    earned = revenue(
        traits, exports, traits.oil_price * inputs.oil_price, coercer.rung, coercer.interdiction, backing.trade
    )
    solvency = client.solvency
    if is_frozen < 0.5:
        solvency = moved(solvency, solvency_target(traits, earned, backing.money), pace.solvency)
    stopped = coercer.interdiction * traits.interdiction_reach
    hold = moved(client.hold, hold_target(traits, backing.hold, solvency, coercer.rung, stopped), pace.hold)
    hold = hold + traits.hold_noise * pace.root_dt * normal_quantile(u_noise)
    return Client(
        solvency=solvency,
        hold=0.0 if hold < 0.0 else (1.0 if hold > 1.0 else hold),
        goods=goods_available(traits, exports),
        exports=exports,
        revenue=earned,
        high_rung=coercer.rung if coercer.rung > client.high_rung else client.high_rung,
        fate=client.fate,
    )


@rule
def client_fate(
    traits: ClientTraits,
    coercer_traits: CoercerTraits,
    client: Client,
    rung: float,
    dt: float,
    u_removal: float,
    u_collapse: float,
    u_concession: float,
) -> float:
    """What becomes of the client in this step [vocabulary.Fate]; anything but `holds` ends the run."""
    if happens(removal_rate(coercer_traits, rung) * dt, u_removal):
        return REMOVED
    if happens(collapse_rate(traits, client.hold) * dt, u_collapse):
        return COLLAPSES
    if happens(concession_rate(traits, client.hold, rung) * dt, u_concession):
        return CONCEDES
    return HOLDS


@large_rule
def client_asks(
    model: ModelTraits, channel: ChannelTraits, reach: PairTraits, client: Client, patron: Patron, pair: Pair, t: float
) -> Pair:
    """One channel after the client, at a new high of pressure, has asked for what it needs and may hope for."""
    feasible = nearest_level(reach.feasible)
    hopes = can_hope(channel.need, channel.request, pair.level, feasible, client.solvency, patron.purse.outstanding)
    if not hopes or patron.conduct.expelled > 0.5:
        return pair
    asked = opened_request(channel.request * channel.need, pair.level, feasible, t + channel.lag + model.request_grace)
    return Pair(pair.level, pair.sent, pair.delivered, pair.shielded, pair.luck, asked)


# -- a patron takes notice ---------------------------------------------------------------------------------------------


@rule
def next_threat(
    mode: int,
    traits: PatronTraits,
    coercer_traits: CoercerTraits,
    threat: Threat,
    inputs: PatronInputs,
    rung: float,
    pressure: Pressure,
    is_frozen: float,
    pace: Pace,
    t: float,
    u_threat: float,
) -> Threat:
    """The threat to the patron's firms after this step, and what of it the patron has noticed.

    Notes
    -----
    A direct threat names the firms and a date; it is no evidence until that date.
    """
    if is_frozen > 0.5:
        return threat
    due_at = threat.due_at
    is_pending = due_at < NEVER
    standing = pressure.threat * traits.threat_weight
    height = threat.height if is_pending else faded_threat(threat.height, standing, pace.threat_kept)
    if inputs.threat >= 0.0:
        height = inputs.threat
    else:
        # firms that are threatened already are not threatened anew
        is_news = not is_pending and height < ALREADY_THREATENED * traits.threat_weight
        is_possible = mode != SCRIPTED and is_news and rung >= coercer_traits.threat_rung
        if is_possible and happens(coercer_traits.threat_rate * traits.threat_weight * pace.dt, u_threat):
            height = traits.threat_weight if traits.threat_weight > height else height
            due_at = t + coercer_traits.threat_delay
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
    return Deal(offer_worth(model.deal_worth, bargain, u / chance(arrives)), deal.worth, deal.ends_at, deal.first_at)


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
def patron_turn(
    mode: int,
    model: ModelTraits,
    traits: PatronTraits,
    coercer_traits: CoercerTraits,
    patron: Patron,
    inputs: PatronInputs,
    coercer: Coercer,
    client: Client,
    pressure: Pressure,
    news: News,
    is_called: bool,
    freezes: Freezes,
    pace: Pace,
    t: float,
    u_offer: float,
    u_threat: float,
) -> Patron:
    """A patron after it has earned, learned, heard threats and offers, and perhaps become alert.

    Parameters
    ----------
    is_called : bool
        The client asked it for help, or another patron moved last step.
    """
    yearly = income(traits.capacity, drain_now(traits, inputs), crisis_now(traits, inputs, patron.crisis.depth))
    money = refilled(patron.purse.money, yearly, pace.dt)
    threat = next_threat(
        mode,
        traits,
        coercer_traits,
        patron.threat,
        inputs,
        coercer.rung,
        pressure,
        freezes.pressure,
        pace,
        t,
        u_threat,
    )
    bargain = traits.bargain * inputs.bargain * patron.leader.bargain
    deal = next_offer(patron.deal, model, bargain, coercer.rung, patron.conduct.provoking, pace.dt, u_offer)
    stirred = is_called or coercer.move != 0.0 or deal.offer != patron.deal.offer
    return Patron(
        purse=Purse(money, patron.purse.outstanding),
        threat=threat,
        watch=next_watch(
            patron.watch, traits.exposure, patron.threat, threat, money / traits.capacity, client.hold, stirred
        ),
        leader=patron.leader,
        crisis=Crisis(faded(patron.crisis.depth, traits.crisis_duration, pace.dt), patron.crisis.next_at),
        deal=deal,
        beliefs=learned(model, patron.beliefs, patron.conduct, news, coercer.move, pace.belief_kept),
        conduct=Conduct(patron.conduct.expelled, patron.conduct.provoking, 0.0, 0.0),
    )


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
def new_leader(
    leader: Leader, rate: float, spread: float, t: float, u_stake: float, u_prestige: float, u_bargain: float, u: float
) -> Leader:
    """A leader with weights of its own; the old ones are remembered."""
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
    return Crisis(depth if depth > crisis.depth else crisis.depth, t + waiting_time(traits.crisis_rate, u_next))


@rule
def settled_threat(threat: Threat, weight: float, is_carried_out: bool) -> Threat:
    """A direct threat on its date: carried out it bites in full, else it begins to fade."""
    height = weight if is_carried_out and weight > threat.height else threat.height
    return Threat(height, threat.seen, NEVER)


@large_rule
def patron_due(
    model: ModelTraits,
    traits: PatronTraits,
    patron: Patron,
    follow_through: float,
    t: float,
    u_stake: float,
    u_prestige: float,
    u_bargain: float,
    u_leader: float,
    u_depth: float,
    u_next: float,
    u_threat: float,
) -> Patron:
    """A patron after what fell due: a new leader, a domestic crisis, the date of a threat, the end of a deal.

    Parameters
    ----------
    follow_through : float
        Chance that a direct threat is carried out [probability].
    """
    leader, crisis, threat, deal = patron.leader, patron.crisis, patron.threat, patron.deal
    if leader.next_at <= t:
        leader = new_leader(
            leader, traits.leader_rate, model.leader_spread, t, u_stake, u_prestige, u_bargain, u_leader
        )
    if crisis.next_at <= t:
        crisis = new_crisis(crisis, traits, t, u_depth, u_next)
    if threat.due_at <= t:
        threat = settled_threat(threat, traits.threat_weight, u_threat < follow_through)
    if deal.ends_at <= t:
        deal = Deal(deal.offer, 0.0, NEVER, deal.first_at)
    watch = patron.watch
    if watch.alert < ALERTED:
        watch = Watch(ALERTED, watch.purse_low, watch.hold_low)
    return Patron(patron.purse, threat, watch, leader, crisis, deal, patron.beliefs, patron.conduct)


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
def as_expelled(patron: Patron) -> Patron:
    """A patron that the client has sent home."""
    conduct = Conduct(1.0, patron.conduct.provoking, patron.conduct.met, patron.conduct.lapsed)
    return Patron(
        patron.purse,
        patron.threat,
        patron.watch,
        patron.leader,
        patron.crisis,
        patron.deal,
        patron.beliefs,
        conduct,
    )


@rule
def sent_home(pair: Pair, t: float) -> Pair:
    """A material channel of a patron that was expelled: nothing is intended, sent or asked for any more."""
    luck = Luck(pair.luck.number, pair.luck.number, pair.luck.redraw_at, t)
    return Pair(0.0, 0.0, 0.0, pair.shielded, luck, Request(0.0, 0.0, NEVER, 0.0))


# -- a patron reviews its posture --------------------------------------------------------------------------------------


@rule
def reviews(alert: float, calm: float, pace: Pace, u: float) -> bool:
    """Whether the patron reviews its posture in this step.

    Parameters
    ----------
    calm : float
        Chance of a review in a step when nothing has happened.
    """
    if alert == CALM:
        return u < calm
    return u < (pace.alerted if alert == ALERTED else pace.threatened)


@rule
def one_rung_higher(coercer: Coercer) -> Coercer:
    """The coercer as it would be one rung higher."""
    rung = coercer.rung + 1.0 if coercer.rung < 10.0 else 10.0
    return Coercer(rung, coercer.presence, coercer.interdiction, coercer.fatigue, coercer.move)


@rule
def chooser_of(
    decision_rule: int,
    model: ModelTraits,
    coercer: CoercerTraits,
    channel: ChannelTraits,
    traits: PatronTraits,
    feasible: float,
    level: float,
    others: float,
) -> Chooser:
    """What the decision rule needs to know of the patron on this channel."""
    return Chooser(
        rule=float(decision_rule),
        rationality=traits.rationality,
        tolerance=traits.risk_tolerance,
        feasible=feasible,
        now=level,
        others=others,
        visibility=channel.visibility,
        loss_aversion=model.loss_aversion,
        aspiration=model.aspiration,
        hysteresis=model.hysteresis,
        domestic_floor=model.domestic_floor,
        anticipation=model.anticipation,
        support_sensitivity=coercer.support_sensitivity,
    )


@rule
def review(
    model: ModelTraits,
    chooser: Chooser,
    leader: Leader,
    luck: Luck,
    now: Terms,
    above: Terms,
    then: Terms,
    t: float,
    u_number: float,
    u_wait: float,
) -> Review:
    """What a review of one channel decides: the level moves one step to where the held number falls.

    Parameters
    ----------
    now, above, then : Terms
        In force now, one rung higher, and when the level was chosen.
    u_number, u_wait : float
        Fresh luck, used only if the clock of the held number has run out.
    """
    is_redrawn = luck.redraw_at <= t
    number = u_number if is_redrawn else luck.number
    target = level_at(chances_of(now, above, chooser), number)
    reason = -1.0
    if target != chooser.now:
        reason = reason_of(now, above, then, chooser, leader, luck, number, target)
    return Review(
        number=number,
        redraw_at=t + waiting_time(model.rho, u_wait) if is_redrawn else luck.redraw_at,
        level=one_step_towards(chooser.now, target),
        target=target,
        reason=reason,
    )


@rule
def after_review(pair: Pair, decided: Review, t: float) -> Pair:
    """One channel after a review."""
    # a move of several levels is one choice: it is dated and measured from where it began until it has arrived
    if decided.level == pair.level or decided.level != decided.target:
        luck = Luck(decided.number, pair.luck.number_then, decided.redraw_at, pair.luck.chosen_at)
    else:
        luck = Luck(decided.number, decided.number, decided.redraw_at, t)
    return Pair(decided.level, pair.sent, pair.delivered, pair.shielded, luck, pair.request)


@rule
def after_the_table(deal: Deal, trust: float, worth_of_support: float, t: float, mean_years: float, u: float) -> Deal:
    """What becomes of an offer at a review: taken if it is worth more than the support it forbids, else gone."""
    if not is_acceptable(deal.offer, trust, worth_of_support):
        return Deal(0.0, deal.worth, deal.ends_at, deal.first_at)
    first = deal.first_at if deal.first_at < NEVER else t
    return Deal(0.0, deal.offer, t + deal_length(mean_years, u), first)


@rule
def with_deal(patron: Patron, deal: Deal) -> Patron:
    """A patron with what it has now settled."""
    return Patron(
        patron.purse, patron.threat, patron.watch, patron.leader, patron.crisis, deal, patron.beliefs, patron.conduct
    )


@rule
def with_alert(patron: Patron, alert: float) -> Patron:
    """A patron after its review: calm, or alert as long as a level is not yet at its target."""
    watch = Watch(alert, patron.watch.purse_low, patron.watch.hold_low)
    return Patron(
        patron.purse, patron.threat, watch, patron.leader, patron.crisis, patron.deal, patron.beliefs, patron.conduct
    )


@rule
def support_worth(terms: Terms, provocation: float, level: float) -> float:
    """Worth of one channel's support that a deal would forbid [utility]."""
    benefit = (terms.survival + terms.payment + terms.prestige + terms.company) * math.sqrt(share_of(level))
    return provocation * (1.0 - terms.crisis) * (benefit + terms.refusal * share_of(level))


# -- a patron delivers -------------------------------------------------------------------------------------------------


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
    return Pair(
        level=pair.level,
        sent=moved(pair.sent, pair.level, lag_share),
        delivered=delivered,
        shielded=next_shielded(pair.shielded, channel.shield_limit, threat, pace.shield_growth, pace.shield_decay),
        luck=pair.luck,
        request=next_request(pair.request, delivered, pace.request_kept, t),
    )


@rule
def next_request(request: Request, delivered: float, kept: float, t: float) -> Request:
    """A request after this step: met, lapsed, or open and fading."""
    is_met = request.asked > 0.0 and nearest_level(delivered) >= request.asked
    has_lapsed = request.asked > 0.0 and not is_met and request.asked_by <= t
    if is_met or has_lapsed:
        # a client that got what it asked for goes on wanting it for a while
        return Request(request.force * kept, 0.0, NEVER, 1.0 if is_met else -1.0)
    return Request(request.force * kept, request.asked, request.asked_by, 0.0)


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
    return Patron(
        Purse(
            patron.purse.money - spent,
            next_outstanding(patron.purse.outstanding, lent, traits.repayment_rate, solvency, dt),
        ),
        patron.threat,
        patron.watch,
        patron.leader,
        patron.crisis,
        patron.deal,
        patron.beliefs,
        Conduct(patron.conduct.expelled, provoking, met, lapsed),
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
