"""Can the runs of two results be compared one by one? Only those with the same seed and number share their luck."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scenarios.results import Results


@dataclass(frozen=True)
class Match:
    """Which runs of two results belong together.

    Attributes
    ----------
    is_matched : bool
        Whether run k of one side has the luck of run k of the other.
    n : int
        Runs that both sides have; 0 if they are not matched.
    notes : tuple of str
        What the reader must know of it.
    """

    is_matched: bool
    n: int
    notes: tuple[str, ...]


def runs_a_point(results: "Results") -> int:
    """Runs that share one draw of the uncertain numbers."""
    return int((results.runs["scenario_id"] == 0).sum())


def matching(a: "Results", b: "Results", versus: str = "B") -> Match:
    """Whether, and over which runs, two results are matched.

    Parameters
    ----------
    a, b : Results
    versus : str
        What the second side is called.

    Examples
    --------
    >>> from scenarios import load, simulate
    >>> few, many = (simulate(load("toy"), replications=n, engine="agents") for n in (5, 8))
    >>> matching(few, many).n
    5
    """
    notes = [*_reservations(a, b, versus)]
    why = _why_not(a, b)
    if why:
        return Match(False, 0, (f"A and {versus} are not matched ({why}): {UNMATCHED}", *notes))
    sizes = len(a.runs), len(b.runs)
    if sizes[0] != sizes[1]:
        common = f"A has {sizes[0]} runs, {versus} {sizes[1]}: compared over the {min(sizes)} that they share."
        notes.insert(0, common)
    return Match(True, min(sizes), tuple(notes))


UNMATCHED = "the difference of their shares carries both errors, and no run can be followed from one to the other."


def _why_not(a: "Results", b: "Results") -> str:
    """Why runs of the same number have not the same luck; empty if they have."""
    seeds = a.manifest["seed"], b.manifest["seed"]
    if seeds[0] != seeds[1]:
        return f"seeds {seeds[0]} and {seeds[1]}"
    per_point = runs_a_point(a), runs_a_point(b)
    if per_point[0] != per_point[1]:
        return f"{per_point[0]} and {per_point[1]} runs in each draw of the uncertain numbers"
    return ""


def _reservations(a: "Results", b: "Results", versus: str) -> list[str]:
    """What else stands between two results than their scenarios."""
    notes = []
    if a.manifest.get("rulebook_hash") != b.manifest.get("rulebook_hash"):
        notes.append(f"A and {versus} were run by different rule books: differences are of the rules as well.")
    if a.scenario.step_days != b.scenario.step_days:
        notes.append(
            f"A and {versus} differ in the length of a step: luck falls at other dates, so matching gains little."
        )
    if a.scenario.steps * a.scenario.step_days != b.scenario.steps * b.scenario.step_days:
        notes.append(f"A and {versus} differ in the horizon: a probability by the horizon covers another time.")
    return notes
