"""Between text and dialogue: an intent with closed values, and nothing of the text.

Everything behind this module (tracker, actions, logs, database) sees only what stands in ``CLOSED``.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

# Entities whose values come from closed lists of ours; anything else an extractor might find is dropped.
CLOSED = frozenset(
    {
        "topic",
        "guess",
        "alternative",
        "signal",
        "municipality",
        "role",
        "form",
        "age",
        "papers",
        "anonymous",
        "parent_involved",
        "step",
        "case",
        "question",
        "safe",
        "nod",
        "bare",
        "whoever",
        "language",
    }
)
GUESSES = 5
_PAYLOAD = re.compile(r"/([a-z_]+)(\{.*\})?")


class NotAPayload(ValueError):
    """A string that is not a button payload."""


def from_payload(payload: str) -> dict[str, Any]:
    """Return Rasa parse data for a button payload such as ``/faq{"topic": "hulp"}``.

    Raises:
        NotAPayload: it has not that form.
    """
    match = _PAYLOAD.fullmatch(payload)
    if match is None:
        raise NotAPayload
    try:
        values = json.loads(match.group(2) or "{}")
    except ValueError:
        raise NotAPayload from None
    return _parse_data(match.group(1), 1.0, [(name, str(value)) for name, value in values.items()])


def from_nlu(parsed: Mapping[str, Any]) -> dict[str, Any]:
    """Return parse data without the text, its tokens or anything else that is not a closed value."""
    intent = parsed.get("intent") or {}
    name, confidence = intent.get("name") or "nlu_fallback", float(intent.get("confidence") or 0.0)
    entities = [
        (entity["entity"], str(entity["value"]))
        for entity in parsed.get("entities", [])
        if entity.get("entity") in CLOSED
    ]
    labels = [str(entry["name"]) for entry in parsed.get("label_ranking", [])]
    if name == "faq" and labels:
        topic = next((label for label in labels if label.startswith("faq/")), None)
        if topic:
            entities.append(("topic", topic.removeprefix("faq/")))
    entities += [("guess", label) for label in labels[:GUESSES]]
    if parsed.get("doubtful"):
        entities += [("alternative", label) for label in labels[1:GUESSES]]
    return _parse_data(name, confidence, entities)


def _parse_data(intent: str, confidence: float, entities: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "text": f"/{intent}",
        "intent": {"name": intent, "confidence": confidence},
        "intent_ranking": [{"name": intent, "confidence": confidence}],
        "entities": [{"entity": entity, "value": value} for entity, value in entities if entity in CLOSED],
    }
