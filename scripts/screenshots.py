"""Pictures of every page at 360 x 740 and 1280 x 800, light and dark, in results/screenshots; the best in docs/images.

Usage: screenshots.py [origin]; without an origin it starts the assistant itself.
"""

import io
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from bot.settings import ROOT, settings
from scripts.build_prints import ARGUMENTS, CHROMIUM
from tests.conftest import UNLIMITED, start_server

RESULTS = ROOT / "results" / "screenshots"
IMAGES = ROOT / "docs" / "images"
WINDOWS = {"360": {"width": 360, "height": 740}, "1280": {"width": 1280, "height": 800}}
PAGES = {
    "campagne": "/",
    "vragen": "/vragen",
    "vraag": "/vragen/loverboy",
    "hulp": "/hulp",
    "meldcode": "/meldcode",
    "privacy": "/privacy",
    "toolbox": "/toolbox",
    "les": "/toolbox/les",
    "poster": "/toolbox/posters/die_foto",
}


def opened(page: Page) -> None:
    """The chat as it opens."""
    page.wait_for_selector(".choice")


def with_contacts(page: Page) -> None:
    """The chat after somebody asked for people."""
    opened(page)
    page.locator("#text").fill("met wie kan ik praten?")
    page.locator("#text").press("Enter")
    page.wait_for_selector("#log .card")
    page.locator("#text").blur()


def told(page: Page) -> None:
    """The chat after somebody told what happens."""
    opened(page)
    page.locator("#text").fill("iemand dreigt met een naaktfoto van mij")
    page.locator("#text").press("Enter")
    page.wait_for_selector("#log .mine ~ .message:not(.mine)")
    page.locator("#text").blur()


STATES: dict[str, Callable[[Page], None]] = {"chat": opened, "chat-contact": with_contacts, "chat-verhaal": told}


@contextmanager
def assistant() -> Iterator[str]:
    """Start the assistant with a database of its own; yield its origin."""
    with tempfile.TemporaryDirectory() as folder:
        process, origin = start_server(settings().model_dir, f"sqlite:///{folder}/signaalwijzer.db", **UNLIMITED)
        yield origin
        process.terminate()
        process.wait(timeout=20)


def shoot(browser: Browser, origin: str) -> None:
    """Save every page and state, whole pages too."""
    for scheme in ("light", "dark"):
        for size, window in WINDOWS.items():
            context = browser.new_context(
                viewport={"width": window["width"], "height": window["height"]},
                color_scheme="dark" if scheme == "dark" else "light",
                reduced_motion="reduce",
                locale="nl-NL",
                device_scale_factor=2 if size == "360" else 1,
            )
            page = context.new_page()
            for name, path in PAGES.items():
                page.goto(origin + path, wait_until="networkidle")
                page.screenshot(path=RESULTS / f"{name}-{size}-{scheme}.png", full_page=name != "poster")
            for name, reach in STATES.items():
                page.goto(f"{origin}/chat")
                reach(page)
                page.screenshot(path=RESULTS / f"{name}-{size}-{scheme}.png")
            page.goto(origin, wait_until="networkidle")
            page.screenshot(path=RESULTS / f"campagne-boven-{size}-{scheme}.png")
            context.close()


def best() -> None:
    """Put the pictures for the README in docs/images, small."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    chosen = {
        "chat-telefoon": ["chat-360-light", "chat-contact-360-light", "chat-verhaal-360-dark"],
        "campagne": ["campagne-boven-1280-light"],
        "campagne-telefoon": ["campagne-boven-360-light", "campagne-boven-360-dark"],
    }
    for target, names in chosen.items():
        pictures = [Image.open(io.BytesIO((RESULTS / f"{name}.png").read_bytes())).convert("RGB") for name in names]
        gap = 24 if len(pictures) > 1 else 0
        width = sum(picture.width for picture in pictures) + gap * (len(pictures) - 1)
        sheet = Image.new("RGB", (width, max(picture.height for picture in pictures)), "#ffffff")
        left = 0
        for picture in pictures:
            sheet.paste(picture, (left, 0))
            left += picture.width + gap
        sheet.thumbnail((1400, 1400))
        sheet.save(IMAGES / f"{target}.webp", quality=82)


def main(arguments: list[str]) -> None:
    """Make all pictures."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        if arguments:
            shoot(browser, arguments[0])
        else:
            with assistant() as origin:
                shoot(browser, origin)
        browser.close()
    best()
    print(f"{len(list(Path(RESULTS).glob('*.png')))} pictures in {RESULTS.relative_to(ROOT)}")


if __name__ == "__main__":
    main(sys.argv[1:])
