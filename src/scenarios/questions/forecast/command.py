"""How good was it? `score`: a frozen forecast against what came, or the reference class on rows of cases."""

from pathlib import Path
from typing import Annotated

import typer

from scenarios.cases.command import Training, score_rows
from scenarios.cli.boundary import command
from scenarios.cli.options import Shown
from scenarios.errors import RequestRefused

ForecastArgument = Annotated[
    Path | None, typer.Argument(metavar="FORECAST", help="A folder that `scenarios ask ... --freeze` wrote.")
]
OutcomesOption = Annotated[
    Path | None,
    typer.Option("--outcomes", metavar="FILE", help="CSV: id, outcome (1 or 0); other columns hold others' chances."),
]
CasesFileOption = Annotated[
    str | None,
    typer.Option("--cases", metavar="FILE", help="Rows in the columns of the codebook, for the reference class."),
]
TrainingOption = Annotated[
    Training, typer.Option("--training", help="Rows that the fit of the cases has seen: all 91, or the 65 first ones.")
]


@command
def score(
    *,
    forecast: ForecastArgument = None,
    outcomes: OutcomesOption = None,
    cases: CasesFileOption = None,
    training: TrainingOption = Training.ALL,
    shown: Shown,
) -> None:
    """Scores a frozen forecast, or with --cases the reference class on rows of cases.

    A forecast: Brier and log score, calibration, beside the base rate, "no" and others' chances. Rows of cases: the
    chances of each row, and the same scores beside simpler forecasts where the file gives outcomes.
    """
    from scenarios.questions.forecast.ask import score_forecast
    from scenarios.questions.forecast.words import score_answer

    if cases is not None:
        if forecast is not None or outcomes is not None:
            raise RequestRefused(
                "--cases scores rows of cases, FORECAST --outcomes a forecast. Leave one of the two out."
            )
        score_rows(cases, training, shown)
        return
    if forecast is None or outcomes is None:
        raise RequestRefused(
            "A forecast is scored as: scenarios score FORECAST --outcomes FILE.csv; rows of cases as: scenarios score "
            "--cases FILE.csv."
        )
    shown.show(score_answer(score_forecast(forecast, outcomes), forecast))
