"""How is a threshold written down and read again? As plain values that JSON can hold, beside its tables."""

import math
from typing import TYPE_CHECKING, Any

from scenarios.questions.threshold.crossings import Crossed, Crossing
from scenarios.questions.threshold.reached import Threshold

if TYPE_CHECKING:
    from pandas import DataFrame

Record = dict[str, Any]


def as_record(found: Threshold) -> Record:
    """A threshold without its tables; an end that is open, and a value that is none, are None.

    Examples
    --------
    >>> import pandas as pd
    >>> answer = Crossed("never", math.nan, math.nan, math.nan, "flat", ())
    >>> found = Threshold("client.holds", "client.hold", "share", 0.5, (0, 1), answer, pd.DataFrame())
    >>> as_record(found)["answer"]["value"]
    """
    return {
        "of": found.of,
        "over": found.over,
        **({"number": found.number, "on": found.on} if found.on else {}),
        "unit": found.unit,
        "probability": found.probability,
        "span": list(found.span),
        "answer": _answer_record(found.answer),
        "climb": None if found.climb is None else _answer_record(found.climb),
    }


def from_record(record: Record, curve: "DataFrame", ladder: "DataFrame | None") -> Threshold:
    """The threshold that `as_record` wrote down."""
    low, high = record["span"]
    return Threshold(
        of=record["of"],
        over=record["over"],
        unit=record["unit"],
        probability=record["probability"],
        span=(low, high),
        answer=_answer_from(record["answer"]),
        curve=curve,
        climb=None if record["climb"] is None else _answer_from(record["climb"]),
        ladder=ladder,
    )


def _answer_record(answer: Crossed) -> Record:
    """An answer as plain values."""
    crossings = [
        {**_ends(crossing.value, crossing.low, crossing.high), "direction": crossing.direction}
        for crossing in answer.crossings
    ]
    ends = _ends(answer.value, answer.low, answer.high)
    return {"outcome": answer.outcome, **ends, "shape": answer.shape, "crossings": crossings}


def _ends(value: float, low: float, high: float) -> Record:
    """A value and its interval, None for what is not finite."""
    return {
        name: number if math.isfinite(number) else None
        for name, number in (("value", value), ("low", low), ("high", high))
    }


def _answer_from(record: Record) -> Crossed:
    """The answer that `_answer_record` wrote down."""
    crossings = tuple(Crossing(*_numbers(crossing), crossing["direction"]) for crossing in record["crossings"])
    if record["value"] is None:
        return Crossed(record["outcome"], math.nan, math.nan, math.nan, record["shape"], crossings)
    return Crossed(record["outcome"], *_numbers(record), record["shape"], crossings)


def _numbers(record: Record) -> tuple[float, float, float]:
    """A value and its interval, open where there is no end."""
    low, high = record["low"], record["high"]
    return record["value"], -math.inf if low is None else low, math.inf if high is None else high
