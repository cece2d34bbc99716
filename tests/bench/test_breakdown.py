"""The breakdown of a turn counts what a thread does for the part of the system that it does it for."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import ROOT
from scripts.bench.breakdown import OTHER, count_parts, part_of

RASA = "/venv/site-packages/rasa"
SERVED = "run (/app/bot/server.py);Runner.run (/python/asyncio/runners.py)"


@pytest.mark.parametrize(
    ("stack", "part"),
    [
        (f"{SERVED};process (/app/bot/nlu/sentence_encoder.py);run (/venv/onnxruntime/session.py)", "sentence encoder"),
        (f"{SERVED};process (/app/bot/nlu/spelling.py);scores (/app/bot/nlu/linear.py)", "other language components"),
        (
            f"process ({RASA}/nlu/classifiers/diet_classifier.py);run (/venv/tensorflow/e.py)",
            "DIET and ResponseSelector",
        ),
        (f"predict ({RASA}/core/policies/ted_policy.py);run (/venv/tensorflow/e.py)", "TED and other policies"),
        (f"call ({RASA}/core/actions/action.py);dumps (/python/json/__init__.py)", "tracker sent to the action server"),
        (f"save ({RASA}/core/tracker_store.py);deepcopy (/python/copy.py)", "deep copies"),
        ("main (/elsewhere/script.py)", OTHER),
    ],
)
def test_counts_for_the_innermost_part_that_is_known(stack: str, part: str) -> None:
    assert part_of(stack) == part


@pytest.mark.parametrize(
    "stack",
    [
        SERVED,
        "run (threading.py);_worker (/python/concurrent/futures/thread.py)",
        "run (/app/bot/server.py);select (/python/selectors.py)",
        "run (/app/x.py);Condition.wait (/python/threading.py)",
        f"run ({RASA}/core/run.py);serve (/venv/sanic/server/runners.py)",
    ],
)
def test_who_waits_counts_nothing(stack: str) -> None:
    assert part_of(stack) is None


def test_looks_are_added_up() -> None:
    encoder = "process (/app/bot/nlu/sentence_encoder.py);run (/venv/onnx runtime/session.py)"
    assert count_parts([f"{encoder} 3\n", f"{encoder} 4\n", f"{SERVED} 90\n"]) == {"sentence encoder": 7}


@pytest.mark.parametrize("script", ["breakdown", "classifiers"])
def test_without_models_it_says_what_to_do(script: str, tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", f"scripts.bench.{script}", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert f"run.py --keep {tmp_path}" in " ".join(run.stderr.split())
