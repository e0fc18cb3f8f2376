"""Which requests count: those whose window has closed, whether they were met or not."""

from types import SimpleNamespace

import numpy as np
import pytest

from reference_pages.requests import closed_requests
from scenarios import load
from scenarios.recorded import EventRow, columns
from scenarios.rulebook.layout import width
from scenarios.scenario.arrays import ordered
from scenarios.vocabulary import EventKind

SCENARIO = load("venezuela_2025_august")
ARMS = float(ordered(SCENARIO, "channels").index("arms"))
ASKED, MET, LAPSED = (float(each) for each in (EventKind.REQUEST, EventKind.REQUEST_MET, EventKind.REQUEST_LAPSED))
RUSSIA, CHINA = 3.0, 0.0


def courses(*events):
    """Two runs, numbers 10 and 11, with events (run, step, patron, kind) on arms."""
    rows = np.zeros((len(events), width(EventRow)))
    written = columns(EventRow, rows)
    written.channel[:], written.rung[:] = ARMS, 7
    for place, event in enumerate(events):
        for column, value in zip((written.run, written.step, written.actor, written.kind), event, strict=True):
            column[place] = value
    return SimpleNamespace(first=10, rung=np.zeros((2, 1)), events=rows)


@pytest.mark.parametrize(
    ("events", "met", "lapsed"),
    [
        ([], [0, 0], [0, 0]),
        ([(10, 4, RUSSIA, ASKED), (10, 30, RUSSIA, MET)], [1, 0], [0, 0]),
        ([(10, 4, RUSSIA, ASKED), (10, 30, RUSSIA, LAPSED)], [0, 0], [1, 0]),
        # the other request of the same week is still open at the end: so would this window be
        ([(10, 4, RUSSIA, ASKED), (10, 4, CHINA, ASKED), (10, 30, RUSSIA, MET)], [0, 0], [0, 0]),
        # the one that is open was made later: this window has closed
        ([(10, 4, RUSSIA, ASKED), (10, 60, CHINA, ASKED), (10, 30, RUSSIA, MET)], [1, 0], [0, 0]),
        # an open request in another run says nothing
        ([(11, 4, CHINA, ASKED), (10, 4, RUSSIA, ASKED), (10, 30, RUSSIA, MET)], [1, 0], [0, 0]),
        # a request that was open at the opening
        ([(11, 3, CHINA, MET)], [0, 1], [0, 0]),
    ],
)
def test_a_met_request_counts_only_if_its_window_has_closed(events, met, lapsed):
    found = closed_requests(SCENARIO, courses(*events), "arms")
    assert [each.tolist() for each in found] == [met, lapsed]


def test_requests_of_one_patron_and_at_high_rungs_only():
    played = courses((10, 4, RUSSIA, ASKED), (10, 4, CHINA, ASKED), (10, 30, RUSSIA, MET), (10, 40, CHINA, LAPSED))
    russia, china, higher = (
        closed_requests(SCENARIO, played, "arms", **only)
        for only in ({"patron": "russia"}, {"patron": "china"}, {"rung": 8.0})
    )
    assert [each.tolist() for each in (*russia, *china, *higher)] == [[1, 0], [0, 0], [0, 0], [1, 0], [0, 0], [0, 0]]
