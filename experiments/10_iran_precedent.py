"""Does the precedent of Iran matter?

Question   If nobody had drawn a lesson from June 2025, or everybody the full one, who would step back from Caracas?
Scenario   venezuela_2025; likeness of the precedent (model.precedent) 0, by its range, and 1
Covers     claim C15: the situation mirrors Iran in the twelve-day war

Why so little, and the other way round: the war of June 2025 counts as one event in two beliefs, that the coercer
carries out what it threatens and that co-patrons stay away. Beside the four to ten events that stand there already,
one more moves a belief little. And as it lies before the opening, the opening posture was chosen with it: who is
there although it believes the worst is not moved by what it believes, and has less left to learn. So the full
precedent takes step-backs away from Russia and Iran.

What you may conclude: that one more precedent of that kind is worth next to nothing in the model's beliefs. Against
no precedent the full one takes .008 from the step-backs and .006 from the further step-backs of Russia and .005 from
the step-backs of Iran, and adds .002 to Cuba's; nothing of China moves beyond Monte Carlo error. The question who
would step back more finds Cuba alone, in two worlds of a thousand.

What you may not: that precedents do not matter. The model has the arithmetic of beliefs, not the shock of images; how
many pseudo-events Iran counts for is a judgement.
"""

from scenarios.cli.experiment import Experiment, experiment

RUNS, QUICK = 10_000, 60
SIDES = {
    "no precedent": {"model.precedent": 0.0},
    "by its range": {},
    "the full precedent": {"model.precedent": 1.0},
}
OUTCOMES = [
    f"{patron}.{event}"
    for patron in ("russia", "china", "cuba", "iran")
    for event in ("step_back", "step_back_further")
]


@experiment(__file__, __doc__, RUNS, QUICK)
def main(asked: Experiment) -> None:
    """Likeness 0, by its range, 1."""
    asked.compare(asked.scenario("venezuela_2025"), SIDES, OUTCOMES)


if __name__ == "__main__":
    main()
