"""The order of the rules: what happens in one step, turn by turn. READ THIS FIRST. (docs/model.md, section 3)

In a step the coercer moves, then the client, then every patron takes notice, perhaps reviews its channels and delivers.
Patrons see coercer and client as of this step and each other as of the last. Chance arrives as numbers `u` in (0, 1).
"""

from scenarios.rulebook.arithmetic import happens, normal_quantile, waiting_time
from scenarios.rulebook.asking import next_request
from scenarios.rulebook.bargain import deal_length, is_acceptable
from scenarios.rulebook.budget import income, next_outstanding, refilled
from scenarios.rulebook.choice import chances_of, level_at, one_step_towards, share_of
from scenarios.rulebook.client import (
    collapse_rate,
    concession_rate,
    goods_available,
    hold_target,
    oil_exports,
    revenue,
    solvency_target,
)
from scenarios.rulebook.coercer import (
    RAMP,
    SCRIPTED,
    adaptive_rung,
    next_fatigue,
    next_interdiction,
    ramp_rung,
    removal_rate,
)
from scenarios.rulebook.delivery import moved, next_shielded, past_the_ships
from scenarios.rulebook.notice import (
    faded,
    learned,
    new_crisis,
    new_leader,
    next_offer,
    next_threat,
    next_watch,
    settled_threat,
)
from scenarios.rulebook.parameters import (
    NEVER,
    Backing,
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
    Patron,
    PatronInputs,
    PatronTraits,
    Pressure,
    Purse,
    Review,
    Terms,
    Watch,
)
from scenarios.rulebook.perception import belief
from scenarios.rulebook.reasons import reason_of
from scenarios.rulebook.rule import large_rule, rule
from scenarios.rulebook.utility import benefit_at, crisis_now, drain_now
from scenarios.vocabulary import Alert, Fate

HOLDS = float(Fate.HOLDS)
CONCEDES = float(Fate.CONCEDES)
COLLAPSES = float(Fate.COLLAPSES)
REMOVED = float(Fate.REMOVED)
CALM = float(Alert.CALM)
ALERTED = float(Alert.ALERTED)
THREATENED = float(Alert.THREATENED)


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
        return inputs.rung if inputs.rung >= 0.0 else coercer.rung
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
        goods=goods_available(traits, exports, coercer.interdiction),
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


# -- a patron takes notice ---------------------------------------------------------------------------------------------


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
        patron.deal.worth,
        belief(patron.beliefs.followed, patron.beliefs.bluffed),
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
    return provocation * (1.0 - terms.crisis) * benefit_at(terms, share_of(level))


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
