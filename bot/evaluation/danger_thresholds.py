"""Chooses the weights of the risk check on our own sets: ``python -m bot.evaluation.danger_thresholds OUT_OF_SCOPE``.

The file named holds messages about other things (column text). For each set of weights the threshold is as low as a
given share of these allows; the sets with which the most danger is seen are printed, with what else is taken for it.
What is chosen stands in ``RiskCheck.get_default_config``.
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from bot.chat.model import Model, newest_model
from bot.evaluation.messages import read_messages
from bot.guidance.conversation import DANGERS
from bot.nlu.flat_classifier import LABEL_RANKING
from bot.nlu.risk import Observation, RiskCheck, as_a_whole, observations
from bot.nlu.risk_patterns import load_patterns
from bot.nlu.spelling import SPELLING
from bot.nlu.statements import HARMLESS
from bot.settings import ROOT, settings

# The others stay as they are: which of them is best depends on a message or two.
GRID = {
    "spelling": (0.25, 0.5, 0.75, 1.0, 1.5, 2.0),
    "whole": (0.5, 0.75, 1.0, 1.25),
    "pattern": (2.0, 3.0, 4.0, 5.0),
}
# Dangers and look-alikes; the held-out sets are not among them.
SETS = ("danger_dev", "danger_test", "conversation_dev")
QUESTIONS = "understanding_dev"
ALARMS = 0.009
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Seen:
    """What the risk check sees in one message: in each reading, and as a whole (log odds).

    ``known``: whether its words are words at all; ``foreign``: whether it has words of danger of another language.
    """

    readings: Sequence[Observation]
    whole: float
    known: bool = True
    foreign: bool = False

    def evidence(self, weights: Mapping[str, float]) -> float:
        """Return the evidence of danger, as ``RiskCheck`` adds it up; none where that needs more."""
        if not self.known and self.foreign:
            return np.inf
        strongest = max((each.evidence(weights)[0] for each in self.readings), default=-np.inf)
        total = strongest + weights["whole"] * self.whole
        return total if self.known or total >= weights["unread"] else -np.inf


@dataclass(frozen=True, slots=True)
class Choice:
    """Weights, the threshold that goes with them, and the share of danger and of each other group above it."""

    weights: Mapping[str, float]
    threshold: float
    recall: float
    alarms: Mapping[str, float]


def choice(
    dangerous: Sequence[Seen],
    harmless: Mapping[str, Sequence[Seen]],
    out_of_scope: Sequence[Seen],
    weights: Mapping[str, float],
    alarms: float,
) -> Choice:
    """Return the lowest threshold that a share ``alarms`` of ``out_of_scope`` at most reaches, and what is seen."""
    scores = np.sort([seen.evidence(weights) for seen in out_of_scope])
    threshold = float(np.nextafter(scores[-1 - int(alarms * len(scores))], np.inf))

    def above(group: Sequence[Seen]) -> float:
        return float(np.mean([seen.evidence(weights) >= threshold for seen in group]))

    return Choice(weights, threshold, above(dangerous), {name: above(group) for name, group in harmless.items()})


def main() -> None:
    """Print the best choices."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out_of_scope", type=Path)
    parser.add_argument("--alarms", type=float, default=ALARMS, help=f"share of them, at most (default {ALARMS})")
    options = parser.parse_args()
    trained = Model.load(newest_model(settings().model_dir))
    # All but the risk check, which comes last.
    before = replace(trained, components=trained.components[:-1])
    patterns, default = load_patterns(), RiskCheck.get_default_config()

    def see(text: str) -> Seen:
        message = before.read(text)
        if message.get(HARMLESS):
            return Seen([], 0.0)
        found = list(observations(patterns, message, default["spelling"]))
        foreign = patterns.find_in_others(text) is not None
        return Seen(found, as_a_whole(message.get(LABEL_RANKING)), message.get(SPELLING).known, foreign)

    dangerous: list[Seen] = []
    harmless: dict[str, list[Seen]] = {"look-alikes": [], "questions and stories": []}
    for name in (*SETS, QUESTIONS):
        for message in read_messages(ROOT / "tests" / "data" / f"{name}.tsv"):
            if message.accept.isdisjoint(DANGERS):
                harmless["questions and stories" if name == QUESTIONS else "look-alikes"].append(see(message.text))
            elif name != QUESTIONS:
                dangerous.append(see(message.text))
    out_of_scope = [see(message.text) for message in read_messages(options.out_of_scope, labelled=False)]
    found = [
        choice(dangerous, harmless, out_of_scope, {**default, **dict(zip(GRID, values, strict=True))}, options.alarms)
        for values in product(*GRID.values())
    ]
    found.sort(key=lambda each: (-each.recall, each.alarms["look-alikes"]))
    table = Table(*GRID, "threshold", "danger", *harmless, title=f"{options.alarms:.1%} of what is out of scope")
    for each in found[:SHOWN]:
        shares = (f"{share:.2%}" for share in (each.recall, *each.alarms.values()))
        table.add_row(*(f"{each.weights[name]:g}" for name in GRID), f"{each.threshold:.2f}", *shares)
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
