"""When would a patron step back from its client? Scenario simulation of coercers, clients and patrons.

The public names stand in ``__init__.pyi`` and are imported when they are first used, so that ``import scenarios`` stays
quick.
"""

import builtins
from types import FunctionType
from typing import Any

import lazy_loader

from scenarios.kinds import judging_all
from scenarios.scenario.written import WRITERS

__version__ = "0.1.0"

_found, __dir__, _names = lazy_loader.attach_stub(__name__, __file__)
__all__ = [*_names, "__version__"]


def __getattr__(name: str) -> Any:
    """A public name, which judges what it is handed."""
    found = globals()[name] = judging_all(_found(name), _named)
    if isinstance(found, FunctionType):
        made = found.__annotations__.get("return")
        made = getattr(made, "__name__", made)
        if made in _names and made not in globals():
            __getattr__(made)  # its methods are handed things, too
        found.__module__, found.__qualname__ = __name__, name  # so that it can be sent to another process
    return found


def _named(word: str) -> Any:
    """What an annotation in quotes means by a word."""
    if word == "DataFrame":
        from pandas import DataFrame

        return DataFrame
    return getattr(builtins, word, _found(word) if word in _names else Any)


def _case_table(name: str) -> dict[str, Any]:
    """A row of the cases as a scenario."""
    from scenarios.cases.case_scenario import case_table

    return case_table(name)


WRITERS["case"] = _case_table  # here, so that the name holds wherever a scenario is loaded
