"""Slow clients are cut off: who has not sent a whole request, or not read an answer, in time loses the connection.

uvicorn times idle connections between two requests only. This protocol adds a deadline from the first moment of a
connection (or of its next request) to the last byte of the body, a limit to the size of headers, and one to the time an
answer waits.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEADERS = 16 * 1024


class Impatient(HttpToolsProtocol):
    """HTTP for one connection, with deadlines in seconds."""

    def __init__(self, *arguments: Any, request_seconds: float, answer_seconds: float, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self._request_seconds = request_seconds
        self._answer_seconds = answer_seconds
        self._request_timer: asyncio.TimerHandle | None = None
        self._answer_timer: asyncio.TimerHandle | None = None
        self._header_bytes = 0
        self._in_headers = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the deadline of the first request."""
        super().connection_made(transport)
        self._await_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadlines."""
        self._stop("_request_timer")
        self._stop("_answer_timer")
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Pass on what came, unless the headers are too long."""
        if self.cycle is None or self.cycle.response_complete:
            self._await_request()
        if self._in_headers:
            self._header_bytes += len(data)
        super().data_received(data)
        if self._in_headers and self._header_bytes > MAX_HEADERS:
            self.transport.abort()

    def on_message_begin(self) -> None:
        """Start the deadline of the next request."""
        self._await_request()
        self._in_headers = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Count no more header bytes."""
        self._in_headers = False
        self._header_bytes = 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is whole: its deadline is met."""
        self._stop("_request_timer")
        self._in_headers = True
        super().on_message_complete()

    def pause_writing(self) -> None:
        """The client does not read: give it some time."""
        super().pause_writing()
        if self._answer_timer is None:
            self._answer_timer = self.loop.call_later(self._answer_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """The client reads again."""
        self._stop("_answer_timer")
        super().resume_writing()

    def _await_request(self) -> None:
        if self._request_timer is None:
            self._request_timer = self.loop.call_later(self._request_seconds, self.transport.abort)

    def _stop(self, name: str) -> None:
        timer: asyncio.TimerHandle | None = getattr(self, name)
        if timer is not None:
            timer.cancel()
            setattr(self, name, None)
