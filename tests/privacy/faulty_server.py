"""The assistant with parts that break when a message says so: ``python -m tests.privacy.faulty_server serve --port N``.

Each fault carries the visitor's text, the worst that such a fault can do.
"""

import asyncio
import gc
import logging
import os
import resource
import sys
import threading
import time
import warnings
from collections.abc import Callable
from typing import Any

from bot.privacy import log_guard

log_guard.install()

import structlog  # noqa: E402

import actions.base  # noqa: E402
from bot.chat.contract import Turn, TurnOut  # noqa: E402
from bot.chat.engine import Engine  # noqa: E402
from bot.chat.service import Chat  # noqa: E402
from bot.cli import app  # noqa: E402

_last: list[str] = []


class Dying:
    """An object whose end fails."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __del__(self) -> None:
        raise ValueError(self.text)


def _raise(text: str) -> None:
    raise ValueError(text)


def _hang(text: str) -> None:
    time.sleep(2)
    raise ValueError(text)


def _late(text: str) -> None:
    time.sleep(2)


def _print(text: str) -> None:
    print(text)
    print(text, file=sys.stderr)
    os.write(1, text.encode())
    os.write(2, text.encode())


def _log(text: str) -> None:
    logging.disable(logging.NOTSET)
    logging.basicConfig(level=logging.DEBUG, force=True)
    logging.getLogger("rasa").debug(text)
    logging.getLogger().critical("%s", text, stack_info=True)
    structlog.get_logger().error("processor", text=text)


def _warn(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(text, stacklevel=1)


def _thread(text: str) -> None:
    thread = threading.Thread(target=_raise, args=(text,))
    thread.start()
    thread.join()


def _unraisable(text: str) -> None:
    Dying(text)
    gc.collect()


def _task(text: str) -> None:
    async def forgotten() -> None:
        _raise(text)

    def start() -> None:
        asyncio.get_running_loop().create_task(forgotten())

    _loops[0].call_soon_threadsafe(start)


def _recurse(text: str) -> None:
    def deeper(words: str) -> None:
        deeper(words)

    deeper(text)


def _memory(text: str) -> None:
    raise MemoryError(text)


def _exit(text: str) -> None:
    raise SystemExit(text)


def _disk_full(text: str) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))


def _disk_free(text: str) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


FAULTS: dict[str, Callable[[str], None]] = {
    "nluraises": _raise,
    "hangs": _hang,
    "late": _late,
    "prints": _print,
    "logs": _log,
    "warns": _warn,
    "thread": _thread,
    "unraisable": _unraisable,
    "task": _task,
    "recurses": _recurse,
    "memory": _memory,
    "exits": _exit,
    "diskfull": _disk_full,
    "diskfree": _disk_free,
}
_understand = Engine.understand
_decide = actions.base.GuidedAction.run
_turn = Chat.turn
_loops: list[asyncio.AbstractEventLoop] = []


def _faulty_understanding(self: Engine, text: str) -> dict[str, Any]:
    _last[:] = [text]
    for name, fault in FAULTS.items():
        if f"fout-{name}" in text:
            fault(text)
    return _understand(self, text)


async def _faulty_action(self: Any, dispatcher: Any, tracker: Any, domain: Any) -> Any:
    if _last and "fout-actieraises" in _last[0]:
        raise RuntimeError(_last.pop())
    return await _decide(self, dispatcher, tracker, domain)


async def _noted_turn(self: Chat, turn: Turn) -> TurnOut:
    _loops[:] = [asyncio.get_running_loop()]
    return await _turn(self, turn)


Engine.understand = _faulty_understanding  # type: ignore[method-assign]
actions.base.GuidedAction.run = _faulty_action  # type: ignore[method-assign]
Chat.turn = _noted_turn  # type: ignore[method-assign]

if __name__ == "__main__":
    app()
