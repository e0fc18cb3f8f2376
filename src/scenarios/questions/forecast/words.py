"""What is said of a forecast that is held against what came? Its scores in words."""

from pathlib import Path

from scenarios.questions.forecast.ask import BASE_RATE, MODEL, Scored
from scenarios.report.answer import Answer
from scenarios.report.wording import NOTHING, Cells, Section, is_missing, told_section

FEW = 30


def score_answer(scored: Scored, folder: Path) -> Answer:
    """The scores as an answer; its first table is one row a forecaster."""
    tables = {"scores": scored.scores, "calibration": scored.calibration, "questions": scored.questions}
    title = f"Forecast of {scored.record['date']}: {scored.record['scenario_name']}"
    facts = {"hash": scored.record["hash"], "forecast": str(folder), "open": scored.open_ids}
    return Answer(title, [_scores(scored), _calibration(scored)], _notes(scored), tables, facts=facts)


def _scores(scored: Scored) -> Section:
    """One line a forecaster."""
    ours = scored.scores["forecaster"].iloc[0]
    cells: Cells = {
        "forecaster": "{forecaster}",
        "Brier score": lambda row: _between(row, "brier"),
        "log score": lambda row: _between(row, "log"),
        "Brier above that of published": lambda row: NOTHING if row["forecaster"] == ours else _between(row, "ahead"),
        "n": "{n}",
    }
    return told_section("Scores, lower is better (95 % of resamples of the questions)", scored.scores, cells)


def _calibration(scored: Scored) -> Section:
    """How often it came where about so much was said."""
    cells: Cells = {"published chance": "{said_from:.1f}-{said_to:.1f}", "mean": "{said:.2f}"}
    cells |= {"share that came (95 %)": "{came:.2f} ({low:.2f}-{high:.2f})", "n": "{n}"}
    return told_section("Calibration of the published chances", scored.calibration, cells)


def _between(row: dict[object, object], name: str) -> str:
    """A mean with its interval."""
    value, low, high = (row[key] for key in (name, f"{name}_low", f"{name}_high"))
    if is_missing(value):
        return NOTHING
    return f"{value:.3f} ({low:.3f} to {high:.3f})"


def _notes(scored: Scored) -> list[str]:
    """What must be read beside the scores."""
    n = len(scored.questions)
    base = scored.scores.set_index("forecaster").loc[BASE_RATE]
    ahead = "better than" if base["ahead_low"] > 0 else "worse than" if base["ahead_high"] < 0 else "not told from"
    said = [f"Of {n} resolved question{'' if n == 1 else 's'}, {MODEL} chances are {ahead} the base rate."]
    if scored.open_ids:
        more = " ..." if len(scored.open_ids) > 5 else ""
        said.append(f"Not resolved: {', '.join(scored.open_ids[:5])}{more} ({len(scored.open_ids)}).")
    if n < FEW:
        said.append(f"{n} questions are few: the intervals, which take questions as independent, are too narrow.")
    return said
