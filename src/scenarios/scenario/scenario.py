"""A scenario as the rest of the package sees it: frozen, checked, every number with its pedigree."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from scenarios.legible import Glimpsed

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

Distribution = Literal["fixed", "triangular", "uniform", "loguniform"]
Step = Literal["day", "week", "month"]
DAYS_IN_YEAR = 365.25
OUT_OF_REACH = "no table for this channel in the file: out of reach"
STEP_DAYS: dict[str, float] = {"day": 1.0, "week": 7.0, "month": DAYS_IN_YEAR / 12}


@dataclass(frozen=True)
class Source:
    """A source that states numbers of a scenario itself.

    Attributes
    ----------
    quality : str
        A wire or primary text, B decent copy, C weak or one-sided, U analyst knowledge, unverified.
    """

    title: str
    publisher: str
    year: int
    address: str
    quality: str
    note: str = ""


@dataclass(frozen=True)
class Parameter:
    """One number with its pedigree.

    Attributes
    ----------
    path : str
        Dotted path, e.g. ``patrons.russia.risk_tolerance`` or ``patrons.russia.channels.oil.cost``.
    value, low, high : float
        Central value and range, in `unit`; a fixed number has low = value = high.
    distribution : str
        ``fixed``, ``triangular`` (mode = value), ``uniform`` or ``loguniform`` over the range.
    unit : str
        As declared on the sheet in `scenarios.rulebook.traits`.
    source : str
        ``judgement``, ``derived: FORMULA``, ``fitted: PROCEDURE``, or the id of an entry of sources.toml that
        states this very quantity.
    where : str
        Table, row or page in the source; empty unless `source` is an id.
    note : str
        One line for the reader.
    """

    path: str
    value: float
    low: float
    high: float
    distribution: Distribution
    unit: str
    source: str
    where: str
    note: str

    @property
    def is_uncertain(self) -> bool:
        """Whether the number is drawn afresh in each run."""
        return self.distribution != "fixed"

    @property
    def pedigree(self) -> str:
        """``sourced``, ``derived``, ``fitted`` or ``judgement``."""
        kind = self.source.split(":")[0]
        return kind if kind in ("judgement", "derived", "fitted") else "sourced"


@dataclass(frozen=True)
class Path:
    """A step function of time that multiplies a number or scripts a condition; the first value holds before.

    Attributes
    ----------
    values : tuple of float
        Rungs and shares of what is scripted; factors of all else, also where the file gives quantities in the unit of
        the number: they are divided by its central value, so that its range stays an uncertainty of the whole path.
    sources : tuple of str
        One source a value; empty where `source` stands for all.
    until : date or None
        Last day on which it says anything; None if it never ends.
    """

    path: str
    dates: tuple[date, ...]
    values: tuple[float, ...]
    unit: str
    source: str
    where: str
    note: str
    until: date | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Setting:
    """An intervention: what a number is from the first step on, or from a date on, whatever it was before.

    Attributes
    ----------
    path : str
        Dotted path of a number.
    on : date or None
        Day from which it is so; None: from the first step on.
    value : float
        In the unit of the number; a factor on the run's own number if `is_factor`.
    """

    path: str
    on: date | None
    value: float
    is_factor: bool = False
    source: str = "judgement"
    note: str = ""

    @property
    def words(self) -> str:
        """The setting as a user writes it."""
        day = "" if self.on is None else f"@{self.on}"
        return f"{self.path}{day}={'x' if self.is_factor else ''}{self.value:.12g}"


@dataclass(frozen=True)
class Condition:
    """A dated condition under which the opening posture was chosen, or held.

    Attributes
    ----------
    on : date
    rung, presence : float or None
        Of the coercer; None: as at the opening.
    threat, bargain : mapping of str to float
        Patron -> factor on its number of the opening; 1 where none is given.
    """

    on: date
    rung: float | None
    presence: float | None
    threat: Mapping[str, float]
    bargain: Mapping[str, float]
    source: str
    note: str = ""


@dataclass(frozen=True)
class Observation:
    """Something that was seen: an event by a day, in the words of a question."""

    on: date
    event: str


@dataclass(frozen=True)
class Observed:
    """A past that was seen: every run relives that of one of the runs which agree with it, and goes on from there.

    Attributes
    ----------
    to : date
        The later opening: up to this day the past is relived, from then on every run has a future of its own.
    rows : tuple of Observation
        What was seen.
    seed, runs : int
        Base seed of the runs that were asked, and how many they were.
    parents : tuple of int
        Numbers of those that agree.
    past, rules : str
        Hashes of all in the scenario that decides the past, and of the rule book: with others it would be another past.
    """

    to: date
    rows: tuple[Observation, ...]
    seed: int
    runs: int
    parents: tuple[int, ...]
    past: str
    rules: str


@dataclass(frozen=True, repr=False)
class Scenario(Glimpsed):
    """A frozen scenario: what `load` returns and `simulate` takes.

    Attributes
    ----------
    name, title, question : str
    start : date
        The opening; step 0.
    step : str
        ``day``, ``week`` or ``month``.
    step_days : float
        Length of a step [days]; halved by `halve_step` only.
    steps : int
        Horizon [steps].
    persistence_days : float
        How long a step-back must last to count [days].
    notch_days : float
        The same for a notch, the step-back of the first edition [days].
    mode : str
        ``scripted``, ``ramp`` or ``adaptive``.
    decision : mapping of str to float
        Decision rule -> weight; one rule is drawn once a run.
    terms : mapping of str to str
        Term of the decision -> ``on``, ``off`` or ``frozen``; all present.
    freeze : frozenset of str
        Inputs held at their opening values: ``pressure``, ``solvency``, ``war``, ``crisis``.
    numbers : mapping of str to Parameter
        Every number by path, in file order.
    paths : mapping of str to Path
        Time paths by the path of the number they act on.
    patrons, channels : tuple of str
        Names in file order, as used in paths and tables.
    keys : mapping of str to str
        Stable key of each actor and channel (``patrons.russia``, ``channels.oil``, ``coercer``, ``client``), by which
        draws are addressed and sheets are ordered; the name unless the file says otherwise.
    labels : mapping of str to str
        Name for people: ``coercer``, ``client``, ``patrons.russia``, ``channels.oil``, ``ladder.8``.
    base : str
        Library scenario that the file builds on; empty if none.
    overlays : tuple of str
        What was laid over the file, in order: file names and ``--set`` lines.
    posterior : str
        Sample of the library from which the numbers that history identifies are drawn together; empty: all ranges
        are drawn from independently.
    held : tuple of Condition
        Dated conditions under which the opening posture was chosen and held, in the order of their dates; empty: that
        of the opening alone.
    settings : tuple of Setting
        Interventions, in the order in which they were made; they act on the day, and the opening knows nothing of them.
    publication : mapping of str to Parameter
        What a chance is mixed with before it is published: ``weight`` of the model, and ``base_rates.EVENT`` in a year;
        no run depends on it.
    reference_class : mapping
        The table of that name as the file has it, for the small model of the cases; no run reads it.
    observed : Observed or None
        The past that was seen, if the clock has been moved on; `start` and what is measured against it stay.
    sources : mapping of str to Source
        The file's own sources by id; those of the catalogue of the library are known besides.
    """

    name: str
    title: str
    question: str
    start: date
    step: Step
    step_days: float
    steps: int
    persistence_days: float
    notch_days: float
    mode: str
    decision: Mapping[str, float]
    terms: Mapping[str, str]
    freeze: frozenset[str]
    numbers: Mapping[str, Parameter]
    paths: Mapping[str, Path]
    patrons: tuple[str, ...]
    channels: tuple[str, ...]
    keys: Mapping[str, str]
    labels: Mapping[str, str]
    base: str = ""
    overlays: tuple[str, ...] = ()
    posterior: str = ""
    held: tuple[Condition, ...] = ()
    settings: tuple[Setting, ...] = ()
    publication: Mapping[str, Parameter] = field(default_factory=dict)
    reference_class: Mapping[str, Any] = field(default_factory=dict)
    observed: Observed | None = None
    sources: Mapping[str, Source] = field(default_factory=dict)

    @property
    def opening(self) -> date:
        """The day from which on every run has a future of its own: `start`, or the day to which the clock was moved."""
        return self.start if self.observed is None else self.observed.to

    @property
    def steps_gone(self) -> int:
        """Whole steps from `start` to the opening."""
        return int((self.opening - self.start).days // self.step_days)

    @property
    def step_years(self) -> float:
        """Length of a step [years]."""
        return self.step_days / DAYS_IN_YEAR

    @property
    def uncertain(self) -> dict[str, Parameter]:
        """The numbers that are drawn afresh in each run, by path."""
        return {path: number for path, number in self.numbers.items() if number.is_uncertain}

    def glimpse(self) -> tuple[str, dict[str, str]]:
        """What it is about, its size, and what was changed in it."""
        facts = {
            "question": self.question,
            "coercer, client": f"{self.labels.get('coercer', '')} presses {self.labels.get('client', '')}",
            "patrons": ", ".join(self.labels.get(f"patrons.{name}", name) for name in self.patrons),
            "channels": ", ".join(self.channels),
            "horizon": f"{self.steps} steps of a {self.step} from {self.start}",
            "numbers": f"{len(self.numbers)}, of which {len(self.uncertain)} are drawn in each run",
            "posterior": self.posterior,
            "changed": " ".join(self.overlays),
            "look closer": 'scenario.find("budget"), scenario.numbers["client.hold"]',
        }
        return f"Scenario {self.name}: {self.title}", {name: fact for name, fact in facts.items() if fact}

    def with_values(self, values: Mapping[str, Any]) -> "Scenario":
        """The scenario with interventions: so from the first step, or a date, on; see `overlay.with_values`.

        Examples
        --------
        >>> from scenarios import load
        >>> load("toy").with_values({"client.hold": 0.4, "coercer.rung@2030-03-03": 7}).settings[1].words
        'coercer.rung@2030-03-03=7'
        """
        # a method for the user's sake; the work, which needs this class, is done in a module above
        from scenarios.scenario.overlay import with_values

        return with_values(self, values)

    def believed(self, values: Mapping[str, Any]) -> "Scenario":
        """The scenario in which it has been so all along; see `overlay.believed`.

        Examples
        --------
        >>> from scenarios import load
        >>> load("toy").believed({"client.hold": 0.4}).numbers["client.hold"].value
        0.4
        """
        from scenarios.scenario.overlay import believed

        return believed(self, values)

    def plot(self) -> "Figure":
        """What each patron gives as the scenario opens, channel by channel.

        Examples
        --------
        >>> from scenarios import load
        >>> type(load("toy").plot()).__name__
        'Figure'
        """
        # a method for the user's sake; figures are drawn far above
        from scenarios.report.curves import opening_figure

        return opening_figure(self)

    def find(self, word: str) -> "DataFrame":
        """The numbers that have a word about them: in their path, meaning or note, or as another name.

        Parameters
        ----------
        word : str
            One word, or several that must all be there; capitals do not matter.

        Returns
        -------
        DataFrame
            Columns path, meaning, value, low, high, unit, source, note; the numbers that are named so stand first.

        Raises
        ------
        UnknownName
            If there is none.

        Examples
        --------
        >>> from scenarios import load
        >>> load("toy").find("support budget")["path"].tolist()[0]
        'patrons.redland.support_budget'
        """
        from scenarios.scenario.finding import findings_table, found

        return findings_table(found(self, word))
