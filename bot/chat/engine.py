"""Rasa as a library: understands text, chooses the action, runs it here. Nothing of Rasa listens on a port."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import Any

from bot.privacy import log_guard

log_guard.install()

from rasa.core.actions.action import RemoteAction  # noqa: E402
from rasa.core.agent import Agent  # noqa: E402
from rasa.core.channels.channel import OutputChannel, UserMessage  # noqa: E402
from rasa.core.tracker_store import TrackerStore  # noqa: E402
from rasa.core.utils import EndpointConfig  # noqa: E402
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER  # noqa: E402
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME  # noqa: E402
from rasa.shared.core.domain import Domain  # noqa: E402
from rasa.shared.core.events import ActionExecuted, Event, SessionStarted, SlotSet  # noqa: E402
from rasa.shared.core.trackers import DialogueStateTracker  # noqa: E402
from rasa_sdk.executor import ActionExecutor  # noqa: E402

from bot.chat.runner import OrderedRunner  # noqa: E402
from bot.chat.understanding import from_nlu  # noqa: E402

SENDER = "visitor"


class NoModel(Exception):
    """There is no trained model; ``signaalwijzer train`` makes one."""


class ActionFailed(Exception):
    """A custom action raised; the visitor gets the help card."""


@dataclass(slots=True)
class Outcome:
    """What one turn brought: messages in order (text, buttons or custom) and the slots from then on."""

    messages: list[dict[str, Any]]
    slots: dict[str, Any]


@dataclass
class Collector(OutputChannel):
    """Collects what the assistant says, in order."""

    messages: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def name(cls) -> str:
        """Return the name of this channel."""
        return "signaalwijzer"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Collect one message."""
        self.messages.append(message)


class InProcessActions(EndpointConfig):
    """Runs custom actions in this process instead of over HTTP."""

    def __init__(self) -> None:
        # Our actions read no domain; without this each call would write all of it out.
        super().__init__(url="in-process", enable_selective_domain=True)
        self.executor = ActionExecutor()
        self.executor.register_package("actions")
        self.failed: dict[str, Exception] = {}

    async def request(self, *args: Any, json: dict[str, Any] | None = None, **kwargs: Any) -> Any:
        """Run the action that ``json`` asks for; a failure is noted, because Rasa itself goes on without a word."""
        call = json or {}
        try:
            return await self.executor.run(call)
        except Exception as error:
            self.failed[call["sender_id"]] = error
            raise


class OneTurnTrackers(TrackerStore):
    """Gives each turn a tracker whose only history is the slots of its session, and keeps it for that turn alone.

    The rules need no more history than that, so the thousandth turn of a conversation costs what the tenth costs.
    """

    def __init__(self) -> None:
        super().__init__(domain=Domain.empty())
        self.turns: dict[str, Mapping[str, Any]] = {}
        self.saved: dict[str, DialogueStateTracker] = {}

    async def retrieve(self, sender_id: str) -> DialogueStateTracker:
        """Return a tracker with the slots of the turn ``sender_id``."""
        events: list[Event] = [
            ActionExecuted(ACTION_SESSION_START_NAME),
            SessionStarted(),
            *(SlotSet(name, value) for name, value in self.turns[sender_id].items()),
            ActionExecuted(ACTION_LISTEN_NAME),
        ]
        return DialogueStateTracker.from_events(sender_id, events, self.domain.slots, domain=self.domain)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Hand the tracker of a turn back."""
        self.saved[tracker.sender_id] = tracker


# Rasa checks what an action server sends against a schema, 26 ms a turn; our actions are typed and in this process.
RemoteAction._validate_action_result = lambda self, result: True


def newest_model(folder: Path) -> Path:
    """Return the newest trained model in ``folder``.

    Raises:
        NoModel: there is none.
    """
    models = sorted(folder.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    if not models:
        raise NoModel(f"no trained model in {folder.name}/; run: signaalwijzer train")
    return models[-1]


class Engine:
    """A loaded model. Safe for concurrent turns; text is only ever seen by ``understand``."""

    def __init__(self, model: Path) -> None:
        self._actions = InProcessActions()
        self._trackers = OneTurnTrackers()
        self._agent = Agent.load(model, tracker_store=self._trackers, action_endpoint=self._actions)
        if self._agent.processor is None:
            raise NoModel("the model could not be loaded")
        self._processor = self._agent.processor
        self._processor.graph_runner = OrderedRunner(self._processor.graph_runner)
        # Language understanding is computation: in a thread of its own it can time out.
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="nlu")
        self.understand_now("hallo")

    def understand_now(self, text: str) -> dict[str, Any]:
        """Return parse data of closed values for a typed text; the text ends here."""
        message = UserMessage(text.lstrip("/ \t\n"))
        metadata = self._processor.model_metadata
        results = self._processor.graph_runner.run(
            inputs={
                PLACEHOLDER_MESSAGE: [message],
                PLACEHOLDER_TRACKER: DialogueStateTracker.from_events(SENDER, []),
            },
            targets=[metadata.nlu_target],
        )
        parsed = results[metadata.nlu_target][0]
        return from_nlu(parsed.as_dict(only_output_properties=False))

    async def understand(self, text: str) -> dict[str, Any]:
        """Return what ``understand_now`` returns, without holding up other visitors."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self.understand_now, text)

    async def turn(self, slots: Mapping[str, Any], parse_data: dict[str, Any]) -> Outcome:
        """Let the rules and actions answer one understood message.

        Raises:
            ActionFailed: an action raised.
        """
        turn = token_hex(8)
        collector = Collector()
        self._trackers.turns[turn] = slots
        try:
            await self._processor.handle_message(
                UserMessage(parse_data["text"], collector, turn, parse_data=parse_data)
            )
            if turn in self._actions.failed:
                raise ActionFailed from self._actions.failed[turn]
            tracker = self._trackers.saved[turn]
        finally:
            self._trackers.turns.pop(turn, None)
            self._trackers.saved.pop(turn, None)
            self._actions.failed.pop(turn, None)
        return Outcome(
            collector.messages,
            {name: value for name, value in tracker.current_slot_values().items() if value is not None},
        )

    def close(self) -> None:
        """Stop the threads of this engine."""
        self._pool.shutdown(wait=False, cancel_futures=True)
