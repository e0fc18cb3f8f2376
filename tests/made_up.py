"""A made-up scenario and made-up tables in the shape of real ones, for tests of what stores, prints and draws them."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from scenarios.intervals import of_chances
from scenarios.results import Results
from scenarios.runs.counting import COLUMNS
from scenarios.scenario.scenario import Parameter, Path, Scenario
from scenarios.significance import CHANGED, NOT_AT_RISK, WITHIN
from scenarios.vocabulary import Fate, Reason, Term

PATRONS = ("russia", "china", "cuba", "iran")
CHANNELS = ("words", "oil", "finance", "arms", "people", "force")
RUNGS = (
    "normal relations",
    "diplomatic protest",
    "individual sanctions",
    "sectoral sanctions",
    "oil embargo",
    "terror listing",
    "naval build-up",
    "boat strikes",
    "airspace closure",
    "strikes on land",
    "leader captured",
)
EVENTS = ("step_back", "step_back_further", "abandonment", "step_up", "denied", "pause", "notch")
STEPS = 52


def scenario(**changes: object) -> Scenario:
    """A scenario of four patrons over 52 weeks with three numbers."""
    labels = (
        {"client": "Ruritania"}
        | {f"patrons.{patron}": patron.title() for patron in PATRONS}
        | {f"ladder.{r}": n for r, n in enumerate(RUNGS)}
    )
    numbers = [
        Parameter("coercer.rung", 8, 8, 8, "fixed", "rung", "judgement", "", "airspace closed"),
        Parameter("model.rho", 0.1, 0.0, 0.5, "triangular", "per year", "judgement", "", "a guess"),
        Parameter("patrons.russia.stake", 1.5, 1.0, 2.0, "uniform", "index", "imf-2024", "table 3", "trade"),
    ]
    course = Path("client.oil_price", (date(2025, 11, 30), date(2026, 3, 1)), (1.0, 0.9), "factor", "judgement", "", "")
    fields = {
        "name": "made_up",
        "title": "A made-up scenario",
        "question": "When does each patron step back?",
        "start": date(2025, 11, 30),
        "step": "week",
        "step_days": 7.0,
        "steps": STEPS,
        "persistence_days": 182.0,
        "notch_days": 56.0,
        "mode": "adaptive",
        "decision": {"quantal_response": 1.0},
        "terms": dict.fromkeys(Term.words(), "on"),
        "freeze": frozenset[str](),
        "numbers": {number.path: number for number in numbers},
        "paths": {course.path: course},
        "patrons": PATRONS,
        "channels": CHANNELS,
        "keys": {f"patrons.{patron}": patron for patron in PATRONS},
        "labels": labels,
    }
    return Scenario(**{**fields, **changes})  # type: ignore[arg-type]


def manifest(**changes: object) -> dict[str, object]:
    """What a run says of itself."""
    said = {"seed": 1, "replications": 400, "points": None, "engine": "batch", "rulebook_hash": "0123456789ab"}
    return {**said, **changes}


def results(pressure: float = 1.0, n: int = 400, played: Scenario | None = None, **said: object) -> Results:
    """Made-up results; step-backs come at a rate in proportion to the pressure."""
    rng = np.random.default_rng(7)
    played = played or scenario()
    fate_at = np.floor(rng.exponential(90 / pressure, n))
    is_over = fate_at <= STEPS
    fate = np.where(is_over, rng.choice(Fate.words()[1:], n), "holds")
    runs = pd.DataFrame(
        {
            "scenario": played.name,
            "run": np.arange(n),
            "client_outcome": fate,
            "client_outcome_at": np.where(is_over, fate_at, np.nan),
        }
    )
    patrons = pd.concat([_patron_rows(rng, patron, fate_at, is_over, pressure) for patron in PATRONS])
    paths = _paths(rng, min(n, 60), played)
    return Results(
        scenario=played,
        manifest=manifest(**{"replications": n, **said}),
        runs=runs,
        patrons=patrons.sort_values(["run", "patron"], ignore_index=True),
        events=pd.DataFrame(
            {
                "run": [0],
                "step": [3],
                "date": [played.start],
                "actor": ["cuba"],
                "kind": ["level_down"],
                "channel": ["oil"],
                "rung": [8.0],
                "reason": ["payment"],
            }
        ),
        deliveries=pd.DataFrame({"run": [0], "step": [4], "patron": ["cuba"], "channel": ["oil"], "delivered": [1.25]}),
        levels=_levels(rng, fate_at),
        support=_support(rng, fate_at, n, pressure),
        paths=paths,
    )


def _patron_rows(
    rng: np.random.Generator, patron: str, fate_at: np.ndarray, is_over: np.ndarray, pressure: float
) -> pd.DataFrame:
    """Events of one patron in every run."""
    mean = {"russia": 60, "china": 110, "cuba": 400, "iran": 50}[patron] / pressure
    n = len(fate_at)
    back = np.floor(rng.exponential(mean, n))
    last = np.where(is_over, fate_at, STEPS)
    happened = back <= last
    rows = {"run": np.arange(n), "patron": patron, "at_risk": patron != "iran"}
    rows |= {f"{event}_at": np.where(rng.random(n) < 0.2, last, np.nan) for event in EVENTS}
    rows |= {"step_back_at": np.where(happened, back, np.nan)}
    for column, choice in (("first_channel", CHANNELS[1:4]), ("reason", Reason.words())):
        rows |= {column: pd.array(np.where(happened, rng.choice(choice, n), None), dtype="string")}
    rows |= {"rung_at_step_back": 8.0}
    return pd.DataFrame(rows)


def _levels(rng: np.random.Generator, fate_at: np.ndarray) -> pd.DataFrame:
    """Counts of runs by level, drifting downwards."""
    rows = []
    for step in range(STEPS + 1):
        alive = int((fate_at >= step).sum())
        for patron, channel in ((p, c) for p in PATRONS for c in CHANNELS):
            is_used = channel != "force" and (patron, channel) != ("cuba", "arms")
            weight = np.array([0.1 + step / 80, 0.3, 0.4, 0.4 - step / 200]) if is_used else np.array([1.0, 0, 0, 0])
            intended = rng.multinomial(alive, weight / weight.sum())
            lost = intended[1:] // 4 if channel == "oil" else np.zeros(3, dtype=int)
            delivered = intended - np.r_[-lost.sum(), lost]
            for level in range(4):
                rows.append((step, patron, channel, level, intended[level], delivered[level]))
    return pd.DataFrame(rows, columns=["step", "patron", "channel", "level", "intended", "delivered"])


def _support(rng: np.random.Generator, fate_at: np.ndarray, n: int, pressure: float) -> pd.DataFrame:
    """Counts of runs by bin of the support index."""
    rows = []
    for patron, start in zip(PATRONS, (0.45, 0.35, 0.3, 0.2), strict=True):
        index = np.full(n, start) + rng.normal(0, 0.04, n)
        for step in range(STEPS + 1):
            index = np.clip(index + rng.normal(-0.002 * pressure, 0.012, n), 0, 1)
            here = index[fate_at >= step]
            intended = np.bincount((here * 100 + 0.5).astype(int), minlength=101)
            delivered = np.bincount((here * (90 - step / 2) + 0.5).astype(int), minlength=101)
            rows.append(
                pd.DataFrame(
                    {"step": step, "patron": patron, "bin": range(101), "intended": intended, "delivered": delivered}
                )
            )
    return pd.concat(rows, ignore_index=True)


def _paths(rng: np.random.Generator, n: int, played: Scenario) -> pd.DataFrame:
    """A sample of runs in full: the rung climbs now and then."""
    rungs = np.minimum(8 + np.cumsum(rng.random((n, STEPS + 1)) < 0.03, axis=1), 10.0)
    rows = [
        (run, step, played.start + timedelta(weeks=step), patron, rungs[run, step], 0.5)
        for run in range(n)
        for step in range(STEPS + 1)
        for patron in PATRONS
    ]
    return pd.DataFrame(rows, columns=["run", "step", "date", "patron", "rung", "hold"])


def summary(n: int = 10_000) -> pd.DataFrame:
    """A summary with every kind of row; Cuba never steps back, Iran has nothing to lose."""
    rows: list[dict[str, object]] = []
    chances = {"russia": 0.62, "china": 0.31, "cuba": 0.0, "iran": np.nan}
    for patron, chance in chances.items():
        size = 0 if np.isnan(chance) else n
        for place, event in enumerate(EVENTS):
            rows += [_share_row(f"{patron}.{event}", chance / (1 + place), size, 0.1)]
            rows += [
                {"outcome": f"{patron}.{event}.at", "value": 20.0, "se": 0.3, "q10": 4.0, "q50": 19.0, "q90": 44.0}
            ]
        rows += [_share_row(f"{patron}.client_gone_first", 0.2, size, 0.0)]
        rows += [_share_row(f"{patron}.neither", 0.8 - chance, size, -0.1)]
        few = 0 if not chance > 0 else int(n * chance)
        rows += [_share_row(f"{patron}.step_back.{c}", s, few, 0.02) for c, s in (("oil", 0.7), ("arms", 0.3))]
        rows += [_share_row(f"{patron}.step_back.rung.{r}", s, few, 0.2) for r, s in ((8, 0.6), (9, 0.4), (10, 0.0))]
        weights = dict.fromkeys(Reason.words(), 0.001) | {"on_the_edge": 0.4}
        weights |= {"secondary_sanctions": 0.3, "payment": 0.2, "bargain": 0.1}
        rows += [_share_row(f"{patron}.reason.{reason}", s, few, 0.05) for reason, s in weights.items()]
    rows += [
        _share_row(f"client.{fate}", s, n, 0.0) for fate, s in zip(Fate.words(), (0.6, 0.2, 0.1, 0.0, 0.1), strict=True)
    ]
    return pd.DataFrame(rows)


def _share_row(outcome: str, value: float, n: int, change: float) -> dict[str, object]:
    """A row of a share of n runs, its control lower by `change`."""
    if n == 0:
        value = np.nan
    se = float(np.sqrt(value * (1 - value) / n)) if n else np.nan
    other = max(value - change, 0.0)
    gap = {"control": other, "difference": value - other, "difference_se": se}
    gap |= {"verdict": (CHANGED if change else WITHIN) if n else NOT_AT_RISK}
    return {"outcome": outcome, "value": value, "se": se, "n": n, **gap}


def curve(n: int = 2000) -> pd.DataFrame:
    """A made-up ladder curve."""
    rows = []
    for patron, lean in zip(PATRONS, (0.5, 0.3, 0.0, 0.7), strict=True):
        for rung in range(11):
            for outcome, part in (("step_back", 1.0), ("step_back_further", 0.5), ("client_gone_first", 0.2)):
                chance = part * lean / (1 + np.exp(6 - rung))
                error = np.sqrt(chance * (1 - chance) / n)
                cells = (chance, error, *map(float, of_chances(chance, error, n, n)), n)
                rows.append(("held", rung, patron, outcome, *cells))
                if rung >= 4:
                    rows.append(("climb", rung, patron, outcome, *cells))
    return pd.DataFrame(rows, columns=COLUMNS)


def when(_results: object = None, n: int = 10_000) -> pd.DataFrame:
    """Chances of the headline and of the client's fates, growing up to those of the summary."""
    rows = []
    for row in summary(n).to_dict("records"):
        if str(row["outcome"]).endswith(("step_back", "step_back_further")) or row["outcome"].startswith("client."):
            for within, weeks, part in (("3 months", 13, 0.5), ("12 months", 52, 1.0)):
                by, chance = date(2025, 11, 30) + timedelta(weeks=weeks), row["value"] * part
                ends = {"low": 0.9 * chance, "high": 1.1 * chance if chance > 0 else 0.0003}
                spread = {"spread_low": 0.5 * chance, "spread_high": min(1.5 * chance, 1.0)}
                said = {"outcome": row["outcome"], "within": within, "by": by, "chance": chance, "n": row["n"]}
                rows.append(said | ends | spread)
    return pd.DataFrame(rows)


def further() -> pd.DataFrame:
    """Reasons of step backs further."""
    rows = [("russia", "payment", 0.6, 40), ("russia", "on_the_edge", 0.5, 40), ("china", "budget", 1.0, 9)]
    return pd.DataFrame(rows, columns=["patron", "reason", "share", "n"])


def what_ifs(*_played: object) -> pd.DataFrame:
    """What-ifs of which one moves Russia, another China less, a third nobody; and the three decision rules."""
    gaps = {
        "Russia has half the support budget": (0.2, 0.0),
        "the war of Russia ends": (0.0, -0.1),
        "oil falls": (0, 0),
    }
    kinds = [("what_if", what, gap) for what, gap in gaps.items()]
    kinds += [("rule", rule, gap) for rule, gap in (("quantal response", (0, 0)), ("prospect", (0.1, 0.1)))]
    rows = [
        {
            "kind": kind,
            "what": what,
            "setting": "",
            "outcome": f"{patron}.{event}",
            "base": 0.3,
            "value": 0.3 + gap,
            "difference": gap,
            "low": gap - 0.02,
            "high": gap + 0.02,
            "n": 30,
            "verdict": CHANGED if gap else WITHIN,
        }
        for kind, what, moved in kinds
        for patron, gap in zip(("russia", "china"), moved, strict=True)
        for event in ("step_back", "step_back_further")
    ]
    return pd.DataFrame(rows)
