"""How are forecasts of case rows, their scores and the cases themselves put into words?"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scenarios.cases.ask import ScoredCases
from scenarios.cases.hazards import CAUSES
from scenarios.cases.library import sources_of
from scenarios.cases.rows import COVARIATES, DATED_PATH, OUTCOMES, SHARES, Row
from scenarios.report.answer import Answer
from scenarios.report.wording import NOTHING, Cells, Section, plain, told_section, words

MOST_SHOWN = 100  # rows on a screen; the file has all
LISTED = ("case_id", "crisis", "patron", "client", "pressuring_power", "start", "days", "outcome", "confidence")
FACTS = (
    "dyad", "client_type", "pressure_kind", "split", "core", "confidence", "outcome_alternative", "main_driver", "note",
)  # fmt: skip


def scored_answer(scored: ScoredCases, title: str, folder: Path | None, manifest: Mapping[str, Any]) -> Answer:
    """Forecasts of case rows and their scores as an answer."""
    sections = [forecast_section(scored), *([score_section(scored)] if len(scored.scores) else [])]
    return Answer(title, sections, list(scored.notes), scored.tables, manifest, folder)


def forecast_section(scored: ScoredCases) -> Section:
    """Each row's chances."""
    rows, name = scored.rows, str(scored.rows.columns[0])
    heading = "Chances of each row" + (f" (the first {MOST_SHOWN} of {len(rows)})" if len(rows) > MOST_SHOWN else "")
    cells: Cells = {words(name): f"{{{name}}}"}
    chances = dict(zip((*OUTCOMES, "retreat"), (*SHARES, "retreat"), strict=True))
    cells |= {outcome: f"{{{column}:.2f}}" for outcome, column in chances.items()}
    cells |= {"80 %": "{retreat_low:.2f}-{retreat_high:.2f}", "main cause of a step down": main_cause}
    return told_section(heading, rows.head(MOST_SHOWN), cells | ({"outcome": "{outcome}"} if "outcome" in rows else {}))


def main_cause(row: Mapping[Any, Any]) -> str:
    """The foremost cause of a step down with its share."""
    foremost = max(CAUSES, key=lambda cause: row[f"cause_{cause}"])
    part = row[f"cause_{foremost}"]
    return NOTHING if part != part else f"{words(foremost)} {part:.2f}"


def score_section(scored: ScoredCases) -> Section:
    """Scores of the reference class and its baselines."""
    first = scored.scores.iloc[0]
    cells: Cells = {"forecaster": "{forecaster}", "Brier": "{brier:.3f}", "90 %": "{brier_low:.3f}-{brier_high:.3f}"}
    cells |= {"worse by, 90 %": gap_of_scores, "ranked probability": "{ranked_probability:.3f}"}
    cells |= {"log score": "{log_score:.3f}", "AUC": lambda row: plain(row["auc"])}
    cells |= {"slope": lambda row: plain(row["calibration_slope"])}
    heading = f"Scores over {first['rows']} rows of {first['crises']} crises; less is better but for AUC"
    return told_section(heading, scored.scores, cells)


def gap_of_scores(row: Mapping[Any, Any]) -> str:
    """How much worse than the first a forecaster is; nothing for the first itself."""
    low, high = row["worse_by_low"], row["worse_by_high"]
    return NOTHING if low == high else f"{low:+.3f} to {high:+.3f}"


def case_rows(row: Row) -> list[dict[str, str]]:
    """All that is coded of one case, each code with the coder's reason."""
    name = row["case_id"]
    head = {"case": f"{row['patron']}, {row['client']}, pressed by {row['pressuring_power']}: {row['crisis']}"}
    head |= {"window": f"{row['start']} to {row['end']}, {row['days']} days", "outcome": row["outcome"]}
    support = {f"support {when}": coded(row, f"support_{when}") for when in ("start", "peak", "end")}
    told = {**head, **support, "volume change": row["volume_change"]}
    told |= {words(covariate): coded(row, covariate) for covariate in COVARIATES if covariate != "support_start"}
    events = filter(None, map(str.strip, row[DATED_PATH].split(";")))
    told |= {f"pressure {i}": event for i, event in enumerate(events, start=1)}
    told |= {words(fact): row[fact] for fact in FACTS if row[fact]}
    told |= {
        f"source {i}": f"{source['url_or_reference']} ({source['supports']}; grade {source['grade']})"
        for i, source in enumerate(sources_of(name), start=1)
    }
    told["played"] = f"scenarios run case:{name}"
    return [{"what": what, "is": is_so} for what, is_so in told.items()]


def coded(row: Row, column: str) -> str:
    """A code with the coder's reason."""
    why = row.get(f"{column}_why", "")
    return f"{row[column]}: {why}" if why else row[column]
