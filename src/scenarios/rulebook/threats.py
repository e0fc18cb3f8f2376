"""How do the coercer's threats reach a patron's firms? (docs/model.md, section 7.3)"""

from scenarios.rulebook.arithmetic import happens
from scenarios.rulebook.conditions import NEVER, Frame, Opening, PatronInputs, Threat
from scenarios.rulebook.rule import rule
from scenarios.rulebook.traits import CoercerTraits, PatronTraits, Pressure

ALREADY_THREATENED = 0.7  # of the weight of a direct threat
THREAT_NOTICED = 0.1  # share; a smaller move of the threat alerts nobody


@rule
def standing_threat(traits: PatronTraits, pressure: Pressure, opening: Opening) -> float:
    """Threat that goes with a rung [share]: in proportion to that of the opening, or to the coercer's aim."""
    if opening.threat <= 0.0:
        return pressure.threat * traits.threat_weight
    height = traits.threat * pressure.threat / opening.threat
    return height if height < 1.0 else 1.0


@rule
def may_be_named(traits: PatronTraits, coercer_traits: CoercerTraits, threat: Threat, rung: float) -> bool:
    """Whether the coercer may threaten the patron's firms by name: those that are threatened already are not."""
    is_news = threat.due_at >= NEVER and threat.height < ALREADY_THREATENED * traits.threat_weight
    return is_news and rung >= coercer_traits.threat_rung


@rule
def next_threat(
    frame: Frame, traits: PatronTraits, threat: Threat, standing: float, rung: float, t: float, u: float
) -> Threat:
    """The threat after a step in which nothing is scripted: it fades to what the rung implies, or firms are named.

    Notes
    -----
    A direct threat names the firms and a date; until that date it counts for as much as the patron believes it.
    """
    is_pending = threat.due_at < NEVER
    height = threat.height if is_pending else standing + (threat.height - standing) * frame.pace.threat_kept
    faded = threat._replace(height=height)
    if not may_be_named(traits, frame.coercer, faded, rung):
        return faded
    if not happens(frame.coercer.threat_rate * traits.threat_weight * frame.pace.dt, u):
        return faded
    height = height + (traits.threat_weight - height) * frame.model.belief_in_strikes
    return faded._replace(height=height, due_at=t + frame.coercer.threat_delay)


@rule
def scripted_threat(threat: Threat, inputs: PatronInputs) -> Threat:
    """The threat as its script has it; no date is pending there."""
    return threat._replace(height=inputs.threat, due_at=NEVER)


@rule
def settled_threat(threat: Threat, weight: float, is_carried_out: bool) -> Threat:
    """A direct threat on its date: carried out it bites in full, else it begins to fade."""
    height = weight if is_carried_out and weight > threat.height else threat.height
    return threat._replace(height=height, due_at=NEVER)


@rule
def is_noticed(threat: Threat) -> bool:
    """Whether the threat has moved so far since the patron last looked that it looks again."""
    return abs(threat.height - threat.seen) > THREAT_NOTICED
