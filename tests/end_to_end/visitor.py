"""A visitor of the assistant for tests: speaks the HTTP contract and remembers its session."""

from dataclasses import dataclass
from typing import Any

import httpx

from bot.catalogue import bubbles, catalogue, contact_values, fill
from bot.directory.store import Directory


@dataclass(frozen=True)
class Answer:
    """What came back for one message."""

    status: int
    raw: str
    bubbles: list[str]
    buttons: list[dict[str, str]]
    contacts: list[dict[str, Any]]

    @property
    def text(self) -> str:
        """All bubbles, with an empty line between them."""
        return "\n\n".join(self.bubbles)


class Visitor:
    """One visitor with one session."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        self.session: str | None = None

    def opens(self) -> Answer:
        """Open a conversation."""
        return self._send({})

    def says(self, text: str) -> Answer:
        """Type a message."""
        return self._send({"session": self.session, "text": text})

    def presses(self, payload: str) -> Answer:
        """Press a button."""
        return self._send({"session": self.session, "payload": payload})

    def words(self, key: str) -> str:
        """Return the first bubble of a wording as a visitor sees it."""
        text = catalogue()[key].text
        return bubbles(fill(text, contact_values(Directory.from_files(), text)))[0]

    def _send(self, body: dict[str, Any]) -> Answer:
        response = self.client.post("/chat/messages", json=body)
        answer = response.json()
        self.session = answer.get("session", self.session)
        messages = answer.get("messages", [])
        return Answer(
            status=response.status_code,
            raw=response.text,
            bubbles=[message["text"] for message in messages if "text" in message],
            buttons=[button for message in messages for button in message.get("buttons", [])],
            contacts=[card for message in messages for card in message.get("contacts", [])],
        )
