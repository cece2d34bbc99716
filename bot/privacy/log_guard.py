"""The log guard: what may be written is a closed set; everything else is dropped before it is formatted.

It must be installed before Rasa is imported: Rasa prints every message at debug level by default and reports crashes outside.
"""

import logging
import os
import sys
import threading
import traceback
import warnings
from types import TracebackType
from typing import Any

import structlog

# Our own events; each names its fields. Nothing else is ever written.
EVENTS: dict[str, frozenset[str]] = {
    "starting": frozenset({"model"}),
    "ready": frozenset({"seconds"}),
    "stopping": frozenset(),
    "turn_failed": frozenset({"error", "place"}),
    "turn_timed_out": frozenset(),
    "background_failed": frozenset({"error", "place"}),
    "crash": frozenset({"error", "place"}),
    "swept": frozenset({"rows"}),
}
_RASA_ENVIRONMENT = {
    "RASA_TELEMETRY_ENABLED": "false",
    "RASA_TELEMETRY_DEBUG": "false",
    "SENTRY_DSN": "",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "LOG_LEVEL": "ERROR",
}


class UnknownEvent(ValueError):
    """An event or field that is not in ``EVENTS``: a fault of the programmer, found by its test."""


def place(error: BaseException) -> str:
    """Return where ``error`` was raised as "module.py:line": no values, no frame locals."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return "?"
    last = frames[-1]
    return f"{os.path.basename(last.filename)}:{last.lineno}"


def event(name: str, **fields: Any) -> None:
    """Write one of our own events to standard error.

    Raises:
        UnknownEvent: the event or one of its fields is not in the closed set.
    """
    if name not in EVENTS or not set(fields) <= EVENTS[name]:
        raise UnknownEvent(name)
    words = " ".join(f"{key}={value}" for key, value in fields.items())
    print(f"signaalwijzer {name} {words}".rstrip(), file=sys.stderr, flush=True)


def failure(name: str, error: BaseException) -> None:
    """Write that ``error`` happened: its type and place only."""
    event(name, error=type(error).__name__, place=place(error))


def _drop(logger: Any, method: str, event_dict: Any) -> Any:  # noqa: ARG001
    raise structlog.DropEvent


def _excepthook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:  # noqa: ARG001
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
    warnings.showwarning = lambda *arguments, **keywords: None  # noqa: ARG005
    sys.excepthook = _excepthook
    threading.excepthook = _thread_excepthook
    sys.unraisablehook = _unraisable
