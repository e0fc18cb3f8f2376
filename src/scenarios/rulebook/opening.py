"""How does a run open? (docs/model.md, section 5)"""

import math

from scenarios.rulebook.arithmetic import chance, exponential, power, waiting_time
from scenarios.rulebook.asking import no_request, opened_request
from scenarios.rulebook.budget import income
from scenarios.rulebook.client import goods_available, oil_exports
from scenarios.rulebook.conditions import (
    NEVER,
    Beliefs,
    Client,
    Coercer,
    Conduct,
    Crisis,
    Deal,
    Inputs,
    Leader,
    Luck,
    Pace,
    Pair,
    Patron,
    PatronInputs,
    Purse,
    Threat,
    Watch,
)
from scenarios.rulebook.delivery import nearest_level
from scenarios.rulebook.rule import large_rule, rule
from scenarios.rulebook.traits import ChannelTraits, ClientTraits, CoercerTraits, ModelTraits, PairTraits, PatronTraits
from scenarios.rulebook.utility import crisis_now, drain_now
from scenarios.vocabulary import Alert, Fate

HOLDS = float(Fate.HOLDS)
CALM = float(Alert.CALM)


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
def opening_coercer(traits: CoercerTraits, inputs: Inputs) -> Coercer:
    """The coercer at the opening; with a script it stands where that says."""
    return Coercer(
        rung=inputs.rung if inputs.rung >= 0.0 else traits.rung,
        presence=inputs.presence if inputs.presence >= 0.0 else traits.presence,
        interdiction=inputs.interdiction if inputs.interdiction >= 0.0 else traits.interdiction,
        fatigue=0.0,
        move=0.0,
    )


@rule
def opening_client(traits: ClientTraits, rung: float, interdiction: float, inputs: Inputs) -> Client:
    """The client at the opening."""
    exports = oil_exports(traits, traits.oil_output * inputs.oil_output)
    return Client(
        solvency=traits.solvency,
        hold=traits.hold,
        goods=goods_available(traits, exports, interdiction),
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
        leader=Leader(
            next_at=waiting_time(traits.leader_rate, u_leader),
            changed_at=-1.0,
            stake=1.0,
            prestige=1.0,
            bargain=1.0,
            stake_before=1.0,
            prestige_before=1.0,
            bargain_before=1.0,
        ),
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


@rule
def opening_level(reach: PairTraits) -> float:
    """Level on which a run opens: as coded, within reach [level]."""
    feasible, level = nearest_level(reach.feasible), nearest_level(reach.opening)
    return level if level < feasible else feasible


@large_rule
def opening_pair(model: ModelTraits, channel: ChannelTraits, reach: PairTraits, u_wait: float) -> Pair:
    """One channel of a patron at the opening; the held number is filled in by `with_number`."""
    feasible, level = nearest_level(reach.feasible), opening_level(reach)
    is_open = reach.request > 0.0 and level < feasible
    return Pair(
        level=level,
        sent=level,
        delivered=level,
        shielded=reach.shielded,
        luck=Luck(number=0.0, number_then=0.0, redraw_at=waiting_time(model.rho, u_wait), chosen_at=0.0),
        request=opened_request(reach.request, level, feasible, channel.lag + model.request_grace)
        if is_open
        else no_request(),
    )


@rule
def with_number(pair: Pair, number: float) -> Pair:
    """One channel at the opening with its held number."""
    return pair._replace(luck=pair.luck._replace(number=number, number_then=number))
