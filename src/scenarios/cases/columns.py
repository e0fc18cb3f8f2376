"""Which columns does a row of the cases have, and what may stand in them? The codebook of data/codebook.md."""

from scenarios.scenario.reference_class import COVARIATES as COVARIATES
from scenarios.scenario.reference_class import JUDGED as JUDGED

IDS = ("case_id", "blind_id")
DAYS, START, END, CRISIS, OUTCOME, STEPPED_BACK = "days", "start", "end", "crisis", "outcome", "first_step_back"
COUNTED_PATH, DATED_PATH = "pressure_path_days_level", "pressure_path"
OUTCOMES = ("stepped up", "held", "stepped back", "abandoned")
SHARES = tuple(outcome.replace(" ", "_") for outcome in OUTCOMES)
UP, HELD, BACK, ABANDONED = range(4)
NOT_GIVEN = -1  # in the place of an outcome
PLACE = {name: place for place, name in enumerate(COVARIATES)}
READ = (*IDS, DAYS, START, END, CRISIS, OUTCOME, STEPPED_BACK, COUNTED_PATH, DATED_PATH, *COVARIATES)
