"""What all tests stand on: no clock, and Ctrl-C."""

import signal

from hypothesis import settings

# two processes share the machine, and speed is measured by benchmarks: properties are held against no clock
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

# a shell that starts the suite in the background ignores Ctrl-C for it and for all that it starts
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
