"""In which worlds does an event happen? Boxes of the drawn numbers, and a tree."""

from dataclasses import asdict, dataclass
from functools import partial
from typing import Annotated, Any

import typer

from scenarios.cli.boundary import command
from scenarios.cli.options import Chosen, NoFiguresOption, OverOption, PlayAsked, Shown
from scenarios.cli.work import StageProgress, add_figures, ask_once, check_request, time_of

RUNS = 20_000

OfOption = Annotated[
    str, typer.Option("--of", metavar="EVENT", help="Event, e.g. china.step_back or china.abandonment.oil.")
]


@dataclass(frozen=True)
class Search:
    """Where boxes are sought, and in how many runs."""

    over: OverOption = None
    points: Annotated[int, typer.Option("--points", metavar="P", help="Draws of the uncertain numbers.")] = RUNS
    replications: Annotated[int, typer.Option("--replications", "--runs", metavar="R", help="Runs of each draw.")] = 1
    coverage: Annotated[
        float | None,
        typer.Option(
            "--coverage",
            metavar="SHARE",
            help="The densest box with this share of the cases, instead of the one that gains most.",
        ),
    ] = None
    is_absent: Annotated[bool, typer.Option("--absent", help="Where the event does not happen.")] = False


@command
def discover(
    *, of: OfOption, search: Search, chosen: Chosen, play: PlayAsked, no_figures: NoFiguresOption = False, shown: Shown
) -> None:
    """Finds the worlds in which an event happens.

    Prints the ranges of the uncertain numbers in which it is common (PRIM), checked on runs that were kept aside, and a
    tree over the same runs.
    """
    from scenarios.outcomes.outcome import CHANCE, checked
    from scenarios.questions.discovery import ask, words
    from scenarios.store.answers import origin

    check_request(search.replications, search.points, play.seed, play.jobs)
    scenario = chosen.scenario()
    of = checked(of, scenario, [CHANCE])[0].text
    shown.check_place()

    def anew(progress: StageProgress) -> tuple[dict[str, Any], dict[str, Any]]:
        found = ask.discover(scenario, of, **choices, **play.how(partial(progress, "runs")))
        tables = {"limits": found.limits, "boxes": found.boxes, "tree": found.tree}
        return tables, found.manifest | {"sentence": found.sentence, "notes": found.notes} | origin(scenario)

    choices = asdict(search)
    runs = search.points * search.replications
    cost = f"{runs:,} runs: about {time_of(runs)} on one core."
    asked = {"seed": play.seed, "of": of, **choices}
    tables, manifest, folder = ask_once(scenario, "discovery", asked, anew, cost, play, shown)
    shown.show(words.discovery_answer(scenario, tables, manifest, folder))
    if not no_figures:
        from scenarios.questions.discovery import figure

        add_figures(folder, "discovery", {"tradeoff": partial(figure.tradeoff, tables, scenario, manifest)})
