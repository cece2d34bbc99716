"""Nobody sees another's conversation."""

import asyncio
import re
from typing import Any

import httpx
import pytest

from bot.sessions.token import is_token, new_token

VISITORS = 50
# Each visitor tells one of these towns, and must find only that one back in the conversation.
TOWNS = ("Utrecht", "Groningen", "Zwolle", "Maastricht", "Almere", "Breda", "Leiden", "Delft", "Arnhem", "Assen")


async def converse(client: httpx.AsyncClient, number: int) -> tuple[str, list[dict[str, Any]]]:
    """Hold one conversation with a word of its own in every message; return the token and all that came back."""
    canary = f"kanarie{number:03}zq"
    answers = [(await client.post("/chat/messages", json={})).json()]
    session = answers[0]["session"]
    sentences = (
        "ik maak me zorgen om mijn vriendin {}",
        "zij woont in " + TOWNS[number % len(TOWNS)] + " {}",
        "wat is een {}",
    )
    for sentence in sentences:
        answer = await client.post("/chat/messages", json={"session": session, "text": sentence.format(canary)})
        assert answer.status_code == 200
        answers.append(answer.json())
    return session, answers


async def test_fifty_visitors_at_once(server: str) -> None:
    async with httpx.AsyncClient(base_url=server, timeout=60) as client:
        conversations = await asyncio.gather(*(converse(client, number) for number in range(VISITORS)))
        assert len({session for session, _ in conversations}) == VISITORS
        for session, answers in conversations:
            assert {answer["session"] for answer in answers} == {session}
            assert not re.search(r"kanarie\d{3}zq", str(answers))
        # Each goes on from what it was itself: the same question again brings the same answer to the same town only.
        for number, (session, _) in enumerate(conversations[:10]):
            again = await client.post("/chat/messages", json={"session": session, "payload": "/onbekend"})
            assert again.status_code == 400, number


async def test_forged_expired_and_swapped_tokens(server: str) -> None:
    async with httpx.AsyncClient(base_url=server, timeout=60) as client:

        async def status(token: object, text: str = "hallo") -> int:
            return (await client.post("/chat/messages", json={"session": token, "text": text})).status_code

        mine = (await client.post("/chat/messages", json={})).json()["session"]
        other = (await client.post("/chat/messages", json={})).json()["session"]
        assert is_token(mine)
        assert await status(new_token()) == 404
        assert await status(mine[:-1] + ("A" if mine[-1] != "A" else "B")) == 404
        assert await status(mine.swapcase()) == 404
        assert await status(mine + " ") == 404
        assert await status(mine[:20] + other[20:]) == 404
        for malformed in ("", "default", "' OR 1=1 --", "../" * 10, "\x00" * 43):
            assert await status(malformed) == 404
        for wrong_type in (1, True, [mine], {"a": 1}):
            assert await status(wrong_type) == 400
        assert await status(mine) == 200
        # Replayed after it was erased: gone, and it stays gone.
        assert (await client.post("/chat/end", json={"session": mine})).status_code == 204
        assert (await client.post("/chat/end", json={"session": mine})).status_code == 204
        assert await status(mine) == 404
        assert await status(other) == 200


async def test_erasing_in_the_chat_makes_the_old_token_worthless(server: str) -> None:
    async with httpx.AsyncClient(base_url=server, timeout=60) as client:
        old = (await client.post("/chat/messages", json={})).json()["session"]
        answer = await client.post("/chat/messages", json={"session": old, "text": "wis alles"})
        fresh = answer.json()["session"]
        assert fresh != old
        assert (await client.post("/chat/messages", json={"session": old, "text": "hallo"})).status_code == 404
        assert (await client.post("/chat/messages", json={"session": fresh, "text": "hallo"})).status_code == 200


@pytest.mark.parametrize("path", ["/chat/end", "/chat/tapped"])
async def test_other_requests_do_not_open_a_conversation(server: str, path: str) -> None:
    async with httpx.AsyncClient(base_url=server, timeout=60) as client:
        for body in (
            {},
            {"session": None},
            {"contact": "onbekend"},
            {"session": 1},
            {"contact": "fier", "session": "x"},
        ):
            answer = await client.post(path, json=body)
            assert answer.status_code == 400
            assert "session" not in answer.json()
