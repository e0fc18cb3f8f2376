"""Is a library of an extra there? If not, how is it installed?"""

from importlib.util import find_spec

from scenarios.errors import RequestRefused

EXTRA = "pip install 'scenarios[analysis]'"


def require(library: str, purpose: str) -> None:
    """Refuses what needs a library that is not installed, with the command that installs it.

    Raises
    ------
    RequestRefused

    Examples
    --------
    >>> require("numpy", "arrays")
    """
    if find_spec(library) is None:
        raise RequestRefused(f"{purpose} needs {library}, which is not installed. Install it with: {EXTRA}")
