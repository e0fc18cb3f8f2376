"""When would a patron step back from its client? Scenario simulation of coercers, clients and patrons.

The names below are imported when they are first used, so that ``import scenarios`` stays quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenarios.engines.ladder import ladder_curve
    from scenarios.engines.simulate import simulate
    from scenarios.explore.adaptors import to_ema, to_salib
    from scenarios.explore.discovery import discover
    from scenarios.explore.sensitivity import sensitivity
    from scenarios.explore.split import variance_split
    from scenarios.explore.structure import over_rules, rule_shares
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
    "__version__",
    "control",
    "discover",
    "ladder_curve",
    "library",
    "load",
    "over_rules",
    "prior",
    "read",
    "rule_shares",
    "save",
    "sensitivity",
    "simulate",
    "summarise",
    "to_ema",
    "to_salib",
    "variance_split",
]

_MODULES = {
    "Results": "scenarios.results",
    "Scenario": "scenarios.scenario.scenario",
    "control": "scenarios.scenario.overlay",
    "discover": "scenarios.explore.discovery",
    "ladder_curve": "scenarios.engines.ladder",
    "library": "scenarios.scenario.load",
    "load": "scenarios.scenario.load",
    "over_rules": "scenarios.explore.structure",
    "prior": "scenarios.scenario.overlay",
    "read": "scenarios.store.folder",
    "rule_shares": "scenarios.explore.structure",
    "save": "scenarios.store.folder",
    "sensitivity": "scenarios.explore.sensitivity",
    "simulate": "scenarios.engines.simulate",
    "summarise": "scenarios.summary",
    "to_ema": "scenarios.explore.adaptors",
    "to_salib": "scenarios.explore.adaptors",
    "variance_split": "scenarios.explore.split",
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
