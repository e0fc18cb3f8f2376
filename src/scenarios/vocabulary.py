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
    EXITS = 4


class DecisionRule(Word):
    """How a patron turns what has changed into chances over levels."""

    QUANTAL_RESPONSE = 0
    PROSPECT = 1
    THRESHOLD = 2


class Term(Word):
    """The named parts of a patron's decision; each can be switched on, off or frozen."""

    PAYMENT = 0
    BARGAIN = 1
    SECONDARY_SANCTIONS = 2
    ENTRAPMENT = 3
    MATERIAL_COST = 4
    COMMITMENT = 5
    WORDS = 6


class Reason(Word):
    """Why a level changed. The first seven are the terms, in the same order."""

    PAYMENT = 0
    BARGAIN = 1
    SECONDARY_SANCTIONS = 2
    ENTRAPMENT = 3
    MATERIAL_COST = 4
    COMMITMENT = 5
    WORDS = 6
    BUDGET = 7
    DENIED = 8
    ON_THE_EDGE = 9


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
    CRISIS = 12
    ACT = 13
    CLIENT_END = 14
    DENIED = 15
    ATTEMPT_FAILED = 16

    @property
    def actor(self) -> str:
        """Whose event it is: ``coercer``, ``client``, or ``patron`` for that of any patron."""
        return "coercer" if self in OF_THE_COERCER else "client" if self is EventKind.CLIENT_END else "patron"

    @property
    def is_on_a_channel(self) -> bool:
        """Whether it happens on a channel."""
        return self in ON_CHANNELS


OF_THE_COERCER = frozenset(
    {
        EventKind.ESCALATION,
        EventKind.EASING,
        EventKind.INTERDICTION,
        EventKind.INTERDICTION_ENDS,
        EventKind.ATTEMPT_FAILED,
    }
)
ON_CHANNELS = frozenset(
    {
        EventKind.REQUEST,
        EventKind.REQUEST_MET,
        EventKind.REQUEST_LAPSED,
        EventKind.LEVEL_UP,
        EventKind.LEVEL_DOWN,
        EventKind.ACT,
    }
)


class Use(Word):
    """What a block of four random numbers is for; part of its address. A number that is gone is not used again."""

    PARAMETER = 0
    RULE = 1
    OPENING_LUCK = 2
    OPENING_CLOCKS = 3
    COERCER = 4
    CLIENT = 5
    PATRON = 6
    LUCK = 7
    CRISIS = 9
    ACT = 12
    SHOWING = 13
    SHIPS = 14
