"""One turn from contract to contract: open the session, understand, decide, seal; whatever fails, a way to help."""

import asyncio
import json
import os
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from bot.catalogue import Catalogue, bubbles, contact_values, fill
from bot.chat.contract import ButtonOut, MessageOut, Turn, TurnOut
from bot.chat.engine import Engine
from bot.chat.understanding import from_payload
from bot.directory.card import Card, make_card
from bot.directory.store import Directory
from bot.guidance.conversation import DANGERS
from bot.privacy.personal_details import Finder
from bot.sessions.seal import SealBroken
from bot.sessions.store import Conflict, Opened, SessionStore, UnknownSession
from bot.sessions.token import is_token, new_token
from bot.stats import events
from bot.stats.store import Counters

# A turn that meets another turn of its session is taken again after so many seconds at most, by chance.
RETRY_SECONDS = 0.02
# The remark on personal details comes once in so many turns.
NOTICE_TURNS = 3
EMERGENCY = ("noodnummer_112", "veilig_thuis", "zelfmoordpreventie_113")
# What the sealed content of a session holds: slots, offered payloads, turns until the next remark may come.
SLOTS, OFFERED, NOTICE = "slots", "offered", "notice"


Result = TypeVar("Result")


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
        finder: Finder,
        counters: Counters,
        timeout: float,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._engine = engine
        self._sessions = sessions
        self._directory = directory
        self._words = words
        self._finder = finder
        self._counters = counters
        self._timeout = timeout
        self._clock = clock
        # A turn uses a whole core: more threads than cores would only wait for each other.
        self._pool = ThreadPoolExecutor(len(os.sched_getaffinity(0)), thread_name_prefix="turn")
        # One lock for each session that is busy now; it disappears with its last holder.
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def warm_up(self) -> None:
        """Answer a message that nobody sent, so that the first visitor does not wait for what is read on first use."""
        self._messages(self._engine.turn({}, from_payload("/human_handoff")).messages)

    async def turn(self, turn: Turn) -> TurnOut:
        """Answer one message.

        Raises:
            UnknownSession: the session does not exist or has expired.
            NotOffered: the payload was not offered in the last turn.
            TimeoutError: the answer took too long.
            Exception: anything that broke; the caller shows the help card.
        """
        deadline = time.monotonic() + self._timeout
        async with asyncio.timeout(self._timeout):
            if turn.session is None:
                return await self._open(turn.text, deadline)
            if not is_token(turn.session):
                raise UnknownSession
            lock = self._locks.setdefault(turn.session, asyncio.Lock())
            async with lock:
                return await self._continue(turn.session, turn, deadline)

    async def end(self, token: str) -> None:
        """Erase a conversation; nothing happens when it does not exist."""
        if is_token(token):
            await self._beside(self._sessions.erase, token)

    def close(self) -> None:
        """Stop the threads."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def emergency_cards(self) -> list[Card]:
        """Return the contacts that every error carries."""
        now = self._clock()
        return [make_card(self._directory.contacts[contact], now) for contact in EMERGENCY]

    async def _open(self, text: str | None, deadline: float) -> TurnOut:
        opening = self._say("utter_welcome")
        token = new_token()
        expires = await self._beside(self._sessions.create, token, _content({}, opening))
        self._counters.count(events.OPENED, events.ALL)
        if text is None:
            return TurnOut(session=token, messages=opening, expires_in=expires)
        return await self._continue(token, Turn(session=token, text=text), deadline)

    async def _continue(self, token: str, turn: Turn, deadline: float) -> TurnOut:
        while True:
            try:
                return await self._beside(self._answer, token, turn, deadline)
            except Conflict:
                # Another process answered this session meanwhile: answer again on what it knows now.
                await asyncio.sleep(random.uniform(0, RETRY_SECONDS))

    def _answer(self, token: str, turn: Turn, deadline: float) -> TurnOut:
        """Answer a message, or a page that only comes back; all of it in one thread, so that it changes hands once.

        Raises:
            Conflict: the session was saved by somebody else since it was opened.
            TimeoutError: the visitor was answered otherwise meanwhile; nothing is saved.
        """
        opened = self._open_session(token)
        before, personal = opened.content[SLOTS], False
        if turn.payload is not None:
            if turn.payload not in opened.content[OFFERED]:
                raise NotOffered
            parsed = from_payload(turn.payload)
        elif turn.text is not None:
            personal = bool(self._finder.kinds(turn.text))
            parsed = self._engine.understand(turn.text)
        else:
            messages = self._say("utter_welcome_back")
            expires = self._sessions.save(token, _content(before, messages), opened)
            return TurnOut(session=token, messages=messages, expires_in=expires)
        outcome = self._engine.turn(before, parsed)
        messages = self._messages(outcome.messages)
        if not messages:
            raise RuntimeError("the assistant said nothing")
        if time.monotonic() > deadline:
            raise TimeoutError
        if _erases(outcome.messages):
            return self._start_over(token, messages)
        intent = parsed["intent"]["name"]
        wait = max(0, opened.content.get(NOTICE, 0) - 1)
        if personal and wait == 0 and intent not in DANGERS and not outcome.slots.get("danger"):
            messages = [*self._say("utter_personal_details"), *messages]
            wait = NOTICE_TURNS
        expires = self._sessions.save(token, _content(outcome.slots, messages, wait), opened)
        shown = [card["id"] for message in messages for card in message.get("contacts", [])]
        for event, value in events.of_turn(intent, before, outcome.slots, shown):
            self._counters.count(event, value)
        return TurnOut(session=token, messages=messages, expires_in=expires)

    async def _beside(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """Do ``work`` in a thread; it can time out, and holds up no other visitor."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work, *arguments)

    def _open_session(self, token: str) -> Opened:
        try:
            return self._sessions.open(token)
        except SealBroken:
            self._sessions.erase(token)
            raise UnknownSession from None

    def _start_over(self, token: str, messages: list[MessageOut]) -> TurnOut:
        """Erase the session and go on in a new, empty one."""
        self._sessions.erase(token)
        fresh = new_token()
        expires = self._sessions.create(fresh, _content({}, messages))
        return TurnOut(session=fresh, messages=messages, expires_in=expires)

    def _say(self, key: str) -> list[MessageOut]:
        wording = self._words[key]
        text = fill(wording.text, contact_values(self._directory, wording.text))
        return _bubbles(text, [button.model_dump() for button in wording.buttons])

    def _messages(self, said: list[dict[str, Any]]) -> list[MessageOut]:
        """Return what the engine said as messages of the contract; the buttons of its last wording close the turn."""
        now = self._clock()
        messages: list[MessageOut] = []
        buttons: list[ButtonOut] = []
        for message in said:
            if message.get("text"):
                lang = (message.get("custom") or {}).get("lang")
                messages += _bubbles(message["text"], message.get("buttons") or [], lang)
                buttons = messages[-1].pop("buttons", []) or buttons
            cards = (message.get("custom") or {}).get("contacts")
            if cards:
                contacts = [make_card(self._directory.contacts[card["id"]], now, card.get("why")) for card in cards]
                messages.append(MessageOut(contacts=contacts))
        if messages and buttons:
            messages[-1]["buttons"] = buttons
        return messages


def _bubbles(text: str, buttons: list[dict[str, Any]], lang: str | None = None) -> list[MessageOut]:
    messages = [MessageOut(text=bubble, lang=lang) if lang else MessageOut(text=bubble) for bubble in bubbles(text)]
    if buttons:
        messages[-1]["buttons"] = [{"title": b["title"], "payload": b["payload"]} for b in buttons]
    return messages


def _content(slots: dict[str, Any], messages: list[MessageOut], notice: int = 0) -> dict[str, Any]:
    """Return what is sealed after a turn: closed values, and which buttons were offered."""
    offered = [button["payload"] for message in messages for button in message.get("buttons", [])]
    return {SLOTS: slots, OFFERED: offered, NOTICE: notice}


def _erases(said: list[dict[str, Any]]) -> bool:
    return any("erase" in (message.get("custom") or {}) for message in said)


def encoded(value: Any) -> bytes:
    """Return ``value`` as compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
