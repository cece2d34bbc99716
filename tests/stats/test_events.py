"""Events are read from closed values before and after a turn."""

from typing import Any

import pytest

from bot.catalogue import catalogue
from bot.directory.store import Directory
from bot.guidance.conversation import DANGERS
from bot.stats.events import closed_list, of_turn
from bot.stats.report import labels


@pytest.mark.parametrize(
    ("intent", "before", "after", "contacts", "expected"),
    [
        ("greet", {}, {}, (), set()),
        ("role_victim", {}, {"role": "self"}, (), {("role", "self")}),
        ("affirm", {"role": "self"}, {"role": "self"}, (), set()),
        ("disclose_labour", {"form": "unclear"}, {"form": "labour"}, (), {("form", "labour")}),
        ("faq", {}, {"topic": "hulp"}, ("fier",), {("topic", "hulp"), ("contact_shown", "fier")}),
        ("affirm", {"topic": "hulp"}, {"topic": "hulp"}, (), set()),
        ("acute_danger", {}, {"danger": "acute_danger"}, (), {("danger", "acute_danger")}),
        ("nlu_fallback", {}, {"misunderstood": 1}, (), {("fallback", "all")}),
        ("nlu_fallback", {"misunderstood": 2}, {}, (), set()),
        ("deny", {"checking": True}, {"checked": True}, (), {("check_finished", "all")}),
        ("greet", {"checked": True}, {"checked": True}, (), set()),
        ("feedback_bad", {}, {}, ("veilig_thuis",), {("feedback", "bad"), ("contact_shown", "veilig_thuis")}),
    ],
)
def test_events_of_a_turn(
    intent: str,
    before: dict[str, Any],
    after: dict[str, Any],
    contacts: tuple[str, ...],
    expected: set[tuple[str, str]],
) -> None:
    assert set(of_turn(intent, before, after, contacts)) == expected


def test_the_closed_list_is_that_of_the_issue() -> None:
    expected = "opened role form topic contact_shown contact_tapped check_finished danger fallback feedback"
    assert set(closed_list(("hulp",), ("fier",))) == set(expected.split())


def test_everything_counted_has_a_dutch_name() -> None:
    directory = Directory.from_files()
    named = labels(catalogue(), directory)
    allowed = closed_list(catalogue().topics(), directory.contacts)
    assert set(named.events) == set(allowed)
    for event, values in allowed.items():
        assert set(named.values[event]) >= set(values)
    assert set(allowed["danger"]) == set(DANGERS)
