"""What hangs on the decision rule? The six side by side, for ``scenarios sensitivity --over-rules``."""

from pathlib import Path
from typing import TYPE_CHECKING

from scenarios.cli.earlier import Answered, earlier
from scenarios.cli.options import Engine
from scenarios.cli.work import announce_compiling, stage_bars

if TYPE_CHECKING:
    from scenarios.scenario.scenario import Scenario


def rules(
    scenario: "Scenario",
    of: list[str] | None,
    replications: int,
    seed: int,
    engine: Engine,
    jobs: int,
    out: Path,
    is_quiet: bool,
) -> Answered:
    """The six decision rules side by side: an old answer or a new one."""
    from scenarios.engines.compiler import rulebook_hash
    from scenarios.explore.answers import checked_outcomes, headlines
    from scenarios.explore.structure import rule_shares
    from scenarios.store.answers import asked_of, origin, save_answer

    asked = checked_outcomes(scenario, of or headlines(scenario))
    choices = {"seed": seed, "of": asked, "replications": replications}
    question = asked_of("rules", scenario, rulebook_hash(), **choices)
    old = earlier(out, question, is_quiet)
    if old is not None:
        return old
    announce_compiling(engine, is_quiet)
    with stage_bars(is_quiet) as progress:
        values, shares = rule_shares(
            scenario, asked, replications, seed, engine.value, jobs, lambda done, total: progress("rules", done, total)
        )
    tables = {"rules": values, "shares": shares}
    manifest = choices | origin(scenario)
    return tables, manifest, save_answer(out, scenario, question, tables, manifest)
