"""Understands text and answers it: Rasa's components and rules, and the actions in this process. Nothing listens."""

from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.privacy import log_guard

log_guard.install()

from rasa_sdk.executor import ActionExecutor  # noqa: E402

from bot.chat.model import Model  # noqa: E402
from bot.chat.understanding import from_nlu  # noqa: E402

SENDER = "visitor"


class ActionFailed(Exception):
    """A custom action raised; the visitor gets the help card."""


@dataclass(slots=True)
class Outcome:
    """What one turn brought: messages in order (text, buttons, custom) and the slots from then on."""

    messages: list[dict[str, Any]]
    slots: dict[str, Any]


class Engine:
    """A loaded model. Safe for concurrent turns; text is only ever seen by ``understand``."""

    def __init__(self, model: Path) -> None:
        self._model = Model.load(model)
        self._actions = ActionExecutor()
        self._actions.register_package("actions")
        self.understand("hallo")

    def understand(self, text: str) -> dict[str, Any]:
        """Return parse data of closed values for a typed text; the text ends here."""
        return from_nlu(self._model.read(text.lstrip("/ \t\n")).as_dict(only_output_properties=False))

    def turn(self, slots: Mapping[str, Any], parse_data: dict[str, Any]) -> Outcome:
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
            done = _result(self._actions.run(call))
        except Exception as error:
            raise ActionFailed from error
        changed = {event["name"]: event["value"] for event in done["events"] if event["event"] == "slot"}
        after = {name: value for name, value in {**slots, **changed}.items() if value is not None}
        return Outcome(done["responses"], after)


def _result(run: Coroutine[Any, None, Any]) -> Any:
    """Return what ``run`` returns. Actions are coroutines for Rasa, but ours wait for nothing: no loop is needed.

    Raises:
        RuntimeError: it waits for something all the same.
    """
    try:
        run.send(None)
    except StopIteration as done:
        return done.value
    run.close()
    raise RuntimeError("an action may not wait")
