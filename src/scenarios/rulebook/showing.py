"""How does a patron show that it stands by the client: with words, with a show of force? (docs/model.md, section 7.5)

Words and shows cost next to nothing and risk next to nothing, so that no lottery decides them.
"""

from scenarios.rulebook.arithmetic import happens
from scenarios.rulebook.conditions import Coercer
from scenarios.rulebook.traits import ModelTraits

LOUD_RUNG = 4.0  # new highs below it move nobody to words
STRIKES = 9.0  # strikes on land
TOP = 3.0
FLEET = 0.3  # presence of the coercer's forces from which nobody shows force
TIES = 2.0  # levels given on material channels without which there is nothing to show
SHOWN = 2.0  # level of a show of force


def chance_of_words(model: ModelTraits, rung: float, is_new_high: bool, strikes_begin: bool) -> float:
    """Chance that words rise in this step [probability] (claim C01)."""
    if strikes_begin:
        return model.words_strikes
    return model.words_rise if is_new_high and rung >= LOUD_RUNG else 0.0


def may_words_move(level: float, home: float, raised: float) -> bool:
    """Whether words could rise or fall in this step, so that chance has a say."""
    return raised > 0.0 or level > home


def next_words(level: float, home: float, raised: float, fade: float, u: float) -> float:
    """Words after this step [level]: raised by the occasion, back towards those of the opening as it passes.

    Parameters
    ----------
    raised, fade : float
        Chances in this step that words rise, and that raised ones fall [probability].
    """
    if u < raised:
        return level + 1.0 if level < TOP else TOP
    # luck is read from its other end, so that a fading word never hides a rise
    return level - 1.0 if level > home and u > 1.0 - fade else level


def strikes_begin(coercer: Coercer) -> bool:
    """Whether strikes on land have begun in this step."""
    return coercer.rung >= STRIKES and coercer.rung - coercer.move < STRIKES


def is_fleet_near(presence: float) -> bool:
    """Whether so much of the coercer's forces is there that nobody shows force."""
    return presence >= FLEET


def next_show(
    model: ModelTraits, level: float, given: float, presence: float, dt: float, luck: tuple[float, float]
) -> float:
    """Show of force after this step [level]: decided once a year or so, only for a tie and where no fleet is (C05).

    Parameters
    ----------
    given : float
        Levels given on material channels.
    luck : tuple of float
        Whether it is decided in this step, and how.
    """
    if is_fleet_near(presence):
        return 0.0
    if not happens(dt, luck[0]):
        return level
    return SHOWN if given >= TIES and luck[1] < model.show_chance else 0.0
