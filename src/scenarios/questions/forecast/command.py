"""How good was it? `score`: a frozen forecast against what came, or the reference class on rows of cases."""

from pathlib import Path
from typing import Annotated

import typer

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


@command
def score(*, forecast: ForecastArgument = None, outcomes: OutcomesOption = None, shown: Shown) -> None:
    """Scores a frozen forecast: Brier and log score, calibration, beside the base rate, "no" and others' chances."""
    from scenarios.questions.forecast.ask import score_forecast
    from scenarios.questions.forecast.words import score_answer

    if forecast is None or outcomes is None:
        raise RequestRefused("A forecast is scored as: scenarios score FORECAST --outcomes FILE.csv.")
    shown.show(score_answer(score_forecast(forecast, outcomes), forecast))
