"""Scenarios made in code, for tests: one whole small world whose numbers can be checked by eye, and random ones."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
from hypothesis import strategies as st

from scenarios.rulebook.traits import TRAITS, Number, numbers
from scenarios.scenario.scenario import STEP_DAYS, Condition, Parameter, Path, Scenario, Setting
from scenarios.vocabulary import DecisionRule, Freeze, Mode, Switch, Term

START = date(2025, 11, 30)
N_RUNGS = 11
FIXED_UNITS = ("rung", "level", "flag")

MODEL = {
    "precision": 10.0,
    "commitment": 1.4,
    "commitment_by_stake": 0.9,
    "startup_cost": 0.16,
    "habit_years": 5.0,
    "thrift": 0.2,
    "loss_cap": 2.5,
    "sanction_weight": 4.0,
    "clash_probability": 0.75,
    "belief_in_strikes": 0.667,
    "clash_power": 5.0,
    "bargain_floor": 0.1,
    "bargain_top": 0.7,
    "credit_years": 2.0,
    "review_rate": 2.0,
    "alerted_rate": 26.0,
    "threatened_rate": 73.0,
    "rho": 0.1,
    "shield_growth": 2.5,
    "shield_decay": 0.2,
    "elusive": 0.5,
    "words_rise": 0.35,
    "words_strikes": 0.9,
    "words_fade": 0.5,
    "show_chance": 0.6,
    "request_grace": 0.25,
    "loss_aversion": 2.0,
    "aspiration": 0.1,
}
COERCER = {
    "rung": 8.0,
    "presence": 0.9,
    "interdiction": 0.1,
    "ships_stopped": 1.0,
    "calm_years": 0.1,
    "rise_rate": 1.0,
    "memory": 0.7,
    "jump_chance": 0.4,
    "easing_rate": 0.6,
    "strikes_end": 4.0,
    "capture_chance": 0.6,
    "isolation_sensitivity": 2.5,
    "deployment_lag": 0.1,
    "threat_rung": 5.0,
    "threat_rate": 0.5,
    "threat_delay": 0.2,
    "threat_decay": 2.0,
    "follow_through": 0.5,
    "seizure_rate": 2.0,
    "seizure_fear": 0.05,
    "fear_lag": 0.05,
}
CLIENT = {
    "oil_output": 0.95,
    "oil_price": 50.0,
    "home_use": 0.4,
    "home_share": 0.4,
    "goods_half": 0.25,
    "other_revenue": 5.0,
    "sanction_rung": 4.0,
    "sanction_loss": 0.4,
    "restoring": 0.8,
    "interdiction_reach": 0.5,
    "needs": 8.0,
    "ease": 20.0,
    "solvency": 0.3,
    "solvency_lag": 0.35,
    "solvency_money": 0.1,
    "hold": 0.53,
    "hold_revenue": 1.9,
    "hold_support": 0.6,
    "hold_pressure": 0.1,
    "habit_years": 2.0,
    "unrest_lag": 0.3,
    "end_rate": 0.1,
    "concession_share": 0.6,
    "exit_share": 0.4,
}
LADDER = {
    "presence": (0.0, 0.0, 0.0, 0.0, 0.1, 0.1, 0.6, 0.9, 1.0, 1.0, 1.0),
    "threat": (0.0, 0.0, 0.0, 0.05, 0.3, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5),
    "seizure": (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.05, 0.08, 0.1),
}
# one column a channel
CHANNELS: dict[str, dict[str, float]] = {
    "words": {"convexity": 1.0, "visibility": 0.6, "hold_effect": 0.05, "weight": 0.1, "need": 0.5, "request": 1.0},
    "oil": {"material": 1.0, "convexity": 1.0, "visibility": 0.3, "provocation": 0.15, "sanctionable": 0.9}
    | {"exposed": 0.05, "paid": 0.6, "interdictable": 0.9, "lag": 0.08, "shield_limit": 0.8, "hold_effect": 0.05}
    | {"solvency_effect": 0.5, "trade": 1.0, "weight": 0.3, "need": 0.5, "request": 0.3},
    "finance": {"material": 1.0, "startup": 1.0, "convexity": 2.5, "visibility": 0.3, "provocation": 0.3}
    | {"sanctionable": 0.5, "paid": 0.9, "credit": 1.0, "lag": 0.25, "shield_limit": 0.3, "hold_effect": 0.05}
    | {"solvency_effect": 0.6, "weight": 0.2, "need": 0.9, "request": 0.5},
    "arms": {"material": 1.0, "startup": 1.0, "convexity": 1.0, "visibility": 0.6, "provocation": 0.6}
    | {"sanctionable": 0.4, "exposed": 0.1, "paid": 0.8, "credit": 0.7, "interdictable": 0.5, "lag": 0.3}
    | {"shield_limit": 0.3, "war_competition": 1.0, "hold_effect": 0.35, "weight": 0.3, "need": 0.9, "request": 1.0},
    "people": {"material": 1.0, "convexity": 1.0, "visibility": 0.4, "provocation": 0.35, "sanctionable": 0.1}
    | {"exposed": 0.25, "paid": 0.35, "credit": 0.6, "interdictable": 0.2, "lag": 0.1, "shield_limit": 0.3}
    | {"war_competition": 1.0, "hold_effect": 0.5, "weight": 0.2, "need": 0.6, "request": 0.5},
    "force": {"acts": 1.0, "convexity": 1.0, "visibility": 1.0, "lag": 0.05, "hold_effect": 0.3, "weight": 0.1}
    | {"need": 1.0},
}
PATRON = {
    "support_budget": 0.3,
    "risk_tolerance": 0.5,
    "payment_weight": 2.0,
    "exposure": 0.3,
    "bargain": 0.3,
    "stake": 0.25,
    "war_drain": 0.3,
    "own_crisis": 0.1,
    "threat": 0.4,
    "threat_weight": 0.8,
    "visibility_weight": 0.25,
    "crisis_rate": 0.05,
    "crisis_size": 0.6,
    "crisis_duration": 1.0,
}
PAIR = {"opening": 1.0, "feasible": 3.0, "cost": 0.1, "shielded": 0.2, "request": 0.0}
PATRONS: dict[str, dict[str, float]] = {
    "russia": {"war_drain": 0.9, "bargain": 0.24},
    "china": {"payment_weight": 4.0, "exposure": 0.4, "bargain": 0.48, "support_budget": 0.8, "war_drain": 0.0},
    "cuba": {"risk_tolerance": 2.0, "stake": 1.0, "bargain": 0.03, "dependence": 1.5, "crisis_rate": 0.5},
    "iran": {"payment_weight": 1.15, "exposure": 0.1, "bargain": 0.03},
}


def parameter(path: str, number: Number, value: float, low: float, high: float, distribution: Any) -> Parameter:
    """A number with a made-up pedigree."""
    return Parameter(path, value, low, high, distribution, number.unit, "judgement", "", "made up")


def ranged(path: str, number: Number, value: float, has_range: bool) -> Parameter:
    """A number at its value or, if wanted, with a range of 30 % around it inside its domain."""
    low, high = max(number.low, 0.7 * value), min(number.high, 1.3 * value)
    if not has_range or low >= high or number.unit in FIXED_UNITS or path.endswith(".weight"):
        return parameter(path, number, value, value, value, "fixed")
    return parameter(path, number, value, low, high, "triangular")


def sheets(patrons: tuple[str, ...], channels: tuple[str, ...]) -> dict[str, tuple[str, dict[str, float]]]:
    """Every sheet of a world by its dotted prefix: its kind and its central values."""
    found: dict[str, tuple[str, dict[str, float]]] = {
        "model": ("model", MODEL),
        "coercer": ("coercer", COERCER),
        "client": ("client", CLIENT),
    }
    for rung in range(N_RUNGS):
        found[f"ladder.{rung}"] = ("ladder", {name: column[rung] for name, column in LADDER.items()})
    for channel in channels:
        found[f"channels.{channel}"] = ("channels", CHANNELS[channel])
    for patron in patrons:
        found[f"patrons.{patron}"] = ("patrons", PATRON | PATRONS.get(patron, {}))
        for channel in channels:
            found[f"patrons.{patron}.channels.{channel}"] = ("pairs", PAIR)
    return found


def settled(path: str, value: float, settings: Mapping[str, float]) -> float:
    """A value after the settings whose pattern fits its path; the last one that fits decides."""
    for pattern, other in settings.items():
        if fnmatchcase(path, pattern):
            value = float(other)
    return value


def script(path: str, values: tuple[float, ...], start: date = START, days: float = 56.0) -> Path:
    """A path over time that changes its value every so many days."""
    dates = tuple(start + timedelta(days=days * i) for i in range(len(values)))
    return Path(path, dates, values, "made up", "judgement", "", "made up")


def keys_of(patrons: tuple[str, ...], channels: tuple[str, ...]) -> dict[str, str]:
    """The names themselves as keys."""
    return (
        {"coercer": "us", "client": "venezuela"}
        | {f"patrons.{name}": name for name in patrons}
        | {f"channels.{name}": name for name in channels}
    )


def world(
    patrons: tuple[str, ...] = ("russia", "china"),
    channels: tuple[str, ...] = ("words", "oil", "arms"),
    settings: Mapping[str, float] | None = None,
    has_ranges: bool = False,
    interventions: tuple[Setting, ...] = (),
    **changes: Any,
) -> Scenario:
    """A whole scenario of chosen actors, without a file.

    Parameters
    ----------
    patrons, channels : tuple of str
        From `PATRONS` (any other name is a patron of the common sort) and `CHANNELS`.
    settings : mapping of str to float, optional
        Pattern of dotted paths -> value, ``patrons.*.bargain`` for instance; a star also stands for dots.
    has_ranges : bool
        Whether numbers are uncertain by 30 %.
    interventions : tuple of Setting
        What is set.
    **changes
        Other fields of `Scenario`.
    """
    declared: dict[str, Parameter] = {}
    for prefix, (kind, values) in sheets(patrons, channels).items():
        for field, number in numbers(TRAITS[kind]).items():
            path = f"{prefix}.{field}"
            value = settled(path, values.get(field, 0.0), settings or {})
            declared[path] = ranged(path, number, value, has_ranges)
    fields: dict[str, Any] = {
        "name": "made_up",
        "title": "A world made in code",
        "question": "Who steps back?",
        "start": START,
        "step": "week",
        "step_days": 7.0,
        "steps": 52,
        "persistence_days": 91.0,
        "notch_days": 28.0,
        "mode": "adaptive",
        "decision": {"quantal_response": 1.0},
        "terms": dict.fromkeys(Term.words(), "on"),
        "freeze": frozenset[str](),
        "numbers": declared,
        "paths": {},
        "patrons": patrons,
        "channels": channels,
        "keys": keys_of(patrons, channels),
        "labels": {},
        "settings": interventions,
    }
    return Scenario(**(fields | changes))


# -- random worlds -----------------------------------------------------------------------------------------------------


def random_value(rng: np.random.Generator, path: str, number: Number, centre: float) -> float:
    """A value in the sensible part of a number's domain: up to thrice the usual one, sometimes as low as it goes."""
    if number.unit == "flag" or path.endswith(".weight"):
        return centre
    if number.unit in ("rung", "level"):
        return float(rng.integers(int(number.low), int(number.high) + 1))
    if rng.random() < 0.1:
        return max(number.low, 0.0)
    wide = centre * rng.uniform(0.0, 3.0) if centre != 0.0 else 0.1 * rng.random()
    return float(min(number.high, max(number.low, wide)))


def random_range(rng: np.random.Generator, path: str, number: Number, value: float) -> Parameter:
    """A third of the numbers are uncertain, by any of the distributions."""
    low = float(max(number.low, value * rng.uniform(0.3, 1.0)))
    high = float(min(number.high, value * rng.uniform(1.0, 3.0)))
    kinds = ["triangular", "uniform", "loguniform"] if low > 0.0 else ["triangular", "uniform"]
    if number.unit in ("rung", "level"):
        low, high = max(number.low, value - 1.0), min(number.high, value + 1.0)
        kinds = ["triangular"]
    is_closed = number.unit == "flag" or path.endswith((".weight", ".feasible"))
    if is_closed or low >= high or rng.random() > 1.0 / 3.0:
        return parameter(path, number, value, value, value, "fixed")
    return parameter(path, number, value, low, high, str(rng.choice(kinds)))


def random_numbers(
    rng: np.random.Generator, patrons: tuple[str, ...], channels: tuple[str, ...]
) -> dict[str, Parameter]:
    """Every number of a random world; the weights of the support index sum to 1, no opening is out of reach."""
    declared: dict[str, Parameter] = {}
    for prefix, (kind, values) in sheets(patrons, channels).items():
        for field, number in numbers(TRAITS[kind]).items():
            path = f"{prefix}.{field}"
            declared[path] = random_range(rng, path, number, random_value(rng, path, number, values.get(field, 0.0)))
    total = sum(CHANNELS[channel]["weight"] for channel in channels)
    for channel in channels:
        path = f"channels.{channel}.weight"
        share = CHANNELS[channel]["weight"] / total
        declared[path] = parameter(path, numbers(TRAITS["channels"])["weight"], share, share, share, "fixed")
    for prefix in (f"patrons.{p}.channels.{c}" for p in patrons for c in channels):
        reach = declared[f"{prefix}.feasible"].value
        opening = float(rng.integers(0, int(reach) + 1))
        low, high = max(0.0, opening - 1.0), min(reach, opening + 1.0)
        kind = "triangular" if rng.random() < 0.3 and low < high else "fixed"
        low, high = (low, high) if kind == "triangular" else (opening, opening)
        path = f"{prefix}.opening"
        declared[path] = parameter(path, numbers(TRAITS["pairs"])["opening"], opening, low, high, kind)
    return declared


def random_paths(
    rng: np.random.Generator, patrons: tuple[str, ...], channels: tuple[str, ...], mode: str
) -> dict[str, Path]:
    """Scripts and factors over time: the rung whenever it is scripted, the others now and then; some of them end."""
    scripts = {"coercer.presence": 1.0, "coercer.interdiction": 1.0} | {f"patrons.{p}.threat": 1.0 for p in patrons}
    factors = ["client.oil_output", "client.oil_price"]
    factors += [f"patrons.{p}.{field}" for p in patrons for field in ("war_drain", "own_crisis", "bargain")]
    found: dict[str, tuple[float, ...]] = {}
    factors += [f"patrons.{p}.channels.{c}.need" for p in patrons for c in channels]
    if mode == "scripted" or rng.random() < 0.2:
        found["coercer.rung"] = tuple(float(rung) for rung in rng.integers(0, N_RUNGS, 4))
    for path in scripts:
        if rng.random() < 0.2:
            found[path] = tuple(float(value) for value in rng.random(3))
    for path in factors:
        if rng.random() < 0.3:
            found[path] = tuple(float(value) for value in rng.uniform(0.0, 2.0, 3))
    made = {path: script(path, values, days=50.0) for path, values in found.items()}
    last = START + timedelta(days=180)
    made = {path: replace(way, until=last) if rng.random() < 0.3 else way for path, way in made.items()}
    if rng.random() < 0.3:
        made["coercer.ultimatum"] = script("coercer.ultimatum", (0.0, 1.0, float(rng.random())), days=20.0)
    return made


def random_settings(rng: np.random.Generator, declared: Mapping[str, Parameter], days: float) -> tuple[Setting, ...]:
    """A few numbers set at the opening or on a date, pinned or by a factor."""
    free = [path for path in declared if not path.endswith((".weight", ".feasible", ".opening", ".material", ".acts"))]
    found = []
    for path in rng.choice(free, int(rng.integers(0, 5)), replace=False):
        number = numbers(TRAITS["pairs" if path.count(".") == 4 else path.split(".")[0]])[path.rsplit(".", 1)[1]]
        on = None if rng.random() < 0.5 else START + timedelta(days=float(rng.integers(1, int(days))))
        is_factor = bool(number.unit not in FIXED_UNITS and rng.random() < 0.4)
        most = min(number.high, 2.0 * declared[path].high + 0.1)
        value = 1.0 - 0.5 * rng.random() if is_factor else float(rng.uniform(number.low, max(number.low, most)))
        if number.unit in FIXED_UNITS:
            value = float(int(value))
        if not is_factor or number.low <= 0.0:
            found.append(Setting(str(path), on, value, is_factor))
    return tuple(sorted(found, key=lambda each: (each.on or START, each.path)))


def random_conditions(rng: np.random.Generator, patrons: tuple[str, ...]) -> tuple[Condition, ...]:
    """Up to three dated conditions under which the postures were held."""
    return tuple(
        Condition(
            on=START - timedelta(days=100 - 30 * i),
            rung=float(rng.integers(0, 10)) if rng.random() < 0.7 else None,
            presence=float(rng.random()) if rng.random() < 0.7 else None,
            threat={name: float(rng.random()) for name in patrons if rng.random() < 0.5},
            bargain={name: float(rng.random()) for name in patrons if rng.random() < 0.5},
            source="judgement",
        )
        for i in range(int(rng.integers(0, 4)))
    )


def some_words(words: list[str], least: int) -> st.SearchStrategy[list[str]]:
    """Some of the words of a closed list."""
    return st.lists(st.sampled_from(words), min_size=least, unique=True)


@st.composite
def random_worlds(draw: st.DrawFn, steps: int = 30, rules: tuple[str, ...] = tuple(DecisionRule.words())) -> Scenario:
    """Any scenario: 1-4 patrons, 2-6 channels, any mode, rules, switches, freezes, settings, conditions and keys."""
    patrons = tuple(draw(st.permutations(list(PATRONS)))[: draw(st.integers(1, 4))])
    channels = tuple(draw(st.permutations(list(CHANNELS)))[: draw(st.integers(2, 6))])
    mode = draw(st.sampled_from(Mode.words()))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    switches = dict.fromkeys(Term.words(), "on")
    for term in draw(some_words(Term.words(), 0)):
        switches[term] = draw(st.sampled_from(Switch.words()))
    order = draw(st.permutations(range(len(patrons) + len(channels))))
    names = [f"patrons.{p}" for p in patrons] + [f"channels.{c}" for c in channels]
    keys = {name: f"{place}-{name}" for name, place in zip(names, order, strict=True)}
    step = draw(st.sampled_from(list(STEP_DAYS)))
    declared = random_numbers(rng, patrons, channels)
    return world(
        patrons,
        channels,
        numbers=declared,
        interventions=random_settings(rng, declared, steps * STEP_DAYS[step]),
        held=random_conditions(rng, patrons),
        paths=random_paths(rng, patrons, channels, mode),
        mode=mode,
        decision={rule: 1.0 + rng.random() for rule in draw(some_words(list(rules), 1))},
        terms=switches,
        freeze=frozenset(draw(some_words(Freeze.words(), 0))),
        keys={"coercer": "us", "client": "venezuela"} | keys,
        step=step,
        step_days=STEP_DAYS[step],
        steps=steps,
        persistence_days=6 * STEP_DAYS[step],
        notch_days=3 * STEP_DAYS[step],
    )
