"""What does `explain` answer? One text a question: reasons, a story, what is left, the nearest counterfactual."""

from pathlib import Path
from typing import TYPE_CHECKING

from scenarios.cli.boundary import say
from scenarios.cli.subject import Subject
from scenarios.cli.work import bar, duration
from scenarios.errors import RequestRefused
from scenarios.report.answer import Answer, Format, rows_text

if TYPE_CHECKING:
    from pandas import DataFrame

    from scenarios.outcomes.outcome import Outcome
    from scenarios.questions.explanation.ensemble import Ensemble
    from scenarios.report.tables import Section

    Found = tuple[DataFrame, tuple[list[Section], list[str]]]

SECONDS_A_TWIN = 0.00025  # a run, on one core
SECONDS_A_REPLAY = 0.0003
REPLAYS_A_NUMBER = 6  # both ends, and a search where they flip the run; a first guess
SOUGHT = 100  # runs whose counterfactuals are averaged


def reasons_answer(subject: Subject, of: str | None, patron: str | None) -> Answer:
    """The reasons over all runs, or what goes with something that has none."""
    from scenarios.outcomes.outcome import CHANCE, checked
    from scenarios.questions.explanation.ask import explain as reasons_of
    from scenarios.questions.explanation.words import apart_said, reasons_said

    if of is not None:
        checked(of, subject.scenario, [CHANCE])
    results = subject.results()
    table = reasons_of(results, patron, of)
    if of is not None and "p" in table and "reason" not in set(table.get("by", ())):
        return apart_said(table, results.scenario, of)
    return reasons_said(table, results.scenario, len(results.runs), of)


def signs_of(subject: Subject, of: str, by: str) -> Answer:
    """The early signs of something by a date."""
    from scenarios.outcomes.outcome import CHANCE, checked
    from scenarios.questions.explanation.sign_words import signs_answer
    from scenarios.questions.explanation.signs import early_signs, step_of_date

    checked(of, subject.scenario, kinds=[CHANCE])
    step_of_date(subject.scenario, by)
    return signs_answer(early_signs(subject.results(), of, by), subject.scenario, of, by)


def story_of(subject: Subject, run: int, patron: str | None, figure: Path | None, form: Format) -> str:
    """One run's story."""
    import json

    from scenarios.questions.explanation.figure import write_story
    from scenarios.questions.explanation.story import story
    from scenarios.questions.explanation.story_words import story_rows, story_text

    told = story(subject.ensemble(), run, patron)
    if figure is not None:
        for file in write_story(told, figure):
            say(f"Figure: {file}", subject.asked.is_quiet)
    if form is Format.JSON:
        return json.dumps(story_rows(told), indent=1, ensure_ascii=False) + "\n"
    if form is Format.CSV:
        return rows_text(story_rows(told), form)
    return story_text(told, is_markdown=form is Format.MARKDOWN)


def frozen_answer(subject: Subject, of: str | None, patron: str | None) -> Answer:
    """What is left with each term and input frozen."""
    from scenarios.questions.explanation.frozen import can_be_frozen, frozen
    from scenarios.questions.explanation.twins import FROZEN_NOTES, frozen_sections

    ensemble = subject.ensemble().at_most(subject.size * (subject.asked.points or 1))
    n_twins, quiet = len(can_be_frozen(subject.scenario)), subject.asked.is_quiet
    seconds = (n_twins + 1) * ensemble.runs * SECONDS_A_TWIN
    say(f"{n_twins} twins of {ensemble.runs} runs: about {duration(seconds)} on one core.", quiet)
    with bar("twins", quiet, " twins") as progress:
        table = frozen(ensemble, of, patron, runs=ensemble.runs, jobs=subject.asked.jobs, progress=progress)
    return Answer(subject.scenario.title, frozen_sections(table, subject.scenario), FROZEN_NOTES, {"frozen": table})


def nearest_answer(
    subject: Subject, of: str | None, patron: str | None, run: int | None, over: list[str] | None
) -> Answer:
    """The smallest changes of numbers that turn something round, in one run or on average."""
    import pandas as pd

    from scenarios.outcomes.outcome import CHANCE, checked
    from scenarios.questions.explanation.ensemble import checked_patron

    scenario = subject.scenario
    names = scenario.patrons if patron is None else (checked_patron(scenario, patron),)
    asked = checked([of] if of is not None else [f"{name}.step_back" for name in names], scenario, [CHANCE])
    ensemble = subject.ensemble()
    if run is None:
        answers = [of_many_runs(subject, ensemble, outcome, over) for outcome in asked]
    else:
        wanted = asked if of is not None else happened(ensemble, asked, run)
        answers = [of_one_run(ensemble, outcome, run, over) for outcome in wanted]
    tables = [table for table, _ in answers if len(table)]
    table = pd.concat(tables, ignore_index=True) if tables else answers[0][0]
    shown = [section for _, (sections, _) in answers for section in sections]
    return Answer("", shown, [line for _, (_, said) in answers for line in said], {"nearest": table})


def happened(ensemble: "Ensemble", asked: "list[Outcome]", run: int) -> "list[Outcome]":
    """What came in a run, if anything did."""
    from scenarios.runs.replay import replay

    again = replay(ensemble.scenario, ensemble.checked(run), ensemble.seed, ensemble.per_point)
    found = [outcome for outcome in asked if outcome.read(again)[0] == 1.0]
    if not found:
        raise RequestRefused(
            f"run {run}: {' or '.join(outcome.text for outcome in asked)} did not happen. Choose a run in which it "
            "did, or say with --of what is to be brought about."
        )
    return found


def of_one_run(ensemble: "Ensemble", outcome: "Outcome", run: int, over: list[str] | None) -> "Found":
    """The answer for one run."""
    from scenarios.questions.explanation.counterfactual import changeable, nearest
    from scenarios.questions.explanation.nearness import nearest_said

    table = nearest(ensemble, outcome.text, run, over)
    return table, nearest_said(table, outcome, run, len(changeable(outcome, over)))


def of_many_runs(subject: Subject, ensemble: "Ensemble", outcome: "Outcome", over: list[str] | None) -> "Found":
    """The answer on average."""
    from scenarios.questions.explanation.average import nearest_on_average
    from scenarios.questions.explanation.counterfactual import changeable
    from scenarios.questions.explanation.nearness import average_notes, average_sections

    n_tried, quiet = len(changeable(outcome, over)), subject.asked.is_quiet
    seconds = SOUGHT * n_tried * REPLAYS_A_NUMBER * SECONDS_A_REPLAY
    say(f"{outcome.text}: {n_tried} numbers in up to {SOUGHT} runs: about {duration(seconds)} on one core.", quiet)
    with bar(outcome.text, quiet, " searches") as progress:
        table = nearest_on_average(
            ensemble, outcome.text, over, SOUGHT, runs=ensemble.runs, jobs=subject.asked.jobs, progress=progress
        )
    said = average_notes(table, n_tried)
    return table, (average_sections(table, outcome) if len(table) and table["n"].iloc[0] else [], said)
