"""What does a setting of the user's overwrite when it comes into force? (docs/model.md, section 6)

A number that is set acts from then on by itself. A condition that has a number of its own (a rung, a hold on power) is
put there too, and then goes on by its rules.
"""

from scenarios.rulebook.arithmetic import either
from scenarios.rulebook.coercer import TOP_RUNG, fear_behind
from scenarios.rulebook.conditions import NEVER, Client, Coercer, Pair, Threat
from scenarios.rulebook.opening import opening_level
from scenarios.rulebook.rule import rule
from scenarios.rulebook.traits import ClientTraits, CoercerTraits, PairTraits, PatronTraits


@rule
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


@rule
def overwritten_client(client: Client, before: ClientTraits, after: ClientTraits) -> Client:
    """The client with what was set of it; its hold follows from its number anyway."""
    return client._replace(solvency=either(after.solvency != before.solvency, after.solvency, client.solvency))


@rule
def overwritten_threat(threat: Threat, before: PatronTraits, after: PatronTraits) -> Threat:
    """The threat to a patron's firms with what was set of it; no date is pending then."""
    if after.threat == before.threat:
        return threat
    return threat._replace(height=after.threat, due_at=NEVER)


@rule
def overwritten_pair(pair: Pair, before: PairTraits, after: PairTraits) -> Pair:
    """A channel with what was set of it: a level of the opening that is set puts it there."""
    return pair._replace(
        level=either(after.opening != before.opening, opening_level(after), pair.level),
        shielded=either(after.shielded != before.shielded, after.shielded, pair.shielded),
    )
