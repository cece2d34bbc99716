"""What is counted: a closed list of events with closed values, read from what a turn changed, not from its text."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from bot.guidance.conversation import DANGERS
from bot.guidance.situation import Form, Role

# Events that are only counted have one value.
ALL = "all"
OPENED, ROLE, FORM, TOPIC = "opened", "role", "form", "topic"
CONTACT_SHOWN, CONTACT_TAPPED = "contact_shown", "contact_tapped"
CHECK_FINISHED, DANGER, FALLBACK, FEEDBACK = "check_finished", "danger", "fallback", "feedback"
_FEEDBACK = {"feedback_good": "good", "feedback_bad": "bad"}

Allowed = Mapping[str, tuple[str, ...]]


def closed_list(topics: Collection[str], contacts: Collection[str]) -> Allowed:
    """Return every event with every value that it may have."""
    return {
        OPENED: (ALL,),
        ROLE: tuple(Role),
        FORM: tuple(Form),
        TOPIC: tuple(topics),
        CONTACT_SHOWN: tuple(contacts),
        CONTACT_TAPPED: tuple(contacts),
        CHECK_FINISHED: (ALL,),
        DANGER: tuple(DANGERS),
        FALLBACK: (ALL,),
        FEEDBACK: tuple(_FEEDBACK.values()),
    }


def of_turn(
    intent: str, before: Mapping[str, Any], after: Mapping[str, Any], contacts: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield (event, value) for a turn: its intent, the slots before and after, and the ids of the contacts shown."""
    for name in (ROLE, FORM):
        value = after.get(name)
        if value is not None and value != before.get(name):
            yield name, str(value)
    if intent == "faq" and after.get("topic") is not None:
        yield TOPIC, str(after["topic"])
    if after.get("checked") and not before.get("checked"):
        yield CHECK_FINISHED, ALL
    if intent in DANGERS:
        yield DANGER, intent
    if (after.get("misunderstood") or 0) > (before.get("misunderstood") or 0):
        yield FALLBACK, ALL
    if intent in _FEEDBACK:
        yield FEEDBACK, _FEEDBACK[intent]
    for contact in contacts:
        yield CONTACT_SHOWN, contact
