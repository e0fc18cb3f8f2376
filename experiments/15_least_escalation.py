"""What is the least escalation at which Russia, at which China, steps back further?

Question   From which rung on is a further step-back likelier than not, held for two years or climbed to?
Scenario   venezuela_2025 with the rung held at 0-10, and a scripted climb from rung 4, 15 weeks a rung
Covers     the question of the whole: when would Russia or China step back further?

Why held and climb differ: see 02. The climb is the answer to 'escalation'; the held rungs say that under none of them
does a patron that has settled there step back further in more than about one world in ten. At the top of both the
client's end comes first in more and more worlds, and what is gone is not left.

What you may conclude: the rung by which half of the worlds have seen it, in a climb of this pace: for Russia 8 (8 to
9), the airspace closed and tankers seized; for China none: at rung 10 it is .43, below a half beyond Monte Carlo
error. Held for two years no rung brings either anywhere near.

What you may not: that a slower or faster climb has the same threshold; that 'never' means never beyond two years.
"""

from pandas import concat

from scenarios import threshold
from scenarios.cli.experiment import Experiment, experiment
from scenarios.report.crossing import crossing
from scenarios.report.thresholds import notes, sentences, threshold_sections

RUNS, QUICK = 2_000, 40
PROBABILITY = 0.5
RUSSIA, CHINA = "russia.step_back_further", "china.step_back_further"


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """Two matched thresholds over the rung."""
    scenario = asked.scenario("venezuela_2025")
    russia, china = found = [
        threshold(scenario, of=of, over="rung", probability=PROBABILITY, replications=asked.runs, rng=asked.seed)
        for of in (RUSSIA, CHINA)
    ]
    manifest = asked.manifest(scenario)
    shown = [threshold_sections(one, scenario)[0] for one in found]
    said = [*sentences(russia)[:-1], *sentences(china), *notes(china, scenario, manifest)]
    figures = {
        "russia": lambda: crossing(russia, scenario, manifest),
        "china": lambda: crossing(china, scenario, manifest),
    }
    asked.tell(concat([one.curve.assign(of=one.of) for one in found]), shown, said, figures)


if __name__ == "__main__":
    main()
