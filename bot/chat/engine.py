"""Understands text and answers it: Rasa's components and rules, and the actions in this process. Nothing listens."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.privacy import log_guard

log_guard.install()

from rasa_sdk.executor import ActionExecutor  # noqa: E402

from bot.chat.model import Model  # noqa: E402
from bot.chat.understanding import from_nlu  # noqa: E402
from bot.nlu.encoder import Floats, encode  # noqa: E402
from bot.nlu.risk_patterns import load_patterns  # noqa: E402
from bot.nlu.sentence_encoder import VECTORS  # noqa: E402

SENDER = "visitor"


class ActionFailed(Exception):
    """A custom action raised; the visitor gets the help card."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A typed text, and the vectors of it and of the parts that the risk check reads apart."""

    text: str = field(repr=False)
    vectors: Mapping[str, Floats] = field(repr=False)


@dataclass(slots=True)
class Outcome:
    """What one turn brought: messages in order (text, buttons, custom) and the slots from then on."""

    messages: list[dict[str, Any]]
    slots: dict[str, Any]


class Engine:
    """A loaded model. Safe for concurrent turns; text is only ever seen by ``encode`` and ``read``."""

    def __init__(self, model: Path) -> None:
        self._model = Model.load(model)
        self._actions = ActionExecutor()
        self._actions.register_package("actions")
        self.understand_now("hallo")

    def understand_now(self, text: str) -> dict[str, Any]:
        """Return parse data of closed values for a typed text; the text ends here."""
        return self.read(self.encode(text))

    def encode(self, text: str) -> Encoded:
        """Return ``text`` with its vectors: the larger part of the work, and outside of Python, so fit for a thread."""
        bare = text.lstrip("/ \t\n")
        parts = list(dict.fromkeys([bare, *(reading.text for reading in load_patterns().readings(bare))]))
        return Encoded(bare, dict(zip(parts, encode(parts), strict=True)))

    def read(self, encoded: Encoded) -> dict[str, Any]:
        """Return parse data of closed values; the text ends here."""
        message = self._model.read(encoded.text, **{VECTORS: encoded.vectors})
        return from_nlu(message.as_dict(only_output_properties=False))

    async def turn(self, slots: Mapping[str, Any], parse_data: dict[str, Any]) -> Outcome:
        """Let the rules and actions answer one understood message.

        Raises:
            ActionFailed: an action raised.
        """
        call = {
            "next_action": self._model.action(parse_data["intent"]["name"]),
            "sender_id": SENDER,
            "tracker": {"sender_id": SENDER, "slots": dict(slots), "latest_message": parse_data, "events": []},
        }
        try:
            done = await self._actions.run(call)
        except Exception as error:
            raise ActionFailed from error
        changed = {event["name"]: event["value"] for event in done["events"] if event["event"] == "slot"}
        after = {name: value for name, value in {**slots, **changed}.items() if value is not None}
        return Outcome(done["responses"], after)
