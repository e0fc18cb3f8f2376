"""When would a patron step back from its client? Scenario simulation of coercers, clients and patrons.

The names below are imported when they are first used, so that ``import scenarios`` stays quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenarios.engine.agents import PatronageModel
    from scenarios.questions.adaptors import to_ema, to_salib
    from scenarios.questions.comparison.ask import compare
    from scenarios.questions.comparison.inputs import changed_inputs
    from scenarios.questions.comparison.transitions import transitions
    from scenarios.questions.discovery.ask import discover
    from scenarios.questions.explanation.ask import explain
    from scenarios.questions.explanation.average import nearest_on_average
    from scenarios.questions.explanation.counterfactual import nearest
    from scenarios.questions.explanation.ensemble import Ensemble
    from scenarios.questions.explanation.figure import story_figure
    from scenarios.questions.explanation.frozen import frozen
    from scenarios.questions.explanation.story import story
    from scenarios.questions.explanation.story_words import story_text
    from scenarios.questions.sensitivity.ask import sensitivity
    from scenarios.questions.sensitivity.rules import over_rules, rule_shares
    from scenarios.questions.sensitivity.split import variance_split
    from scenarios.questions.sweep.ask import Sweep, sweep
    from scenarios.questions.threshold.ask import threshold
    from scenarios.questions.threshold.reached import Threshold
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
    "Ensemble": "scenarios.questions.explanation.ensemble",
    "PatronageModel": "scenarios.engine.agents",
    "Results": "scenarios.results",
    "Scenario": "scenarios.scenario.scenario",
    "Sweep": "scenarios.questions.sweep.ask",
    "Threshold": "scenarios.questions.threshold.reached",
    "changed_inputs": "scenarios.questions.comparison.inputs",
    "compare": "scenarios.questions.comparison.ask",
    "control": "scenarios.scenario.overlay",
    "discover": "scenarios.questions.discovery.ask",
    "explain": "scenarios.questions.explanation.ask",
    "frozen": "scenarios.questions.explanation.frozen",
    "ladder_curve": "scenarios.runs.ladder",
    "library": "scenarios.scenario.load",
    "load": "scenarios.scenario.load",
    "nearest": "scenarios.questions.explanation.counterfactual",
    "nearest_on_average": "scenarios.questions.explanation.average",
    "over_rules": "scenarios.questions.sensitivity.rules",
    "prior": "scenarios.scenario.overlay",
    "read": "scenarios.store.folder",
    "replay": "scenarios.runs.replay",
    "rule_shares": "scenarios.questions.sensitivity.rules",
    "run_to_disk": "scenarios.runs.to_disk",
    "runs_needed": "scenarios.runs.needed",
    "save": "scenarios.store.folder",
    "sensitivity": "scenarios.questions.sensitivity.ask",
    "simulate": "scenarios.runs.play",
    "story": "scenarios.questions.explanation.story",
    "story_figure": "scenarios.questions.explanation.figure",
    "story_text": "scenarios.questions.explanation.story_words",
    "summarise": "scenarios.summary",
    "sweep": "scenarios.questions.sweep.ask",
    "threshold": "scenarios.questions.threshold.ask",
    "to_ema": "scenarios.questions.adaptors",
    "to_salib": "scenarios.questions.adaptors",
    "transitions": "scenarios.questions.comparison.transitions",
    "variance_split": "scenarios.questions.sensitivity.split",
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
