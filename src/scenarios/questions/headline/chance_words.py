"""What is a chance called? The words of the intelligence community's standard, each for a range of chances.

References
----------
Office of the Director of National Intelligence, Intelligence Community Directive 203, Analytic Standards (2 January
2015), D.6.e.(2)(a): almost no chance 1-5 %, very unlikely 5-20 %, unlikely 20-45 %, roughly even chance 45-55 %, likely
55-80 %, very likely 80-95 %, almost certain 95-99 %. Its ends are left open here.
"""

from bisect import bisect_right

LIMITS = (0.05, 0.20, 0.45, 0.55, 0.80, 0.95)
LIKELIHOODS = (
    "almost no chance",
    "very unlikely",
    "unlikely",
    "roughly even chance",
    "likely",
    "very likely",
    "almost certain",
)
SCALE = "ICD 203"


def likelihood(chance: float) -> str:
    """A chance in words.

    Parameters
    ----------
    chance : float
        Between 0 and 1; one that lies on a limit has the higher word.

    Examples
    --------
    >>> likelihood(0.03), likelihood(0.5)
    ('almost no chance', 'roughly even chance')
    """
    return LIKELIHOODS[bisect_right(LIMITS, chance)]
