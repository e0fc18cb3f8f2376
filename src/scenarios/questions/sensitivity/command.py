"""Which numbers does an outcome hang on, how much of it is chance, and how much hangs on the decision rule?"""

from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenarios.cli.boundary import command
from scenarios.cli.options import Chosen, Engine, NoFiguresOption, OverOption, PlayAsked, Shown
from scenarios.cli.work import SECONDS_A_RUN, Answered, StageProgress, ask_once, check_request, duration, time_of
from scenarios.errors import RequestRefused
from scenarios.vocabulary import DecisionRule

if TYPE_CHECKING:
    from scenarios.questions.sensitivity.ask import SampleDesign
    from scenarios.scenario.scenario import Scenario

RULE_RUNS = 4000
USUAL = {"method": "sobol", "top": 8, "rest": "drawn"}

OfOption = Annotated[
    list[str] | None, typer.Option("--of", metavar="OUTCOME", help="Outcome, e.g. china.step_back_further; repeatable.")
]
MethodOption = Annotated[str, typer.Option("--method", help="sobol or morris.")]
BaseOption = Annotated[
    int | None,
    typer.Option("--base-samples", metavar="N", help="Sobol: a power of two (256). Morris: trajectories (10)."),
]
RunsOption = Annotated[
    int | None, typer.Option("--replications", "--runs", metavar="R", help="Runs at each point (Sobol 100, Morris 50).")
]
TopOption = Annotated[int, typer.Option("--top", metavar="K", help="Numbers to weigh by Sobol indices.")]
RestOption = Annotated[str, typer.Option("--rest", help="Numbers not varied: drawn or fixed.")]
RulesOption = Annotated[
    bool, typer.Option("--over-rules", help="Instead: the outcomes under each of the three decision rules.")
]
GIVEN = "given"
NameOption = Annotated[
    str, typer.Argument(metavar="NAME-or-FILE", help="A library scenario, or a scenario file; none with --given.")
]
GivenOption = Annotated[
    Path | None,
    typer.Option(
        "--given", metavar="RESULT", help="Instead: what the runs of a result folder show; nothing is played."
    ),
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


@dataclass(frozen=True)
class ChosenOrGiven(Chosen):
    """Which scenario is played, or which runs are there."""

    name: NameOption = ""
    given: GivenOption = None

    def check(self, *played: str) -> None:
        """Refuses neither or both, and options that make runs or play them beside runs that are there."""
        if self.given is None and not self.name:
            raise RequestRefused("Name a scenario, as in scenarios sensitivity toy; or a result folder with --given.")
        changes: dict[str, object] = {"--set": self.settings, "--believe": self.beliefs, "--overlay": self.overlays}
        changes |= {"--fixed": self.is_fixed, "--prior": self.is_prior}
        said = [*filter(None, [self.name]), *[option for option, value in changes.items() if value], *played]
        if self.given is not None and said:
            raise RequestRefused(
                f"{', '.join(said)}: the runs of {self.given} have been played. Leave it out, or leave out --given."
            )


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
    from scenarios.store.aside import add_files

    files = draw_tornados(folder / "figures", tables, scenario, manifest)
    add_files(record_file(folder, GIVEN if GIVEN in tables else "sensitivity"), files)


def _weights(
    scenario: "Scenario", of: list[str] | None, choices: dict[str, Any], play: PlayAsked, shown: Shown
) -> Answered:
    """Sensitivity indices: the ones that are there already, or new ones."""
    from scenarios.engine.compiler import rulebook_hash
    from scenarios.outcomes.outcome import checked, headlines
    from scenarios.questions.sensitivity.ask import designed, sensitivity
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
    from scenarios.questions.sensitivity.ask import SPLIT_POINTS, SPLIT_RUNS

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


def given(
    folder: Path, of: list[str] | None, over: list[str] | None, play: PlayAsked, shown: Shown
) -> "tuple[Scenario, Answered]":
    """The scenario of some runs, and what they show: an old answer or a new one."""
    from scenarios.outcomes.outcome import checked, headlines
    from scenarios.questions.sensitivity.first_order import sensitivity_given
    from scenarios.store.answers import asked_of
    from scenarios.store.folder import read

    results = read(folder)
    scenario = results.scenario
    asked = [each.text for each in checked(of or headlines(scenario), scenario)]

    def anew(_: StageProgress) -> tuple[dict[str, Any], dict[str, Any]]:
        found = sensitivity_given(results, asked, over, play.seed)
        return {"given": found.shares}, found.manifest | {"refused": found.refused}

    rules = results.manifest["rulebook_hash"]
    size = {"result": results.manifest["id"], "runs": len(results.runs)}  # a result that was cut short has the same id
    question = asked_of(GIVEN, scenario, rules, **size, of=asked, over=over, luck_seed=play.seed)
    unplayed = replace(play, engine=Engine.AGENTS)  # nothing need be compiled
    return scenario, ask_once(scenario, question, anew, "", unplayed, shown)


def rules(scenario: "Scenario", of: list[str] | None, replications: int, play: PlayAsked, shown: Shown) -> Answered:
    """The three decision rules side by side: an old answer or a new one."""
    from scenarios.engine.compiler import rulebook_hash
    from scenarios.outcomes.outcome import checked, headlines
    from scenarios.questions.sensitivity.variance import rule_shares
    from scenarios.store.answers import asked_of, origin

    asked = [each.text for each in checked(of or headlines(scenario), scenario)]
    choices = {"seed": play.seed, "of": asked, "replications": replications}

    def anew(progress: StageProgress) -> tuple[dict[str, Any], dict[str, Any]]:
        how = (play.seed, play.engine.value, play.jobs, partial(progress, "rules"))
        values, shares = rule_shares(scenario, asked, replications, *how)
        return {"rules": values, "shares": shares}, choices | origin(scenario)

    runs = len(DecisionRule) * replications
    cost = f"{runs:,} runs: about {time_of(runs)} on one core."
    return ask_once(scenario, asked_of("rules", scenario, rulebook_hash(), **choices), anew, cost, play, shown)
