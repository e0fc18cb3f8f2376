"""What is said of a forecast that is held against what came? Its scores in words."""

from pathlib import Path

from scenarios.questions.forecast.ask import BASE_RATE, MODEL, Scored
from scenarios.report.answer import Answer
from scenarios.report.tables import NOTHING, Section, is_missing

FEW = 30


def score_answer(scored: Scored, folder: Path) -> Answer:
    """The scores as an answer; its first table is one row a forecaster."""
    tables = {"scores": scored.scores, "calibration": scored.calibration, "questions": scored.questions}
    title = f"Forecast of {scored.record['date']}: {scored.record['scenario_name']}"
    facts = {"hash": scored.record["hash"], "forecast": str(folder), "open": scored.open_ids}
    return Answer(title, [_scores(scored), _calibration(scored)], _notes(scored), tables, facts=facts)


def _scores(scored: Scored) -> Section:
    """One line a forecaster."""
    rows = [
        (
            str(row["forecaster"]),
            _between(row, "brier"),
            _between(row, "log"),
            NOTHING if place == 0 else _between(row, "ahead"),
            str(row["n"]),
        )
        for place, row in enumerate(scored.scores.to_dict("records"))
    ]
    columns = ("forecaster", "Brier score", "log score", "Brier above that of published", "n")
    return Section("Scores, lower is better (95 % of resamples of the questions)", columns, tuple(rows))


def _calibration(scored: Scored) -> Section:
    """How often it came where about so much was said."""
    rows = [
        (
            f"{row['said_from']:.1f}-{row['said_to']:.1f}",
            f"{row['said']:.2f}",
            f"{row['came']:.2f} ({row['low']:.2f}-{row['high']:.2f})",
            str(row["n"]),
        )
        for row in scored.calibration.to_dict("records")
    ]
    columns = ("published chance", "mean", "share that came (95 %)", "n")
    return Section("Calibration of the published chances", columns, tuple(rows))


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
