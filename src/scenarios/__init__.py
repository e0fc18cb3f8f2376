"""When would a patron step back from its client? Scenario simulation of coercers, clients and patrons.

The names below are imported when they are first used, so that ``import scenarios`` stays quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenarios.engines.ladder import ladder_curve
    from scenarios.engines.simulate import simulate
    from scenarios.explore.compare import compare
    from scenarios.explore.inputs import changed_inputs
    from scenarios.explore.thresholds import Threshold, threshold
    from scenarios.explore.transitions import transitions
    from scenarios.results import Results
    from scenarios.scenario.load import library, load
    from scenarios.scenario.overlay import control, prior
    from scenarios.scenario.scenario import Scenario
    from scenarios.store.folder import read, save
    from scenarios.summary import summarise

__version__ = "0.1.0"

__all__ = [
    "Results",
    "Scenario",
    "Threshold",
    "__version__",
    "changed_inputs",
    "compare",
    "control",
    "ladder_curve",
    "library",
    "load",
    "prior",
    "read",
    "save",
    "simulate",
    "summarise",
    "threshold",
    "transitions",
]

_MODULES = {
    "Results": "scenarios.results",
    "Scenario": "scenarios.scenario.scenario",
    "Threshold": "scenarios.explore.thresholds",
    "changed_inputs": "scenarios.explore.inputs",
    "compare": "scenarios.explore.compare",
    "control": "scenarios.scenario.overlay",
    "ladder_curve": "scenarios.engines.ladder",
    "library": "scenarios.scenario.load",
    "load": "scenarios.scenario.load",
    "prior": "scenarios.scenario.overlay",
    "read": "scenarios.store.folder",
    "save": "scenarios.store.folder",
    "simulate": "scenarios.engines.simulate",
    "summarise": "scenarios.summary",
    "threshold": "scenarios.explore.thresholds",
    "transitions": "scenarios.explore.transitions",
}


def __getattr__(name: str) -> Any:
    """The public name, imported from the module that defines it."""
    if name not in _MODULES:
        raise AttributeError(f"module 'scenarios' has no attribute '{name}'")
    found = getattr(import_module(_MODULES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """The public names, also those that have not been imported yet."""
    return sorted({*globals(), *__all__})
