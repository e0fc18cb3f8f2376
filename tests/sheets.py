"""Sheets for tests of single rules: everything at its lowest, but for what a test says."""

from typing import Any

from scenarios.rulebook.conditions import (
    NEVER,
    Beside,
    Client,
    Coercer,
    Crisis,
    Frame,
    Inputs,
    Opening,
    Pace,
    Pair,
    Patron,
    PatronInputs,
    Switches,
    Terms,
    Threat,
    Watch,
    Worth,
)
from scenarios.rulebook.notice import CALM
from scenarios.rulebook.opening import opening_pair
from scenarios.rulebook.traits import TRAITS, numbers
from scenarios.rulebook.utility import NO_TERMS

WEEK = 7 / 365.25
PACE = Pace(WEEK, *[0.5] * (len(Pace._fields) - 1))
PLAIN = PatronInputs(war_drain=1.0, own_crisis=1.0, bargain=1.0, threat=-1.0)
UNSCRIPTED = Inputs(rung=-1.0, presence=-1.0, interdiction=-1.0, oil_output=1.0, oil_price=1.0, ultimatum=0.0)
ALONE = Beside(1.0, 1.0, 1.0, 0.0)
ALL_ON = Switches(*[0.0] * len(Switches._fields))
OPENED = Opening(rung=8.0, threat=0.5, visible=0.4, hold=1.0, supply=0.5)


def traits(kind: str, **values: float) -> Any:
    """A sheet of traits at their lowest, but for some."""
    lowest = {name: number.low for name, number in numbers(TRAITS[kind]).items()}
    return TRAITS[kind](**{**lowest, **values})


def a_frame(**parts: Any) -> Frame:
    """What is fixed in a run: traits at their lowest and a steady pace, but for some parts."""
    usual = {kind: traits(kind) for kind in ("model", "coercer", "client")} | {"pace": PACE, "opening": OPENED}
    return Frame(**(usual | parts))


def coercer_at(rung: float, **parts: float) -> Coercer:
    """A coercer on a rung that has done nothing lately."""
    usual = dict.fromkeys(Coercer._fields, 0.0) | {"rung": rung, "calm": 1.0}
    return Coercer(**(usual | parts))


def client_with(**parts: float) -> Client:
    """A client in the middle of everything, but for some of its parts."""
    usual = {"solvency": 0.5, "hold": 0.5, "goods": 0.5, "exports": 0.5, "revenue": 10.0, "habit": 2.0, "unrest": 0.0}
    return Client(**(usual | {"high_rung": 8.0, "lack": 0.0, "fate": 0.0} | parts))


def a_patron(threat: float = 0.0, budget: float = 1.0) -> Patron:
    """A patron that is calm, but for the threat to its firms and what it may spend."""
    still = Threat(threat, threat, NEVER)
    return Patron(0.0, budget, still, Watch(CALM, budget, 0.0), Crisis(0.0, NEVER))


def pair_at(level: float, home: float | None = None, **parts: Any) -> Pair:
    """A channel on a level, at home there unless another home is said."""
    opened = opening_pair(traits("model"), traits("channels"), traits("pairs", opening=level, feasible=3.0), 0.5)
    return opened._replace(home=level if home is None else home, **parts)


def terms(**parts: float) -> Terms:
    """Terms that are nothing but for some."""
    return NO_TERMS._replace(**parts)


def worth(*levels: Terms) -> Worth:
    """What the levels above nothing are worth; those that are not said are worth nothing."""
    return Worth(*[*levels, *[NO_TERMS] * 3][:3])
