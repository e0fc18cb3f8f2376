"""What makes a patron look at its posture again, and how do its own crises come? (docs/model.md, section 7.3)"""

from scenarios.rulebook.arithmetic import exponential, waiting_time
from scenarios.rulebook.conditions import NEVER, Crisis, Pace, Patron, Threat, Watch
from scenarios.rulebook.rule import large_rule, rule
from scenarios.rulebook.threats import is_noticed
from scenarios.rulebook.traits import PatronTraits
from scenarios.vocabulary import Alert

CALM = float(Alert.CALM)
ALERTED = float(Alert.ALERTED)
THREATENED = float(Alert.THREATENED)
BUDGET_NOTICED = 0.02  # share; a smaller change of its budget alerts nobody
BARGAIN_NOTICED = 1.0e-9  # utility


@rule
def has_changed(now: float, seen: float) -> bool:
    """Whether a budget has changed so far that its owner looks again."""
    change = now - seen
    return (change if change > 0.0 else -change) > BUDGET_NOTICED * seen


@rule
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
    richer, other = has_changed(patron.budget, watch.budget_seen), bargain - watch.bargain_seen
    is_moved = (other if other > 0.0 else -other) > BARGAIN_NOTICED
    alert = watch.alert
    if is_noticed(threat) and threat.height > threat.seen:
        alert = THREATENED
    elif alert < ALERTED and (is_stirred or richer or is_moved or is_noticed(threat)):
        alert = ALERTED
    return Watch(alert=alert, budget_seen=patron.budget if richer else watch.budget_seen, bargain_seen=bargain)


@rule
def seen_threat(threat: Threat) -> Threat:
    """A threat after the patron has taken notice of it."""
    return threat._replace(seen=threat.height) if is_noticed(threat) else threat


@rule
def with_alert(patron: Patron, alert: float) -> Patron:
    """A patron after its review: calm, or alert as long as a level is not yet at its target."""
    return patron._replace(watch=patron.watch._replace(alert=alert))


@rule
def reviews(alert: float, pace: Pace, u: float) -> bool:
    """Whether the patron reviews its posture in this step."""
    if alert == CALM:
        return u < pace.calm
    return u < (pace.alerted if alert == ALERTED else pace.threatened)


# -- crises of its own -------------------------------------------------------------------------------------------------


@rule
def next_crisis(crisis: Crisis, traits: PatronTraits, lack: float, dt: float) -> Crisis:
    """A passing crisis after a step: it fades, and the next one comes sooner while the client's oil fails to arrive."""
    return Crisis(
        depth=crisis.depth * exponential(-dt / traits.crisis_duration) if crisis.depth > 0.0 else 0.0,
        next_at=crisis.next_at - dt * traits.dependence * lack if crisis.next_at < NEVER else NEVER,
    )


@large_rule
def new_crisis(crisis: Crisis, traits: PatronTraits, t: float, u_depth: float, u_next: float) -> Crisis:
    """A domestic crisis begins; a deeper one that is still felt goes on."""
    depth = traits.crisis_size * u_depth
    return Crisis(
        depth=depth if depth > crisis.depth else crisis.depth, next_at=t + waiting_time(traits.crisis_rate, u_next)
    )
