"""The ASGI application: routes and wiring only."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.catalogue import catalogue, contact_values, fill
from bot.chat.contract import End, Turn
from bot.chat.engine import Engine, newest_model
from bot.chat.service import Chat, NotOffered, encoded
from bot.database import connect
from bot.directory.store import Directory, load
from bot.privacy import log_guard
from bot.privacy.headers import SecurityHeaders
from bot.sessions.store import SessionStore, UnknownSession
from bot.settings import Settings, settings
from bot.site.pages import site_routes


Body = TypeVar("Body", bound=BaseModel)


class Refused(Exception):
    """A request that is not answered: HTTP status, code of the contract and wording of the message."""

    def __init__(self, status: int, code: str, key: str) -> None:
        super().__init__(code)
        self.status, self.code, self.key = status, code, key


MALFORMED = (400, "malformed", "utter_error_request")
UNKNOWN_SESSION = (404, "unknown_session", "utter_error_session")
TOO_LONG = (413, "too_long", "utter_error_too_long")
WRONG_TYPE = (415, "wrong_type", "utter_error_request")
UNAVAILABLE = (503, "unavailable", "utter_error")


def create_app(config: Settings | None = None) -> Starlette:
    """Return the application; it loads content, database and model when it starts.

    Raises:
        ContentError: at start, when the content breaks its schema.
        NoModel: at start, when there is no trained model.
    """
    config = config or settings()
    words = catalogue()
    directory = Directory.from_files()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        began = time.monotonic()
        database = connect(config.database_url)
        load(database)
        sessions = SessionStore(database, config.idle_seconds, config.lifetime_seconds)
        engine = Engine(newest_model(config.model_dir))
        app.state.chat = Chat(engine, sessions, Directory.from_database(database), words, config.turn_timeout)
        sweeper = asyncio.create_task(_sweep(sessions, config.sweep_seconds))
        app.state.ready = True
        log_guard.event("ready", seconds=f"{time.monotonic() - began:.1f}")
        yield
        app.state.ready = False
        sweeper.cancel()
        with suppress(asyncio.CancelledError):
            await sweeper
        engine.close()
        database.dispose()

    def refusal(request: Request, refused: Refused) -> Response:
        text = words[refused.key].text
        error = {"code": refused.code, "message": fill(text, contact_values(directory, text))}
        cards = request.app.state.chat.emergency_cards()
        return _json({"error": error, "contacts": cards}, refused.status)

    async def messages(request: Request) -> Response:
        try:
            turn = await _body(request, Turn, config.max_body)
            if turn.text is not None and len(turn.text) > config.max_text:
                raise Refused(*TOO_LONG)
            if turn.text is not None and not _printable(turn.text):
                raise Refused(*MALFORMED)
            return _json(await request.app.state.chat.turn(turn))
        except Refused as refused:
            return refusal(request, refused)
        except NotOffered:
            return refusal(request, Refused(*MALFORMED))
        except UnknownSession:
            return refusal(request, Refused(*UNKNOWN_SESSION))
        except TimeoutError:
            log_guard.event("turn_timed_out")
            return refusal(request, Refused(*UNAVAILABLE))
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:
            log_guard.failure("turn_failed", error)
            return refusal(request, Refused(*UNAVAILABLE))

    async def end(request: Request) -> Response:
        try:
            body = await _body(request, End, config.max_body)
            await asyncio.to_thread(request.app.state.chat.end, body.session)
            return Response(status_code=204)
        except Refused as refused:
            return refusal(request, refused)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:
            log_guard.failure("turn_failed", error)
            return refusal(request, Refused(*UNAVAILABLE))

    async def live(request: Request) -> Response:  # noqa: ARG001
        return _json({"status": "live"})

    async def ready(request: Request) -> Response:
        up = getattr(request.app.state, "ready", False)
        return _json({"status": "ready" if up else "starting"}, 200 if up else 503)

    app = Starlette(
        routes=[
            Route("/chat/messages", messages, methods=["POST"]),
            Route("/chat/end", end, methods=["POST"]),
            Route("/health/live", live),
            Route("/health/ready", ready),
            *site_routes(config, words, directory),
        ],
        lifespan=lifespan,
    )
    app.add_middleware(SecurityHeaders, frame_ancestors=config.frame_ancestors)
    return app


async def _sweep(sessions: SessionStore, seconds: int) -> None:
    """Delete expired sessions for as long as the server runs."""
    while True:
        try:
            await asyncio.to_thread(sessions.sweep)
        except Exception as error:
            log_guard.failure("background_failed", error)
        await asyncio.sleep(seconds)


async def _body(request: Request, model: type[Body], limit: int) -> Body:
    """Return the JSON body as ``model``.

    Raises:
        Refused: another content type, more than ``limit`` bytes, no JSON, or not of this form.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refused(*WRONG_TYPE)
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > limit:
            raise Refused(*TOO_LONG)
    try:
        return model.model_validate_json(bytes(raw))
    except ValidationError:
        raise Refused(*MALFORMED) from None


def _printable(text: str) -> bool:
    """Whether a text holds anything to read: a letter, a digit, a sign or an emoji; control characters do not count."""
    return any(character.isprintable() and not character.isspace() for character in text)


def _json(value: Any, status: int = 200) -> Response:
    return Response(encoded(value), status, media_type="application/json")
