"""The server process: quiet, sealed off and bound to one address, with deadlines for slow clients."""

import os
import socket
import sys
from functools import partial

import uvicorn

from bot.chat import stand_ins
from bot.privacy import log_guard
from bot.privacy.process import seal_process
from bot.privacy.slow_clients import Impatient
from bot.settings import settings

BACKLOG = 2048
# More connections than this at once are turned away unheard; the limits of the settings come long before.
MOST_CONNECTIONS = 2000
KEEP_ALIVE_SECONDS = 10
SHUTDOWN_SECONDS = 5


def run(host: str, port: int) -> None:
    """Serve the assistant on ``host`` and ``port`` until the process is told to stop.

    From here on the process writes the events of the log guard and nothing else.

    Raises:
        SystemExit: the server may not or cannot start; an event says why.
    """
    log_guard.install()
    try:
        log_guard.require_quiet()
        seal_process()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except log_guard.TellsMore as telling:
        for name in telling.names:
            log_guard.event("refused_to_start", reason=name)
        sys.exit(2)
    except OSError as error:
        log_guard.failure("start_failed", error)
        sys.exit(1)
    log_guard.silence_output()
    stand_ins.install()
    # Our matrices are small: threads that wait for each other would cost more than they bring.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Rasa takes seconds to import: only now, when nothing stands in the way of starting.
    from bot.app import create_app

    config = settings()
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(config),
            http=partial(Impatient, request_seconds=config.request_seconds, answer_seconds=config.answer_seconds),  # type: ignore[arg-type]
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
            limit_concurrency=MOST_CONNECTIONS,
        )
    )
    server.run(sockets=[listener])
    log_guard.event("stopped")
