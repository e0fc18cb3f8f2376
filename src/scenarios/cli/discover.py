"""In which worlds does an event happen? Boxes of the drawn numbers, and a tree."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenarios.cli.boundary import command, say
from scenarios.cli.earlier import Answered, earlier
from scenarios.cli.options import (
    Engine,
    EngineOption,
    FormatOption,
    JobsOption,
    NameArgument,
    OutOption,
    OverlaysOption,
    PriorOption,
    QuietOption,
    SeedOption,
    SettingsOption,
    assembled,
    check_request,
    time_of,
)
from scenarios.cli.sensitivity import NoFiguresOption, OverOption
from scenarios.cli.work import announce_compiling, stage_bars
from scenarios.report.formats import Format, answer_text

if TYPE_CHECKING:
    from scenarios.scenario.scenario import Scenario

RUNS = 20_000

OfOption = Annotated[
    str, typer.Option("--of", metavar="EVENT", help="Event, e.g. china.step_back or china.abandonment.oil.")
]
PointsOption = Annotated[int, typer.Option("--points", metavar="P", help="Draws of the uncertain numbers.")]
RunsOption = Annotated[int, typer.Option("--replications", "--runs", metavar="R", help="Runs of each draw.")]
CoverageOption = Annotated[
    float | None,
    typer.Option(
        "--coverage",
        metavar="SHARE",
        help="The densest box with this share of the cases, instead of the one that gains most.",
    ),
]
AbsentOption = Annotated[bool, typer.Option("--absent", help="Where the event does not happen.")]


@command
def discover(
    name: NameArgument,
    of: OfOption,
    over: OverOption = None,
    points: PointsOption = RUNS,
    replications: RunsOption = 1,
    coverage: CoverageOption = None,
    absent: AbsentOption = False,
    seed: SeedOption = 1,
    settings: SettingsOption = None,
    overlays: OverlaysOption = None,
    is_prior: PriorOption = False,
    engine: EngineOption = Engine.BATCH,
    jobs: JobsOption = 0,
    no_figures: NoFiguresOption = False,
    out: OutOption = Path("results"),
    form: FormatOption = Format.TABLE,
    is_quiet: QuietOption = False,
) -> None:
    """Finds the worlds in which an event happens.

    Prints the ranges of the uncertain numbers in which it is common (PRIM), checked on runs that were kept aside, and a
    tree over the same runs.
    """
    from scenarios.engines.compiler import rulebook_hash
    from scenarios.explore.answers import checked_outcomes
    from scenarios.store.answers import asked_of
    from scenarios.store.aside import check_writable

    check_request(replications, points, seed, jobs)
    scenario = assembled(name, overlays, settings, is_fixed=False, is_prior=is_prior)
    checked_outcomes(scenario, of)
    check_writable(out)
    choices = {"points": points, "replications": replications, "over": over, "coverage": coverage, "is_absent": absent}
    question = asked_of("discovery", scenario, rulebook_hash(), seed=seed, of=of, **choices)
    answer = earlier(out, question, is_quiet) or _discovered(
        scenario, of, choices, question, seed, engine, jobs, out, is_quiet
    )
    _show(scenario, *answer, form, no_figures, is_quiet)


def _discovered(
    scenario: "Scenario",
    of: str,
    choices: dict[str, Any],
    question: dict[str, Any],
    seed: int,
    engine: Engine,
    jobs: int,
    out: Path,
    is_quiet: bool,
) -> Answered:
    """A new answer."""
    from scenarios.explore.discovery import discover as find
    from scenarios.store.answers import origin, save_answer

    runs = choices["points"] * choices["replications"]
    say(f"{runs:,} runs: about {time_of(runs)} on one core.", is_quiet)
    announce_compiling(engine, is_quiet)
    with stage_bars(is_quiet) as progress:
        found = find(
            scenario,
            of,
            **choices,
            rng=seed,
            engine=engine.value,
            jobs=jobs,
            progress=lambda done, total: progress("runs", done, total),
        )
    tables = {"limits": found.limits, "boxes": found.boxes, "tree": found.tree}
    filled = {name: table for name, table in tables.items() if len(table)}
    manifest = found.manifest | {"sentence": found.sentence, "notes": found.notes} | origin(scenario)
    return filled, manifest, save_answer(out, scenario, question, filled, manifest)


def _show(
    scenario: "Scenario",
    tables: dict[str, Any],
    manifest: dict[str, Any],
    folder: Path,
    form: Format,
    no_figures: bool,
    is_quiet: bool,
) -> None:
    """Prints an answer and draws it."""
    from scenarios.report.tradeoff import draw_tradeoff
    from scenarios.report.worlds import discovery_notes, discovery_sections

    title = f"{scenario.title}: {manifest['of']}"
    shown, said = discovery_sections(tables), discovery_notes(scenario, manifest)
    typer.echo(answer_text(title, shown, said, tables, manifest, folder, form), nl=False)
    say(f"Results: {folder}", is_quiet or form in (Format.TABLE, Format.MARKDOWN))
    if not no_figures:
        draw_tradeoff(folder / "figures", tables, scenario, manifest)
