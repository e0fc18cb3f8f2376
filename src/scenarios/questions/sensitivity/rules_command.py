"""What hangs on the decision rule? The three side by side, for ``scenarios sensitivity --over-rules``."""

from typing import TYPE_CHECKING, Any

from scenarios.cli.options import PlayAsked, Shown
from scenarios.cli.work import Answered, StageProgress, ask_once, time_of
from scenarios.vocabulary import DecisionRule

if TYPE_CHECKING:
    from scenarios.scenario.scenario import Scenario


def rules(scenario: "Scenario", of: list[str] | None, replications: int, play: PlayAsked, shown: Shown) -> Answered:
    """The three decision rules side by side: an old answer or a new one."""
    from scenarios.engine.compiler import rulebook_hash
    from scenarios.outcomes.outcome import checked, headlines
    from scenarios.questions.sensitivity.rules import rule_shares
    from scenarios.store.answers import asked_of, origin

    asked = [each.text for each in checked(of or headlines(scenario), scenario)]
    choices = {"seed": play.seed, "of": asked, "replications": replications}

    def anew(progress: StageProgress) -> tuple[dict[str, Any], dict[str, Any]]:
        values, shares = rule_shares(
            scenario,
            asked,
            replications,
            play.seed,
            play.engine.value,
            play.jobs,
            lambda done, total: progress("rules", done, total),
        )
        return {"rules": values, "shares": shares}, choices | origin(scenario)

    runs = len(DecisionRule) * replications
    cost = f"{runs:,} runs: about {time_of(runs)} on one core."
    return ask_once(scenario, asked_of("rules", scenario, rulebook_hash(), **choices), anew, cost, play, shown)
