"""Make what is printed and shared with headless Chromium: posters and lesson as PDF, pictures of them, the share card.

Run it after a change of a poster, the lesson or its contacts; a test compares the fingerprints in prints.json.
"""

import hashlib
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route, sync_playwright
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.catalogue import catalogue
from bot.directory.store import Directory
from bot.settings import settings
from bot.site.appearance import load_appearance
from bot.site.content import Site
from bot.site.pages import HERE, environment, site_routes

ORIGIN = "http://site.invalid"
PRINTS = HERE / "static" / "prints"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# What a print is made of beside its page.
STYLES = ("base.css", "print.css")


def the_site() -> Site:
    """Return the content of the site with the default appearance."""
    config = settings()
    return Site(load_appearance(config.appearance), catalogue(), Directory.from_files(), config.max_text)


def the_pages() -> TestClient:
    """Return a client for the pages alone, without chat, database or model."""
    return TestClient(Starlette(routes=site_routes(settings(), catalogue(), Directory.from_files())), base_url=ORIGIN)


def prints() -> dict[str, str]:
    """Return the address of every print by the name of its file."""
    return {"les": "/toolbox/les"} | {each["id"]: f"/toolbox/posters/{each['id']}" for each in the_site().posters()}


def fingerprints() -> dict[str, str]:
    """Return a hash of what each print is made of."""
    client = the_pages()
    styles = b"".join((HERE / "static" / name).read_bytes() for name in STYLES)
    return {name: hashlib.sha256(client.get(path).content + styles).hexdigest()[:16] for name, path in prints().items()}


@contextmanager
def browser_page() -> Iterator[Page]:
    """Open a page of Chromium whose requests are answered by the application in this process."""
    client = the_pages()
    share = environment(the_site()).get_template("share.html")

    def answer(route: Route) -> None:
        parts = urlsplit(route.request.url)
        if parts.path == "/share":
            route.fulfill(body=share.render(), content_type="text/html")
            return
        reply = client.get(parts.path)
        route.fulfill(status=reply.status_code, body=reply.content, content_type=reply.headers.get("content-type", ""))

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1200, "height": 1300}, color_scheme="light")
        page.route("**/*", answer)
        yield page
        browser.close()


def main() -> None:
    """Write the PDF and the picture of every print, and the share card."""
    from PIL import Image

    PRINTS.mkdir(exist_ok=True)
    with browser_page() as page:
        for name, path in prints().items():
            page.goto(ORIGIN + path)
            page.evaluate("document.fonts.ready")
            page.pdf(path=PRINTS / f"{name}.pdf", prefer_css_page_size=True, print_background=True)
            shot = page.locator(".sheet").first.screenshot()
            picture = Image.open(io.BytesIO(shot)).convert("RGB")
            picture.resize((480, round(picture.height * 480 / picture.width))).save(PRINTS / f"{name}.webp", quality=80)
        page.set_viewport_size({"width": 1200, "height": 630})
        page.goto(ORIGIN + "/share")
        page.evaluate("document.fonts.ready")
        page.screenshot(path=HERE / "static" / "share.png")
    (PRINTS / "prints.json").write_text(json.dumps(fingerprints(), indent=1) + "\n")
    print(f"{datetime.now(UTC):%Y-%m-%d}: {', '.join(sorted(path.name for path in Path(PRINTS).iterdir()))}")


if __name__ == "__main__":
    main()
