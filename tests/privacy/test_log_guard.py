"""What may be written is a closed set."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.privacy import log_guard
from bot.settings import ROOT

CANARY = "kanarie6b1f"
NOISY = """
import logging, os, sys, threading, warnings
from bot.privacy import log_guard
log_guard.install()
import structlog
word = sys.argv[1]
logging.getLogger("some.library").critical(word)
logging.getLogger().error("%s", word)
structlog.get_logger().error("event", text=word)
warnings.warn(word)
class Dying:
    def __del__(self):
        raise ValueError(word)
Dying()
def fail():
    raise ValueError(word)
thread = threading.Thread(target=fail)
thread.start()
thread.join()
if "silence" in sys.argv:
    log_guard.silence_output()
    print(word)
    print(word, file=sys.stderr)
    os.write(1, word.encode())
    os.write(2, word.encode())
    os.system(f"echo {word}; echo {word} >&2")
    logging.disable(logging.NOTSET)
    logging.getLogger("undone").error(word)
    log_guard.event("ready", seconds="0.1")
elif "control" in sys.argv:
    print(word)
fail()
"""


def noise(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program that tells its canary in every way that Python knows."""
    return subprocess.run(
        [sys.executable, "-c", NOISY, CANARY, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_loggers_warnings_and_crashes_tell_type_and_place_only() -> None:
    run = noise()
    assert CANARY not in run.stdout + run.stderr
    assert run.stderr.count("signaalwijzer crash error=ValueError place=") == 3


def test_once_silenced_only_events_come_out() -> None:
    run = noise("silence")
    assert CANARY not in run.stdout + run.stderr
    assert "signaalwijzer ready seconds=0.1" in run.stderr


def test_the_search_would_find_it() -> None:
    assert CANARY in noise("control").stdout


@pytest.mark.parametrize(("name", "fields"), [("told", {}), ("ready", {"text": "hallo"}), ("crash", {"token": "x"})])
def test_other_events_and_fields_do_not_exist(name: str, fields: dict[str, str]) -> None:
    with pytest.raises(log_guard.UnknownEvent):
        log_guard.event(name, **fields)


def test_a_value_that_could_be_text_is_not_written(capfd: pytest.CaptureFixture[str]) -> None:
    log_guard.event("ready", seconds=f"ik ben {CANARY}")
    assert capfd.readouterr().err == "signaalwijzer ready seconds=?\n"


def test_a_failure_is_the_type_and_place_of_its_cause(capfd: pytest.CaptureFixture[str]) -> None:
    try:
        try:
            raise KeyError(CANARY)
        except KeyError as error:
            raise RuntimeError(CANARY) from error
    except RuntimeError as error:
        log_guard.failure("turn_failed", error)
    written = capfd.readouterr().err
    assert written.startswith("signaalwijzer turn_failed error=KeyError place=test_log_guard.py:")
    assert CANARY not in written


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOG_LEVEL", "DEBUG"),
        ("LOG_LEVEL", "info"),
        ("LOG_LEVEL_LIBRARIES", "INFO"),
        ("PYTHONASYNCIODEBUG", "1"),
        ("PYTHONDEVMODE", "1"),
        ("PYTHONVERBOSE", "1"),
        ("PYTHONINSPECT", "1"),
        ("DEBUG", "true"),
        ("TF_CPP_MIN_VLOG_LEVEL", "1"),
    ],
)
def test_settings_that_tell_more_are_seen(name: str, value: str) -> None:
    assert name in log_guard.telling({name: value})


def test_quiet_settings_are_fine() -> None:
    assert log_guard.telling({"LOG_LEVEL": "ERROR", "DEBUG": "0", "PYTHONDEVMODE": ""}) == ()


@pytest.mark.parametrize("setting", [{"LOG_LEVEL": "DEBUG"}, {"PYTHONDEVMODE": "1"}])
def test_the_server_refuses_to_start_when_it_would_tell_more(model: Path, setting: dict[str, str]) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "bot.cli", "serve", "--port", "1"],
        cwd=ROOT,
        env={**os.environ, "SIGNAALWIJZER_MODEL_DIR": str(model), **setting},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert run.returncode == 2
    assert f"signaalwijzer refused_to_start reason={next(iter(setting))}" in run.stderr
