"""What does a run say? Its summary as a handful of tables in words, and what must be read beside them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from scenarios.cases.forecast import reference_lines, reference_table
from scenarios.history.words import pattern_notes, patterns_section
from scenarios.questions.headline import ask, spread
from scenarios.questions.headline.sentences import Rows, Told, by_name, median_day, sentences
from scenarios.report import answer, wording
from scenarios.scenario.scenario import Scenario
from scenarios.store.folder import KeptRun
from scenarios.vocabulary import Fate, Reason

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
COMPARED = ("control", "difference", "verdict", "n")


def told_of_run(run: KeptRun, scenario: Scenario, asked: Mapping[str, Callable[[], pd.DataFrame]]) -> Told:
    """What the sentences need: chances by date, reasons, cases and what is asked; from the folder of a run, or made."""
    when = run.table("when", lambda: ask.chances_when(run.results))
    further = run.table("further", lambda: ask.reasons_further(run.results))
    made = {name: run.table(name, make) for name, make in asked.items()}
    return Told(when, further, made.get("what_ifs"), reference_table(scenario), made.get("patterns"))


def said_beside(run: KeptRun, scenario: Scenario, form: answer.Format) -> list[str]:
    """What people must read beside the headline: its spread, idle budgets, the cases; programs read the last."""
    cases = reference_lines(scenario)
    if form not in (answer.Format.TABLE, answer.Format.MARKDOWN):
        return cases
    said = (spread.spread_words(run.results), *spread.idle_budgets(run.results.scenario), *cases)
    return [line for line in said if line]


def run_answer(
    summary: pd.DataFrame,
    scenario: Scenario,
    manifest: Mapping[str, Any],
    folder: Path | None,
    told: Told,
    is_full: bool = True,
) -> answer.Answer:
    """The answer of a run: sentences and a short table, or all of its tables."""
    held = [] if told.patterns is None else answer.records(told.patterns)
    of_history = pattern_notes(held, scenario) if held else []
    shown, said = [short_section(summary, scenario, told)], [*short_notes(scenario, manifest), *of_history]
    if is_full:
        shown += [*run_sections(summary, scenario, told.further), *([patterns_section(held)] if held else [])]
        said = [*run_notes(summary, scenario, manifest), *of_history, *told.beside, *settings_lines(scenario)]
    known = {"summary": summary, "patterns": told.patterns if held else None, "when": told.when}
    known |= {"further": told.further, "what_ifs": told.what_ifs}
    tables = {name: table for name, table in known.items() if table is not None}
    title = f"{scenario.title}" + (f": {scenario.question}" if scenario.question else "")
    return answer.Answer(title, shown, said, tables, manifest, folder, sentences=sentences(summary, scenario, told))


def short_notes(scenario: Scenario, manifest: Mapping[str, Any]) -> list[str]:
    """What must stand even below the short table."""
    return [
        "± is one Monte Carlo standard error of the last chance; control: the same runs with the pressure frozen; day: "
        "half of the runs in which it happens have it by then.",
        wording.definition(scenario),
        f"{played_line(manifest)} All tables, reasons and caveats: --full.",
        *settings_lines(scenario),
        *([INTERRUPTED] if manifest.get("interrupted") else []),
    ]


def short_section(summary: pd.DataFrame, scenario: Scenario, told: Told) -> wording.Section:
    """The headline in one table that fits a terminal: chances by the last horizons, control and median day."""
    rows = by_name(summary)
    horizons = list(dict.fromkeys(told.when["within"]))[-MOST_HORIZONS:]
    chances = {(row["outcome"], row["within"]): row for row in told.when.to_dict("records")}
    fates = [fate for fate in Fate.words() if f"client.{fate}" in rows]
    n_patrons = (MOST_ROWS - len(fates)) // len(SHORT)
    likeliest = sorted(scenario.patrons, key=lambda patron: -_known(rows, f"{patron}.step_back"))[:n_patrons]
    asked = [
        (f"{patron}.{event}", shortened(_patron(scenario, patron)), said)
        for patron in scenario.patrons
        if patron in likeliest
        for event, said in SHORT.items()
    ]
    asked += [(f"client.{fate}", "client", wording.words(fate)) for fate in fates]
    found = []
    for name, who, what in asked:
        if row := rows.get(name):
            cells = [_cell(chances.get((name, within))) for within in horizons]
            is_at_risk = not wording.is_missing(row["n"]) and row["n"] > 0
            day = (median_day(scenario, rows.get(f"{name}.at")) or wording.NOTHING) if is_at_risk else NONE_AT_RISK
            digits = min(wording.places(row["se"]), 4)
            error = wording.NOTHING if wording.is_missing(row["se"]) else f"{row['se']:.{digits}f}"
            found.append((who, what, *cells, error, wording.plain(row["control"]), day))
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


def settings_lines(scenario: Scenario) -> list[str]:
    """What was set, and what that means; nothing where nothing was."""
    named = ", ".join(setting.words for setting in scenario.settings)
    said = f"Set, here and in the control: {named}. The opening is inferred as if nothing were set."
    return [said] if named else []


def run_sections(
    summary: pd.DataFrame, scenario: Scenario, further: pd.DataFrame | None = None
) -> list[wording.Section]:
    """The tables of a run: events, endings, where a step-back starts, why, why further, and the client's fate."""
    rows = by_name(summary)
    return [
        _events(rows, scenario),
        _endings(rows, scenario),
        *(_shares(rows, scenario, *kind) for kind in _kinds(scenario)),
        *([] if further is None else [_further(scenario, further)]),
        _fates(rows),
    ]


def played_line(manifest: Mapping[str, Any]) -> str:
    """How many runs, of which seed, on which engine."""
    seed, engine = (manifest.get(word, wording.NOTHING) for word in ("seed", "engine"))
    return f"{wording.runs_line(manifest)}, seed {seed}, engine {engine}."


def run_notes(summary: pd.DataFrame, scenario: Scenario, manifest: Mapping[str, Any]) -> list[str]:
    """What a reader must know beside the tables: errors, verdict, numbers drawn from, runs and seed."""
    edge = wording.edge_line(wording.shares_on_the_edge(summary), scenario)
    return [
        "± is one Monte Carlo standard error: luck of the draw, not doubt about the model or its numbers.",
        f"{wording.definition(scenario)} {wording.notch_words(scenario)}",
        *([edge] if edge else []),
        _verdict_line(summary),
        wording.numbers_line(scenario, manifest),
        played_line(manifest),
        *([INTERRUPTED] if manifest.get("interrupted") else []),
    ]


def _patron(scenario: Scenario, patron: str) -> str:
    """What people call a patron."""
    return wording.label(scenario, f"patrons.{patron}")


def _events(rows: Rows, scenario: Scenario) -> wording.Section:
    """Chance and time of each event."""
    columns = ("patron", "event", "probability", *COMPARED, f"median {scenario.step} (10-90 %)")
    found = [
        (_patron(scenario, patron), wording.words(event), *_compared(rows[name]), _when(rows.get(f"{name}.at")))
        for patron in scenario.patrons
        for event in EVENTS
        if (name := f"{patron}.{event}") in rows
    ]
    return wording.Section(f"What each patron does within {scenario.steps} {scenario.step}s", columns, tuple(found))


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
    found = []
    for patron in scenario.patrons:
        cells = [rows.get(f"{patron}.{ending}") for ending in ENDINGS]
        n = 0 if cells[0] is None or wording.is_missing(cells[0]["n"]) else cells[0]["n"]
        shares = [wording.NOTHING if cell is None else _share(cell) for cell in cells]
        found.append((_patron(scenario, patron), *shares, f"{n:.0f}"))
    columns = ("patron", "stepped back", "client gone first", "neither", "n")
    return wording.Section("How it ends (sums to 1)", columns, tuple(found))


def _kinds(scenario: Scenario) -> list[tuple[str, str, dict[str, str]]]:
    """By what step-backs are told apart: heading, column, and outcome -> the kind in words."""
    rungs = {rung: f"{rung} {scenario.labels.get(f'ladder.{rung}', '')}".strip() for rung in range(11)}
    channels = {f"step_back.{name}": wording.label(scenario, f"channels.{name}") for name in scenario.channels}
    weighty = {f"reason.{word}": wording.words(word) for word in Reason.words() if word != wording.ON_THE_EDGE}
    return [
        ("Channel on which a step-back starts", "channel", channels),
        ("Rung at which it starts", "rung", {f"step_back.rung.{rung}": name for rung, name in rungs.items()}),
        ("Reasons that carry weight", "reason", weighty),
    ]


def _shares(rows: Rows, scenario: Scenario, heading: str, column: str, kinds: Mapping[str, str]) -> wording.Section:
    """The largest shares of each patron's step-backs by kind."""
    found = []
    for patron in scenario.patrons:
        known = [(kind, rows[f"{patron}.{key}"]) for key, kind in kinds.items() if f"{patron}.{key}" in rows]
        worth = [(kind, row) for kind, row in known if row["value"] is not None and row["value"] >= WORTH_A_LINE]
        ranked = sorted(worth, key=lambda pair: -float(pair[1]["value"]))[:MOST_LINES]
        found += [(_patron(scenario, patron), kind, *_compared(row)) for kind, row in ranked]
    return wording.Section(heading, ("patron", column, "share of its step-backs", *COMPARED), tuple(found))


def _further(scenario: Scenario, further: pd.DataFrame) -> wording.Section:
    """The largest shares of each patron's step-backs further by reason, those on the edge too."""
    found = []
    for patron in scenario.patrons:
        ranked = further[further["patron"] == patron].sort_values("share", ascending=False, kind="stable")
        for row in ranked[ranked["share"] >= WORTH_A_LINE].head(MOST_LINES).to_dict("records"):
            share = wording.plain(row["share"])
            found.append((_patron(scenario, patron), wording.words(row["reason"]), share, f"{row['n']:.0f}"))
    heading = "Reasons of a step back further (several channels may move in one, each for its own: no sum of 1)"
    return wording.Section(heading, ("patron", "reason", "share of its steps back further", "n"), tuple(found))


def _fates(rows: Rows) -> wording.Section:
    """What becomes of the client."""
    found = [
        (wording.words(fate), *_compared(rows[f"client.{fate}"])) for fate in Fate.words() if f"client.{fate}" in rows
    ]
    return wording.Section("Fate of the client", ("client", "probability", *COMPARED), tuple(found))


def _verdict_line(summary: pd.DataFrame) -> str:
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
