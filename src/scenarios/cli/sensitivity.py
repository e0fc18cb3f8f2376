"""Which numbers does an outcome hang on, how much of it is chance, and how much hangs on the decision rule?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenarios.cli.boundary import command, say
from scenarios.cli.earlier import Answered, earlier
from scenarios.cli.options import (
    SECONDS_A_RUN,
    Engine,
    EngineOption,
    FormatOption,
    JobsOption,
    NameArgument,
    OutOption,
    OverlaysOption,
    QuietOption,
    SeedOption,
    SettingsOption,
    assembled,
    check_request,
    duration,
)
from scenarios.cli.rules import rules
from scenarios.cli.work import announce_compiling, stage_bars
from scenarios.report.formats import Format, answer_text

if TYPE_CHECKING:
    from scenarios.explore.sizes import Design
    from scenarios.scenario.scenario import Scenario

RULE_RUNS = 4000

OfOption = Annotated[
    list[str] | None,
    typer.Option("--of", metavar="OUTCOME", help="Outcome, e.g. china.step_back_further; repeatable."),
]
OverOption = Annotated[
    list[str] | None,
    typer.Option(
        "--over", metavar="PATH", help="Number or group of numbers, e.g. patrons.china; repeatable. All if none."
    ),
]
MethodOption = Annotated[str, typer.Option("--method", help="sobol or morris.")]
BaseOption = Annotated[
    int | None,
    typer.Option("--base-samples", metavar="N", help="Sobol: a power of two (256). Morris: trajectories (10)."),
]
RunsOption = Annotated[
    int | None,
    typer.Option("--replications", "--runs", metavar="R", help="Runs at each point (Sobol 100, Morris 50)."),
]
TopOption = Annotated[int, typer.Option("--top", metavar="K", help="Numbers to weigh by Sobol indices.")]
RestOption = Annotated[str, typer.Option("--rest", help="Numbers not varied: drawn or fixed.")]
RulesOption = Annotated[
    bool, typer.Option("--over-rules", help="Instead: the outcomes under each of the six decision rules.")
]
NoFiguresOption = Annotated[bool, typer.Option("--no-figures", help="Draw nothing.")]


@command
def sensitivity(
    name: NameArgument,
    of: OfOption = None,
    over: OverOption = None,
    method: MethodOption = "sobol",
    base_samples: BaseOption = None,
    replications: RunsOption = None,
    top: TopOption = 8,
    rest: RestOption = "drawn",
    over_rules: RulesOption = False,
    seed: SeedOption = 1,
    settings: SettingsOption = None,
    overlays: OverlaysOption = None,
    engine: EngineOption = Engine.BATCH,
    jobs: JobsOption = 0,
    no_figures: NoFiguresOption = False,
    out: OutOption = Path("results"),
    form: FormatOption = Format.TABLE,
    is_quiet: QuietOption = False,
) -> None:
    """Says which uncertain numbers move an outcome.

    Splits the variance into what nobody knows and chance, screens all numbers by Morris' effects, and weighs the
    foremost by Sobol indices, with what luck alone would give beside each.
    """
    from scenarios.store.aside import check_writable

    check_request(1 if replications is None else replications, None, seed, jobs)
    scenario = assembled(name, overlays, settings, is_fixed=False)
    check_writable(out)
    if over_rules:
        answer = rules(scenario, of, replications or RULE_RUNS, seed, engine, jobs, out, is_quiet)
    else:
        choices = {"over": over, "method": method, "base_samples": base_samples, "replications": replications}
        choices |= {"top": top, "rest": rest}
        answer = _weights(scenario, of, choices, seed, engine, jobs, out, is_quiet)
    _show(scenario, *answer, form, no_figures, is_quiet)


def _weights(
    scenario: "Scenario",
    of: list[str] | None,
    choices: dict[str, Any],
    seed: int,
    engine: Engine,
    jobs: int,
    out: Path,
    is_quiet: bool,
) -> Answered:
    """Sensitivity indices: the ones that are there already, or new ones."""
    from scenarios.engines.compiler import rulebook_hash
    from scenarios.errors import RequestRefused
    from scenarios.explore.answers import checked_outcomes, headlines
    from scenarios.explore.sensitivity import sensitivity
    from scenarios.explore.sizes import designed
    from scenarios.store.answers import asked_of, save_answer

    asked = checked_outcomes(scenario, of or headlines(scenario))
    design = designed(scenario, **choices)
    question = asked_of("sensitivity", scenario, rulebook_hash(), seed=seed, of=asked, **choices)
    old = earlier(out, question, is_quiet)
    if old is not None:
        return old
    say(cost_of(design), is_quiet)
    announce_compiling(engine, is_quiet)
    with stage_bars(is_quiet) as progress:
        found = sensitivity(scenario, asked, **choices, rng=seed, engine=engine.value, jobs=jobs, progress=progress)
    if len(found.refused) == len(asked):
        raise RequestRefused("\n".join(found.refused.values()))
    tables = {"indices": found.indices, "screening": found.screening, "split": found.split}
    filled = {name: table for name, table in tables.items() if len(table)}
    manifest = found.manifest | {"refused": found.refused}
    return filled, manifest, save_answer(out, scenario, question, filled, manifest)


def cost_of(design: "Design") -> str:
    """What a design will play and how long that takes, in words."""
    from scenarios.explore.sizes import SPLIT_POINTS, SPLIT_RUNS

    screened, weighed = design.points
    parts = [f"split of the variance: {SPLIT_POINTS} points x {SPLIT_RUNS} runs"]
    if screened:
        parts.append(
            f"Morris over {len(design.paths)} numbers: {design.trajectories} trajectories, {screened:,} points x "
            f"{design.screening_runs} runs"
        )
    if weighed:
        parts.append(
            f"Sobol over {'the foremost ' if screened else ''}{design.top}: {design.base_samples} base samples, "
            f"{weighed:,} points x {design.replications} runs"
        )
    return f"{'; '.join(parts)}. {design.runs:,} runs, about {duration(design.runs * SECONDS_A_RUN)} on one core."


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
    from scenarios.report.weights import rules_notes, rules_sections, sensitivity_notes, sensitivity_sections

    is_rules = "rules" in tables
    shown = rules_sections(tables) if is_rules else sensitivity_sections(tables)
    said = rules_notes(scenario, manifest) if is_rules else sensitivity_notes(tables, manifest)
    title = f"{scenario.title}: {'six decision rules' if is_rules else 'sensitivity'}"
    typer.echo(answer_text(title, shown, said, tables, manifest, folder, form), nl=False)
    say(f"Results: {folder}", is_quiet or form in (Format.TABLE, Format.MARKDOWN))
    if not (no_figures or is_rules):
        from scenarios.report.tornado import draw_tornados

        draw_tornados(folder / "figures", tables, scenario, manifest)
