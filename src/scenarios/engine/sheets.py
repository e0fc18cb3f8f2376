"""Where does each sheet lie in the rows of an engine, and how is it read and written?"""

from scenarios.outcomes import Track
from scenarios.rulebook.conditions import Inputs, Pair, Patron, PatronInputs, Terms
from scenarios.rulebook.rows import row_access, width
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
TERMS_WIDTH = width(Terms)
TRACK_WIDTH = width(Track)

pick_model, _ = row_access(ModelTraits)
pick_coercer_traits, _ = row_access(CoercerTraits)
pick_client_traits, _ = row_access(ClientTraits)
pick_channel, _ = row_access(ChannelTraits)
pick_patron_traits, _ = row_access(PatronTraits)
pick_reach, _ = row_access(PairTraits)
pick_pressure, _ = row_access(Pressure)
pick_inputs, _ = row_access(Inputs)
pick_patron_inputs, _ = row_access(PatronInputs)
pick_patron, put_patron = row_access(Patron)
pick_pair, put_pair = row_access(Pair)
pick_terms, put_terms = row_access(Terms)
pick_track, put_track = row_access(Track)
