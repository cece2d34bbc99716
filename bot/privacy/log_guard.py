"""The log guard: what may be written is a closed set; everything else is dropped before it is formatted.

It must be installed before Rasa is imported: Rasa prints every message at debug level by default and reports crashes
outside.
"""

import logging
import os
import re
import sys
import threading
import traceback
import warnings
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import structlog

# Our own events; each names its fields. Nothing else is ever written.
EVENTS: dict[str, frozenset[str]] = {
    "ready": frozenset({"seconds"}),
    "stopped": frozenset(),
    "refused_to_start": frozenset({"reason"}),
    "start_failed": frozenset({"error", "place"}),
    "turn_failed": frozenset({"error", "place"}),
    "turn_timed_out": frozenset(),
    "background_failed": frozenset({"error", "place"}),
    "crash": frozenset({"error", "place"}),
}
# A value is a number, a type, a place or a name of ours; anything longer or freer is not written.
_VALUE = re.compile(r"[A-Za-z0-9_.:?-]{1,80}")
_RASA_ENVIRONMENT = {
    "RASA_TELEMETRY_ENABLED": "false",
    "RASA_TELEMETRY_DEBUG": "false",
    "SENTRY_DSN": "",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "LOG_LEVEL": "ERROR",
}
_QUIET_LEVELS = frozenset({"", "ERROR", "CRITICAL", "FATAL", "WARNING", "WARN"})
_OFF = frozenset({"", "0", "false", "off", "no"})
# What makes Python, Rasa or TensorFlow tell more than they do by default.
_LEVELS = ("LOG_LEVEL", "LOG_LEVEL_LIBRARIES", "LOG_LEVEL_RASA", "UVICORN_LOG_LEVEL")
_SWITCHES = (
    "DEBUG",
    "PYTHONASYNCIODEBUG",
    "PYTHONDEVMODE",
    "PYTHONINSPECT",
    "PYTHONVERBOSE",
    "PYTHONTRACEMALLOC",
    "RASA_TELEMETRY_DEBUG",
    "TF_CPP_MAX_VLOG_LEVEL",
    "TF_CPP_MIN_VLOG_LEVEL",
    "TF_CPP_VMODULE",
)


class UnknownEvent(ValueError):
    """An event or field that is not in ``EVENTS``: a fault of the programmer, found by its test."""


class TellsMore(Exception):
    """The process would run in a mode that writes more than ``EVENTS``; ``names`` are the settings that do it."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(", ".join(names))
        self.names = names


def telling(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the settings in ``environment``, and the flags of this interpreter, that make the process tell more."""
    names = [name for name in _LEVELS if environment.get(name, "").upper() not in _QUIET_LEVELS]
    names += [name for name in _SWITCHES if environment.get(name, "").lower() not in _OFF]
    flags = {"-X_dev": sys.flags.dev_mode, "-v": sys.flags.verbose, "-i": sys.flags.inspect}
    return tuple(names + [name for name, on in flags.items() if on])


# Read before ``install`` puts quiet values in their place.
_AT_START = telling(os.environ)


def require_quiet() -> None:
    """Refuse to go on in a process that was started to tell more.

    Raises:
        TellsMore: with the names of what has to be switched off.
    """
    if _AT_START:
        raise TellsMore(_AT_START)


def place(error: BaseException) -> str:
    """Return where ``error`` was raised as "module.py:line": no values, no frame locals."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return "?"
    last = frames[-1]
    return f"{os.path.basename(last.filename)}:{last.lineno}"


def event(name: str, **fields: Any) -> None:
    """Write one of our own events to standard error, or to where ``silence_output`` kept it.

    Raises:
        UnknownEvent: the event or one of its fields is not in the closed set.
    """
    if name not in EVENTS or not set(fields) <= EVENTS[name]:
        raise UnknownEvent(name)
    words = " ".join(f"{key}={_value(value)}" for key, value in fields.items())
    line = f"signaalwijzer {name} {words}".rstrip() + "\n"
    if _kept is None:
        sys.stderr.write(line)
        sys.stderr.flush()
        return
    try:
        os.write(_kept, line.encode())
    except OSError:
        # Whoever read our events is gone or full; the visitors are not.
        return


def _value(value: object) -> str:
    text = str(value)
    return text if _VALUE.fullmatch(text) else "?"


def failure(name: str, error: BaseException) -> None:
    """Write that ``error`` happened: the type and place of its first cause only."""
    while error.__cause__ is not None:
        error = error.__cause__
    event(name, error=type(error).__name__, place=place(error))


def _drop(logger: Any, method: str, event_dict: Any) -> Any:
    raise structlog.DropEvent


def _excepthook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        failure("crash", error)


def _thread_excepthook(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None:
        failure("crash", arguments.exc_value)


def _unraisable(arguments: Any) -> None:
    if arguments.exc_value is not None:
        failure("crash", arguments.exc_value)


def install() -> None:
    """Silence every logger, warning and traceback of libraries; leave ``event`` as the only way to write."""
    os.environ.update(_RASA_ENVIRONMENT)
    structlog.configure(processors=[_drop], cache_logger_on_first_use=False)
    logging.disable(logging.CRITICAL)
    logging.raiseExceptions = False
    warnings.simplefilter("ignore")
    warnings.showwarning = lambda *arguments, **keywords: None
    sys.excepthook = _excepthook
    threading.excepthook = _thread_excepthook
    sys.unraisablehook = _unraisable


# Where events go once the process has no output any more: a descriptor that only this module knows.
_kept: int | None = None


def silence_output() -> None:
    """Lead standard output and standard error of the whole process nowhere; only ``event`` still writes.

    This also holds for ``print`` and for libraries that are not written in Python. It cannot be undone.
    """
    global _kept
    sys.stdout.flush()
    sys.stderr.flush()
    _kept = os.dup(sys.stderr.fileno())
    os.set_inheritable(_kept, False)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.dup2(nowhere, sys.stderr.fileno())
    os.close(nowhere)
