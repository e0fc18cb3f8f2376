"""How are forecasts of case rows, their scores and the cases themselves put into words?"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from scenarios.cases.hazards import CAUSES
from scenarios.cases.library import Row, pressure_events_of, sources_of
from scenarios.cases.rows import COVARIATES, OUTCOMES, SHARES
from scenarios.report.answer import Answer
from scenarios.report.tables import NOTHING, Section, words

if TYPE_CHECKING:
    from pathlib import Path

    from scenarios.cases.ask import ScoredCases

MOST_SHOWN = 100  # rows on a screen; the file has all
LISTED = ("case_id", "crisis", "patron", "client", "pressuring_power", "start", "days", "outcome", "confidence")
FACTS = (
    "dyad",
    "client_type",
    "pressure_kind",
    "split",
    "core",
    "confidence",
    "outcome_alternative",
    "main_driver",
    "note",
)


def scored_answer(scored: "ScoredCases", title: str, folder: "Path | None", manifest: Mapping[str, Any]) -> Answer:
    """Forecasts of case rows and their scores as an answer."""
    sections = [forecast_section(scored)]
    if len(scored.scores):
        sections.append(score_section(scored))
    tables = {"rows": scored.rows, **({"scores": scored.scores} if len(scored.scores) else {})}
    return Answer(title, sections, list(scored.notes), tables, manifest, folder)


def forecast_section(scored: "ScoredCases") -> Section:
    """Each row's chances."""
    rows, name = scored.rows, str(scored.rows.columns[0])
    shown = rows.head(MOST_SHOWN).to_dict("records")
    heading = "Chances of each row" + (f" (the first {MOST_SHOWN} of {len(rows)})" if len(rows) > MOST_SHOWN else "")
    columns = (words(name), *OUTCOMES, "retreat", "80 %", "main cause of a step down")
    has_outcome = "outcome" in rows
    return Section(
        heading,
        (*columns, "outcome") if has_outcome else columns,
        tuple((*chance_cells(row, name), *([str(row["outcome"])] if has_outcome else [])) for row in shown),
    )


def chance_cells(row: Mapping[Any, Any], name: str) -> tuple[str, ...]:
    """Cells of one row."""
    foremost = max(CAUSES, key=lambda cause: row[f"cause_{cause}"])
    share = row[f"cause_{foremost}"]
    main = NOTHING if share != share else f"{words(foremost)} {share:.2f}"
    chances = [f"{row[share]:.2f}" for share in (*SHARES, "retreat")]
    interval = f"{row['retreat_low']:.2f}-{row['retreat_high']:.2f}"
    return (str(row[name]), *chances, interval, main)


def score_section(scored: "ScoredCases") -> Section:
    """Scores of the reference class and its baselines."""
    first = scored.scores.iloc[0]
    columns = ("forecaster", "Brier", "90 %", "worse by, 90 %", "ranked probability", "log score", "AUC", "slope")
    cells = tuple(score_cells(row) for row in scored.scores.to_dict("records"))
    return Section(
        f"Scores over {first['rows']} rows of {first['crises']} crises; less is better but for AUC", columns, cells
    )


def score_cells(row: Mapping[Any, Any]) -> tuple[str, ...]:
    """Cells of one forecaster."""

    def cell(name: str) -> str:
        return NOTHING if row[name] != row[name] else f"{row[name]:.3f}"

    gap = (
        NOTHING
        if row["worse_by_low"] == row["worse_by_high"]
        else f"{row['worse_by_low']:+.3f} to {row['worse_by_high']:+.3f}"
    )
    interval = f"{row['brier_low']:.3f}-{row['brier_high']:.3f}"
    return (
        str(row["forecaster"]),
        cell("brier"),
        interval,
        gap,
        *(cell(name) for name in ("ranked_probability", "log_score", "auc", "calibration_slope")),
    )


def listed_rows(rows: list[Row]) -> list[dict[str, str]]:
    """Cases as a list: who, whom, when, and what came of it."""
    return [{name: row[name] for name in LISTED} for row in rows]


def case_rows(row: Row) -> list[dict[str, str]]:
    """All that is coded of one case, each code with the coder's reason."""
    name = row["case_id"]
    head = {"case": f"{row['patron']}, {row['client']}, pressed by {row['pressuring_power']}: {row['crisis']}"}
    head |= {"window": f"{row['start']} to {row['end']}, {row['days']} days", "outcome": row["outcome"]}
    support = {f"support {when}": coded(row, f"support_{when}") for when in ("start", "peak", "end")}
    told = {**head, **support, "volume change": row["volume_change"]}
    told |= {words(covariate): coded(row, covariate) for covariate in COVARIATES if covariate != "support_start"}
    told |= {f"pressure {i}": step for i, step in enumerate(pressure_events_of(row), start=1)}
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
