"""Chooses the weights of the risk check on the development sets: ``python -m bot.evaluation.danger_thresholds``.

Prints, for the best sets of weights, how many messages are taken for danger when as much danger is seen as is asked
for. A file with messages about other things (column text) may be named. What is chosen stands in
``RiskCheck.get_default_config``.
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
from bot.settings import ROOT, settings

GRID = {
    "spelling": (0.5, 1.0, 1.5),
    "whole": (0.5, 0.75, 1.0),
    "pattern": (2.0, 3.0, 4.0),
    "elsewhere": (4.0, 6.0, 8.0),
    "look_alike": (4.0, 6.0, 8.0),
}
RECALL = 0.99
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Seen:
    """What the risk check sees in one message: in each reading, and as a whole (log odds)."""

    readings: Sequence[Observation]
    whole: float

    def evidence(self, weights: Mapping[str, float]) -> float:
        """Return the evidence of danger, as ``RiskCheck`` adds it up."""
        strongest = max((each.evidence(weights)[0] for each in self.readings), default=-np.inf)
        return strongest + weights["whole"] * self.whole


@dataclass(frozen=True, slots=True)
class Choice:
    """Weights, the threshold at which the wanted share of danger is seen, and the share of each group above it."""

    weights: Mapping[str, float]
    threshold: float
    alarms: Mapping[str, float]


def choice(
    dangerous: Sequence[Seen], harmless: Mapping[str, Sequence[Seen]], weights: Mapping[str, float], recall: float
) -> Choice:
    """Return the highest threshold at which ``recall`` of the dangerous messages are seen, and what it costs."""
    scores = np.sort([seen.evidence(weights) for seen in dangerous])
    threshold = float(scores[int((1 - recall) * len(scores))])
    alarms = {
        name: float(np.mean([seen.evidence(weights) >= threshold for seen in group]))
        for name, group in harmless.items()
    }
    return Choice(weights, threshold, alarms)


def main() -> None:
    """Print the best choices."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out_of_scope", type=Path, nargs="?")
    parser.add_argument("--recall", type=float, default=RECALL)
    options = parser.parse_args()
    trained = Model.load(newest_model(settings().model_dir))
    # All but the risk check, which comes last.
    before = replace(trained, components=trained.components[:-1])
    patterns, weight = load_patterns(), RiskCheck.get_default_config()["spelling"]

    def see(text: str) -> Seen:
        message = before.read(text)
        return Seen(list(observations(patterns, message, weight)), as_a_whole(message.get(LABEL_RANKING)))

    dangerous: list[Seen] = []
    harmless: dict[str, list[Seen]] = {"look-alikes": [], "questions and stories": []}
    for kind, group in (("danger", "look-alikes"), ("understanding", "questions and stories")):
        for message in read_messages(ROOT / "tests" / "data" / f"{kind}_dev.tsv"):
            if message.accept.isdisjoint(DANGERS):
                harmless[group].append(see(message.text))
            elif kind == "danger":
                dangerous.append(see(message.text))
    if options.out_of_scope:
        messages = read_messages(options.out_of_scope, labelled=False)
        harmless["out of scope"] = [see(message.text) for message in messages]
    found = [
        choice(dangerous, harmless, dict(zip(GRID, values, strict=True)), options.recall)
        for values in product(*GRID.values())
    ]
    found.sort(key=lambda each: sum(each.alarms.values()))
    table = Table(*GRID, "threshold", *harmless, title=f"{options.recall:.1%} of danger seen")
    for each in found[:SHOWN]:
        shares = (f"{share:.1%}" for share in each.alarms.values())
        table.add_row(*(f"{value:g}" for value in each.weights.values()), f"{each.threshold:.2f}", *shares)
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
