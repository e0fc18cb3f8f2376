"""An older address of the readable engine: it lives in `scenarios.engine.agents`."""

from scenarios.engine.agents import PatronageModel

__all__ = ["PatronageModel"]
