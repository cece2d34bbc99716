"""The remark on personal details: kindly, before the answer, not every time, and never before a danger answer."""

from typing import Any

import httpx
import pytest

from bot.catalogue import catalogue

NOTICE = catalogue()["utter_personal_details"].text


@pytest.fixture
def talk(server: str):  # type: ignore[no-untyped-def]
    """A conversation: takes a message, returns the texts of the answer."""
    with httpx.Client(base_url=server, timeout=30) as client:
        session = client.post("/chat/messages", json={}).json()["session"]

        def say(text: str) -> list[str]:
            answer: dict[str, Any] = client.post("/chat/messages", json={"session": session, "text": text}).json()
            return [message["text"] for message in answer["messages"] if "text" in message]

        yield say


def test_the_notice_comes_first_and_not_every_time(talk: Any) -> None:
    answers = [talk(f"wat is een loverboy, ik heet Fatima{turn * '!'}") for turn in range(5)]
    assert [answer[0] == NOTICE for answer in answers] == [True, False, False, True, False]
    assert all(len(answer) > (answer[0] == NOTICE) for answer in answers), "the answer itself is never left out"


def test_without_personal_details_there_is_none(talk: Any) -> None:
    assert NOTICE not in talk("wat is een loverboy")
    assert NOTICE not in talk("wat kost bellen met 0800-2000")


def test_danger_is_answered_first(talk: Any) -> None:
    answer = talk("help hij heeft een mes, ik ben Fatima, Kerkstraat 12, 0612345678")
    assert NOTICE not in answer
    assert "112" in answer[0]
    # The question whether it is safe now is answered; that is not the moment either.
    assert NOTICE not in talk("nee, ik heet Fatima")
