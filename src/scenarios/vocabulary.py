"""The closed lists of words that rules, engines and tables share.

Rungs, channels and actors are scenario data and have no place here. Every member has a fixed number, because
records and draws store the number: append at the end, never renumber.
"""

from enum import IntEnum


class Word(IntEnum):
    """An enum whose members are written in tables and files as lower-case words."""

    @property
    def word(self) -> str:
        """The member as it is written in tables and scenario files."""
        return self.name.lower()

    @classmethod
    def words(cls) -> list[str]:
        """All members in the order of their numbers, as written in tables and scenario files."""
        return [member.word for member in cls]


class Mode(Word):
    """How the coercer moves along the ladder."""

    SCRIPTED = 0
    RAMP = 1
    ADAPTIVE = 2


class Fate(Word):
    """What became of the client by the horizon."""

    HOLDS = 0
    CONCEDES = 1
    COLLAPSES = 2
    REMOVED = 3


class DecisionRule(Word):
    """How a patron turns utilities into chances over levels."""

    QUANTAL_RESPONSE = 0
    STRATEGIC_QUANTAL = 1
    PROSPECT = 2
    THRESHOLD = 3
    POLIHEURISTIC = 4
    IMITATION = 5


class Term(Word):
    """The named parts of a patron's utility; each can be switched on, off or frozen."""

    SURVIVAL = 0
    PAYMENT = 1
    PRESTIGE = 2
    REFUSAL = 3
    COMPANY = 4
    OWN_CRISIS = 5
    MATERIAL_COST = 6
    BARGAIN = 7
    DEAL = 8
    SECONDARY_SANCTIONS = 9
    ENTRAPMENT = 10
    BACKING_DOWN = 11


class Reason(Word):
    """Why a level changed. The first twelve are the terms, in the same order."""

    SURVIVAL = 0
    PAYMENT = 1
    PRESTIGE = 2
    REFUSAL = 3
    COMPANY = 4
    OWN_CRISIS = 5
    MATERIAL_COST = 6
    BARGAIN = 7
    DEAL = 8
    SECONDARY_SANCTIONS = 9
    ENTRAPMENT = 10
    BACKING_DOWN = 11
    NEW_LEADER = 12
    EXPELLED = 13
    DENIED = 14
    JOINT = 15
    CHANCE = 16


class Switch(Word):
    """What happens to a utility term: part of the choice, held at its opening value, or left out."""

    ON = 0
    OFF = 1
    FROZEN = 2


class Freeze(Word):
    """Inputs that a scenario can hold at their opening values."""

    PRESSURE = 0
    SOLVENCY = 1
    WAR = 2
    CRISIS = 3


class Alert(Word):
    """How soon a patron looks at its posture again."""

    CALM = 0
    ALERTED = 1
    THREATENED = 2


class EventKind(Word):
    """What an event row reports."""

    ESCALATION = 0
    EASING = 1
    INTERDICTION = 2
    INTERDICTION_ENDS = 3
    THREAT = 4
    THREAT_CARRIED_OUT = 5
    BLUFF = 6
    REQUEST = 7
    REQUEST_MET = 8
    REQUEST_LAPSED = 9
    LEVEL_UP = 10
    LEVEL_DOWN = 11
    OFFER = 12
    DEAL = 13
    DEAL_ENDS = 14
    NEW_LEADER = 15
    CRISIS = 16
    EXPULSION = 17
    ACT = 18
    CLIENT_END = 19
    DENIED = 20


class Use(Word):
    """What a block of four random numbers is for; part of its address."""

    PARAMETER = 0
    RULE = 1
    OPENING_LUCK = 2
    OPENING_CLOCKS = 3
    COERCER = 4
    CLIENT = 5
    PATRON = 6
    LUCK = 7
    LEADER = 8
    CRISIS = 9
    DEAL = 10
    THREAT = 11
    ACT = 12
