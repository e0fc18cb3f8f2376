"""How does a run open, and what does a setting of the user's overwrite later? (docs/model.md, sections 5 and 6)

A number that is set acts from then on by itself. A condition that has a number of its own (a rung, a hold on power) is
put there too, and then goes on by its rules.
"""

from scenarios.rulebook.arithmetic import chance, either, exponential, waiting_time
from scenarios.rulebook.coercer import TOP_RUNG, fear_behind
from scenarios.rulebook.conditions import (
    NEVER,
    Backing,
    Client,
    Coercer,
    Crisis,
    Luck,
    Opening,
    Pace,
    Pair,
    Patron,
    PatronInputs,
    Threat,
    Watch,
)
from scenarios.rulebook.delivery import nearest_level, opened_request
from scenarios.rulebook.notice import ALERTED, CALM, with_alert
from scenarios.rulebook.rule import large_rule
from scenarios.rulebook.traits import ChannelTraits, ClientTraits, CoercerTraits, ModelTraits, PairTraits, PatronTraits


@large_rule
def pace_of(model: ModelTraits, coercer: CoercerTraits, client: ClientTraits, dt: float) -> Pace:
    """What one step of `dt` years means for everything that goes at a constant rate."""
    return Pace(
        dt=dt,
        calm=chance(model.review_rate * dt),
        alerted=chance(model.alerted_rate * dt),
        threatened=chance(model.threatened_rate * dt),
        solvency=chance(dt / client.solvency_lag),
        revenue_habit=chance(dt / client.habit_years),
        unrest=chance(dt / client.unrest_lag),
        deployment=chance(dt / coercer.deployment_lag) if coercer.deployment_lag > 0.0 else 1.0,
        fear=chance(dt / coercer.fear_lag),
        threat_kept=exponential(-coercer.threat_decay * dt),
        shield_growth=chance(model.shield_growth * dt),
        shield_decay=chance(model.shield_decay * dt),
        habit=chance(dt / model.habit_years),
        words_fade=chance(model.words_fade * dt),
    )


def lag_pace(channel: ChannelTraits, dt: float) -> float:
    """Share of the way from sent to intended that a channel covers in a step."""
    return chance(dt / channel.lag) if channel.lag > 0.0 else 1.0


def opening_threat(traits: PatronTraits, inputs: PatronInputs) -> Threat:
    """The threat to a patron's firms at the opening."""
    height = inputs.threat if inputs.threat >= 0.0 else traits.threat
    return Threat(height=height, seen=height, due_at=NEVER)


@large_rule
def opening_patron(
    traits: PatronTraits,
    inputs: PatronInputs,
    budget: float,
    bargain: float,
    savings: float,
    u_crisis: float,
    no_crisis: float,
) -> Patron:
    """A patron at the opening.

    Parameters
    ----------
    savings : float
        Half a year of what its posture leaves of its budget [USD bn].
    no_crisis : float
        Whether no crises of its own are to come [flag].
    """
    quiet = no_crisis > 0.5 or traits.crisis_rate <= 0.0
    return Patron(
        savings=savings,
        budget=budget,
        threat=opening_threat(traits, inputs),
        watch=Watch(alert=CALM, budget_seen=budget, bargain_seen=bargain),
        crisis=Crisis(depth=0.0, next_at=NEVER if quiet else waiting_time(traits.crisis_rate, u_crisis)),
    )


def opening_level(reach: PairTraits) -> float:
    """Level on which a run opens: as coded, within reach [level]."""
    feasible, level = nearest_level(reach.feasible), nearest_level(reach.opening)
    return level if level < feasible else feasible


@large_rule
def opening_pair(model: ModelTraits, channel: ChannelTraits, reach: PairTraits, u_wait: float) -> Pair:
    """One channel of a patron at the opening; the held number is filled in by `opened_with`."""
    feasible, level = nearest_level(reach.feasible), opening_level(reach)
    return Pair(
        level=level,
        home=level,
        sent=level,
        delivered=level,
        shielded=reach.shielded,
        luck=Luck(number=0.0, redraw_at=waiting_time(model.rho, u_wait), changed_at=-1.0),
        request=opened_request(reach.request, level, feasible, channel.lag + model.request_grace),
    )


def opened_with(pair: Pair, number: float) -> Pair:
    """One channel at the opening with its held number."""
    return pair._replace(luck=pair.luck._replace(number=number))


def stirred_at_the_opening(patron: Patron, coercer: Coercer, held_rung: float) -> Patron:
    """A patron that has not yet answered the rung on which the run opens: it is alert from the first step."""
    return with_alert(patron, ALERTED if held_rung >= 0.0 and held_rung != coercer.rung else CALM)


def measured_against(coercer: Coercer, client: Client, threat: float, backing: Backing) -> Opening:
    """What the run is measured against.

    Parameters
    ----------
    threat : float
        Standing threat of the ladder at the opening rung [share].
    """
    return Opening(rung=coercer.rung, threat=threat, visible=backing.visible, hold=backing.hold, supply=client.exports)


def overwritten_coercer(coercer: Coercer, before: CoercerTraits, after: CoercerTraits) -> Coercer:
    """The coercer with what was set of it; put on the top rung it has captured the client's leader.

    Notes
    -----
    What ships stop follows from the risk and the fear of it, so a share that is set is set as a fear.
    """
    rung = either(after.rung != before.rung, after.rung, coercer.rung)
    is_stopped = after.interdiction != before.interdiction
    return coercer._replace(
        rung=rung,
        presence=either(after.presence != before.presence, after.presence, coercer.presence),
        interdiction=either(is_stopped, after.interdiction, coercer.interdiction),
        fear=either(is_stopped, fear_behind(after.interdiction, after.seizure_fear), coercer.fear),
        seizing=either(after.ships_stopped != before.ships_stopped, after.ships_stopped, coercer.seizing),
        calm=either(after.calm_years != before.calm_years, after.calm_years, coercer.calm),
        captured=either(rung >= TOP_RUNG and after.rung != before.rung, 1.0, coercer.captured),
    )


def overwritten_client(client: Client, before: ClientTraits, after: ClientTraits) -> Client:
    """The client with what was set of it; its hold follows from its number anyway."""
    return client._replace(solvency=either(after.solvency != before.solvency, after.solvency, client.solvency))


def overwritten_threat(threat: Threat, before: PatronTraits, after: PatronTraits) -> Threat:
    """The threat to a patron's firms with what was set of it; no date is pending then."""
    if after.threat == before.threat:
        return threat
    return threat._replace(height=after.threat, due_at=NEVER)


def overwritten_pair(pair: Pair, before: PairTraits, after: PairTraits) -> Pair:
    """A channel with what was set of it: a level of the opening that is set puts it there."""
    return pair._replace(
        level=either(after.opening != before.opening, opening_level(after), pair.level),
        shielded=either(after.shielded != before.shielded, after.shielded, pair.shielded),
    )
