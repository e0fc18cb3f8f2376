"""How good was it? `score`: a frozen forecast against what came, or the reference class on rows of cases."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from scenarios.cases.command import By, RowsPlayed, Training, score_rows
from scenarios.cli.boundary import command
from scenarios.cli.options import Shown
from scenarios.errors import RequestRefused

RUNS = 500  # of each row
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
ByOption = Annotated[
    By, typer.Option("--by", help="With --cases: whose chances, of the reference class or of the simulation beside it.")
]
RunsOption = Annotated[
    int | None, typer.Option("--replications", "--runs", metavar="N", help=f"With --by simulation: runs a row; {RUNS}.")
]
SeedOption = Annotated[int | None, typer.Option("--seed", metavar="S", help="With --by simulation: base seed; 1.")]


@dataclass(frozen=True)
class RowsAsked:
    """Which rows of cases are scored, and how."""

    cases: CasesFileOption = None
    training: TrainingOption = Training.ALL
    by: ByOption = By.REFERENCE
    replications: RunsOption = None
    seed: SeedOption = None

    def play(self) -> RowsPlayed | None:
        """How the rows are played, None if they are not."""
        given = [name for name, n in (("--replications", self.replications), ("--seed", self.seed)) if n is not None]
        if self.cases is None or self.by is By.REFERENCE:
            given += ["--by simulation"] if self.by is By.SIMULATION else []
            if given:
                raise RequestRefused(
                    f"{', '.join(given)}: needs --cases FILE --by simulation. Add it, or drop the rest."
                )
            return None
        return RowsPlayed(
            RUNS if self.replications is None else self.replications, 1 if self.seed is None else self.seed
        )


@command
def score(*, forecast: ForecastArgument = None, outcomes: OutcomesOption = None, rows: RowsAsked, shown: Shown) -> None:
    """Scores a frozen forecast, or with --cases the reference class on rows of cases.

    A forecast: Brier and log score, calibration, beside the base rate, "no" and others' chances. Rows of cases: the
    chances of each row, and the same scores beside simpler forecasts where the file gives outcomes; --by simulation
    plays each row and puts the simulation beside the reference class.
    """
    from scenarios.questions.forecast import ask, words

    play = rows.play()
    if rows.cases is not None:
        if forecast is not None or outcomes is not None:
            raise RequestRefused(
                "--cases scores rows of cases, FORECAST --outcomes a forecast. Leave one of the two out."
            )
        score_rows(rows.cases, rows.training, play, shown)
        return
    if forecast is None or outcomes is None:
        raise RequestRefused(
            "A forecast is scored as: scenarios score FORECAST --outcomes FILE.csv; rows of cases as: scenarios score "
            "--cases FILE.csv."
        )
    shown.show(words.score_answer(ask.score_forecast(forecast, outcomes), forecast))
