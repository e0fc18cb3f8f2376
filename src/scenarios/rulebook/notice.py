"""What does a patron notice: threats, crises of its own, and what makes it look again? (docs/model.md, section 7.3)"""

from scenarios.rulebook.arithmetic import exponential, happens, waiting_time
from scenarios.rulebook.conditions import NEVER, Crisis, Frame, Opening, Pace, Patron, PatronInputs, Threat, Watch
from scenarios.rulebook.rule import large_rule
from scenarios.rulebook.traits import CoercerTraits, PatronTraits, Pressure
from scenarios.vocabulary import Alert

CALM = float(Alert.CALM)
ALERTED = float(Alert.ALERTED)
THREATENED = float(Alert.THREATENED)
BUDGET_NOTICED = 0.02  # share; a smaller change of its budget alerts nobody
BARGAIN_NOTICED = 1.0e-9  # utility
ALREADY_THREATENED = 0.7  # of the weight of a direct threat
THREAT_NOTICED = 0.1  # share; a smaller move of the threat alerts nobody


def next_watch(patron: Patron, bargain: float, is_stirred: bool) -> Watch:
    """How awake a patron is after the news of this step.

    Parameters
    ----------
    bargain : float
        Worth of its bargain now [utility].
    is_stirred : bool
        The rung moved, the client asked for help, it can no longer pay, or its own numbers were set.
    """
    watch, threat = patron.watch, patron.threat
    alert, richer = watch.alert, abs(patron.budget - watch.budget_seen) > BUDGET_NOTICED * watch.budget_seen
    is_moved = abs(bargain - watch.bargain_seen) > BARGAIN_NOTICED
    if is_noticed(threat) and threat.height > threat.seen:
        alert = THREATENED
    elif alert < ALERTED and (is_stirred or richer or is_moved or is_noticed(threat)):
        alert = ALERTED
    return Watch(alert=alert, budget_seen=patron.budget if richer else watch.budget_seen, bargain_seen=bargain)


def with_notice(patron: Patron, bargain: float, is_stirred: bool) -> Patron:
    """A patron after the news of this step: perhaps alert, and it has seen its threat."""
    seen = patron.threat._replace(seen=patron.threat.height)
    threat = seen if is_noticed(patron.threat) else patron.threat
    return patron._replace(watch=next_watch(patron, bargain, is_stirred), threat=threat)


def with_alert(patron: Patron, alert: float) -> Patron:
    """A patron after its review: calm, or alert as long as a level is not yet at its target."""
    return patron._replace(watch=patron.watch._replace(alert=alert))


def reviews(alert: float, pace: Pace, u: float) -> bool:
    """Whether the patron reviews its posture in this step."""
    if alert == CALM:
        return u < pace.calm
    return u < (pace.alerted if alert == ALERTED else pace.threatened)


def next_crisis(crisis: Crisis, traits: PatronTraits, lack: float, dt: float) -> Crisis:
    """A passing crisis after a step: it fades, and the next one comes sooner while the client's oil fails to arrive."""
    return Crisis(
        depth=crisis.depth * exponential(-dt / traits.crisis_duration) if crisis.depth > 0.0 else 0.0,
        next_at=crisis.next_at - dt * traits.dependence * lack if crisis.next_at < NEVER else NEVER,
    )


@large_rule
def with_crisis(
    patron: Patron, traits: PatronTraits, lack: float, dt: float, t: float, luck: tuple[float, float]
) -> Patron:
    """A patron whose passing crisis fades, or begins."""
    crisis = next_crisis(patron.crisis, traits, lack, dt)
    if crisis.next_at <= t:
        crisis = new_crisis(crisis, traits, t, luck[0], luck[1])
    return patron._replace(crisis=crisis)


@large_rule
def new_crisis(crisis: Crisis, traits: PatronTraits, t: float, u_depth: float, u_next: float) -> Crisis:
    """A domestic crisis begins; a deeper one that is still felt goes on."""
    depth = traits.crisis_size * u_depth
    return Crisis(
        depth=depth if depth > crisis.depth else crisis.depth, next_at=t + waiting_time(traits.crisis_rate, u_next)
    )


def standing_threat(traits: PatronTraits, pressure: Pressure, opening: Opening) -> float:
    """Threat that goes with a rung [share]: in proportion to that of the opening, or to the coercer's aim."""
    if opening.threat <= 0.0:
        return pressure.threat * traits.threat_weight
    height = traits.threat * pressure.threat / opening.threat
    return height if height < 1.0 else 1.0


def may_be_named(traits: PatronTraits, coercer_traits: CoercerTraits, threat: Threat, rung: float) -> bool:
    """Whether the coercer may threaten the patron's firms by name: those that are threatened already are not."""
    is_news = threat.due_at >= NEVER and threat.height < ALREADY_THREATENED * traits.threat_weight
    return is_news and rung >= coercer_traits.threat_rung


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


def scripted_threat(threat: Threat, inputs: PatronInputs) -> Threat:
    """The threat as its script has it; no date is pending there."""
    return threat._replace(height=inputs.threat, due_at=NEVER)


def settled_threat(threat: Threat, weight: float, is_carried_out: bool) -> Threat:
    """A direct threat on its date: carried out it bites in full, else it begins to fade."""
    height = weight if is_carried_out and weight > threat.height else threat.height
    return threat._replace(height=height, due_at=NEVER)


def is_noticed(threat: Threat) -> bool:
    """Whether the threat has moved so far since the patron last looked that it looks again."""
    return abs(threat.height - threat.seen) > THREAT_NOTICED
