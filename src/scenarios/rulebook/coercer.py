"""How does the coercer move on the ladder, and what goes with a rung? (docs/model.md, section 7.1)"""

import math

from scenarios.rulebook.arithmetic import exponential, happens, logarithm, moved
from scenarios.rulebook.conditions import Block, Coercer, Inputs, Pace
from scenarios.rulebook.traits import CoercerTraits, Pressure
from scenarios.vocabulary import Mode

SCRIPTED = int(Mode.SCRIPTED)
RAMP = int(Mode.RAMP)
TOP_RUNG = 10.0  # the client's leader is captured
STRIKES = 9.0  # strikes on land
SHIPS = 8.0  # rung from which ships may be stopped
MOST_STOPPED = 0.9999  # share; no fear keeps every ship away
MOST_WANING = 0.5  # share; more lost support than this invites no more


def mode_in_force(mode: int, scripted_rung: float) -> int:
    """How the coercer moves in this step [vocabulary.Mode]: by its script as long as that names a rung.

    Examples
    --------
    >>> mode_in_force(RAMP, 6.0) == SCRIPTED, mode_in_force(RAMP, -1.0) == RAMP
    (True, True)
    """
    return SCRIPTED if scripted_rung >= 0.0 else mode


def expected_rises(rate: float, memory: float, calm: float, dt: float) -> float:
    """Rises that a step expects of a coercer whose last rise lies `calm` years back [events].

    Notes
    -----
    rate ((calm + dt)^k - calm^k): with a memory k below 1 rises come in bursts (Weibull gaps); they fit the gaps of
    44 crises better than one rate, though not those of Venezuela alone.

    Examples
    --------
    >>> round(expected_rises(1.0, 1.0, 3.0, 0.5), 9)
    0.5
    """
    before = exponential(memory * logarithm(calm)) if calm > 0.0 else 0.0
    return rate * (exponential(memory * logarithm(calm + dt)) - before)


def waning(visible: float, opening: float) -> float:
    """Share of the visible material support of the opening that is lost [share], negative if there is more now."""
    if opening <= 0.0:
        return 0.0
    lost = 1.0 - visible / opening
    return MOST_WANING if lost > MOST_WANING else (-MOST_WANING if lost < -MOST_WANING else lost)


def rungs_moved(jump_chance: float, u: float) -> float:
    """Rungs of one move: one, and each further one with the chance of a jump [rungs].

    Examples
    --------
    >>> rungs_moved(0.4, 0.5), rungs_moved(0.4, 0.3), rungs_moved(0.4, 0.1)
    (1.0, 2.0, 3.0)
    """
    rungs, left = 1.0, u
    for _ in range(int(TOP_RUNG) - 1):
        if left >= jump_chance:
            return rungs
        # given that u fell below the chance, u / chance is uniform again
        rungs, left = rungs + 1.0, left / jump_chance
    return rungs


def risen(traits: CoercerTraits, rung: float, u_jump: float, u_capture: float) -> float:
    """Rung after a rise; a move that reaches the top is an attempt on the leader, and strikes if that fails."""
    to = rung + rungs_moved(traits.jump_chance, u_jump)
    if to < TOP_RUNG:
        return to
    return TOP_RUNG if u_capture < traits.capture_chance else STRIKES


def easing(traits: CoercerTraits, rung: float) -> float:
    """Rate at which the coercer falls [per year]: with the square of the rung, and strikes are soon over."""
    height = rung / 8.0
    return traits.easing_rate * height * height + (traits.strikes_end if rung >= STRIKES else 0.0)


def eased(traits: CoercerTraits, rung: float, u_jump: float) -> float:
    """Rung after a fall."""
    to = rung - rungs_moved(traits.jump_chance, u_jump)
    return to if to > 0.0 else 0.0


def ramp_rung(traits: CoercerTraits, rung: float, dt: float, u_rise: float) -> float:
    """Next rung of a coercer that rises rung by rung at its rate, up to strikes, and never falls."""
    return rung + 1.0 if rung < STRIKES and happens(traits.rise_rate * dt, u_rise) else rung


def with_rung(coercer: Coercer, rung: float, is_attempt: bool, dt: float) -> Coercer:
    """The coercer on its rung of this step; a rise, and an attempt that failed, start its clock anew."""
    rises = rung > coercer.rung or is_attempt
    return coercer._replace(
        rung=rung,
        move=rung - coercer.rung,
        calm=0.0 if rises else coercer.calm + dt,
        attempted=1.0 if is_attempt else 0.0,
        captured=1.0 if is_attempt and rung >= TOP_RUNG else coercer.captured,
    )


def campaigns(
    traits: CoercerTraits, coercer: Coercer, lost: float, ultimatum: float, dt: float, luck: Block
) -> Coercer:
    """An adaptive coercer after it has risen, jumped, tried for the leader, eased, or waited.

    Parameters
    ----------
    lost : float
        Share of the client's visible support that is lost.
    ultimatum : float
        Chance that a scripted ultimatum runs out in this step and is acted on [probability].
    luck : tuple of float
        For a rise, a fall, the size of a move, and a capture.
    """
    u_rise, u_fall, u_jump, u_capture = luck
    push = exponential(traits.isolation_sensitivity * lost)
    rises = happens(push * expected_rises(traits.rise_rate, traits.memory, coercer.calm, dt), u_rise)
    # the ultimatum reads the same luck from its other end, so that it adds to the rises there would have been
    if coercer.rung < TOP_RUNG and (rises or u_rise > 1.0 - ultimatum):
        to = risen(traits, coercer.rung, u_jump, u_capture)
        return with_rung(coercer, to, coercer.rung + rungs_moved(traits.jump_chance, u_jump) >= TOP_RUNG, dt)
    if coercer.rung > 0.0 and happens(easing(traits, coercer.rung) * dt, u_fall):
        return with_rung(coercer, eased(traits, coercer.rung, u_jump), False, dt)
    return with_rung(coercer, coercer.rung, False, dt)


def next_rung(
    mode: int, traits: CoercerTraits, coercer: Coercer, lost: float, inputs: Inputs, dt: float, luck: Block
) -> Coercer:
    """The coercer on its rung of this step: by its script, its ramp, or its campaign on what it saw last step.

    Its forces and ships follow by `with_forces`.
    """
    if mode == SCRIPTED:
        return with_rung(coercer, inputs.rung if inputs.rung >= 0.0 else coercer.rung, False, dt)
    if mode == RAMP:
        return with_rung(coercer, ramp_rung(traits, coercer.rung, dt, luck[0]), False, dt)
    return campaigns(traits, coercer, lost, inputs.ultimatum, dt, luck)


# -- forces and ships --------------------------------------------------------------------------------------------------


def may_seize(coercer: Coercer) -> bool:
    """Whether seizures could begin by chance: ships are within reach of the rung, and none is seized yet."""
    return SHIPS <= coercer.rung < STRIKES and coercer.seizing <= 0.5


def seizes(traits: CoercerTraits, coercer: Coercer, dt: float, u: float) -> float:
    """Whether ships are being seized [flag]: begun by chance from rung 8, at once from rung 9, over below."""
    if may_seize(coercer):
        return 1.0 if happens(traits.seizure_rate * dt, u) else 0.0
    return 1.0 if coercer.rung >= SHIPS else 0.0


def sailing(fear: float, half: float) -> float:
    """Share of the reachable ships whose owners still let them sail [share]: it falls once some are taken.

    Examples
    --------
    >>> sailing(0.0, 0.05), sailing(0.05, 0.05)
    (1.0, 0.5)
    """
    ratio = fear / half
    return 1.0 / (1.0 + ratio * ratio)


def stopped(risk: float, fear: float, half: float) -> float:
    """Share of the cargo within reach that does not arrive [share]: seized, or never loaded."""
    return 1.0 - (1.0 - risk) * sailing(fear, half)


def fear_behind(share: float, half: float) -> float:
    """Feared risk of a seizure under which a share of the cargo does not arrive though no ship is taken [probability].

    Examples
    --------
    >>> round(stopped(0.0, fear_behind(0.6, 0.05), 0.05), 9), fear_behind(0.0, 0.05)
    (0.6, 0.0)
    """
    share = share if share < MOST_STOPPED else MOST_STOPPED
    return half * math.sqrt(share / (1.0 - share))


def with_forces(
    traits: CoercerTraits, coercer: Coercer, pressure: Pressure, inputs: Inputs, pace: Pace, u_seize: float
) -> Coercer:
    """The coercer after its forces and ships have followed its rung.

    Parameters
    ----------
    pressure : Pressure
        What goes with the rung.
    """
    seizing = seizes(traits, coercer, pace.dt, u_seize)
    presence = moved(coercer.presence, pressure.presence, pace.deployment)
    risk = moved(coercer.risk, pressure.seizure, pace.deployment) if seizing > 0.5 else 0.0
    fear = moved(coercer.fear, risk, pace.fear)
    share = stopped(risk, fear, traits.seizure_fear)
    return coercer._replace(
        presence=inputs.presence if inputs.presence >= 0.0 else presence,
        interdiction=inputs.interdiction if inputs.interdiction >= 0.0 else share,
        seizing=seizing,
        risk=risk,
        fear=fear,
    )


def opening_coercer(traits: CoercerTraits, pressure: Pressure, inputs: Inputs) -> Coercer:
    """The coercer at the opening; with a script it stands where that says."""
    rung = inputs.rung if inputs.rung >= 0.0 else traits.rung
    risk = pressure.seizure if traits.ships_stopped > 0.5 and rung >= SHIPS else 0.0
    share = stopped(risk, risk, traits.seizure_fear) if risk > 0.0 else traits.interdiction
    return Coercer(
        rung=rung,
        presence=inputs.presence if inputs.presence >= 0.0 else traits.presence,
        interdiction=inputs.interdiction if inputs.interdiction >= 0.0 else share,
        move=0.0,
        calm=traits.calm_years,
        seizing=1.0 if risk > 0.0 else 0.0,
        risk=risk,
        fear=risk if risk > 0.0 else fear_behind(share, traits.seizure_fear),
        attempted=0.0,
        captured=0.0,
    )
