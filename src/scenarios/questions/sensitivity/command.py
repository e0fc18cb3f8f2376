"""Which numbers does an outcome hang on, how much of it is chance, and how much hangs on the decision rule?"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenarios.cli.boundary import command
from scenarios.cli.options import NoFiguresOption, OverOption, PlayAsked, Shown
from scenarios.cli.work import SECONDS_A_RUN, Answered, StageProgress, ask_once, check_request, duration
from scenarios.errors import RequestRefused
from scenarios.questions.sensitivity.given_command import KIND as GIVEN
from scenarios.questions.sensitivity.given_command import ChosenOrGiven, given
from scenarios.questions.sensitivity.rules_command import rules

if TYPE_CHECKING:
    from scenarios.questions.sensitivity.sizes import SampleDesign
    from scenarios.scenario.scenario import Scenario

RULE_RUNS = 4000
USUAL = {"method": "sobol", "top": 8, "rest": "drawn"}

OfOption = Annotated[
    list[str] | None,
    typer.Option("--of", metavar="OUTCOME", help="Outcome, e.g. china.step_back_further; repeatable."),
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
    bool, typer.Option("--over-rules", help="Instead: the outcomes under each of the three decision rules.")
]


@dataclass(frozen=True)
class Weighing:
    """What is weighed, and how."""

    of: OfOption = None
    over: OverOption = None
    method: MethodOption = "sobol"
    base_samples: BaseOption = None
    replications: RunsOption = None
    top: TopOption = 8
    rest: RestOption = "drawn"


@command
def sensitivity(
    *,
    how: Weighing,
    over_rules: RulesOption = False,
    chosen: ChosenOrGiven,
    play: PlayAsked,
    no_figures: NoFiguresOption = False,
    shown: Shown,
) -> None:
    """Says which uncertain numbers move an outcome.

    Splits the variance into what nobody knows and chance, screens all numbers by Morris' effects, and weighs the
    foremost by Sobol indices, with what luck alone would give beside each. With --given: the share that knowing each
    number alone would explain, read off runs that are there.
    """
    from scenarios.questions.sensitivity.words import sensitivity_answer
    from scenarios.store.aside import check_writable

    check_request(1 if how.replications is None else how.replications, None, play.seed, play.jobs)
    check_writable(shown.out)
    of, over = how.of, how.over
    choices = {name: value for name, value in asdict(how).items() if name not in ("of", "over")}
    chosen.check(*_spoken(choices, over_rules))
    if chosen.given is not None:
        scenario, answer = given(chosen.given, of, over, play, shown)
    else:
        scenario = chosen.scenario()
        answer = (
            rules(scenario, of, how.replications or RULE_RUNS, play, shown)
            if over_rules
            else _weights(scenario, of, {"over": over} | choices, play, shown)
        )
    shown.show(sensitivity_answer(scenario, *answer))
    if not (no_figures or over_rules):
        _draw(scenario, *answer)


def _spoken(choices: dict[str, Any], over_rules: bool) -> list[str]:
    """The options of a design that were not left as they come."""
    said = {**USUAL, "over_rules": False}
    found = [name for name, value in {**choices, "over_rules": over_rules}.items() if value != said.get(name)]
    return [f"--{name.replace('_', '-')}" for name in found]


def _draw(scenario: "Scenario", tables: dict[str, Any], manifest: dict[str, Any], folder: Path) -> None:
    """Draws the figures of an answer into its folder."""
    from scenarios.questions.sensitivity.figure import draw_tornados
    from scenarios.store.answers import record_file
    from scenarios.store.checksums import add_files

    files = draw_tornados(folder / "figures", tables, scenario, manifest)
    add_files(record_file(folder, GIVEN if GIVEN in tables else "sensitivity"), files)


def _weights(
    scenario: "Scenario", of: list[str] | None, choices: dict[str, Any], play: PlayAsked, shown: Shown
) -> Answered:
    """Sensitivity indices: the ones that are there already, or new ones."""
    from scenarios.engine.compiler import rulebook_hash
    from scenarios.outcomes.outcome import checked, headlines
    from scenarios.questions.sensitivity.ask import sensitivity
    from scenarios.questions.sensitivity.sizes import designed
    from scenarios.store.answers import asked_of

    asked = [each.text for each in checked(of or headlines(scenario), scenario)]

    def anew(progress: StageProgress) -> tuple[dict[str, Any], dict[str, Any]]:
        found = sensitivity(
            scenario, asked, **choices, rng=play.seed, engine=play.engine.value, jobs=play.jobs, progress=progress
        )
        if len(found.refused) == len(asked):
            raise RequestRefused("\n".join(found.refused.values()))
        tables = {"indices": found.indices, "screening": found.screening, "split": found.split}
        return tables, found.manifest | {"refused": found.refused}

    cost = cost_of(designed(scenario, **choices))
    question = asked_of("sensitivity", scenario, rulebook_hash(), seed=play.seed, of=asked, **choices)
    return ask_once(scenario, question, anew, cost, play, shown)


def cost_of(design: "SampleDesign") -> str:
    """What a design will play and how long that takes, in words."""
    from scenarios.questions.sensitivity.sizes import SPLIT_POINTS, SPLIT_RUNS

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
