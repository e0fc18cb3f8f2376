"""Sheets for tests of single rules: everything at its lowest, but for what a test says."""

import math
from typing import Any

from scenarios.rulebook.conditions import (
    Client,
    Coercer,
    Frame,
    Freezes,
    Link,
    Moment,
    News,
    Pace,
    Pair,
    Patron,
    PatronInputs,
)
from scenarios.rulebook.opening import opening_patron
from scenarios.rulebook.traits import TRAITS, ChannelTraits, PairTraits, Pressure, numbers

WEEK = 7 / 365.25
PACE = Pace(WEEK, math.sqrt(WEEK), *[0.5] * 10)
PLAIN = PatronInputs(war_drain=1.0, own_crisis=1.0, bargain=1.0, threat=-1.0)


def traits(kind: str, **values: float) -> Any:
    """A sheet of traits at their lowest, but for some."""
    lowest = {name: number.low for name, number in numbers(TRAITS[kind]).items()}
    return TRAITS[kind](**{**lowest, **values})


def frame_with(pace: Pace = PACE, freezes: Freezes | None = None, **sheets: Any) -> Frame:
    """What is the same in every step of a run."""
    kept = {kind: sheets.get(kind, traits(kind)) for kind in ("model", "coercer", "client")}
    return Frame(**kept, pace=pace, freezes=freezes or Freezes(0.0, 0.0, 0.0, 0.0))


def moment_at(coercer: Coercer, client: Client | None = None, t: float = 1.0, mode: int = 0, **parts: Any) -> Moment:
    """What patrons see of a step."""
    client = client or Client(0.5, 0.5, 0.5, 0.5, 10.0, 8.0, 0.0)
    rest = {"pressure": Pressure(0.0, 0.0, 0.0), "news": News(0.0, 0.0, 0.0, 0.0), "is_new_high": False}
    return Moment(step=int(t / WEEK), t=t, mode=mode, coercer=coercer, client=client, **(rest | parts))


def patron_with(**parts: Any) -> Patron:
    """A patron as it opens, but for some of its parts."""
    return opening_patron(traits("model"), traits("patrons"), PLAIN, 0.5, 0.5, 0.0)._replace(**parts)


def link_of(channel: ChannelTraits, reach: PairTraits, pair: Pair, company: float = 0.0) -> Link:
    """A channel of which the client needs as much as at the opening of the present."""
    return Link(channel=channel, reach=reach, pair=pair, need=1.0, company=company)
