"""What can go wrong, and whose turn it is to mend it.

    ScenariosError
    |-- UserError            the user's input; the command line exits with 2
    |   |-- ScenarioError    one or more faults in scenario files, overlays or --set; `faults` lists them all
    |   |-- UnknownName      a name that does not exist; the message lists those that do
    |   `-- RequestRefused   a request that makes no sense or costs too much (0 runs, 10^12 runs)
    |       |-- QuestionRefused  one that is not understood; the message marks the place
    |       `-- WrongArgument    an argument of a public name that is of another kind
    |-- StoreError           a result folder cannot be written or read; the command line exits with 2
    |   `-- Unvouched        one without checksums; commands play it anew
    `-- EngineError          a fault inside; the command line exits with 1

Every message says where, what, what is allowed, and the cure.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path

AROUND = 90  # letters of a question that are shown before and after the place of a fault


class ScenariosError(Exception):
    """Anything that this package raises on purpose."""


class UserError(ScenariosError):
    """The user's input must change."""


class ScenarioError(UserError):
    """One or more faults in a scenario; all of them at once.

    Parameters
    ----------
    faults : iterable of str
        One line a fault: where, what, what is allowed, the cure.
    """

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(self.faults))


class UnknownName(UserError):
    """A name that does not exist, with those that do.

    Parameters
    ----------
    kind : str
        What was asked for: "patron", "scenario", "parameter" ...
    name : str
        The name as given.
    known : iterable of str
        The names that exist.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        super().__init__(f"Unknown {kind} '{name}'. {known_names(name, known)}")


class RequestRefused(UserError):
    """A request that makes no sense or that costs too much."""


class QuestionRefused(RequestRefused):
    """A question that is not understood.

    Parameters
    ----------
    text : str
        The question.
    at : int
        The place in it, from 0.
    why : str
        What is wrong there, what is allowed, the cure.

    Examples
    --------
    >>> print(QuestionRefused("rung > x", 7, "Expected a number like 9."))
    the question is not understood:
      rung > x
             ^
    Expected a number like 9.
    """

    def __init__(self, text: str, at: int, why: str) -> None:
        first = max(0, at - AROUND)
        before, after = "..." if first else "", "..." if len(text) > at + AROUND else ""
        shown = f"{before}{text[first : at + AROUND]}{after}"
        place = " " * (len(before) + at - first)
        super().__init__(f"the question is not understood:\n  {shown}\n  {place}^\n{why}")


class WrongArgument(RequestRefused, TypeError):
    """An argument of a public name that is of another kind than it takes."""


class StoreError(ScenariosError):
    """A result folder that cannot be written or read."""


class Unvouched(StoreError):
    """A result folder from before results had checksums.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(
            f"{folder}: written before results had checksums; nobody can vouch for it. Play it anew with --again "
            "(again=True)."
        )


class EngineError(ScenariosError):
    """A fault inside an engine."""


@contextmanager
def places_told() -> Iterator[None]:
    """What the operating system says of a file or folder, as an error of ours."""
    try:
        yield
    except BrokenPipeError:  # of whoever reads what is printed: no place
        raise
    except OSError as fault:
        place, why = str(fault.filename or "stdout or stderr"), fault.strerror or str(fault)
        shown = place if len(place) <= AROUND else f"{place[:AROUND]}..."
        raise StoreError(
            f"{shown}: cannot be read or written ({why}). Check its name, its rights and the room."
        ) from fault


def known_names(name: str, known: Iterable[str]) -> str:
    """The names that exist and the nearest to the one given.

    Examples
    --------
    >>> known_names("rusia", ["china", "russia"])
    "Known: china, russia. Did you mean 'russia'?"
    """
    options = sorted(known)
    by_letters = {option.lower(): option for option in options}
    near = get_close_matches(name[:AROUND].lower(), by_letters, n=1, cutoff=0.5)  # it takes the square of the length
    shown = ", ".join(options) if len(options) <= 20 else ", ".join(options[:20]) + f" and {len(options) - 20} more"
    return f"Known: {shown}." + (f" Did you mean '{by_letters[near[0]]}'?" if near else "")
