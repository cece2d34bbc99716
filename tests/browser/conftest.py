"""A real server, a real Chromium with its back/forward cache on, a neutral site, and a site that embeds the chat."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.conftest import UNLIMITED, start_server

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Automation switches this cache off, which would hide a page that comes back whole with Back.
NO_CACHE_SWITCH = "--disable-back-forward-cache"
PHONE = {"width": 360, "height": 740}

NEUTRAL = "<!doctype html><title>Weer</title><h1>Het weer van morgen</h1>"
# A page with its own script that notes whatever a session recorder could see of an embedded chat.
EMBEDDING = """<!doctype html><html lang="nl"><title>Gemeente</title><h1>Gemeente Voorbeeld</h1>
<label>Zoek <input id="search"></label>
<script>
  window.seen = [];
  const note = (what) => window.seen.push(String(what));
  new MutationObserver((all) => all.forEach((m) => note([m.target.textContent, ...m.addedNodes]
    .map((n) => n.outerHTML ?? n))))
    .observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  for (const kind of ["keydown", "input", "click", "message", "focusin"])
    window.addEventListener(kind, (e) => note([kind, e.key, e.data, e.target.value, JSON.stringify(e.data)]), true);
  const deep = (node) => {
    if (node.nodeType === Node.ELEMENT_NODE) note(node.cloneNode(false).outerHTML);
    else note(node.textContent);
    try { if (node.contentDocument) deep(node.contentDocument); } catch (error) { note(error.name); }
    if (node.shadowRoot) deep(node.shadowRoot);
    node.childNodes.forEach(deep);
  };
  setInterval(() => deep(document), 200);
</script>
<script src="%s/widget.js" data-kleur="#7a1f5c" data-plaats="links" data-gemeente="Almere" async></script></html>"""


class Handler(BaseHTTPRequestHandler):
    """Serves one page on every path; "/langzaam" takes its time."""

    page: Callable[[], str]

    def __init__(self, page: Callable[[], str], *arguments: Any) -> None:
        self.page = page
        super().__init__(*arguments)

    def do_GET(self) -> None:
        """Answer with the page."""
        if self.path.startswith("/langzaam"):
            time.sleep(0.7)
        body = self.page().encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        """Keep quiet."""


@contextmanager
def other_site(page: Callable[[], str]) -> Iterator[str]:
    """Serve ``page`` on a loopback port; yield its origin."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, page))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()


@dataclass
class Sites:
    """Origins of the assistant, of the neutral site and of the site that embeds the chat."""

    chat: str
    neutral: str
    embedding: str


def appearance(folder: Path, exit_url: str) -> Path:
    """Write appearance settings that flee to ``exit_url``."""
    path = folder / "appearance.yml"
    path.write_text(f"name: Signaalwijzer\nexit_url: {exit_url}\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def sites(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    """The assistant as it is run, and two sites of others."""
    folder = tmp_path_factory.mktemp("site")
    origin = ""
    with other_site(lambda: NEUTRAL) as neutral, other_site(lambda: EMBEDDING % origin) as embedding:
        process, origin = start_server(
            model,
            f"sqlite:///{folder / 'signaalwijzer.db'}",
            **UNLIMITED,
            SIGNAALWIJZER_APPEARANCE=str(appearance(folder, f"{neutral}/langzaam")),
            SIGNAALWIJZER_FRAME_ANCESTORS=embedding,
        )
        yield Sites(origin, neutral, embedding)
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright, once."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A full Chromium."""
    launched = playwright.chromium.launch(
        executable_path=CHROMIUM, args=ARGUMENTS, ignore_default_args=[NO_CACHE_SWITCH, "--headless"]
    )
    yield launched
    launched.close()


@dataclass
class Watch:
    """What a page asked for and complained about."""

    hosts: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)


@dataclass
class Tab:
    """A page in a context of its own, watched."""

    page: Page
    context: BrowserContext
    watch: Watch


@pytest.fixture
def open_tab(browser: Browser) -> Iterator[Callable[..., Tab]]:
    """A function that opens a watched tab; it takes the options of a Playwright context."""
    contexts: list[BrowserContext] = []

    def opened(**options: Any) -> Tab:
        context = browser.new_context(**{"viewport": PHONE, "locale": "nl-NL", **options})
        context.set_default_timeout(15_000)
        contexts.append(context)
        watch = Watch()
        context.on("request", lambda request: watch.hosts.add(urlsplit(request.url).netloc))
        context.on("console", lambda message: _note(watch, message.type, message.text))
        context.on("weberror", lambda error: watch.complaints.append(str(error.error)))
        return Tab(context.new_page(), context, watch)

    yield opened
    for context in contexts:
        context.close()


def _note(watch: Watch, kind: str, text: str) -> None:
    if kind in ("error", "warning"):
        watch.complaints.append(text)


@pytest.fixture
def tab(open_tab: Callable[..., Tab]) -> Tab:
    """A watched tab on a phone."""
    return open_tab()
