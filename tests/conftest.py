"""Properties are held against no clock: two processes share the machine, and speed is measured by benchmarks."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
