"""What does a run say? Its summary as a handful of tables in words, and what must be read beside them."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.history.words import pattern_notes, patterns_section
from scenarios.questions.headline.sentences import Told, median_day, sentences
from scenarios.report import wording
from scenarios.report.answer import Answer, records
from scenarios.scenario.scenario import Scenario
from scenarios.vocabulary import Fate, Reason

if TYPE_CHECKING:
    from pandas import DataFrame


EVENTS = ("step_back", "step_back_further", "abandonment", "step_up", "denied", "pause", "notch")
ENDINGS = ("step_back", "client_gone_first", "neither")
# Shares of step-backs below this are left out of the tables (never out of summary.csv): they would fill the screen.
WORTH_A_LINE = 0.01
MOST_LINES = 5
INTERRUPTED = "Interrupted: these are the runs that were finished."
NONE_AT_RISK = "not at risk"
MOST_ROWS = 21  # of the short table: with its title and head 25 lines
MOST_HORIZONS = 3
LEAST_SHOWN = 0.001
LONGEST_NAME = 10  # with more the short table would not fit 80 columns
SHORT = {"step_back": "step back", "step_back_further": "further"}

Rows = Mapping[str, Mapping[str, Any]]


def run_answer(
    summary: "DataFrame",
    scenario: Scenario,
    manifest: Mapping[str, Any],
    folder: Path | None,
    told: Told | None = None,
    is_full: bool = True,
) -> Answer:
    """The answer of a run: sentences and a short table, or all of its tables."""
    tables, shown, said = {"summary": summary}, run_sections(summary, scenario), run_notes(summary, scenario, manifest)
    said_of_history: list[str] = []
    if told is not None and told.patterns is not None and len(told.patterns):
        tables, held = tables | {"patterns": told.patterns}, records(told.patterns)
        said_of_history = pattern_notes(held, scenario)
        shown, said = [*shown, patterns_section(held)], [*said, *said_of_history]
    title = f"{scenario.title}" + (f": {scenario.question}" if scenario.question else "")
    said += [*(told.beside if told is not None else ()), *([settings_line(scenario)] if scenario.settings else [])]
    if told is None:
        return Answer(title, shown, said, tables, manifest, folder)
    tables |= {"when": told.when, "further": told.further}
    tables |= {} if told.what_ifs is None else {"what_ifs": told.what_ifs}
    short = short_section(summary, scenario, told)
    if is_full:
        shown = [short, *shown]
    else:
        shown, said = [short], [*short_notes(scenario, manifest), *said_of_history]
    return Answer(title, shown, said, tables, manifest, folder, sentences=sentences(summary, scenario, told))


def short_notes(scenario: Scenario, manifest: Mapping[str, Any]) -> list[str]:
    """What must stand even below the short table."""
    lines = [
        "± is one Monte Carlo standard error of the last chance; control: the same runs with the pressure frozen; day: "
        "half of the runs in which it happens have it by then.",
        wording.definition(scenario),
        f"{played_line(manifest)} All tables, reasons and caveats: --full.",
        settings_line(scenario) if scenario.settings else "",
        INTERRUPTED if manifest.get("interrupted") else "",
    ]
    return [line for line in lines if line]


def short_section(summary: "DataFrame", scenario: Scenario, told: Told) -> wording.Section:
    """The headline in one table that fits a terminal: chances by the last horizons, control and median day."""
    rows: Rows = {str(row["outcome"]): row for row in summary.to_dict("records")}  # type: ignore[misc]
    horizons = list(dict.fromkeys(told.when["within"]))[-MOST_HORIZONS:]
    chances = {(row["outcome"], row["within"]): row for row in told.when.to_dict("records")}
    fates = [fate for fate in Fate.words() if f"client.{fate}" in rows]
    n_patrons = (MOST_ROWS - len(fates)) // len(SHORT)
    likeliest = sorted(scenario.patrons, key=lambda patron: -_known(rows, f"{patron}.step_back"))[:n_patrons]
    asked = {
        f"{patron}.{event}": (shortened(wording.label(scenario, f"patrons.{patron}")), said)
        for patron in scenario.patrons
        if patron in likeliest
        for event, said in SHORT.items()
    } | {f"client.{fate}": ("client", wording.words(fate)) for fate in fates}
    found = []
    for name, head in asked.items():
        row = rows.get(name)
        if row is not None:
            cells = [_cell(chances.get((name, within))) for within in horizons]
            day = median_day(scenario, rows.get(f"{name}.at")) or wording.NOTHING
            is_at_risk = not wording.is_missing(row["n"]) and row["n"] > 0
            error = (
                wording.NOTHING
                if wording.is_missing(row["se"])
                else f"{row['se']:.{min(wording.places(row['se']), 4)}f}"
            )
            found.append((*head, *cells, error, wording.plain(row["control"]), day if is_at_risk else NONE_AT_RISK))
    heads = [within.replace(" ", "\n") for within in horizons]
    columns = ("who", "what", *heads, "±", "control", "median\nday")
    return wording.Section(f"Chances from {scenario.opening} on", columns, tuple(found))


def _known(rows: Rows, outcome: str) -> float:
    """The value of an outcome; -1 where nobody is at risk."""
    value: float | None = rows.get(outcome, {}).get("value")
    return -1.0 if value is None or wording.is_missing(value) else value


def shortened(name: str) -> str:
    """A name that fits the short table.

    Examples
    --------
    >>> shortened("Cuba"), shortened("Saudi Arabia")
    ('Cuba', 'Saudi Ara…')
    """
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"


def _cell(row: Mapping[Any, Any] | None) -> str:
    """A chance in a narrow column; its limit where no run or every run did it."""
    if row is None or wording.is_missing(row["chance"]) or row["n"] <= 0:
        return wording.NOTHING
    if row["chance"] < LEAST_SHOWN:
        return f"<{max(row['high'] if row['chance'] == 0.0 else 0.0, LEAST_SHOWN):.3f}"
    if row["chance"] == 1.0:
        return f">{min(row['low'], 0.999):.3f}"
    return f"{row['chance']:.3f}"


def settings_line(scenario: Scenario) -> str:
    """What was set, and what that means."""
    named = ", ".join(setting.words for setting in scenario.settings)
    return f"Set, here and in the control: {named}. The opening is inferred as if nothing were set."


def run_sections(summary: "DataFrame", scenario: Scenario) -> list[wording.Section]:
    """The tables of a run: events, endings, where a step-back starts, why, and the client's fate."""
    rows: Rows = {str(row["outcome"]): row for row in summary.to_dict("records")}  # type: ignore[misc]
    return [
        _events(rows, scenario),
        _endings(rows, scenario),
        _shares(rows, scenario, "Channel on which a step-back starts", "channel", _channels(scenario)),
        _shares(rows, scenario, "Rung at which it starts", "rung", _rungs(scenario)),
        _shares(rows, scenario, "Reasons that carry weight", "reason", _reasons()),
        _fates(rows),
    ]


def played_line(manifest: Mapping[str, Any]) -> str:
    """How many runs, of which seed, on which engine."""
    seed, engine = (manifest.get(word, wording.NOTHING) for word in ("seed", "engine"))
    return f"{wording.runs_line(manifest)}, seed {seed}, engine {engine}."


def run_notes(summary: "DataFrame", scenario: Scenario, manifest: Mapping[str, Any]) -> list[str]:
    """What a reader must know beside the tables: errors, verdict, numbers drawn from, runs and seed."""
    lines = [
        "± is one Monte Carlo standard error: luck of the draw, not doubt about the model or its numbers.",
        wording.definition(scenario),
        wording.edge_line(wording.shares_on_the_edge(summary), scenario),
        _verdict_line(summary),
        wording.numbers_line(scenario, manifest),
        played_line(manifest),
    ]
    if manifest.get("interrupted"):
        lines.append(INTERRUPTED)
    return [line for line in lines if line]


def _events(rows: Rows, scenario: Scenario) -> wording.Section:
    """Chance and time of each event."""
    unit = scenario.step
    columns = ("patron", "event", "probability", "control", "difference", "verdict", "n", f"median {unit} (10-90 %)")
    found = []
    for patron in scenario.patrons:
        for event in EVENTS:
            row = rows.get(f"{patron}.{event}")
            if row is not None:
                when = _when(rows.get(f"{patron}.{event}.at"))
                found.append(
                    (wording.label(scenario, f"patrons.{patron}"), wording.words(event), *_compared(row), when)
                )
    return wording.Section(f"What each patron does within {scenario.steps} {unit}s", columns, tuple(found))


def _when(row: Mapping[str, Any] | None) -> str:
    """Median step of an event among the runs in which it happened, with the span of the middle 80 %."""
    if row is None or wording.is_missing(row["q50"]):
        return wording.NOTHING
    return f"{row['q50']:.0f} ({row['q10']:.0f}-{row['q90']:.0f})"


def _compared(row: Mapping[str, Any]) -> tuple[str, str, str, str, str]:
    """Value, control, difference, verdict and n of one outcome in words."""
    if wording.is_missing(row["n"]) or row["n"] <= 0:
        return (NONE_AT_RISK, wording.NOTHING, wording.NOTHING, wording.NOTHING, "0")
    return (
        _share(row),
        wording.plain(row["control"]),
        wording.difference(row["difference"], row["difference_se"], row.get("difference_high", row["difference"])),
        wording.verdict(row.get("verdict")),
        f"{row['n']:.0f}",
    )


def _share(row: Mapping[str, Any]) -> str:
    """A share in words; a summary of an earlier edition has no limits."""
    return wording.share(row["value"], row["se"], row["n"], row.get("high" if row["value"] == 0.0 else "low"))


def _endings(rows: Rows, scenario: Scenario) -> wording.Section:
    """Shares of runs that sum to 1 for each patron."""
    columns = ("patron", "stepped back", "client gone first", "neither", "n")
    found = []
    for patron in scenario.patrons:
        cells = [rows.get(f"{patron}.{ending}") for ending in ENDINGS]
        ran = cells[0]
        n = f"{ran['n']:.0f}" if ran is not None and not wording.is_missing(ran["n"]) else "0"
        shares = [wording.NOTHING if cell is None else _share(cell) for cell in cells]
        found.append((wording.label(scenario, f"patrons.{patron}"), *shares, n))
    return wording.Section("How it ends (sums to 1)", columns, tuple(found))


def _shares(rows: Rows, scenario: Scenario, heading: str, column: str, kinds: Mapping[str, str]) -> wording.Section:
    """The largest shares of each patron's step-backs by kind."""
    found = []
    for patron in scenario.patrons:
        ranked = _ranked(rows, patron, kinds)
        for kind, row in ranked[:MOST_LINES]:
            if row["value"] >= WORTH_A_LINE:
                found.append((wording.label(scenario, f"patrons.{patron}"), kind, *_compared(row)))
    columns = ("patron", column, "share of its step-backs", "control", "difference", "verdict", "n")
    return wording.Section(heading, columns, tuple(found))


def _ranked(rows: Rows, patron: str, kinds: Mapping[str, str]) -> list[tuple[str, Mapping[str, Any]]]:
    """The kinds that have a share, in words, largest first."""
    found = [(kind, rows[f"{patron}.{key}"]) for key, kind in kinds.items() if f"{patron}.{key}" in rows]
    return sorted(
        (pair for pair in found if not wording.is_missing(pair[1]["value"])), key=lambda pair: -float(pair[1]["value"])
    )


def _channels(scenario: Scenario) -> dict[str, str]:
    """Outcome of a step-back on a channel -> what people call the channel."""
    return {f"step_back.{channel}": wording.label(scenario, f"channels.{channel}") for channel in scenario.channels}


def _reasons() -> dict[str, str]:
    """Outcome of a step-back for a reason of weight -> the reason in words."""
    return {f"reason.{word}": wording.words(word) for word in Reason.words() if word != wording.ON_THE_EDGE}


def _rungs(scenario: Scenario) -> dict[str, str]:
    """Outcome of a step-back at a rung -> number and name of the rung."""
    return {
        f"step_back.rung.{rung}": f"{rung} {scenario.labels.get(f'ladder.{rung}', '')}".strip() for rung in range(11)
    }


def _fates(rows: Rows) -> wording.Section:
    """What becomes of the client."""
    found = [
        (wording.words(fate), *_compared(rows[f"client.{fate}"])) for fate in Fate.words() if f"client.{fate}" in rows
    ]
    columns = ("client", "probability", "control", "difference", "verdict", "n")
    return wording.Section("Fate of the client", columns, tuple(found))


def _verdict_line(summary: "DataFrame") -> str:
    """How many of the differences from the control are within Monte Carlo error."""
    # imported here: it needs numpy, and ``scenarios --help`` must not wait for it
    from scenarios.significance import CHANGED, WITHIN

    if not summary["difference"].notna().any():
        return "No control was run: how much of this is the pressure's doing remains open."
    if "verdict" not in summary:
        return (
            "Kept by an earlier edition, which gave no verdicts on the differences; with another --out they are given."
        )
    found = summary["verdict"].tolist()
    n = found.count(CHANGED) + found.count(WITHIN)
    return (
        f"The control is the same matched runs with the pressure frozen. {found.count(WITHIN)} of {n} differences from "
        f"it are within Monte Carlo error: read those as no difference. "
        + wording.account("all rows of the summary, those of `scenarios compare` before the others")
    )
