"""What counts as stepping back? Each outcome is one named function of a run. (docs/model.md, section 8)

All are read off the intended levels of material channels, summed, against the reference posture (the opening levels):
what is lost on one channel and gained on another is no step back. They count only if they last; `denied` is read off
delivered quantities where the intention still stands. The first edition counted a level lost on any one channel, for a
shorter while; that is kept as `notch`, so that old results can be compared.
"""

from typing import NamedTuple

from scenarios.rulebook.arithmetic import either
from scenarios.rulebook.conditions import Pair
from scenarios.rulebook.delivery import nearest_level
from scenarios.rulebook.traits import ChannelTraits

NONE = -1.0
N_BINS = 101  # of the support index, each 0.01 wide


class Posture(NamedTuple):
    """One patron's posture in one step against its reference."""

    given: float  # levels on material channels now
    reference: float  # levels on material channels at the opening
    arriving: float  # levels on material channels that arrive
    dented: float  # most levels lost on one material channel
    channel: float  # material channel whose level was last lost, -1 if none
    lost_at: float  # years; when that was
    support: float  # support index, intended [share]
    delivered: float  # support index, delivered [share]


class Spell(NamedTuple):
    """Something that counts only if it lasts [steps, -1 for never]."""

    since: float  # it holds since then
    at: float  # the first that lasted began then


class Track(NamedTuple):
    """What has become of one patron's posture so far."""

    back: Spell
    further: Spell
    abandonment: Spell
    up: Spell
    denied: Spell
    notch: Spell
    pause_at: float  # step at which the first loss began that was made good, -1 if none was
    channel: float  # that went first
    reason: float  # of the first loss
    rung: float  # at the first loss
    reference: float  # levels on material channels at the opening
    support_start: float  # share
    support_end: float  # share
    delivered_end: float  # share
    support_min: float  # share
    requests: float
    requests_met: float


NO_POSTURE = Posture(0.0, 0.0, 0.0, 0.0, NONE, NONE, 0.0, 0.0)  # before any channel has been looked at
NO_SPELL = Spell(since=NONE, at=NONE)


def with_channel(posture: Posture, channel: ChannelTraits, reference: float, pair: Pair, spot: float) -> Posture:
    """A posture with one more channel.

    Parameters
    ----------
    reference : float
        Level at the opening.
    spot : float
        Place of the channel in the order of the arrays.
    """
    seen = posture._replace(
        support=posture.support + channel.weight * pair.level / 3.0,
        delivered=posture.delivered + channel.weight * pair.delivered / 3.0,
    )
    if channel.material < 0.5:
        return seen
    loss = reference - pair.level
    is_latest = loss > 0.0 and pair.luck.changed_at > posture.lost_at
    return seen._replace(
        given=posture.given + pair.level,
        reference=posture.reference + reference,
        arriving=posture.arriving + nearest_level(pair.delivered),
        dented=loss if loss > posture.dented else posture.dented,
        channel=spot if is_latest else posture.channel,
        lost_at=pair.luck.changed_at if is_latest else posture.lost_at,
    )


def is_step_back(posture: Posture) -> bool:
    """One level lost in all."""
    return posture.reference - posture.given >= 1.0


def is_step_back_further(posture: Posture) -> bool:
    """Two levels lost in all."""
    return posture.reference - posture.given >= 2.0


def is_abandonment(posture: Posture) -> bool:
    """Nothing material left, for a patron that gave something."""
    return posture.given <= 0.0 and posture.reference > 0.0


def is_step_up(posture: Posture) -> bool:
    """One level gained in all."""
    return posture.given - posture.reference >= 1.0


def is_denied(posture: Posture) -> bool:
    """As much is intended as at the opening, but less arrives."""
    return posture.given >= posture.reference and posture.arriving < posture.reference


def is_notch(posture: Posture) -> bool:
    """One level lost on some channel, whatever was gained on others."""
    return posture.dented >= 1.0


def opening_track(posture: Posture, requests: float) -> Track:
    """What there is to say of a patron at the opening."""
    return Track(
        back=NO_SPELL,
        further=NO_SPELL,
        abandonment=NO_SPELL,
        up=NO_SPELL,
        denied=NO_SPELL,
        notch=NO_SPELL,
        pause_at=NONE,
        channel=NONE,
        reason=NONE,
        rung=NONE,
        reference=posture.reference,
        support_start=posture.support,
        support_end=posture.support,
        delivered_end=posture.delivered,
        support_min=posture.support,
        requests=requests,
        requests_met=0.0,
    )


def next_spell(spell: Spell, is_now: bool, step: float, persistence: float) -> Spell:
    """A spell after one more step; the first that has lasted stands.

    Examples
    --------
    >>> next_spell(Spell(3.0, NONE), True, 5.0, 2.0)
    Spell(since=3.0, at=3.0)
    """
    since = (spell.since if spell.since >= 0.0 else step) if is_now else NONE
    if spell.at >= 0.0 or since < 0.0 or step - since < persistence:
        return Spell(since=since, at=spell.at)
    return Spell(since=since, at=since)


def ended_spell(spell: Spell, step: float, least: float, horizon: float) -> Spell:
    """A spell of a run that is over: it counts if it has lasted `least` steps by then, and began by the horizon."""
    has_lasted = spell.at < 0.0 and spell.since >= 0.0 and step - spell.since >= least
    ended = spell._replace(at=spell.since) if has_lasted else spell
    return ended if ended.at <= horizon else NO_SPELL


def tracked(
    track: Track, posture: Posture, step: float, lasts: tuple[float, float], rung: float, reason: float
) -> Track:
    """What has become of a posture after one more step.

    Parameters
    ----------
    lasts : tuple of float
        How long a step back, and a notch, must last [steps].
    rung : float
        Rung of the ladder now.
    reason : float
        Why the level that was last lost was lost [vocabulary.Reason].
    """
    persistence, short = lasts
    back = next_spell(track.back, is_step_back(posture), step, persistence)
    # the channel, the reason and the rung are those of the crossing, and stand once it is confirmed
    begins = back.since >= 0.0 and track.back.since < 0.0 and track.back.at < 0.0
    is_made_good = back.since < 0.0 and track.back.since >= 0.0 and track.back.at < 0.0
    return track._replace(
        back=back,
        further=next_spell(track.further, is_step_back_further(posture), step, persistence),
        abandonment=next_spell(track.abandonment, is_abandonment(posture), step, persistence),
        up=next_spell(track.up, is_step_up(posture), step, persistence),
        denied=next_spell(track.denied, is_denied(posture), step, persistence),
        notch=next_spell(track.notch, is_notch(posture), step, short),
        pause_at=track.back.since if is_made_good and track.pause_at < 0.0 else track.pause_at,
        channel=either(begins, posture.channel, track.channel),
        reason=either(begins, reason, track.reason),
        rung=either(begins, rung, track.rung),
    )


def with_support(track: Track, posture: Posture, made: float, met: float) -> Track:
    """A track with the support index of this step, and with the requests made and met in it."""
    return track._replace(
        support_end=posture.support,
        delivered_end=posture.delivered,
        support_min=either(posture.support < track.support_min, posture.support, track.support_min),
        requests=track.requests + made,
        requests_met=track.requests_met + met,
    )


def at_the_end(track: Track, step: float, least: float, horizon: float, has_ended: bool) -> Track:
    """A track when the run is over.

    Parameters
    ----------
    least : float
        How long a loss must have lasted when the client ends [steps].
    has_ended : bool
        Whether the client has ended; otherwise the run was played past its horizon.
    """
    by = least if has_ended else 1.0e9
    return track._replace(
        back=ended_spell(track.back, step, by, horizon),
        further=ended_spell(track.further, step, by, horizon),
        abandonment=ended_spell(track.abandonment, step, by, horizon),
        up=ended_spell(track.up, step, by, horizon),
        denied=ended_spell(track.denied, step, by, horizon),
        notch=ended_spell(track.notch, step, by, horizon),
        pause_at=track.pause_at if track.pause_at <= horizon else NONE,
    )


def bin_of(index: float) -> int:
    """Bin of 0.01 in which a support index falls; weights that sum to more than 1 end in the last."""
    spot = int(index * 100.0 + 0.5)
    return spot if spot < N_BINS else N_BINS - 1
