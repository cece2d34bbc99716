"""Evaluation sets: messages with the labels that a sensible person would accept for each."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.guidance.conversation import DANGERS, FORMS, offered, other_than_danger

FALLBACK = "nlu_fallback"
OUT_OF_SCOPE = "out_of_scope"
OTHER_LANGUAGE = "other_language"


class BadSet(ValueError):
    """A file that is not an evaluation set; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message and its acceptable labels, FAQ topics as ``faq/<id>``; empty when the set has no labels."""

    text: str
    accept: frozenset[str]


def read_messages(path: Path, labelled: bool = True) -> list[Message]:
    """Read a tab-separated file with the columns ``text`` and ``accept`` (labels separated by ``|``).

    Raises:
        BadSet: no such file, no such columns, or a line without text or labels.
    """
    wanted = {"text", "accept"} if labelled else {"text"}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            if not wanted <= set(rows.fieldnames or ()):
                raise BadSet(f"{path.name}: the first line must name the columns {', '.join(sorted(wanted))}")
            messages = []
            for row in rows:
                accept = frozenset(label.strip() for label in (row.get("accept") or "").split("|")) - {""}
                if not (row["text"] or "").strip() or (labelled and not accept):
                    raise BadSet(f"{path.name}, line {rows.line_num}: text or labels are missing")
                messages.append(Message(row["text"], accept))
            return messages
    except OSError as error:
        raise BadSet(f"{path.name}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise BadSet(f"{path.name}: is not UTF-8") from None


def label(parsed: Mapping[str, Any]) -> str:
    """Return the label that was understood: the intent, or ``faq/<topic>``; what is out of scope is fallback too."""
    intent = parsed["intent"]["name"]
    if intent == "faq":
        return f"faq/{next(entity['value'] for entity in parsed['entities'] if entity['entity'] == 'topic')}"
    return FALLBACK if intent == OUT_OF_SCOPE else str(intent)


def doubtful(parsed: Mapping[str, Any]) -> bool:
    """Whether a question was answered with other meanings to choose from."""
    return any(entity["entity"] == "alternative" for entity in parsed["entities"])


def guesses(parsed: Mapping[str, Any]) -> list[str]:
    """Return the labels that the guide offers as buttons, best first, when it did not understand or doubts."""
    kind = "alternative" if doubtful(parsed) else "guess"
    labels = [entity["value"] for entity in parsed["entities"] if entity["entity"] == kind]
    if label(parsed) in FORMS:
        # The question about the form of a story offers all of them.
        return list(FORMS)
    return other_than_danger(labels) if label(parsed) in DANGERS else offered(labels)


def accepted(understood: str, message: Message) -> bool:
    """Whether ``understood`` is right: to say "I do not know about that" is right for what is out of scope."""
    return understood in message.accept or (understood == FALLBACK and OUT_OF_SCOPE in message.accept)


def right(parsed: Mapping[str, Any], message: Message) -> bool:
    """Whether a message was understood; one in another language also when its meaning is answered with the card."""
    understood = label(parsed)
    has_card = any(entity["entity"] == "language" for entity in parsed["entities"])
    meant = OTHER_LANGUAGE in message.accept and has_card and understood not in DANGERS
    return accepted(understood, message) or meant
