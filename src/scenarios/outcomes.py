"""What counts as stepping back? Each outcome is one named function of a run. (docs/model.md, section 8)

All are read off the intended levels of material channels against the reference posture (the opening levels), and count
only if they last; `denied` is read off delivered quantities where the intention still stands.
"""

from typing import NamedTuple

from scenarios.rulebook.arithmetic import either
from scenarios.rulebook.conditions import Pair
from scenarios.rulebook.delivery import nearest_level
from scenarios.rulebook.rule import rule
from scenarios.rulebook.traits import ChannelTraits
from scenarios.vocabulary import Reason

NONE = -1.0
N_BINS = 101  # of the support index, each 0.01 wide
EXPELLED = float(Reason.EXPELLED)


class Posture(NamedTuple):
    """One patron's posture in one step against its reference."""

    lost: float  # most levels lost on one material channel
    lost_in_all: float  # levels lost on material channels
    gained: float  # most levels gained on one material channel
    given: float  # levels on material channels now
    reference: float  # levels on material channels at the opening
    missing: float  # 1 if a level intended as at the opening does not arrive
    channel: float  # material channel whose level was last lost, -1 if none
    lost_at: float  # years; when that was
    support: float  # support index, intended [share]
    delivered: float  # support index, delivered [share]


class Track(NamedTuple):
    """What has become of one patron's posture so far; steps, -1 for never."""

    back_since: float
    further_since: float
    abandonment_since: float
    up_since: float
    denied_since: float
    back_at: float
    further_at: float
    abandonment_at: float
    up_at: float
    denied_at: float
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


@rule
def no_posture() -> Posture:
    """A posture before any channel has been looked at."""
    return Posture(
        lost=0.0,
        lost_in_all=0.0,
        gained=0.0,
        given=0.0,
        reference=0.0,
        missing=0.0,
        channel=NONE,
        lost_at=NONE,
        support=0.0,
        delivered=0.0,
    )


@rule
def with_channel(posture: Posture, channel: ChannelTraits, reference: float, pair: Pair, spot: float) -> Posture:
    """A posture with one more channel.

    Parameters
    ----------
    reference : float
        Level at the opening.
    spot : float
        Place of the channel in the order of the arrays.
    """
    index = posture.support + channel.weight * pair.level / 3.0
    delivered = posture.delivered + channel.weight * pair.delivered / 3.0
    if channel.material < 0.5:
        return posture._replace(support=index, delivered=delivered)
    loss = reference - pair.level
    is_lost = loss > 0.0
    is_latest = is_lost and pair.luck.chosen_at > posture.lost_at
    is_missing = loss <= 0.0 and nearest_level(pair.delivered) < reference
    return Posture(
        lost=loss if loss > posture.lost else posture.lost,
        lost_in_all=posture.lost_in_all + (loss if is_lost else 0.0),
        gained=-loss if -loss > posture.gained else posture.gained,
        given=posture.given + pair.level,
        reference=posture.reference + reference,
        missing=1.0 if is_missing else posture.missing,
        channel=spot if is_latest else posture.channel,
        lost_at=pair.luck.chosen_at if is_latest else posture.lost_at,
        support=index,
        delivered=delivered,
    )


@rule
def is_step_back(posture: Posture) -> bool:
    """One level lost on some material channel."""
    return posture.lost >= 1.0


@rule
def is_step_back_further(posture: Posture) -> bool:
    """Two levels lost in all on material channels."""
    return posture.lost_in_all >= 2.0


@rule
def is_abandonment(posture: Posture) -> bool:
    """Nothing material left, for a patron that gave something."""
    return posture.given <= 0.0 and posture.reference > 0.0


@rule
def is_step_up(posture: Posture) -> bool:
    """One level gained on some material channel."""
    return posture.gained >= 1.0


@rule
def is_denied(posture: Posture) -> bool:
    """Something that is intended as at the opening does not arrive."""
    return posture.missing > 0.5


@rule
def opening_track(posture: Posture, requests: float) -> Track:
    """What there is to say of a patron at the opening."""
    return Track(
        back_since=NONE,
        further_since=NONE,
        abandonment_since=NONE,
        up_since=NONE,
        denied_since=NONE,
        back_at=NONE,
        further_at=NONE,
        abandonment_at=NONE,
        up_at=NONE,
        denied_at=NONE,
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


@rule
def since(is_now: bool, before: float, step: float) -> float:
    """Step since which something holds, -1 if it does not."""
    if not is_now:
        return NONE
    return before if before >= 0.0 else step


@rule
def confirmed(at: float, began: float, step: float, persistence: float) -> float:
    """Step at which something that has lasted began, -1 if nothing has lasted yet; the first one stands."""
    if at >= 0.0:
        return at
    return began if began >= 0.0 and step - began >= persistence else NONE


@rule
def tracked(track: Track, posture: Posture, step: float, persistence: float, rung: float, reason: float) -> Track:
    """What has become of a posture after one more step.

    Parameters
    ----------
    step, persistence : float
        This step, and how long a step-back must last [steps].
    rung : float
        Rung of the ladder now.
    reason : float
        Why the level that was last lost was lost [vocabulary.Reason].
    """
    back = since(is_step_back(posture), track.back_since, step)
    further = since(is_step_back_further(posture), track.further_since, step)
    abandoned = since(is_abandonment(posture), track.abandonment_since, step)
    up = since(is_step_up(posture), track.up_since, step)
    denied = since(is_denied(posture), track.denied_since, step)
    # the channel, the reason and the rung are those of the crossing, and stand once it is confirmed
    begins = back >= 0.0 and track.back_since < 0.0 and track.back_at < 0.0
    return track._replace(
        back_since=back,
        further_since=further,
        abandonment_since=abandoned,
        up_since=up,
        denied_since=denied,
        back_at=confirmed(track.back_at, back, step, persistence),
        further_at=confirmed(track.further_at, further, step, persistence),
        abandonment_at=confirmed(track.abandonment_at, abandoned, step, persistence),
        up_at=confirmed(track.up_at, up, step, persistence),
        denied_at=confirmed(track.denied_at, denied, step, persistence),
        channel=either(begins, posture.channel, track.channel),
        reason=either(begins, reason, track.reason),
        rung=either(begins, rung, track.rung),
        support_end=posture.support,
        delivered_end=posture.delivered,
        support_min=either(posture.support < track.support_min, posture.support, track.support_min),
    )


@rule
def with_requests(track: Track, made: float, met: float) -> Track:
    """A track with requests made and met in this step."""
    return track._replace(requests=track.requests + made, requests_met=track.requests_met + met)


@rule
def bin_of(index: float) -> int:
    """Bin of 0.01 in which a support index falls; weights that sum to more than 1 end in the last."""
    spot = int(index * 100.0 + 0.5)
    return spot if spot < N_BINS else N_BINS - 1
