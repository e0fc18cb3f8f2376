"""How does the coercer climb the ladder, and what goes with a rung? (docs/model.md, section 7.1)"""

from scenarios.rulebook.arithmetic import exponential, happens
from scenarios.rulebook.conditions import Backing
from scenarios.rulebook.rule import rule
from scenarios.rulebook.traits import CoercerTraits
from scenarios.vocabulary import Mode

SCRIPTED = int(Mode.SCRIPTED)
RAMP = int(Mode.RAMP)
TOP_RUNG = 10.0


@rule
def mode_in_force(mode: int, scripted_rung: float) -> int:
    """How the coercer moves in this step [vocabulary.Mode]: by its script as long as that names a rung.

    Examples
    --------
    >>> mode_in_force(RAMP, 6.0) == SCRIPTED, mode_in_force(RAMP, -1.0) == RAMP
    (True, True)
    """
    return SCRIPTED if scripted_rung >= 0.0 else mode


@rule
def escalation_rate(traits: CoercerTraits, fatigue: float, backing: Backing) -> float:
    """Rate at which an adaptive coercer rises by a rung [per year].

    Notes
    -----
    Weak visible support invites, a likely clash with a patron and fatigue deter; resolve scales (0.5 leaves the rate as
    given). A stronger patron must not raise the rate: Signorino and Tarar (2006), law 3a.
    """
    push = (
        traits.support_sensitivity * (traits.support_reference - backing.visible)
        - traits.clash_sensitivity * backing.clash
        - traits.fatigue_sensitivity * fatigue
    )
    return traits.escalation_rate * 2.0 * traits.resolve * exponential(push)


@rule
def easing_rate(traits: CoercerTraits, fatigue: float) -> float:
    """Rate at which an adaptive coercer falls by a rung [per year]; as given once fatigue reaches its tolerance."""
    return traits.easing_rate * exponential(traits.fatigue_sensitivity * (fatigue / traits.cost_tolerance - 1.0))


@rule
def adaptive_rung(
    traits: CoercerTraits, rung: float, fatigue: float, backing: Backing, dt: float, u_rise: float, u_fall: float
) -> float:
    """Next rung of a coercer that weighs support, clash and fatigue."""
    if rung < TOP_RUNG and happens(escalation_rate(traits, fatigue, backing) * dt, u_rise):
        return rung + 1.0
    if rung > 0.0 and happens(easing_rate(traits, fatigue) * dt, u_fall):
        return rung - 1.0
    return rung


@rule
def ramp_rung(traits: CoercerTraits, rung: float, dt: float, u_rise: float) -> float:
    """Next rung of a coercer that rises at a fixed rate up to the top of its ramp."""
    return rung + 1.0 if rung < traits.ramp_top and happens(traits.ramp_rate * dt, u_rise) else rung


@rule
def next_fatigue(traits: CoercerTraits, fatigue: float, rung: float, dt: float) -> float:
    """Fatigue after a step: grows above the fatigue rung, decays at its own rate [index]."""
    above = (rung - traits.fatigue_rung) / (TOP_RUNG - traits.fatigue_rung)
    growth = traits.fatigue_growth * (above if above > 0.0 else 0.0)
    # the exact solution of a constant growth against decay, so that the step length does not matter
    decay = traits.fatigue_decay
    if decay <= 0.0:
        return fatigue + growth * dt
    rest = growth / decay
    return rest + (fatigue - rest) * exponential(-decay * dt)


@rule
def next_interdiction(
    traits: CoercerTraits, interdiction: float, rung: float, dt: float, u_start: float, u_end: float
) -> float:
    """Share of cargo stopped after this step: begins and ends by chance, and ends below its rung."""
    if rung < traits.interdiction_rung:
        return 0.0
    if interdiction > 0.0:
        return 0.0 if happens(traits.interdiction_end * dt, u_end) else interdiction
    return traits.interdiction_strength if happens(traits.interdiction_rate * dt, u_start) else 0.0


@rule
def removal_rate(traits: CoercerTraits, rung: float) -> float:
    """Rate at which the coercer removes the client's leader [per year]; nil up to the removal rung.

    Notes
    -----
    With the cube of the height above it: strikes on land seldom reach a leader, a landing mostly does.
    """
    above = (rung - traits.removal_rung) / (TOP_RUNG - traits.removal_rung)
    return traits.removal_rate * above * above * above if above > 0.0 else 0.0


@rule
def faded_threat(threat: float, standing: float, kept: float) -> float:
    """Threat to a patron's firms after a step: moves to what the rung implies [share].

    Parameters
    ----------
    threat, standing : float
        Threat now, and the one that goes with the rung.
    kept : float
        Share of the distance that is left after the step.
    """
    return standing + (threat - standing) * kept
