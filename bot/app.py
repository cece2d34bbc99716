"""The ASGI application: routes and wiring only."""

import asyncio
import ipaddress
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.catalogue import catalogue, contact_values, fill
from bot.chat.contract import End, Tapped, Turn
from bot.chat.engine import Engine
from bot.chat.model import newest_model
from bot.chat.service import Chat, NotOffered, encoded
from bot.database import connect, setting_up
from bot.directory.store import Directory, load
from bot.privacy import log_guard
from bot.privacy.headers import SecurityHeaders
from bot.privacy.personal_details import finder
from bot.privacy.rate_limit import RateLimit, TooMany
from bot.sessions.store import SessionStore, UnknownSession
from bot.settings import Settings, settings
from bot.site.pages import site_routes
from bot.stats import events
from bot.stats.metrics import Metrics
from bot.stats.store import Counters, UnknownCount

Body = TypeVar("Body", bound=BaseModel)
Endpoint = Callable[[Request], Awaitable[Response]]


class Refused(Exception):
    """A request that is not answered: HTTP status, code of the contract and wording of the message."""

    def __init__(self, status: int, code: str, key: str) -> None:
        super().__init__(code)
        self.status, self.code, self.key = status, code, key


MALFORMED = (400, "malformed", "utter_error_request")
UNKNOWN_SESSION = (404, "unknown_session", "utter_error_session")
TOO_LONG = (413, "too_long", "utter_error_too_long")
WRONG_TYPE = (415, "wrong_type", "utter_error_request")
TOO_MANY = (429, "too_many", "utter_error_too_many")
UNAVAILABLE = (503, "unavailable", "utter_error")
POSTED = frozenset({"/chat/messages", "/chat/end", "/chat/tapped"})
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def create_app(config: Settings | None = None) -> Starlette:
    """Return the application; it loads content, database and model when it starts.

    Raises:
        ContentError: at start, when the content breaks its schema.
        NoModel: at start, when there is no trained model.
    """
    config = config or settings()
    words = catalogue()
    directory = Directory.from_files()
    limits = RateLimit(config.limit_network, config.limit_conversation, config.limit_server)
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        began = time.monotonic()
        try:
            database = connect(config.database_url)
            counted = events.closed_list(words.topics(), directory.contacts)
            with setting_up(database):
                load(database)
                sessions = SessionStore(database, config.idle_seconds, config.lifetime_seconds)
                counters = Counters(database, counted, config.statistics)
            engine = Engine(newest_model(config.model_dir))
            shown = Directory.from_database(database)
            app.state.chat = Chat(engine, sessions, shown, words, finder(), counters, config.turn_timeout)
            app.state.counters = counters
            app.state.chat.warm_up()
        except Exception as error:
            log_guard.failure("start_failed", error)
            raise
        chores = [
            asyncio.create_task(_regularly(sessions.sweep, config.sweep_seconds)),
            asyncio.create_task(_regularly(counters.flush, config.statistics_seconds)),
        ]
        app.state.ready = True
        log_guard.event("ready", seconds=f"{time.monotonic() - began:.1f}")
        yield
        app.state.ready = False
        for chore in chores:
            chore.cancel()
            with suppress(asyncio.CancelledError):
                await chore
        _try(counters.flush)
        app.state.chat.close()
        database.dispose()

    def refusal(request: Request, refused: Refused) -> Response:
        text = words[refused.key].text
        error = {"code": refused.code, "message": fill(text, contact_values(directory, text))}
        cards = request.app.state.chat.emergency_cards()
        return _json({"error": error, "contacts": cards}, refused.status)

    def answered(endpoint: Endpoint) -> Endpoint:
        """Return ``endpoint`` so that whatever goes wrong the visitor gets an error of the contract, with contacts."""

        async def respond(request: Request) -> Response:
            try:
                limits.pass_server()
                return await endpoint(request)
            except TooMany as many:
                response = refusal(request, Refused(*TOO_MANY))
                response.headers["Retry-After"] = str(many.retry_after)
                return response
            except Refused as refused:
                return refusal(request, refused)
            except (NotOffered, UnknownCount):
                return refusal(request, Refused(*MALFORMED))
            except UnknownSession:
                return refusal(request, Refused(*UNKNOWN_SESSION))
            except TimeoutError:
                log_guard.event("turn_timed_out")
                return refusal(request, Refused(*UNAVAILABLE))
            except ClientDisconnect:
                return Response(status_code=400)
            except (Exception, SystemExit) as error:
                # Rasa leaves the process in some of its errors; a visitor must not be able to make it do so.
                log_guard.failure("turn_failed", error)
                return refusal(request, Refused(*UNAVAILABLE))

        async def measured(request: Request) -> Response:
            began = time.monotonic()
            response = await respond(request)
            metrics.observe(response.status_code, time.monotonic() - began)
            return response

        return measured

    @answered
    async def messages(request: Request) -> Response:
        limits.pass_network(_address(request, config.address_header))
        turn = await _body(request, Turn, config.max_body)
        if turn.session is not None:
            limits.pass_conversation(turn.session)
        if turn.text is not None and len(turn.text) > config.max_text:
            raise Refused(*TOO_LONG)
        if turn.text is not None and not _printable(turn.text):
            raise Refused(*MALFORMED)
        return _json(await request.app.state.chat.turn(turn))

    @answered
    async def end(request: Request) -> Response:
        # Erasing is never held back by what others in the same network do.
        body = await _body(request, End, config.max_body)
        await request.app.state.chat.end(body.session)
        return Response(status_code=204, headers={"Clear-Site-Data": '"cache", "cookies", "storage"'})

    @answered
    async def tapped(request: Request) -> Response:
        limits.pass_network(_address(request, config.address_header))
        body = await _body(request, Tapped, config.max_body)
        request.app.state.counters.count(events.CONTACT_TAPPED, body.contact)
        return Response(status_code=204)

    async def no_such_request(request: Request) -> Response:
        status = 405 if request.url.path in POSTED else 404
        return refusal(request, Refused(status, "no_such_request", "utter_error_request"))

    async def live(request: Request) -> Response:
        return _json({"status": "live"})

    async def ready(request: Request) -> Response:
        up = getattr(request.app.state, "ready", False)
        return _json({"status": "ready" if up else "starting"}, 200 if up else 503)

    async def show_metrics(request: Request) -> Response:
        if not _from_this_machine(request):
            raise HTTPException(404)
        return PlainTextResponse(metrics.exposition())

    async def http_error(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return PlainTextResponse("Deze pagina is er niet.", status)

    app = Starlette(
        routes=[
            Route("/chat/messages", messages, methods=["POST"]),
            Route("/chat/end", end, methods=["POST"]),
            Route("/chat/tapped", tapped, methods=["POST"]),
            Route("/chat/{rest:path}", no_such_request, methods=METHODS),
            Route("/health/live", live),
            Route("/health/ready", ready),
            Route("/metrics", show_metrics),
            *site_routes(config, words, directory),
        ],
        lifespan=lifespan,
        exception_handlers={HTTPException: http_error},
    )
    app.add_middleware(SecurityHeaders, frame_ancestors=config.frame_ancestors)
    return app


async def _regularly(chore: Callable[[], object], seconds: int) -> None:
    """Do ``chore`` in a thread, now and every so many ``seconds``, for as long as the server runs."""
    while True:
        await asyncio.to_thread(_try, chore)
        await asyncio.sleep(seconds)


def _try(chore: Callable[[], object]) -> None:
    try:
        chore()
    except Exception as error:
        log_guard.failure("background_failed", error)


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


def _address(request: Request, header: str) -> str | None:
    """Return the visitor's address: from the header of our own proxy when there is one, else of the connection."""
    if header:
        return request.headers.get(header)
    return request.client.host if request.client else None


def _from_this_machine(request: Request) -> bool:
    """Whether a request was made on this machine, and not by a proxy on it: a proxy passes the name of the site on."""
    try:
        local = request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
    return local and request.url.hostname in LOOPBACK_NAMES


def _printable(text: str) -> bool:
    """Whether a text holds anything to read: a letter, a digit, a sign or an emoji; control characters do not count."""
    return any(character.isprintable() and not character.isspace() for character in text)


def _json(value: Any, status: int = 200) -> Response:
    return Response(encoded(value), status, media_type="application/json")
