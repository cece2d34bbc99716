"""Our reading of a trained model answers what Rasa's own agent answers."""

import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.processor import MessageProcessor
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import ActionExecuted, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.chat.model import Model, NoModel, UnusableModel, newest_model
from bot.settings import ROOT

INTENTS = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["intents"]
# A situation in the middle of things: no rule may look at it.
BUSY = {"pending": "safe", "checking": True, "role": "friend", "form": "sexual", "danger": "acute_danger"}


@pytest.fixture(scope="module")
def ours(model: Path) -> Model:
    return Model.load(newest_model(model))


@pytest.fixture(scope="module")
def rasa(model: Path) -> MessageProcessor:
    processor = Agent.load(newest_model(model)).processor
    assert processor is not None
    return processor


@pytest.mark.parametrize("slots", [{}, BUSY], ids=["at the start", "in the middle"])
@pytest.mark.parametrize("intent", [*INTENTS, "an_intent_that_is_not_there"])
def test_the_action_is_the_one_that_rasa_predicts(
    ours: Model, rasa: MessageProcessor, intent: str, slots: dict[str, Any]
) -> None:
    events = [
        ActionExecuted(ACTION_SESSION_START_NAME),
        SessionStarted(),
        *(SlotSet(name, value) for name, value in slots.items()),
        ActionExecuted(ACTION_LISTEN_NAME),
        UserUttered(f"/{intent}", {"name": intent, "confidence": 1.0}),
    ]
    tracker = DialogueStateTracker.from_events("x", events, rasa.domain.slots, domain=rasa.domain)
    action, _ = rasa.predict_next_with_tracker_if_should(tracker)
    assert ours.action(intent) == action.name()


@pytest.mark.parametrize(
    "text", ["waar kan ik dit melden", "hij slaat me nu", "Mijn baas heeft mijn paspoort. Ik ben bang."]
)
async def test_a_text_is_understood_as_rasa_understands_it(ours: Model, rasa: MessageProcessor, text: str) -> None:
    expected = await rasa.parse_message(UserMessage(text))
    found = ours.read(text).as_dict(only_output_properties=True)
    # Rasa adds the topic to the intent once more.
    expected["intent"].pop("full_retrieval_intent_name", None)
    for name in ("intent", "label_ranking", "response_selector"):
        assert found[name] == expected[name]
    assert found.get("entities", []) == expected["entities"]


def test_no_model_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoModel, match="signaalwijzer train"):
        newest_model(tmp_path)


def changed(model: Path, folder: Path, name: str, change: Callable[[Any], None]) -> Path:
    """Return a copy of a model archive in which one JSON file is changed."""
    with tarfile.open(model) as archive:
        archive.extractall(folder / "model", filter="data")
    (file,) = (folder / "model").rglob(name)
    content = json.loads(file.read_text(encoding="utf-8"))
    change(content)
    file.write_text(json.dumps(content), encoding="utf-8")
    with tarfile.open(folder / "changed.tar.gz", "w:gz") as archive:
        archive.add(folder / "model", "")
    return folder / "changed.tar.gz"


def test_a_rule_that_looks_at_more_than_the_intent_is_refused(model: Path, tmp_path: Path) -> None:
    def look_at_a_slot(content: Any) -> None:
        state = [
            {"prev_action": {"action_name": "action_listen"}, "user": {"intent": "stop"}, "slots": {"role": [1.0]}}
        ]
        content["lookup"]["rules"] = {json.dumps(state): "action_stop"}

    with pytest.raises(UnusableModel, match="action_stop looks at more"):
        Model.load(changed(newest_model(model), tmp_path, "rule_policy.json", look_at_a_slot))


def test_a_model_without_rules_is_refused(model: Path, tmp_path: Path) -> None:
    def without_policy(content: Any) -> None:
        del content["predict_schema"]["nodes"]["run_RulePolicy0"]

    with pytest.raises(UnusableModel, match="0 of RulePolicy"):
        Model.load(changed(newest_model(model), tmp_path, "metadata.json", without_policy))
