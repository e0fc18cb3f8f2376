"""Is a library of an extra there? If not, how is it installed?"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from scenarios.errors import RequestRefused


def require(library: str, purpose: str, extra: str = "analysis") -> None:
    """Refuses what needs a library that is not installed, with the command that installs it.

    Examples
    --------
    >>> require("numpy", "arrays")
    """
    if find_spec(library) is None:
        cure = f"pip install 'scenarios[{extra}]'"
        raise RequestRefused(f"{purpose} needs {library}, which is not installed. Install it with: {cure}")


@contextmanager
def quiet_workbench() -> Iterator[None]:
    """Silences what the workbench says about itself: missing add-ons, ways of pandas that will go."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*not (installed|available).*", category=UserWarning)
        warnings.filterwarnings("ignore", message=".*not available.*", category=ImportWarning)
        warnings.filterwarnings("ignore", message="The inplace keyword.*")
        warnings.filterwarnings("ignore", module="ema_workbench.*")
        yield
