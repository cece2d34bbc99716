"""Routes of the pages."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.catalogue import Catalogue
from bot.directory.store import Directory
from bot.settings import Settings

HERE = Path(__file__).parent


def site_routes(config: Settings, words: Catalogue, directory: Directory) -> list[BaseRoute]:  # noqa: ARG001
    """Return the routes of the site."""

    async def chat(request: Request) -> Response:  # noqa: ARG001
        return FileResponse(HERE / "chat.html")

    async def home(request: Request) -> Response:  # noqa: ARG001
        return RedirectResponse("/chat")

    return [
        Route("/", home),
        Route("/chat", chat),
        Mount("/static", StaticFiles(directory=HERE / "static")),
    ]
