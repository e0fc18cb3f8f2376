"""What will a request take, in time and in room? One that makes no sense, or takes too much, is refused."""

from scenarios.errors import RequestRefused

SECONDS_A_RUN = 0.00025  # on one core
BYTES_A_RUN = 75  # on the disk
BYTES_A_FULL_RUN = 3000  # of the first runs, which are kept with their numbers and events
FULL_RUNS = 100_000
BYTES_BESIDE = 24_000_000  # of the figures, the curve over the rungs, the courses of the first runs
MOST_RUNS = 100_000_000
UNTOLD = 10**30  # whatever is beyond takes as long
LARGEST_SEED = 2**63 - 1


def check_request(replications: int, points: int | None, seed: int, jobs: int) -> None:
    """Refuses a number of runs, a seed or a number of threads that makes no sense.

    Raises
    ------
    RequestRefused
        With the cost of the request, if it is the cost that speaks against it.
    """
    for option, number in (("--replications", replications), ("--points", 1 if points is None else points)):
        if number < 1:
            raise RequestRefused(f"{option} {number}: must be at least 1. The default is 10000 runs, without points.")
    if jobs < 0:
        raise RequestRefused(f"--jobs {jobs}: must be 0 (all threads) or more.")
    if not 0 <= seed <= LARGEST_SEED:
        raise RequestRefused(f"--seed {seed}: must lie in 0 to {LARGEST_SEED}.")
    runs = min(replications * (points or 1), UNTOLD)
    if runs > MOST_RUNS:
        raise RequestRefused(
            f"{runs:.4g} runs would take {cost(runs)}, and their control as much again. "
            f"At most {MOST_RUNS:,} are allowed; with them the Monte Carlo error of a probability is at most 0.00005."
        )


def cost(runs: int, n_scenarios: int = 1) -> str:
    """Time and room that a number of runs of each of some scenarios will take, in words.

    Examples
    --------
    >>> cost(1_000_000, 2)
    'about 8.3 minutes on one core and 750.0 MB on the disk'
    """
    return f"about {time_of(n_scenarios * runs)} on one core and {memory_size(n_scenarios * room(runs))} on the disk"


def time_of(runs: int) -> str:
    """Time that a number of runs will take on one core, in words."""
    return duration(runs * SECONDS_A_RUN)


def room(runs: int) -> float:
    """Room that a number of runs will take on the disk [bytes].

    Examples
    --------
    >>> memory_size(room(1_000_000))
    '375.0 MB'
    """
    return runs * BYTES_A_RUN + min(runs, FULL_RUNS) * BYTES_A_FULL_RUN


def duration(seconds: float) -> str:
    """A time in the largest unit that fits.

    Examples
    --------
    >>> duration(2e8)
    '6.3 years'
    """
    for unit, length in (("years", 365.25 * 86400), ("days", 86400.0), ("hours", 3600.0), ("minutes", 60.0)):
        if seconds >= length:
            return f"{seconds / length:,.1f} {unit}"
    return f"{seconds:.1f} seconds"


def memory_size(count: float) -> str:
    """An amount of memory or disk in the largest unit that fits.

    Examples
    --------
    >>> memory_size(2e15)
    '2,000.0 TB'
    """
    for unit, length in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6)):
        if count >= length:
            return f"{count / length:,.1f} {unit}"
    return f"{count:,.0f} bytes"
