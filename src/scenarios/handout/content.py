"""What stands in a report? Its figures, what changed, the assumptions that matter most, what is said beside them."""

import base64
import io
import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from scenarios.errors import RequestRefused
from scenarios.handout.gathered import Played
from scenarios.outcomes.events import name_of
from scenarios.questions.comparison.ask import comparison_tables
from scenarios.questions.comparison.figure import sides_of
from scenarios.questions.comparison.words import Part, reading_notes, sections_of
from scenarios.questions.headline.figure import figures_of
from scenarios.questions.headline.sentences import amount
from scenarios.questions.headline.words import run_notes, run_sections
from scenarios.questions.naming import number_words
from scenarios.questions.sensitivity.first_order import BEYOND, sensitivity_given
from scenarios.report.contrast import contrast
from scenarios.report.style import DOTS, SETTINGS, between_texts
from scenarios.report.wording import NOTHING, Section, runs_line, words
from scenarios.scenario.check_numbers import known_sources, pedigree_words
from scenarios.scenario.describe import fitted_range, head_rows, range_of, short
from scenarios.scenario.finding import number_at
from scenarios.scenario.load import library
from scenarios.scenario.scenario import Parameter, Scenario
from scenarios.significance import CHANGED

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from PIL import Image


FIRST = "step_back"
COLOURS, SHADES = 64, 256  # of flat figures, of maps and of what was drawn elsewhere
HEADLINE = ("step_back", "step_back_further")
MOST = 10  # that a reader will look at
REACHED = ("https://", "http://")
READING = (
    "Share: what knowing this number alone would explain of whether an outcome happens in a run, with its 95 % "
    "interval; the outcome of which it explains most is named. Most of the rest is luck within runs. Shares overlap "
    "where numbers go together. Numbers that explain no more than luck would are left out."
)
ALREADY_SAID = ("title", "question", "set")
CAVEATS = (
    "The chances are those of a model under ranges that people judged. They are no forecast that was held against what "
    "came after.",
    "The model knows no firms, factions, changes of leader, deals over the client's head, nor the domestic politics of "
    "the coercer.",
    "How sharply patrons tell better from worse sets the level of every chance and cannot be read off history.",
    "It can be misused by those who apply the pressure. It holds no more than public evidence and shows wide ranges.",
)
PAGES = (
    ("docs/model.md", "the model in words and equations; its limits in section 9"),
    ("docs/reference/health.md", "what is right and what is missed, sign by sign"),
    ("docs/reference/claims.md", "what stands and falls of published claims"),
    ("docs/reference/coverage.md", "how often the printed intervals hold the truth"),
    ("docs/reference/reference-class.md", "the cases, and what they can say"),
    ("docs/reference/tables.md", "every column"),
)


class Picture(NamedTuple):
    """A figure as it stands in the page: its finding, and the image itself as a data address."""

    finding: str
    image: str
    is_titled: bool = False  # whether the image says it itself
    caption: str = ""


def pictures(played: Played) -> list[Picture]:
    """The figures of a run, the one that answers the question first."""
    makers = figures_of(played.results, played.summary, played.control, played.curve)
    return pictures_drawn([makers[name] for name in sorted(makers, key=lambda name: name != FIRST)])


def comparison_pictures(compared: pd.DataFrame, sides: Sequence[Played], heading: str) -> list[Picture]:
    """The headline outcomes of every side; none if the sides share no patron that is at risk."""
    scenario = sides[0].scenario
    counts = compared[compared["n"] > 0].groupby("outcome")["b"].count()
    asked = [name for name in headline_names(scenario) if counts.get(name, 0) == len(sides) - 1]
    if not asked:
        return []
    table = sides_of(compared, [side.letter for side in sides], asked, scenario)
    return pictures_drawn([lambda: contrast(table, heading, scenario, sides[0].manifest)])


def headline_names(scenario: Scenario) -> list[str]:
    """Both step-backs of each patron."""
    return [f"{patron}.{event}" for patron in scenario.patrons for event in HEADLINE]


def pictures_drawn(makers: "Sequence[Callable[[], Figure]]", colours: int = COLOURS) -> list[Picture]:
    """Figures as pictures, heading and caption taken out of the image: in the page they are text."""
    import matplotlib

    found = []
    with matplotlib.rc_context(SETTINGS):
        for make in makers:
            figure = make()
            found.append(picture_said(figure, image_address(figure, colours)))
    return found


def picture_said(figure: "Figure", address: str) -> Picture:
    """A drawn figure with its title and its caption as text."""
    finding, caption = (" ".join(said.split()) for said in (figure.get_suptitle(), figure.get_supxlabel()))
    return Picture(finding, address, caption=caption)


def kept_picture(file: Path) -> Picture:
    """A figure of a folder as it was drawn, its heading in the image."""
    from PIL import Image

    return Picture(file.stem.replace("_", " "), address_in(Image.open(file), SHADES), is_titled=True)


def image_address(figure: "Figure", colours: int) -> str:
    """The image between title and caption as an address: nothing has to be fetched.

    Notes
    -----
    A figure of flat colours needs no more than 64; so ten results fit in a page that can be sent by mail.
    """
    from PIL import Image

    drawing = io.BytesIO()
    figure.savefig(drawing, format="png", dpi=DOTS, facecolor="white", bbox_inches=between_texts(figure))
    return address_in(Image.open(drawing), colours)


def address_in(drawing: "Image.Image", colours: int) -> str:
    """An image as an address."""
    image = io.BytesIO()
    drawing.convert("RGB").quantize(colours).save(image, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(image.getvalue()).decode()}"


class Compared(NamedTuple):
    """A comparison as it stands in the page."""

    said: list[str]
    pictures: list[Picture]
    sections: list[Section]
    tables: dict[Part, pd.DataFrame]


def compared(sides: Sequence[Played]) -> Compared:
    """Every side against the first, over matched runs."""
    results, scenario = [side.results for side in sides], sides[0].scenario
    found = comparison_tables(results)
    tables = {part: found[part] for part in Part}
    outcomes = tables[Part.OUTCOMES]
    changed = outcomes[outcomes["verdict"] == CHANGED]
    shown = [_named(sides), *sections_of(Part.OUTCOMES, changed, scenario)]
    shown += sections_of(Part.INPUTS, tables[Part.INPUTS], scenario)
    shown += sections_of(Part.TRANSITIONS, tables[Part.TRANSITIONS], scenario)
    said = [count_words(outcomes), *outcomes.attrs.get("notes", []), *reading_notes(tables, scenario)]
    return Compared(
        list(dict.fromkeys(said)), comparison_pictures(outcomes, sides, finding_of(outcomes, scenario)), shown, tables
    )


def count_words(outcomes: pd.DataFrame) -> str:
    """How much changes by more than luck, and how much does not."""
    n_changed = int((outcomes["verdict"] == CHANGED).sum())
    n_same = int(outcomes["p_adjusted"].notna().sum()) - n_changed
    return f"{n_changed} outcomes change by more than luck; {n_same} differences are within Monte Carlo error."


def finding_of(outcomes: pd.DataFrame, scenario: Scenario) -> str:
    """The largest change of a step back that is more than luck; what no figure shows may change more."""
    is_drawn = outcomes["outcome"].isin(headline_names(scenario)) & (outcomes["verdict"] == CHANGED)
    changed = outcomes[is_drawn].to_dict("records")
    if not changed:
        return "No step back becomes more or less likely by more than luck"
    row = max(changed, key=lambda found: abs(found["difference"]))
    what = outcome_words(scenario, str(row["outcome"]))
    ends = f"{amount(row['a'])} in A and {amount(row['b'])} in {row['versus']}"
    return f"Of the step backs this changes most: {what}, {ends}"


def _named(sides: Sequence[Played]) -> Section:
    """What each side is."""
    rows = tuple(
        (
            side.letter,
            side.scenario.title,
            "; ".join(side.scenario.overlays) or NOTHING,
            runs_line(side.manifest),
            str(side.manifest.get("seed", NOTHING)),
        )
        for side in sides
    )
    return Section("What is compared", ("side", "scenario", "changes", "runs", "seed"), rows)


class Assumption(NamedTuple):
    """One number that matters, as a reader needs it."""

    path: str
    name: str
    meaning: str
    value: str
    span: str
    unit: str
    share: float
    interval: str
    of: str
    source: str
    address: str
    note: str


class Weighty(NamedTuple):
    """The numbers that matter most, and what is to be said of them or of their absence."""

    found: list[Assumption]
    said: str


def weighty(played: Played) -> Weighty:
    """The drawn numbers that explain most of any headline outcome, the largest first."""
    scenario = played.scenario
    if not scenario.uncertain:
        return Weighty([], "Every number was held at its central value: the runs cannot tell which one matters.")
    try:
        shares = sensitivity_given(played.results).shares
    except RequestRefused as why:
        return Weighty([], f"The runs cannot tell which numbers matter. {why}")
    told = largest(shares)
    if not len(told):
        return Weighty([], "No single number explains more of an outcome than luck would.")
    return Weighty([assumption(scenario, row) for row in told.to_dict("records")], READING)


def largest(shares: pd.DataFrame) -> pd.DataFrame:
    """The largest share of each number that is more than luck, the largest first."""
    kept = shares[shares["verdict"] == BEYOND].sort_values("share", ascending=False, kind="stable")
    return kept.drop_duplicates("path").head(MOST)


def assumption(scenario: Scenario, row: Mapping[Any, Any]) -> Assumption:
    """A number with its pedigree and what it explains."""
    path, number = row["path"], scenario.numbers[row["path"]]
    limits = number_at(path)
    source, address = cited(scenario, number)
    return Assumption(
        path,
        number_words(scenario, path),
        limits.meaning,
        short(number.value),
        fitted_range(scenario, path) or range_of(number),
        number.unit,
        float(row["share"]),
        f"{100 * row['low']:.1f} to {100 * row['high']:.1f} %",
        outcome_words(scenario, row["outcome"]),
        source,
        address,
        number.note,
    )


def cited(scenario: Scenario, number: Parameter) -> tuple[str, str]:
    """A number's source in words, and its address if it is one of the web."""
    if number.pedigree != "sourced":
        return number.source, ""
    source = known_sources(scenario).get(number.source)
    if source is None:
        return number.source, ""
    said = f"{source.title}, {source.publisher} {source.year}, {number.where} (quality {source.quality})"
    return said, source.address if source.address.startswith(REACHED) else ""


def outcome_words(scenario: Scenario, outcome: str) -> str:
    """An outcome as people say it.

    Examples
    --------
    >>> from scenarios import load
    >>> outcome_words(load("toy"), "redland.step_back")
    'Redland: step back'
    """
    who, _, event = outcome.partition(".")
    return f"{name_of(scenario, who if who == 'client' else f'patrons.{who}')}: {words(event)}"


def all_tables(played: Played) -> list[Section]:
    """Every table of the run that has a row."""
    return [section for section in run_sections(played.summary, played.scenario, played.told.further) if section.rows]


def notes(played: Played) -> list[str]:
    """How the tables are to be read."""
    return run_notes(played.summary, played.scenario, played.manifest)


def changes(scenario: Scenario) -> list[tuple[str, str]]:
    """What was laid over the scenario, believed or set, in order."""
    kinds = {"--set": "set", "--believe": "believed"}
    found = []
    for line in scenario.overlays:
        option, _, rest = line.partition(" ")
        if option in kinds:
            found.append((kinds[option], rest))
        elif line.startswith("--"):
            found.append(
                ("numbers", {"--fixed": "all at their central values", "--prior": "the raw ranges"}.get(line, line))
            )
        else:
            found.append(("overlaid", line))
    return found


def facts(scenario: Scenario) -> list[tuple[str, str]]:
    """What was played, before its numbers."""
    return [(str(row["path"]), str(row["value"])) for row in head_rows(scenario) if row["path"] not in ALREADY_SAID]


def caveats(played: Played) -> list[str]:
    """What the model cannot tell, and what these very runs lack."""
    own = [f"Numbers of this scenario by origin: {pedigree_words(played.scenario)}."]
    if played.manifest.get("interrupted"):
        own.append(f"The runs were interrupted: {runs_line(played.manifest)}. Chances of rare events suffer most.")
    if played.control is None:
        own.append("No control was run: how much of this is the pressure's doing remains open.")
    return [*CAVEATS, *own]


def command_of(played: Played) -> str:
    """The very command that gives these runs again.

    Notes
    -----
    Of a scenario that is none of the library the file is named; whether it is the same one, its hash tells.
    """
    manifest = played.manifest
    said = command_begun("run", played.scenario)
    said += ["--replications", str(manifest["replications"])]
    said += [] if manifest.get("points") is None else ["--points", str(manifest["points"])]
    said += ["--seed", str(manifest["seed"])]
    said += [] if played.control is not None else ["--no-control"]
    return shlex.join([*said, *engine_said(manifest)])


def engine_said(manifest: Mapping[str, Any]) -> list[str]:
    """The engine, where it is not the usual one."""
    engine = str(manifest.get("engine", "batch"))
    return [] if engine == "batch" else ["--engine", engine]


def command_begun(verb: str, scenario: Scenario) -> list[str]:
    """A command with its scenario, and what was laid over it."""
    said = ["scenarios", verb, scenario.name if scenario.name in library() else f"{scenario.name}.toml"]
    for line in scenario.overlays:
        said += line.split(" ", 1) if line.startswith("--") else ["--overlay", line]
    return said


def sweep_command(scenario: Scenario, manifest: Mapping[str, Any]) -> str:
    """The very command that gives a sweep again; empty for one of an earlier edition, which did not keep it."""
    if not (how := manifest.get("how")):
        return ""
    said = [*how, "--replications", manifest["replications"], "--seed", manifest["seed"]]
    said += [word for of in manifest.get("of", ()) for word in ("--of", of)]
    said += ["--keep-runs"] if manifest.get("keeps_runs") else []
    said += engine_said(manifest)
    return shlex.join([*command_begun("sweep", scenario), *map(str, said)])


def comparison_command(manifest: Mapping[str, Any]) -> str:
    """The very command that gives a comparison again; empty for one of an earlier edition, which did not keep it."""
    how = manifest.get("how")
    return shlex.join(["scenarios", "compare", *how]) if how else ""


def repeated_by(manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a repetition must agree with: hashes, seed, size, versions."""
    named = ("id", "scenario_hash", "rulebook_hash", "seed", "engine", "date")
    found = [(words(name), str(manifest[name])) for name in named if name in manifest]
    versions = [
        f"{name.removeprefix('version_')} {value}" for name, value in manifest.items() if name.startswith("version_")
    ]
    return [*found, ("size", runs_line(manifest)), ("versions", ", ".join(versions))]
