"""Routes of the pages, their styles and scripts; all from our own origin."""

from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.catalogue import Catalogue
from bot.directory.store import Directory
from bot.settings import Settings
from bot.site.appearance import LOGO_TYPES, load_appearance, stylesheet
from bot.site.content import Site

HERE = Path(__file__).parent


def site_routes(config: Settings, words: Catalogue, directory: Directory) -> list[BaseRoute]:
    """Return the routes of the site.

    Raises:
        ContentError: the appearance settings or the texts of the pages are wrong.
    """
    look = load_appearance(config.appearance)
    site = Site(look, words, directory, config.max_text)
    templates = environment(site)
    colours = stylesheet(look.colours)
    script = templates.get_template("widget.js").render(words=site.widget())

    def page(request: Request, template: str, status: int = 200, **values: object) -> Response:
        origin = look.site_url.rstrip("/") if look.site_url else str(request.base_url).rstrip("/")
        return HTMLResponse(templates.get_template(template).render(origin=origin, **values), status)

    async def missing(request: Request) -> Response:
        return page(request, "missing.html", 404)

    async def home(request: Request) -> Response:
        return page(request, "home.html", **site.home(_now()))

    async def chat(request: Request) -> Response:
        return page(request, "chat.html", **site.chat(_now(), request.query_params.get("gemeente")))

    async def questions(request: Request) -> Response:
        return page(request, "questions.html", **site.questions())

    async def question(request: Request) -> Response:
        values = site.question(request.path_params["topic"], _now())
        return await missing(request) if values is None else page(request, "question.html", **values)

    async def helpers(request: Request) -> Response:
        return page(request, "help.html", **site.help(_now()))

    async def meldcode(request: Request) -> Response:
        return page(request, "meldcode.html", **site.meldcode(_now()))

    async def privacy(request: Request) -> Response:
        return page(request, "privacy.html", idle=config.idle_seconds // 60, lifetime=config.lifetime_seconds // 3600)

    async def toolbox(request: Request) -> Response:
        return page(request, "toolbox.html", posters=site.posters())

    async def lesson(request: Request) -> Response:
        return page(request, "lesson.html", **site.lesson(_now()))

    async def poster(request: Request) -> Response:
        found = next((each for each in site.posters() if each["id"] == request.path_params["poster"]), None)
        if found is None:
            return await missing(request)
        return page(request, "poster.html", poster=found, number=found["number"], address=site.address())

    async def widget(request: Request) -> Response:
        return Response(script, media_type="text/javascript")

    async def appearance(request: Request) -> Response:
        return Response(colours, media_type="text/css")

    async def logo(request: Request) -> Response:
        if look.logo is None:
            return Response(status_code=404)
        path = config.appearance.parent / look.logo
        return FileResponse(path, media_type=LOGO_TYPES[path.suffix])

    compressed = [Middleware(GZipMiddleware, minimum_size=500)]
    pages = {
        "/": home,
        "/chat": chat,
        "/vragen": questions,
        "/vragen/{topic}": question,
        "/hulp": helpers,
        "/meldcode": meldcode,
        "/privacy": privacy,
        "/toolbox": toolbox,
        "/toolbox/les": lesson,
        "/toolbox/posters/{poster}": poster,
        "/widget.js": widget,
        "/appearance.css": appearance,
    }
    return [
        *(Route(path, endpoint, middleware=compressed) for path, endpoint in pages.items()),
        Route("/logo", logo),
        Mount("/static", StaticFiles(directory=HERE / "static"), middleware=compressed),
        Route("/{path:path}", missing, middleware=compressed),
    ]


def _now() -> datetime:
    return datetime.now(UTC)


def environment(site: Site) -> Environment:
    """Return the templates with what all of them use; a name that is not there is an error, never an empty place."""
    templates = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals.update(site.shared())
    templates.filters.update(site.filters())
    return templates
