"""When would a patron step back from its client? Scenario simulation of coercers, clients and patrons.

The names below are imported when they are first used, so that ``import scenarios`` stays quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenarios.engine.agents import PatronageModel
    from scenarios.explore.adaptors import to_ema, to_salib
    from scenarios.explore.average import nearest_on_average
    from scenarios.explore.compare import compare
    from scenarios.explore.counterfactual import nearest
    from scenarios.explore.discovery import discover
    from scenarios.explore.ensemble import Ensemble
    from scenarios.explore.frozen import frozen
    from scenarios.explore.inputs import changed_inputs
    from scenarios.explore.reached import Threshold
    from scenarios.explore.reasons import explain
    from scenarios.explore.sensitivity import sensitivity
    from scenarios.explore.split import variance_split
    from scenarios.explore.story import story
    from scenarios.explore.structure import over_rules, rule_shares
    from scenarios.explore.sweep import Sweep, sweep
    from scenarios.explore.thresholds import threshold
    from scenarios.explore.transitions import transitions
    from scenarios.report.story import story_text
    from scenarios.report.storyboard import story_figure
    from scenarios.results import Results
    from scenarios.runs.ladder import ladder_curve
    from scenarios.runs.needed import runs_needed
    from scenarios.runs.play import simulate
    from scenarios.runs.replay import replay
    from scenarios.runs.to_disk import run_to_disk
    from scenarios.scenario.load import library, load
    from scenarios.scenario.overlay import control, prior
    from scenarios.scenario.scenario import Scenario
    from scenarios.store.folder import read, save
    from scenarios.summary import summarise

__version__ = "0.1.0"

__all__ = [
    "Ensemble",
    "PatronageModel",
    "Results",
    "Scenario",
    "Sweep",
    "Threshold",
    "__version__",
    "changed_inputs",
    "compare",
    "control",
    "discover",
    "explain",
    "frozen",
    "ladder_curve",
    "library",
    "load",
    "nearest",
    "nearest_on_average",
    "over_rules",
    "prior",
    "read",
    "replay",
    "rule_shares",
    "run_to_disk",
    "runs_needed",
    "save",
    "sensitivity",
    "simulate",
    "story",
    "story_figure",
    "story_text",
    "summarise",
    "sweep",
    "threshold",
    "to_ema",
    "to_salib",
    "transitions",
    "variance_split",
]

_MODULES = {
    "Ensemble": "scenarios.explore.ensemble",
    "PatronageModel": "scenarios.engine.agents",
    "Results": "scenarios.results",
    "Scenario": "scenarios.scenario.scenario",
    "Sweep": "scenarios.explore.sweep",
    "Threshold": "scenarios.explore.reached",
    "changed_inputs": "scenarios.explore.inputs",
    "compare": "scenarios.explore.compare",
    "control": "scenarios.scenario.overlay",
    "discover": "scenarios.explore.discovery",
    "explain": "scenarios.explore.reasons",
    "frozen": "scenarios.explore.frozen",
    "ladder_curve": "scenarios.runs.ladder",
    "library": "scenarios.scenario.load",
    "load": "scenarios.scenario.load",
    "nearest": "scenarios.explore.counterfactual",
    "nearest_on_average": "scenarios.explore.average",
    "over_rules": "scenarios.explore.structure",
    "prior": "scenarios.scenario.overlay",
    "read": "scenarios.store.folder",
    "replay": "scenarios.runs.replay",
    "rule_shares": "scenarios.explore.structure",
    "run_to_disk": "scenarios.runs.to_disk",
    "runs_needed": "scenarios.runs.needed",
    "save": "scenarios.store.folder",
    "sensitivity": "scenarios.explore.sensitivity",
    "simulate": "scenarios.runs.play",
    "story": "scenarios.explore.story",
    "story_figure": "scenarios.report.storyboard",
    "story_text": "scenarios.report.story",
    "summarise": "scenarios.summary",
    "sweep": "scenarios.explore.sweep",
    "threshold": "scenarios.explore.thresholds",
    "to_ema": "scenarios.explore.adaptors",
    "to_salib": "scenarios.explore.adaptors",
    "transitions": "scenarios.explore.transitions",
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
