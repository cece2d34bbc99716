"""axe-core with every WCAG level and best practice on every page and state; reflow, zoom, forced colours, motion."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Page, expect

from bot.site.texts import site_catalogue
from tests.browser.chat import open_chat, says
from tests.browser.conftest import Sites, Tab

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PATHS = [
    "/",
    "/vragen",
    "/vragen/loverboy",
    "/hulp",
    "/meldcode",
    "/privacy",
    "/toolbox",
    "/toolbox/les",
    "/bestaat-niet",
]
POSTER = "/toolbox/posters/die_foto"


def violations(page: Page) -> list[str]:
    """Return what axe-core finds on the whole page; the window is made so tall that no bar covers anything."""
    window = page.viewport_size
    assert window is not None
    page.set_viewport_size({**window, "height": page.evaluate("document.documentElement.scrollHeight") + 50})
    page.evaluate(AXE)
    found: list[dict[str, Any]] = page.evaluate(
        "async (values) => (await axe.run({ runOnly: { type: 'tag', values } })).violations", TAGS
    )
    page.set_viewport_size(window)
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages(open_tab: Callable[..., Tab], sites: Sites, scheme: str) -> None:
    tab = open_tab(color_scheme=scheme)
    for path in [*PATHS, POSTER]:
        tab.page.goto(sites.chat + path)
        assert violations(tab.page) == [], path


def chat_states(page: Page, origin: str) -> list[tuple[str, Callable[[], None]]]:
    """Return the states of the chat in an order in which each can be reached from the one before."""
    word = site_catalogue()

    def press(key: str) -> None:
        page.get_by_role("button", name=word[key].text).click()

    def offline() -> None:
        page.context.set_offline(True)
        page.locator("#text").fill("hoi")
        page.locator("#text").press("Enter")
        expect(page.get_by_role("button", name=word["chat/words/retry"].text)).to_be_visible()

    def personal() -> None:
        page.locator("#text").fill("bel 06 12345678")
        page.locator("#text").press("Enter")

    def slow() -> None:
        page.route("**/chat/messages", lambda route: None)
        page.locator("#text").fill("hoi")
        page.locator("#text").press("Enter")
        expect(page.locator("#state")).not_to_be_empty()

    return [
        ("opened", lambda: open_chat(page, origin)),
        ("contacts", lambda: says(page, "ik wil met een mens praten")),
        ("help", lambda: page.locator(".bar summary").click()),
        ("help closed", lambda: page.locator(".bar summary").click()),
        ("tip", lambda: page.locator(".tip summary").click()),
        ("too long", lambda: page.locator("#text").fill("a" * 1001)),
        ("personal", personal),
        ("erase", lambda: page.locator("#erase").click()),
        ("kept", lambda: press("chat/words/erase_no")),
        ("offline", offline),
        ("online", lambda: page.context.set_offline(False)),
        ("retried", lambda: press("chat/words/retry")),
        ("slow", slow),
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state_of_the_chat(open_tab: Callable[..., Tab], sites: Sites, scheme: str) -> None:
    page = open_tab(color_scheme=scheme, reduced_motion="reduce").page
    for name, reach in chat_states(page, sites.chat):
        reach()
        assert violations(page) == [], name


def exit_is_on_top(page: Page) -> bool:
    """Whether the exit is within the window, with nothing over it."""
    return bool(
        page.evaluate(
            """() => {
              const box = document.querySelector('.exit').getBoundingClientRect();
              const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
              return box.x >= 0 && box.y >= 0 && box.right <= innerWidth && box.bottom <= innerHeight
                && at?.closest('.exit') !== null;
            }"""
        )
    )


# 320 px wide; 400 % zoom of a window of 1280 x 1024; a phone with its keyboard open.
WINDOWS = [(320, 640), (320, 256), (360, 330)]


@pytest.mark.parametrize(("width", "height"), WINDOWS)
def test_everything_fits_and_the_exit_stays_on_top(
    open_tab: Callable[..., Tab], sites: Sites, width: int, height: int
) -> None:
    page = open_tab(viewport={"width": width, "height": height}).page
    for path in PATHS:
        if path == "/toolbox/les":
            continue  # a sheet of paper is as wide as paper
        page.goto(sites.chat + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
        assert exit_is_on_top(page), path
    open_chat(page, sites.chat)
    says(page, "ik wil met een mens praten")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert exit_is_on_top(page)
    page.locator("#text").focus()
    assert exit_is_on_top(page)


@pytest.mark.parametrize(("width", "height"), [(360, 740), (320, 256)])
def test_what_has_the_focus_is_never_under_a_bar(
    open_tab: Callable[..., Tab], sites: Sites, width: int, height: int
) -> None:
    page = open_tab(viewport={"width": width, "height": height}, reduced_motion="reduce").page
    open_chat(page, sites.chat)
    says(page, "ik wil met een mens praten")
    page.evaluate("document.querySelector('.skip').focus()")
    seen = []
    for _ in range(14):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                """() => {
                  const box = document.activeElement.getBoundingClientRect();
                  const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
                  return document.activeElement.contains(at) ? "" : document.activeElement.outerHTML;
                }"""
            )
        )
    assert [html for html in seen if html] == []


def test_targets_are_large_enough_for_a_thumb(tab: Tab, sites: Sites) -> None:
    page = tab.page
    open_chat(page, sites.chat)
    says(page, "ik wil met een mens praten")
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, .exit, .card a, summary')]
          .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 44).map((e) => e.outerHTML)"""
    )
    assert small == []


def test_forced_colours_keep_every_edge_and_the_exit(open_tab: Callable[..., Tab], sites: Sites) -> None:
    page = open_tab(forced_colors="active").page
    open_chat(page, sites.chat)
    for selector in (".exit", ".choice", ".bubble"):
        style = page.locator(selector).first.evaluate(
            "(e) => [getComputedStyle(e).borderTopWidth, getComputedStyle(e).clipPath]"
        )
        assert style == ["2px", "none"], selector
    assert exit_is_on_top(page)


def test_reduced_motion_stops_all_motion(open_tab: Callable[..., Tab], sites: Sites) -> None:
    page = open_tab(reduced_motion="reduce").page
    open_chat(page, sites.chat)
    page.route("**/chat/messages", lambda route: None)
    page.locator("#text").fill("hoi")
    page.locator("#text").press("Enter")
    expect(page.locator(".dots")).to_be_visible()
    assert page.evaluate("document.getAnimations().length") == 0
