"""Which numbers does an outcome hang on, how much of it is chance, and how much hangs on the decision rule?"""

from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from scenarios.cli.boundary import command
from scenarios.cli.options import Chosen, Engine, NoFiguresOption, OverOption, PlayAsked, Shown
from scenarios.cli.work import Answered, StageProgress, add_figures, ask_once, check_request, time_of
from scenarios.errors import RequestRefused
from scenarios.scenario.scenario import Scenario
from scenarios.vocabulary import DecisionRule

RULE_RUNS = 4000


@dataclass(frozen=True)
class Weighing:
    """What is weighed, and how."""

    of: Annotated[
        list[str] | None,
        typer.Option("--of", metavar="OUTCOME", help="Outcome, e.g. china.step_back_further; repeatable."),
    ] = None
    over: OverOption = None
    method: Annotated[str, typer.Option("--method", help="sobol or morris.")] = "sobol"
    base_samples: Annotated[
        int | None,
        typer.Option("--base-samples", metavar="N", help="Sobol: a power of two (256). Morris: trajectories (10)."),
    ] = None
    replications: Annotated[
        int | None,
        typer.Option("--replications", "--runs", metavar="R", help="Runs at each point (Sobol 100, Morris 50)."),
    ] = None
    top: Annotated[int, typer.Option("--top", metavar="K", help="Numbers to weigh by Sobol indices.")] = 8
    rest: Annotated[str, typer.Option("--rest", help="Numbers not varied: drawn or fixed.")] = "drawn"


@dataclass(frozen=True)
class ChosenOrGiven(Chosen):
    """Which scenario is played, or which runs are there."""

    name: Annotated[
        str, typer.Argument(metavar="NAME-or-FILE", help="A library scenario, or a scenario file; none with --given.")
    ] = ""
    given: Annotated[
        Path | None,
        typer.Option(
            "--given", metavar="RESULT", help="Instead: what the runs of a result folder show; nothing is played."
        ),
    ] = None

    def check(self, how: Weighing, over_rules: bool) -> None:
        """Refuses neither or both, and options that make runs or play them beside runs that are there."""
        if self.given is None and not self.name:
            raise RequestRefused("Name a scenario, as in scenarios sensitivity toy; or a result folder with --given.")
        changes: dict[str, object] = {"--set": self.settings, "--believe": self.beliefs, "--overlay": self.overlays}
        changes |= {"--fixed": self.is_fixed, "--prior": self.is_prior}
        usual, now = asdict(Weighing()), asdict(how)
        played = [name for name in now if name not in ("of", "over")]
        changes |= {f"--{name.replace('_', '-')}": now[name] != usual[name] for name in played}
        changes |= {"--over-rules": over_rules}
        said = [*filter(None, [self.name]), *[option for option, value in changes.items() if value]]
        if self.given is not None and said:
            raise RequestRefused(
                f"{', '.join(said)}: the runs of {self.given} have been played. Leave it out, or leave out --given."
            )


@command
def sensitivity(
    *,
    how: Weighing,
    over_rules: Annotated[
        bool, typer.Option("--over-rules", help="Instead: the outcomes under each of the three decision rules.")
    ] = False,
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
    from scenarios.outcomes.outcome import texts_asked
    from scenarios.questions.sensitivity import words

    check_request(1 if how.replications is None else how.replications, None, play.seed, play.jobs)
    shown.check_place()
    chosen.check(how, over_rules)
    if chosen.given is not None:
        scenario, answer = given(chosen.given, how, play, shown)
    else:
        scenario = chosen.scenario()
        asked = texts_asked(how.of or None, scenario)
        answer = (rules if over_rules else _weights)(scenario, asked, how, play, shown)
    shown.show(words.sensitivity_answer(scenario, *answer))
    if not (no_figures or over_rules):
        from scenarios.questions.sensitivity import figure

        tables, manifest, folder = answer
        kind = "given" if "given" in tables else "sensitivity"
        add_figures(folder, kind, figure.tornados(tables, scenario, manifest))


def _weights(scenario: Scenario, asked: list[str], how: Weighing, play: PlayAsked, shown: Shown) -> Answered:
    """Sensitivity indices: the ones that are there already, or new ones."""
    from scenarios.questions.sensitivity import ask

    choices = asdict(how)
    del choices["of"]

    def anew(progress: StageProgress) -> tuple[dict[str, Any], dict[str, Any]]:
        found = ask.sensitivity(scenario, asked, **choices, **play.how(progress))
        if len(found.refused) == len(asked):
            raise RequestRefused("\n".join(found.refused.values()))
        tables = {"indices": found.indices, "screening": found.screening, "split": found.split}
        return tables, found.manifest | {"refused": found.refused}

    design = ask.designed(scenario, **choices)
    cost = f"{design.words}. {design.runs:,} runs, about {time_of(design.runs)} on one core."
    return ask_once(scenario, "sensitivity", {"seed": play.seed, "of": asked, **choices}, anew, cost, play, shown)


def given(folder: Path, how: Weighing, play: PlayAsked, shown: Shown) -> tuple[Scenario, Answered]:
    """The scenario of some runs, and what they show: an old answer or a new one."""
    from scenarios.outcomes.outcome import texts_asked
    from scenarios.questions.sensitivity.first_order import sensitivity_given
    from scenarios.store.folder import read

    results = read(folder)
    scenario, manifest = results.scenario, results.manifest
    asked = texts_asked(how.of or None, scenario)

    def anew(_: StageProgress) -> tuple[dict[str, Any], dict[str, Any]]:
        found = sensitivity_given(results, asked, how.over, play.seed)
        return {"given": found.shares}, found.manifest | {"refused": found.refused}

    # a result that was cut short has the same id
    there = {"rulebook_hash": manifest["rulebook_hash"], "result": manifest["id"], "runs": len(results.runs)}
    choices = there | {"of": asked, "over": how.over, "luck_seed": play.seed}
    unplayed = replace(play, engine=Engine.AGENTS)  # nothing need be compiled
    return scenario, ask_once(scenario, "given", choices, anew, "", unplayed, shown)


def rules(scenario: Scenario, asked: list[str], how: Weighing, play: PlayAsked, shown: Shown) -> Answered:
    """The three decision rules side by side: an old answer or a new one."""
    from scenarios.questions.sensitivity.variance import rule_shares
    from scenarios.store.answers import origin

    replications = how.replications or RULE_RUNS
    choices = {"seed": play.seed, "of": asked, "replications": replications}

    def anew(progress: StageProgress) -> tuple[dict[str, Any], dict[str, Any]]:
        values, shares = rule_shares(scenario, asked, replications, **play.how(partial(progress, "rules")))
        return {"rules": values, "shares": shares}, choices | origin(scenario)

    runs = len(DecisionRule) * replications
    cost = f"{runs:,} runs: about {time_of(runs)} on one core."
    return ask_once(scenario, "rules", choices, anew, cost, play, shown)
