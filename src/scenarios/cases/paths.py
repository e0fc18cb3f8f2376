"""How does pressure on a client move over the window? Steps of the codebook's ladder, by day or by date."""

import re
from datetime import date, timedelta
from itertools import pairwise

TOP_RUNG = 10
MOST_DAYS = 36_525  # a hundred years
MOST_STEPS = 500
COUNTED = re.compile(r"(\d{1,6}):(\d{1,2})")
DATED = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?:(\d{1,2})(?:\s.*)?", re.DOTALL)
Steps = tuple[tuple[int, int], ...]


def counted_steps(text: str) -> Steps:
    """The steps in a text like ``0:3 13:5 26:6``, day from the start and rung; refuses what is none.

    Examples
    --------
    >>> counted_steps("0:3 13:5 26:6")
    ((0, 3), (13, 5), (26, 6))
    """
    steps = []
    for word in text.split():
        found = COUNTED.fullmatch(word)
        if not found:
            raise ValueError(f"{word[:40]!r} is no step. Write day:rung steps such as 0:3 13:5 26:6.")
        steps.append((int(found[1]), int(found[2])))
    return _risen(steps)


def dated_steps(text: str, start: date) -> Steps:
    """The steps in a text like ``2020-01-03:6 strike; 2020-02:3 quiet``.

    A month alone stands for its 15th, a year for 1 July; the start of the window, where they lie before it.

    Examples
    --------
    >>> dated_steps("2020-01-03:6 strike; 2020-02:3 quiet", date(2020, 1, 1))
    ((2, 6), (45, 3))
    """
    steps = []
    for word in filter(None, map(str.strip, text.split(";"))):
        found = DATED.fullmatch(word)
        if not found:
            raise ValueError(f"{word[:40]!r} is no step. Write date:rung event; ..., such as 2020-01-03:6 strike.")
        day = day_of(*found.groups()[:3])
        is_rough = found[3] is None
        steps.append((max(0, (day - start).days) if is_rough else (day - start).days, int(found[4])))
    return _risen(steps)


def day_of(year: str, month: str | None, day: str | None) -> date:
    """The day that a date stands for, which may lack its day, or month."""
    try:
        return date(int(year), int(month or 7), int(day or (15 if month else 1)))
    except ValueError as error:
        said = "-".join(part for part in (year, month, day) if part)
        raise ValueError(f"{said} is no date ({error}). Write dates like 2025-08-14.") from error


def _risen(steps: list[tuple[int, int]]) -> Steps:
    """Steps whose days rise and whose rungs stand on the ladder; refuses others."""
    if not steps:
        raise ValueError("no step. Write day:rung steps such as 0:3 13:5 26:6.")
    for day, rung in steps:
        if not 0 <= day <= MOST_DAYS:
            raise ValueError(f"day {day} lies outside [0, {MOST_DAYS}], counted from the start of the window.")
        if not 0 <= rung <= TOP_RUNG:
            raise ValueError(f"rung {rung} lies outside [0, {TOP_RUNG}], the codebook's pressure ladder.")
    if len(steps) > MOST_STEPS:
        raise ValueError(f"{len(steps):,} steps are more than {MOST_STEPS}. Leave out those that change little.")
    days = [day for day, _ in steps]
    for before, after in pairwise(days):
        if after <= before:
            raise ValueError(f"day {after} does not come after day {before}. The days of the steps must rise.")
    return tuple(steps)


def days_between(start: date, end: date) -> int:
    """Length of a window.

    Examples
    --------
    >>> days_between(date(2025, 8, 14), date(2025, 11, 30))
    108
    """
    return (end - start) // timedelta(days=1)
