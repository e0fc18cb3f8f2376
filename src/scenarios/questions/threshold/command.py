"""From which value on does an event have a given probability? `threshold`: bisection on matched runs."""

from dataclasses import asdict, dataclass
from functools import partial
from typing import Annotated, Any

import typer

from scenarios.cli.boundary import command
from scenarios.cli.options import Chosen, NoFiguresOption, PlayAsked, ReplicationsOption, Shown
from scenarios.cli.work import StageProgress, add_figures, ask_once, check_request
from scenarios.errors import RequestRefused
from scenarios.store import aside

KIND = "threshold"


@dataclass(frozen=True)
class ThresholdAsked:
    """Of what, over which number, and how finely."""

    of: Annotated[
        str, typer.Option("--of", metavar="OUTCOME", help="Anything that `ask` understands, like russia.step_back.")
    ]
    over: Annotated[
        str,
        typer.Option(
            "--over",
            metavar="PATH",
            help="The number to set (PATH@DATE: from a date on; believe:PATH: to believe); or rung, held at 0-10.",
        ),
    ]
    probability: Annotated[float, typer.Option("--probability", metavar="P", help="Above 0 and below 1.")] = 0.5
    span: Annotated[
        str | None,
        typer.Option("--range", metavar="LOW:HIGH", help="Values to try; the number's range, or else its domain."),
    ] = None
    grid: Annotated[int, typer.Option("--grid", metavar="N", help="Values of the coarse grid.")] = 9
    tolerance: Annotated[
        float | None,
        typer.Option("--tolerance", metavar="X", help="How far a crossing is narrowed down; a 1024th of the range."),
    ] = None


@command
def threshold(
    *,
    asked: ThresholdAsked,
    replications: ReplicationsOption = 10_000,
    chosen: Chosen,
    play: PlayAsked,
    no_figures: NoFiguresOption = False,
    shown: Shown,
) -> None:
    """Finds the least value of a number at which an event has a given probability.

    Plays a coarse grid and then narrows each crossing down, with the same luck everywhere. --over rung holds the
    rung at each value 0-10, climbs from rung 4 as well, and gives the step-back curve of each patron beside the
    control.
    """
    from scenarios.questions.threshold import ask, crossings, words
    from scenarios.store.answers import origin, record_file

    check_request(replications, None, play.seed, play.jobs)
    scenario = chosen.scenario()
    shown.check_place()

    def anew(progress: StageProgress) -> tuple[dict[str, Any], dict[str, Any]]:
        found = ask.threshold(scenario, **choices, **play.how(partial(progress, "values")))
        ladder = {} if found.ladder is None else {"ladder": found.ladder}
        return {"curve": found.curve} | ladder, {KIND: crossings.as_record(found)}

    choices = {**asdict(asked), "span": parse_range(asked.span), "replications": replications}
    tables, record, folder = ask_once(scenario, KIND, {"seed": play.seed, **choices}, anew, "", play, shown)
    found = crossings.from_record(record[KIND], tables["curve"], tables.get("ladder"))
    manifest = {"seed": play.seed, "replications": replications, **origin(scenario)}
    shown.show(words.threshold_answer(found, scenario, manifest, folder))
    if not no_figures and not aside.are_listed(record_file(folder, KIND), ["figures/threshold.svg"]):
        from scenarios.questions.threshold import figure

        add_figures(folder, KIND, figure.threshold_figures(found, scenario, manifest))


def parse_range(text: str | None) -> tuple[float, float] | None:
    """Lowest and highest value in ``LOW:HIGH``.

    Examples
    --------
    >>> parse_range("0.2:0.9")
    (0.2, 0.9)
    """
    if text is None:
        return None
    try:
        low, high = map(float, text.split(":"))
    except ValueError as fault:
        raise RequestRefused(f"--range {text}: must be LOW:HIGH, for instance 0.2:0.9.") from fault
    return low, high
