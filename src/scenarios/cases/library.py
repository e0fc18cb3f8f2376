"""Which cases ship, and what is learnt of them? The mode of the posterior, draws around it, and two fits that ship."""

import json
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.cases.hazards import PRIOR, SPREAD, Numbers, log_posterior, windows_of
from scenarios.cases.rows import OUTCOMES, Cases, Floats, Row, read_cases, size
from scenarios.errors import UnknownName
from scenarios.scenario.user_table import read_table
from scenarios.store.aside import put_file, written_aside
from scenarios.store.manifest import versions

DRAWS, PROPOSALS = 400, 4_000
TAIL = 6.0  # degrees of freedom of the proposals: heavier tails than the posterior's
GRADIENT = 1e-3  # at which the mode is found
BEND = 1e-3  # step of the second differences at the mode
DATA = Path(__file__).parent / "data"
CALIBRATION = "calibration"
ALL = "all"
FILES = {CALIBRATION: ("calibration",), "open_test": ("open_test",), ALL: ("calibration", "open_test")}
HASH_LENGTH = 12
METHOD = (
    "mode of the posterior by BFGS; draws by importance sampling from a multivariate t (6 degrees of freedom) around "
    "it, resampled systematically"
)


class Peak(NamedTuple):
    """The mode of the posterior and the covariance of the normal that has its bend there."""

    mode: Floats
    covariance: NDArray[Any]


class Fit(NamedTuple):
    """What was learnt from some rows."""

    training: Cases  # the rows, whose outcomes are known
    mode: Numbers
    draws: Floats  # equally likely, in the order of `Numbers`, shape (draws, 8)
    shares: Floats  # of the four outcomes among the rows: the base rates


def outcome_shares(cases: Cases) -> Floats:
    """Shares of the four outcomes among some rows."""
    return np.bincount(cases.outcome, minlength=len(OUTCOMES)) / len(cases.outcome)


def mode_of(cases: Cases, near: Fit | None = None) -> Floats:
    """The mode of the posterior of some rows; a fit of nearly the same rows helps to find it sooner."""
    from scipy.optimize import minimize

    windows = windows_of(cases)
    hint = {} if near is None else {"hess_inv0": np.cov(near.draws.T)}
    start = np.array(PRIOR if near is None else near.mode)

    def height(numbers: Floats) -> float:
        return -log_posterior(cases, windows, Numbers(*numbers))

    return np.asarray(minimize(height, start, method="BFGS", options={"gtol": GRADIENT, **hint}).x)


def peak_of(cases: Cases) -> Peak:
    """The mode of the posterior of some rows, and the covariance there: by second differences."""
    mode, windows = mode_of(cases), windows_of(cases)
    steps = np.eye(len(mode)) * BEND

    def height(place: Floats) -> float:
        return -log_posterior(cases, windows, Numbers(*place))

    bend = np.empty((len(mode), len(mode)))
    for i, one in enumerate(steps):
        for j, other in enumerate(steps[: i + 1]):
            corners = height(mode + one + other) - height(mode + one - other)
            corners += height(mode - one - other) - height(mode - one + other)
            bend[i, j] = bend[j, i] = corners / (4 * BEND * BEND)
    return Peak(mode, np.linalg.inv(bend))


def sampled(cases: Cases, peak: Peak, draws: int, proposals: int, seed: int) -> tuple[Floats, float]:
    """Draws of the posterior, shape (draws, 8), and the effective number of proposals behind them."""
    rng, windows = np.random.default_rng(seed), windows_of(cases)
    root = np.linalg.cholesky(peak.covariance)
    normal = rng.standard_normal((proposals, len(peak.mode)))
    stretch = np.sqrt(TAIL / rng.chisquare(TAIL, proposals))
    places = peak.mode + (normal * stretch[:, None]) @ root.T
    squared = ((normal * stretch[:, None]) ** 2).sum(1)
    proposed = -0.5 * (TAIL + len(peak.mode)) * np.log1p(squared / TAIL)
    heights = np.array([log_posterior(cases, windows, Numbers(*place)) for place in places])
    weights = np.exp(heights - proposed - (heights - proposed).max())
    weights /= weights.sum()
    ends = np.cumsum(weights)
    picked = np.searchsorted(ends, (np.arange(draws) + rng.random()) / draws * ends[-1])
    return places[rng.permutation(picked)], float(1.0 / (weights**2).sum())


def fitted(cases: Cases, draws: int = DRAWS, proposals: int = PROPOSALS, seed: int = 1) -> tuple[Fit, float]:
    """The fit of some rows with its draws, and the effective number of proposals behind them."""
    peak = peak_of(cases)
    found, effective = sampled(cases, peak, draws, proposals, seed)
    return Fit(cases, Numbers(*peak.mode.tolist()), found, outcome_shares(cases)), effective


def refitted(fit: Fit, cases: Cases) -> Fit:
    """A fit of nearly the same rows, for the many of a cross-validation: its draws are moved to the new mode."""
    mode = mode_of(cases, fit)
    return Fit(cases, Numbers(*mode.tolist()), fit.draws + (mode - np.array(fit.mode)), outcome_shares(cases))


def _rows_in(name: str) -> list[Row]:
    """The rows of a file of the library."""
    head, _, rows = read_table(DATA / f"{name}.csv")
    return [dict(zip(head, row, strict=True)) for row in rows]


@cache
def coded_rows(which: str = ALL) -> tuple[Row, ...]:
    """Rows of the library with all that is coded of them, in the columns of the codebook."""
    return tuple(row for name in FILES[which] for row in _rows_in(name))


@cache
def library_cases(which: str = ALL) -> Cases:
    """The rows of the library: ``calibration`` (65), ``open_test`` (26) or ``all`` of them."""
    return read_cases(pd.DataFrame(coded_rows(which)))


def rows_hash(which: str) -> str:
    """Hash of the files that hold some rows."""
    return sha256(b"".join((DATA / f"{name}.csv").read_bytes() for name in FILES[which])).hexdigest()[:HASH_LENGTH]


@cache
def shipped_fit(which: str = ALL) -> Fit:
    """The fit of some rows of the library, whose draws ship with it: ``calibration`` or ``all``."""
    training = library_cases(which)
    draws = np.loadtxt(DATA / f"fit_{which}.csv", delimiter=",", skiprows=1)
    return Fit(training, Numbers(**shipped_manifest(which)["mode"]), draws, outcome_shares(training))


def shipped_manifest(which: str = ALL) -> dict[str, Any]:
    """How the draws that ship were made."""
    found: dict[str, Any] = json.loads((DATA / f"fit_{which}.json").read_text("utf-8"))
    return found


def coded_row(name: str) -> Row:
    """One row of the library.

    Examples
    --------
    >>> coded_row("SYR15R")["client"]
    'Syria'
    """
    rows = {row["case_id"].lower(): row for row in coded_rows()}
    if name.lower() not in rows:
        raise UnknownName("case", name, [row["case_id"] for row in coded_rows()])
    return rows[name.lower()]


def sources_of(name: str) -> list[Row]:
    """The sources of one row, with what each supports and its grade."""
    return [row for row in _rows_in("sources") if row["case_id"] == name]


def says(row: Row, word: str) -> bool:
    """Whether a row has a word in any of its cells, in capitals or not."""
    return any(word.lower() in cell.lower() for cell in row.values())


class Refit(NamedTuple):
    """A fit and how it was made."""

    fit: Fit
    manifest: dict[str, Any]


def refit(which: str, seed: int, draws: int = DRAWS, proposals: int = PROPOSALS) -> Refit:
    """The fit of the ``calibration`` rows, or of ``all``."""
    rows = library_cases(which)
    fit, effective = fitted(rows, draws, proposals, seed)
    manifest = {
        "command": f"scenarios fit --cases {which} --seed {seed}",
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "rows": size(rows),
        "rows_hash": rows_hash(which),
        "seed": seed,
        "draws": draws,
        "proposals": proposals,
        "effective_proposals": round(effective, 1),
        "method": METHOD,
        "mode": {name: round(float(value), 6) for name, value in fit.mode._asdict().items()},
        **versions(),
    }
    return Refit(fit, manifest)


def write_refit(folder: Path, which: str, made: Refit) -> Path:
    """Writes the draws and their manifest; returns the folder."""
    with written_aside(folder) as aside:
        aside.mkdir()
        table = pd.DataFrame(made.fit.draws, columns=Numbers._fields)
        put_file(aside / f"fit_{which}.csv", table.to_csv(index=False, float_format="%.6f"))
        put_file(aside / f"fit_{which}.json", json.dumps(made.manifest, indent=1) + "\n")
    return folder


def learnt_numbers(fit: Fit) -> pd.DataFrame:
    """What was learnt of each number: its prior, the mode, and the draws' mean and spread."""
    learnt = {"mode": fit.mode, "mean": fit.draws.mean(0), "sd": fit.draws.std(0)}
    table = pd.DataFrame({"number": Numbers._fields, "prior_mean": PRIOR, "prior_sd": SPREAD, **learnt})
    return table.round(3)
