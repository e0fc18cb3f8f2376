"""Where does each sheet lie in the rows of an engine, and how is it read and written?"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from scenarios.rulebook.conditions import Inputs, Pair, Patron, PatronInputs, Worth
from scenarios.rulebook.layout import row_access, width
from scenarios.rulebook.posture import Track
from scenarios.rulebook.traits import (
    ChannelTraits,
    ClientTraits,
    CoercerTraits,
    ModelTraits,
    PairTraits,
    PatronTraits,
    Pressure,
)

CHANNEL_WIDTH = width(ChannelTraits)
PATRON_TRAITS_WIDTH = width(PatronTraits)
PAIR_TRAITS_WIDTH = width(PairTraits)
PRESSURE_WIDTH = width(Pressure)
INPUTS_WIDTH = width(Inputs)
PATRON_INPUTS_WIDTH = width(PatronInputs)
PATRON_WIDTH = width(Patron)
PAIR_WIDTH = width(Pair)
WORTH_WIDTH = width(Worth)
TRACK_WIDTH = width(Track)


class FixedRow(list[float]):
    """Numbers that no longer change, for plain Python: a sheet is built from them once, and then remembered."""

    def __init__(self, numbers: Any) -> None:
        super().__init__(numbers)
        self.sheets: dict[int, Any] = {}


def remembered(pick: Callable[..., Any]) -> Any:
    """Reads a sheet that does not change during a run; the compiler sees what is wrapped."""

    @wraps(pick)
    def read(row: Any, at: int) -> Any:
        if not isinstance(row, FixedRow):
            return pick(row, at)
        if at not in row.sheets:
            row.sheets[at] = pick(row, at)
        return row.sheets[at]

    return read


pick_model, _ = row_access(ModelTraits)
pick_coercer_traits, _ = row_access(CoercerTraits)
pick_client_traits, _ = row_access(ClientTraits)
pick_channel = remembered(row_access(ChannelTraits)[0])
pick_patron_traits = remembered(row_access(PatronTraits)[0])
pick_reach = remembered(row_access(PairTraits)[0])
pick_pressure = remembered(row_access(Pressure)[0])
pick_inputs = remembered(row_access(Inputs)[0])
pick_patron_inputs = remembered(row_access(PatronInputs)[0])
pick_patron, put_patron = row_access(Patron)
pick_pair, put_pair = row_access(Pair)
pick_worth, put_worth = row_access(Worth)
pick_track, put_track = row_access(Track)
