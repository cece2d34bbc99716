"""Rasa's library and our components import without TensorFlow, and what needs it says so."""

import subprocess
import sys

PROBE = """
from bot.chat import without_tensorflow
without_tensorflow.install()
without_tensorflow.install()
import rasa.core.agent
import bot.nlu.risk, bot.nlu.facts, bot.nlu.language
import sys
assert not hasattr(sys.modules["tensorflow"], "__version__")
assert not any(name.startswith("tensorflow.python") for name in sys.modules)
from rasa.utils.tensorflow.callback import RasaTrainingLogger
try:
    RasaTrainingLogger(1, silent=True)
except RuntimeError as error:
    print("refused:", error)
"""


def test_server_needs_no_tensorflow() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROBE], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "refused: RasaTrainingLogger needs TensorFlow" in done.stdout
