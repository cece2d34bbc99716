"""Our order of Rasa's graph gives what Rasa's own runner gives."""

from pathlib import Path

import pytest
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.shared.core.trackers import DialogueStateTracker

from bot.chat.engine import newest_model
from bot.chat.runner import OrderedRunner


def test_the_ordered_runner_gives_what_dask_gives(model: Path) -> None:
    processor = Agent.load(newest_model(model)).processor
    ours, target = OrderedRunner(processor.graph_runner), processor.model_metadata.nlu_target
    inputs = [
        {
            PLACEHOLDER_MESSAGE: [UserMessage("waar kan ik dit melden")],
            PLACEHOLDER_TRACKER: DialogueStateTracker.from_events("x", []),
        }
        for _ in range(2)
    ]
    (expected,), (found,) = (
        runner.run(inputs=each, targets=[target])[target]
        for runner, each in zip((processor.graph_runner, ours), inputs, strict=True)
    )
    assert found.as_dict(only_output_properties=True) == expected.as_dict(only_output_properties=True)
    assert found.get("intent")["name"] == "faq"


def test_a_missing_input_is_an_error(model: Path) -> None:
    processor = Agent.load(newest_model(model)).processor
    with pytest.raises(KeyError):
        OrderedRunner(processor.graph_runner).run(inputs={}, targets=[processor.model_metadata.nlu_target])
