"""Compares light classifiers with DIET and ResponseSelector: ``python -m scripts.bench.classifiers FOLDER``.

FOLDER holds the models that ``run.py --keep FOLDER`` trained, all on the same messages. Each says of every message of
dev which label is the likeliest; there are no thresholds, no fallback and no risk check.
"""

import argparse
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import httpx
from rasa.shared.nlu.constants import TEXT

from bot.chat.model import Model, newest_model
from bot.evaluation.messages import FALLBACK, OUT_OF_SCOPE, Message, accepted, read_messages
from bot.nlu.encoder import head
from bot.nlu.flat_classifier import opinions
from bot.nlu.sentence_encoder import VECTORS
from bot.nlu.spelling import SPELLING
from bot.settings import ROOT
from scripts.bench.systems import Stock, kept_models

# By name, ways to tell the likeliest label of a text.
Ways = dict[str, Callable[[str], str]]


def likeliest_of_stock(parsed: Mapping[str, Any]) -> str:
    """Return the label that DIET (and for a question ResponseSelector) finds the likeliest, fallback or not."""
    name = next(str(entry["name"]) for entry in parsed["intent_ranking"] if entry["name"] != FALLBACK)
    return str(parsed["response_selector"]["faq"]["response"]["intent_response_key"]) if name == "faq" else name


def right(way: Callable[[str], str], messages: Sequence[Message]) -> float:
    """Return the share of messages of which a way names an accepted label."""

    def named(message: Message) -> str:
        label = way(message.text)
        return FALLBACK if label == OUT_OF_SCOPE else label

    return sum(accepted(named(message), message) for message in messages) / len(messages)


def light_ways(model: Model) -> Ways:
    """Return the linear model alone, the encoder alone, and both added up, as the intent classifier adds them."""

    def best(labels: Sequence[str], scores: Iterable[float]) -> str:
        return max(zip(scores, labels, strict=True))[1]

    def linear(text: str) -> str:
        spelling = model.read(text).get(SPELLING)
        return best(spelling.labels, spelling.scores)

    def encoder(text: str) -> str:
        message = model.read(text)
        labels = message.get(SPELLING).labels
        return best(labels, head().chances_of(labels, message.get(VECTORS)[message.get(TEXT)]))

    def both(text: str) -> str:
        message = model.read(text)
        spelling = message.get(SPELLING)
        return best(spelling.labels, opinions(spelling, message.get(VECTORS)[message.get(TEXT)]))

    return {"linear model alone": linear, "encoder alone": encoder, "both added up": both}


def main() -> None:
    """Ask both systems and print JSON on standard output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=kept_models, help="folder with the models that run.py --keep trained")
    options = parser.parse_args()
    messages = read_messages(ROOT / "tests" / "data" / "understanding_dev.tsv")
    ways = light_ways(Model.load(newest_model(options.folder / "ours" / "models")))
    found: dict[str, Any] = {"date": date.today().isoformat(), "messages": len(messages)}
    found |= {name: right(way, messages) for name, way in ways.items()}
    stock = Stock(options.folder / "stock", name="stock")
    stock.start()
    try:
        with httpx.Client(timeout=60) as client:

            def diet(text: str) -> str:
                return likeliest_of_stock(client.post(f"{stock.address}/model/parse", json={"text": text}).json())

            found["DIET and ResponseSelector"] = right(diet, messages)
    finally:
        stock.stop()
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
