"""The model as another workbench sees it gives the numbers that `simulate` gives."""

import warnings

import numpy as np
import pytest
from scipy import stats

import scenarios as sc
from scenarios.errors import QuestionRefused, RequestRefused
from scenarios.outcomes.outcome import answers
from scenarios.questions import adaptors, extras
from scenarios.questions.adaptors import identifier, rounded_whole
from scenarios.questions.factors import as_drawn, chosen_paths

OVER = ("patrons.redland", "client.hold")
RUNS = 25


@pytest.fixture(scope="module")
def toy():
    """The smallest scenario of the library."""
    return sc.load("toy")


def played(scenario, values, outcome, rng=1):
    """The mean outcome by the door itself."""
    pins = {path: rounded_whole(scenario.numbers[path], value) for path, value in values.items()}
    return answers(sc.simulate(scenario.believed(pins), RUNS, rng=rng), [outcome])[outcome].mean()


def experiments(model, n):
    """What the workbench finds."""
    with warnings.catch_warnings():
        # the workbench's own: add-ons that it misses, ways of pandas that will go
        warnings.simplefilter("ignore")
        from ema_workbench import SequentialEvaluator

        np.random.seed(3)  # noqa: NPY002 its samplers obey nothing else
        with SequentialEvaluator(model) as evaluator:
            return evaluator.perform_experiments(n)


def test_experiments_of_the_workbench_give_the_numbers_of_simulate(toy):
    model = sc.to_ema(toy, ["redland.step_back", "client.removed"], over=OVER, replications=RUNS, rng=1)
    table, outcomes = experiments(model, 3)
    paths = {identifier(path): path for path in chosen_paths(toy, OVER)}
    for i, row in enumerate(table[list(paths)].to_dict("records")):
        values = {paths[name]: value for name, value in row.items()}
        for outcome in ("redland.step_back", "client.removed"):
            assert outcomes[identifier(outcome)][i] == played(toy, values, outcome)
    assert list(outcomes["status"]) == [0, 0, 0]


def test_choices_are_categories_of_the_workbench_and_whole_numbers_are_whole(toy):
    opening = "patrons.redland.channels.arms.opening"
    over = ["terms.words", "coercer.rung=4,8", opening, "client.hold"]
    model = sc.to_ema(toy, ["redland.support_end"], over=over, replications=RUNS)
    table, outcomes = experiments(model, 6)
    assert list(outcomes["status"]) == [0] * 6
    assert set(table["terms__words"]) <= {"off", "frozen", "on"}
    assert set(table["coercer__rung"]) <= {4.0, 8.0}
    for i, row in enumerate(table[[identifier(path.partition("=")[0]) for path in over]].to_dict("records")):
        values = {
            "terms.words": row["terms__words"],
            "coercer.rung": row["coercer__rung"],
            "client.hold": row["client__hold"],
        }
        results = sc.simulate(toy.believed(values | {opening: row[identifier(opening)]}), RUNS, rng=1)
        assert (
            outcomes["redland__support_end"][i]
            == answers(results, ["redland.support_end"])["redland.support_end"].mean()
        )


def test_a_whole_number_of_the_workbench_is_as_likely_as_it_is_drawn(toy):
    path = "patrons.redland.channels.arms.opening"
    number, u = toy.numbers[path], (np.arange(20_000) + 0.5) / 20_000
    drawn = as_drawn(number, u)
    (uncertainty,) = sc.to_ema(toy, ["client.holds"], over=[path]).uncertainties
    assert (uncertainty.lower_bound, uncertainty.upper_bound) == (drawn.min(), drawn.max())
    for value in np.unique(drawn):
        assert uncertainty.dist.pmf(value) == pytest.approx((drawn == value).mean(), abs=1e-3)


def test_choices_are_quantiles_for_salib(toy):
    over = ["client.hold", "terms.words", "coercer.rung=4,8"]
    problem, evaluate = sc.to_salib(toy, "redland.support_end", over=over, replications=RUNS)
    assert problem["bounds"][1:] == [[0.0, 1.0], [0.0, 1.0]]
    found = evaluate(np.array([[0.4, 0.1, 0.9], [0.5, 0.5, 0.2], [0.4, 0.9, 0.9]]))
    for value, hold, word, rung in zip(found, (0.4, 0.5, 0.4), ("off", "frozen", "on"), (8, 4, 8), strict=True):
        world = toy.believed({"client.hold": hold, "terms.words": word, "coercer.rung": rung})
        results = sc.simulate(world, RUNS, rng=1)
        assert value == answers(results, ["redland.support_end"])["redland.support_end"].mean()


def test_the_workbench_samples_each_number_from_its_own_range_and_distribution():
    base = sc.load("venezuela_2025")
    model = sc.to_ema(base)
    assert len(list(model.uncertainties)) == len(base.uncertain)
    for path in ("patrons.china.bargain", "model.precision", "client.hold"):
        number, uncertainty = base.numbers[path], model.uncertainties[identifier(path)]
        assert uncertainty.lower_bound == pytest.approx(number.low)
        assert uncertainty.upper_bound == pytest.approx(number.high)
        for u in (0.1, 0.5, 0.9):
            assert uncertainty.dist.ppf(u) == pytest.approx(as_drawn(number, np.array([u]))[0])


def test_no_exception_leaves_the_model_function_because_it_would_hang_the_workbench(toy, monkeypatch):
    calls = []

    def failing(scenario, *_args, **_kwargs):
        calls.append(scenario)
        if len(calls) == 2:
            raise ZeroDivisionError("inside")
        return sc.simulate(scenario, RUNS, rng=1)

    model = sc.to_ema(toy, ["redland.step_back"], over=OVER, replications=RUNS)
    monkeypatch.setattr(adaptors, "simulate", failing)
    _, outcomes = experiments(model, 3)
    assert list(outcomes["status"]) == [0, 1, 0]
    assert list(np.isnan(outcomes["redland__step_back"])) == [False, True, False]


def test_a_salib_problem_gives_the_numbers_of_simulate(toy):
    problem, evaluate = sc.to_salib(toy, "redland.step_back", over=OVER, replications=RUNS, rng=2)
    from SALib.sample import latin

    sample = latin.sample(problem, 4, seed=1)
    found = evaluate(sample)
    for row, value in zip(sample, found, strict=True):
        assert value == played(toy, dict(zip(problem["names"], row, strict=True)), "redland.step_back", rng=2)


def test_salib_samples_each_number_from_its_own_range_and_distribution():
    base = sc.load("venezuela_2025")
    problem, _ = sc.to_salib(base, "china.step_back")
    from SALib.sample import latin

    sample = latin.sample(problem, 400, seed=1)
    assert problem["num_vars"] == len(base.uncertain)
    for i, path in enumerate(problem["names"]):
        number = base.numbers[path]
        assert number.low <= sample[:, i].min() <= sample[:, i].max() <= number.high
    spot = problem["names"].index("patrons.china.bargain")
    number = base.numbers["patrons.china.bargain"]
    width = number.high - number.low
    shape = stats.triang((number.value - number.low) / width, number.low, width)
    assert stats.kstest(sample[:, spot], shape.cdf).pvalue > 0.01


def test_a_sobol_analysis_by_salib_alone_runs_on_the_problem(toy):
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as design

    problem, evaluate = sc.to_salib(toy, "redland.support_end", over=["patrons.redland.bargain"], replications=RUNS)
    found = analysis.analyze(
        problem, evaluate(design.sample(problem, 8, seed=1, calc_second_order=False)), False, seed=1
    )
    assert found["ST"][0] == pytest.approx(1.0, abs=0.5)


def test_missing_outcomes_are_refused_because_salib_would_make_nothing_of_them(toy):
    gone = {f"patrons.redland.channels.{name}.opening": 0 for name in toy.channels}
    problem, evaluate = sc.to_salib(toy.believed(gone), "redland.step_back", over=["client.hold"], replications=3)
    assert problem["num_vars"] == 1
    with pytest.raises(RequestRefused, match="2 of 2 rows have no outcome"):
        evaluate(np.array([[0.4], [0.5]]))


def test_a_sample_of_another_shape_is_refused(toy):
    _, evaluate = sc.to_salib(toy, "redland.step_back", over=["client.hold"], replications=3)
    with pytest.raises(RequestRefused, match=r"shape \(2, 2\); it must be \(rows, 1\)"):
        evaluate(np.zeros((2, 2)))


def test_unknown_outcomes_are_refused(toy):
    with pytest.raises(QuestionRefused, match="Unknown name"):
        sc.to_ema(toy, ["redland.leaves"])
    with pytest.raises(QuestionRefused, match="Unknown name"):
        sc.to_salib(toy, "redland.leaves")


@pytest.mark.parametrize(
    ("library", "ask"),
    [
        ("SALib", lambda toy: sc.sensitivity(toy, "client.holds")),
        ("ema_workbench", lambda toy: sc.to_ema(toy)),
        ("ema_workbench", lambda toy: sc.discover(toy, "client.holds")),
        ("sklearn", lambda toy: sc.discover(toy, "client.holds")),
    ],
)
def test_a_missing_library_is_named_with_the_command_that_installs_it(toy, monkeypatch, library, ask):
    there = extras.find_spec
    monkeypatch.setattr(extras, "find_spec", lambda name: None if name == library else there(name))
    with pytest.raises(RequestRefused, match=rf"needs {library}, .* pip install 'scenarios\[analysis\]'"):
        ask(toy)
