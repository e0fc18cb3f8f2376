"""The order of the rules: what happens in one step, turn by turn. READ THIS FIRST. (docs/model.md, section 3)

In a step the coercer moves, then the client, then every patron takes notice, perhaps reviews its channels (`reviewing`)
and delivers (`delivering`). Patrons see coercer and client as of this step and each other as of the last. Chance
arrives as numbers `u` in (0, 1).
"""

from scenarios.rulebook.arithmetic import happens, normal_quantile
from scenarios.rulebook.budget import income, refilled
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
from scenarios.rulebook.conditions import (
    NEVER,
    Backing,
    Block,
    Client,
    Coercer,
    Frame,
    Inputs,
    Moment,
    Patron,
    PatronInputs,
)
from scenarios.rulebook.delivery import moved
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
from scenarios.rulebook.rule import large_rule, rule
from scenarios.rulebook.traits import PatronTraits, Pressure
from scenarios.rulebook.utility import crisis_now, drain_now
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
    mode: int, frame: Frame, coercer: Coercer, backing: Backing, inputs: Inputs, u_rise: float, u_fall: float
) -> float:
    """The coercer's rung after this step, on what it saw last step."""
    if frame.freezes.pressure > 0.5:
        return coercer.rung
    if mode == SCRIPTED:
        return inputs.rung if inputs.rung >= 0.0 else coercer.rung
    if mode == RAMP:
        return ramp_rung(frame.coercer, coercer.rung, frame.pace.dt, u_rise)
    return adaptive_rung(frame.coercer, coercer.rung, coercer.fatigue, backing, frame.pace.dt, u_rise, u_fall)


@rule
def coercer_turn(
    mode: int,
    frame: Frame,
    coercer: Coercer,
    rung: float,
    pressure: Pressure,
    inputs: Inputs,
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
    traits, pace = frame.coercer, frame.pace
    if frame.freezes.pressure > 0.5:
        return coercer._replace(move=0.0)
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
    frame: Frame, client: Client, coercer: Coercer, backing: Backing, inputs: Inputs, u_noise: float
) -> Client:
    """The client after it has sold oil, paid, and felt what support and pressure do to its hold."""
    traits, pace = frame.client, frame.pace
    exports = oil_exports(traits, traits.oil_output * inputs.oil_output)
    earned = revenue(
        traits, exports, traits.oil_price * inputs.oil_price, coercer.rung, coercer.interdiction, backing.trade
    )
    solvency = client.solvency
    if frame.freezes.solvency < 0.5:
        solvency = moved(solvency, solvency_target(traits, earned, backing.money), pace.solvency)
    stopped = coercer.interdiction * traits.interdiction_reach
    hold = moved(client.hold, hold_target(traits, backing.hold, solvency, coercer.rung, stopped), pace.hold)
    hold = hold + traits.hold_noise * pace.root_dt * normal_quantile(u_noise)
    return client._replace(
        solvency=solvency,
        hold=0.0 if hold < 0.0 else (1.0 if hold > 1.0 else hold),
        goods=goods_available(traits, exports, coercer.interdiction),
        exports=exports,
        revenue=earned,
        high_rung=coercer.rung if coercer.rung > client.high_rung else client.high_rung,
    )


@rule
def client_fate(
    frame: Frame, client: Client, rung: float, u_removal: float, u_collapse: float, u_concession: float
) -> float:
    """What becomes of the client in this step [vocabulary.Fate]; anything but `holds` ends the run."""
    traits, dt = frame.client, frame.pace.dt
    if happens(removal_rate(frame.coercer, rung) * dt, u_removal):
        return REMOVED
    if happens(collapse_rate(traits, client.hold) * dt, u_collapse):
        return COLLAPSES
    if happens(concession_rate(traits, client.hold, rung) * dt, u_concession):
        return CONCEDES
    return HOLDS


# -- a patron takes notice ---------------------------------------------------------------------------------------------


@rule
def patron_turn(
    frame: Frame,
    moment: Moment,
    traits: PatronTraits,
    patron: Patron,
    inputs: PatronInputs,
    is_called: bool,
    u_offer: float,
    u_threat: float,
) -> Patron:
    """A patron after it has earned, learned, heard threats and offers, and perhaps become alert.

    Parameters
    ----------
    is_called : bool
        The client asked it for help, or another patron moved last step.
    """
    model, pace, coercer = frame.model, frame.pace, moment.coercer
    yearly = income(traits.capacity, drain_now(traits, inputs), crisis_now(traits, inputs, patron.crisis.depth))
    money = refilled(patron.purse.money, yearly, pace.dt)
    threat = next_threat(frame, moment, traits, patron, inputs, u_threat)
    bargain = traits.bargain * inputs.bargain * patron.leader.bargain
    deal = next_offer(patron.deal, model, bargain, coercer.rung, patron.conduct.provoking, pace.dt, u_offer)
    stirred = is_called or coercer.move != 0.0 or deal.offer != patron.deal.offer
    return patron._replace(
        purse=patron.purse._replace(money=money),
        threat=threat,
        watch=next_watch(
            patron.watch, traits.exposure, patron.threat, threat, money / traits.capacity, moment.client.hold, stirred
        ),
        crisis=patron.crisis._replace(depth=faded(patron.crisis.depth, traits.crisis_duration, pace.dt)),
        deal=deal,
        beliefs=learned(model, patron.beliefs, patron.conduct, moment.news, coercer.move, pace.belief_kept),
        conduct=patron.conduct._replace(met=0.0, lapsed=0.0),
    )


@large_rule
def patron_due(
    frame: Frame, traits: PatronTraits, patron: Patron, t: float, of_leader: Block, of_crisis: Block
) -> Patron:
    """A patron after what fell due: a new leader, a domestic crisis, the date of a threat, the end of a deal."""
    leader, crisis, threat, deal = patron.leader, patron.crisis, patron.threat, patron.deal
    u_depth, u_next, u_threat, _ = of_crisis
    if leader.next_at <= t:
        leader = new_leader(leader, traits.leader_rate, frame.model.leader_spread, t, of_leader)
    if crisis.next_at <= t:
        crisis = new_crisis(crisis, traits, t, u_depth, u_next)
    if threat.due_at <= t:
        threat = settled_threat(threat, traits.threat_weight, u_threat < frame.coercer.follow_through)
    if deal.ends_at <= t:
        deal = deal._replace(worth=0.0, ends_at=NEVER)
    watch = patron.watch
    if watch.alert < ALERTED:
        watch = watch._replace(alert=ALERTED)
    return patron._replace(threat=threat, watch=watch, leader=leader, crisis=crisis, deal=deal)
