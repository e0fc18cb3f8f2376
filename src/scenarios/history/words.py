"""What is said of the patterns of history? Observed beside simulated, and what guesses without a model come to."""

from collections.abc import Mapping, Sequence
from typing import Any

from scenarios.report.wording import NOTHING, Section, is_missing
from scenarios.scenario.scenario import Scenario


def patterns_section(patterns: "Sequence[Mapping[str, Any]]") -> Section:
    """The patterns of history: observed, what the runs gave with its interval, and whether it holds."""

    def number(value: Any) -> str:
        return NOTHING if is_missing(value) else f"{value:.2f}"

    rows = [
        (
            str(row["id"]),
            str(row["what"]),
            number(row["observed"]),
            f"{number(row['simulated'])} ({number(row['low'])}-{number(row['high'])})",
            str(row["required"]),
            "holds" if row["holds"] else "MISSED",
            number(row["distance"]),
        )
        for row in patterns
    ]
    runs = patterns[0]["n"]
    columns = ("", "Pattern", "Observed", "Simulated (95 % of samples)", "Required", "", "Distance")
    return Section(f"Patterns of history, {runs} runs of each part", columns, tuple(rows))


def pattern_notes(patterns: "Sequence[Mapping[str, Any]]", scenario: Scenario) -> list[str]:
    """What a reader must know of the patterns: the distance, and what guesses without a model come to."""
    import numpy as np

    from scenarios.history.patterns import baselines

    known = [row["distance"] for row in patterns if not is_missing(row["distance"])]
    rms = (sum(value * value for value in known) / len(known)) ** 0.5 if known else 0.0
    said = [
        f"Distance: simulated less observed, over .1 or a quarter of what was observed; root mean square {rms:.2f}; "
        f"{sum(bool(row['holds']) for row in patterns)} of {len(patterns)} parts hold."
    ]
    if any(row["id"] == "P0a" for row in patterns):
        guesses = [
            f"{name} {np.nanmean(exact):.2f}, {np.nanmin(exact):.2f} (inside {np.nanmean(inside):.2f}, "
            f"{np.nanmin(inside):.2f})"
            for name, (exact, inside) in baselines(scenario).items()
        ]
        said.append(f"P0 without a model, mean and worst date: {'; '.join(guesses)}.")
    return said
