"""One turn from contract to contract: open the session, understand, decide, seal; whatever fails, a way to help."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from weakref import WeakValueDictionary

from bot.catalogue import Catalogue, bubbles, contact_values, fill
from bot.chat.contract import MessageOut, Turn, TurnOut
from bot.chat.engine import Engine
from bot.chat.understanding import from_payload
from bot.directory.card import Card, make_card
from bot.directory.store import Directory
from bot.sessions.seal import SealBroken
from bot.sessions.store import Conflict, SessionStore, UnknownSession
from bot.sessions.token import is_token, new_token

# A turn that meets another turn of its session is taken again; more collisions than this are no visitor's doing.
ATTEMPTS = 5
EMERGENCY = ("noodnummer_112", "veilig_thuis", "zelfmoordpreventie_113")
# Slots and offered payloads of a session travel together in its sealed content.
SLOTS, OFFERED = "slots", "offered"


class NotOffered(Exception):
    """A payload that the assistant did not offer in its last turn."""


class Chat:
    """The conversation service; one for each process."""

    def __init__(
        self,
        engine: Engine,
        sessions: SessionStore,
        directory: Directory,
        words: Catalogue,
        timeout: float,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._engine = engine
        self._sessions = sessions
        self._directory = directory
        self._words = words
        self._timeout = timeout
        self._clock = clock
        # One lock for each session that is busy now; it disappears with its last holder.
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def turn(self, turn: Turn) -> TurnOut:
        """Answer one message.

        Raises:
            UnknownSession: the session does not exist or has expired.
            NotOffered: the payload was not offered in the last turn.
            TimeoutError: the answer took too long.
            Exception: anything that broke; the caller shows the help card.
        """
        async with asyncio.timeout(self._timeout):
            if turn.session is None:
                return await self._open(turn.text)
            if not is_token(turn.session):
                raise UnknownSession
            lock = self._locks.setdefault(turn.session, asyncio.Lock())
            async with lock:
                return await self._continue(turn.session, turn)

    def end(self, token: str) -> None:
        """Erase a conversation; nothing happens when it does not exist."""
        if is_token(token):
            self._sessions.erase(token)

    def emergency_cards(self) -> list[Card]:
        """Return the contacts that every error carries."""
        now = self._clock()
        return [make_card(self._directory.contacts[contact], now) for contact in EMERGENCY]

    async def _open(self, text: str | None) -> TurnOut:
        opening = self._say("utter_welcome")
        content: dict[str, Any] = {SLOTS: {}, OFFERED: _payloads(opening)}
        token = new_token()
        expires = await asyncio.to_thread(self._sessions.create, token, content)
        if text is None:
            return TurnOut(session=token, messages=opening, expires_in=expires)
        return await self._continue(token, Turn(session=token, text=text))

    async def _continue(self, token: str, turn: Turn) -> TurnOut:
        parsed = await self._engine.understand(turn.text) if turn.text is not None else None
        for _ in range(ATTEMPTS):
            opened = await asyncio.to_thread(self._open_session, token)
            if turn.payload is not None:
                if turn.payload not in opened.content[OFFERED]:
                    raise NotOffered
                parsed = from_payload(turn.payload)
            if parsed is None:
                messages = self._say("utter_welcome_back")
                slots = opened.content[SLOTS]
            else:
                outcome = await self._engine.turn(opened.content[SLOTS], parsed)
                slots = outcome.slots
                if any("erase" in (message.get("custom") or {}) for message in outcome.messages):
                    return await self._start_over(token, self._messages(outcome.messages))
                messages = self._messages(outcome.messages)
                if not messages:
                    raise RuntimeError("the assistant said nothing")
            content = {SLOTS: slots, OFFERED: _payloads(messages)}
            try:
                expires = await asyncio.to_thread(self._sessions.save, token, content, opened.version)
            except Conflict:
                continue
            return TurnOut(session=token, messages=messages, expires_in=expires)
        raise Conflict

    def _open_session(self, token: str):  # type: ignore[no-untyped-def]
        try:
            return self._sessions.open(token)
        except SealBroken:
            self._sessions.erase(token)
            raise UnknownSession from None

    async def _start_over(self, token: str, messages: list[MessageOut]) -> TurnOut:
        """Erase the session and go on in a new, empty one."""
        await asyncio.to_thread(self._sessions.erase, token)
        fresh = new_token()
        content = {SLOTS: {}, OFFERED: _payloads(messages)}
        expires = await asyncio.to_thread(self._sessions.create, fresh, content)
        return TurnOut(session=fresh, messages=messages, expires_in=expires)

    def _say(self, key: str) -> list[MessageOut]:
        wording = self._words[key]
        text = fill(wording.text, contact_values(self._directory, wording.text))
        return _bubbles(text, [button.model_dump() for button in wording.buttons])

    def _messages(self, said: list[dict[str, Any]]) -> list[MessageOut]:
        """Return what the engine said as messages of the contract."""
        now = self._clock()
        messages: list[MessageOut] = []
        for message in said:
            if message.get("text"):
                messages += _bubbles(message["text"], message.get("buttons") or [])
            cards = (message.get("custom") or {}).get("contacts")
            if cards:
                contacts = [
                    make_card(self._directory.contacts[card["id"]], now, card.get("why")) for card in cards
                ]
                messages.append(MessageOut(contacts=contacts))
        return messages


def _bubbles(text: str, buttons: list[dict[str, Any]]) -> list[MessageOut]:
    messages = [MessageOut(text=bubble) for bubble in bubbles(text)]
    if buttons:
        messages[-1]["buttons"] = [{"title": b["title"], "payload": b["payload"]} for b in buttons]
    return messages


def _payloads(messages: list[MessageOut]) -> list[str]:
    return [button["payload"] for message in messages for button in message.get("buttons", [])]


def encoded(value: Any) -> bytes:
    """Return ``value`` as compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
