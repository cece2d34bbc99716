"""The server imports without what Rasa would bring along, still looks for names, and stand-ins say what they are."""

import subprocess
import sys

PROBE = """
from bot.chat import stand_ins
stand_ins.install()
stand_ins.install()
import bot.app
import bot.nlu.risk, bot.nlu.facts, bot.nlu.language
import sys
for package in ("tensorflow", "sklearn", "scipy", "sanic", "redis"):
    assert not hasattr(sys.modules.get(package), "__version__"), package
assert not any(name.startswith("tensorflow.python") for name in sys.modules)
from bot.privacy.personal_details import finder
print("names:", {entity.label_ for entity in finder().recogniser("Volgens Wubbo Terpstra is dat zo").ents})
from rasa.utils.tensorflow.callback import RasaTrainingLogger
try:
    RasaTrainingLogger(1, silent=True)
except RuntimeError as error:
    print("refused:", error)
"""


def test_server_does_without() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROBE], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "names: {'PERSON'}" in done.stdout
    assert "refused: RasaTrainingLogger is a stand-in" in done.stdout
