"""Was the same question of an analysis answered before? Then that answer is shown, and nothing is run."""

from pathlib import Path
from typing import Any

from scenarios.cli.boundary import say

Answered = tuple[dict[str, Any], dict[str, Any], Path]  # tables, manifest, folder


def earlier(out: Path, question: dict[str, Any], is_quiet: bool) -> Answered | None:
    """An earlier answer to the same question; says so if there is one."""
    from scenarios.store.answers import find_answer

    found = find_answer(out, question)
    if found is None:
        return None
    folder, manifest, tables = found
    say(f"The same question was answered on {manifest['date']}; this is that answer, nothing was run.", is_quiet)
    return tables, manifest, folder
