"""Leaving at once, with the back/forward cache on: blank, told to the server, and nothing comes back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bot.site.texts import site_catalogue
from tests.browser.chat import choices, open_chat, says
from tests.browser.conftest import ARGUMENTS, CHROMIUM, NO_CACHE_SWITCH, Sites, Tab

CANARY = "kanarie zeven twee negen"
BLANK_WITHIN = 300.0  # milliseconds
# Reports how long it takes from the last key or click until an empty page is painted, and what is left on it.
STOPWATCH = """() => {
  let since = 0;
  for (const kind of ["keydown", "click"]) window.addEventListener(kind, (e) => { since = e.timeStamp; }, true);
  document.addEventListener("leave", () => {
    requestAnimationFrame(() => {
      window.report([performance.now() - since, document.documentElement.childNodes.length]);
    });
  });
}"""


def press(page: Page, key: str, times: int) -> None:
    """Press a key some times in a row."""
    for _ in range(times):
        page.keyboard.press(key)


WAYS: dict[str, Callable[[Page], None]] = {
    "button": lambda page: page.locator(".exit").click(no_wait_after=True),
    "shift": lambda page: press(page, "Shift", 3),
    "escape": lambda page: press(page, "Escape", 2),
}


def talk(page: Page, sites: Sites) -> str:
    """Have a conversation with the canary in it; return its session token."""
    page.goto(f"{sites.neutral}/ervoor")
    open_chat(page, sites.chat)
    with page.expect_response("**/chat/messages") as response:
        says(page, CANARY)
    return str(response.value.json()["session"])


@contextmanager
def going_blank(page: Page) -> Iterator[None]:
    """Check that the page goes blank in time while the block runs."""
    reports: list[list[float]] = []
    page.expose_function("report", lambda measured: reports.append(measured))
    page.evaluate(STOPWATCH)
    yield
    assert len(reports) == 1, "the page never went blank"
    after, left = reports[0]
    assert left == 0
    assert after <= BLANK_WITHIN


def nothing_comes_back(page: Page, sites: Sites) -> None:
    """Go back, forward and reload; the conversation never shows."""
    for step in ("back", "forward", "reload", "back", "reload"):
        match step:
            case "back":
                page.go_back(wait_until="commit")
            case "forward":
                page.go_forward(wait_until="commit")
            case _:
                page.reload()
        assert CANARY not in page.content(), step
        assert not page.url.startswith(sites.chat), step
    assert "Weer" in page.title()


def test_control_the_cache_brings_a_page_back_whole(tab: Tab, sites: Sites) -> None:
    """Without this, the other tests would prove nothing."""
    page = tab.page
    page.goto(f"{sites.neutral}/controle")
    page.evaluate(
        "document.body.append('kanarie'); addEventListener('pageshow', (e) => { window.kept = e.persisted; })"
    )
    page.goto(f"{sites.embedding}/elders")
    page.go_back(wait_until="commit")
    page.wait_for_function("window.kept === true")
    assert "kanarie" in page.content()


@pytest.mark.parametrize("way", WAYS)
def test_leaving_blanks_the_page_tells_the_server_and_leaves_no_trace(tab: Tab, sites: Sites, way: str) -> None:
    page = tab.page
    token = talk(page, sites)
    with going_blank(page):
        WAYS[way](page)
        page.wait_for_url(f"{sites.neutral}/langzaam")
    nothing_comes_back(page, sites)
    reply = httpx.post(f"{sites.chat}/chat/messages", json={"session": token, "text": "hoi"})
    assert reply.status_code == 404, "the server still knows the conversation"


@pytest.mark.parametrize("way", WAYS)
def test_leaving_while_an_answer_is_under_way(tab: Tab, sites: Sites, way: str) -> None:
    page = tab.page
    talk(page, sites)
    page.route("**/chat/messages", lambda route: None)
    page.locator("#text").fill(CANARY)
    page.locator("#text").press("Enter")
    expect(page.locator("#text")).to_have_attribute("readonly", "")
    with going_blank(page):
        WAYS[way](page)
        page.wait_for_url(f"{sites.neutral}/langzaam")
    nothing_comes_back(page, sites)


def test_leaving_after_the_connection_dropped(tab: Tab, sites: Sites) -> None:
    page = tab.page
    talk(page, sites)
    tab.context.set_offline(True)
    choices_or_text(page)
    WAYS["escape"](page)
    page.wait_for_timeout(500)
    assert CANARY not in page.content()
    tab.context.set_offline(False)
    page.go_back(wait_until="commit")
    assert CANARY not in page.content()


def choices_or_text(page: Page) -> None:
    """Send something that cannot arrive."""
    page.locator("#text").fill(CANARY)
    page.locator("#text").press("Enter")
    expect(page.get_by_role("button", name=site_catalogue()["chat/words/retry"].text)).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/vragen", "/vragen/loverboy", "/hulp", "/privacy", "/toolbox", "/meldcode"])
def test_every_page_can_be_left_and_shows_a_curtain_when_somebody_comes_back(tab: Tab, sites: Sites, path: str) -> None:
    page = tab.page
    page.goto(f"{sites.chat}/vragen/hulp")
    page.goto(sites.chat + path)
    WAYS["shift"](page)
    page.wait_for_url(f"{sites.neutral}/langzaam")
    page.go_back(wait_until="commit")
    expect(page.locator("main")).to_be_hidden()
    expect(page.locator(".curtain")).to_be_visible()
    page.locator(".unveil").click()
    expect(page.locator("main")).to_be_visible()


def test_back_within_the_site_shows_the_page(tab: Tab, sites: Sites) -> None:
    page = tab.page
    page.goto(f"{sites.chat}/vragen")
    page.get_by_role("link", name=site_catalogue()["common/help"].text).first.click()
    page.wait_for_url("**/hulp")
    page.go_back(wait_until="commit")
    expect(page.locator("main")).to_be_visible()
    expect(page.locator(".curtain")).to_be_hidden()


def test_the_chat_takes_the_place_of_the_campaign_page_in_the_history(tab: Tab, sites: Sites) -> None:
    page = tab.page
    page.goto(f"{sites.neutral}/ervoor")
    page.goto(sites.chat)
    page.locator(".board").last.click()
    expect(choices(page).first).to_be_visible()
    WAYS["escape"](page)
    page.wait_for_url(f"{sites.neutral}/langzaam")
    page.go_back(wait_until="commit")
    assert page.url == f"{sites.neutral}/ervoor"


def test_typing_capitals_does_not_leave(tab: Tab, sites: Sites) -> None:
    page = tab.page
    open_chat(page, sites.chat)
    page.locator("#text").press_sequentially("HELP MIJ NU")
    page.keyboard.press("Shift")
    page.keyboard.press("a")
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    expect(page.locator("#text")).to_have_value("HELP MIJ NUa")


def test_without_script_the_button_is_a_link(open_tab: Callable[..., Tab], sites: Sites) -> None:
    page = open_tab(java_script_enabled=False).page
    page.goto(f"{sites.chat}/chat")
    page.locator(".exit").click()
    assert page.url == f"{sites.neutral}/langzaam"


def test_a_tab_that_is_opened_again_shows_nothing(browser: Browser, sites: Sites, tmp_path: Path) -> None:
    def start(*arguments: str) -> BrowserContext:
        return browser.browser_type.launch_persistent_context(
            tmp_path,
            executable_path=CHROMIUM,
            args=[*ARGUMENTS, *arguments],
            ignore_default_args=[NO_CACHE_SWITCH, "--headless"],
        )

    first = start()
    page = first.new_page()
    talk(page, sites)
    WAYS["escape"](page)
    page.wait_for_url(f"{sites.neutral}/langzaam")
    first.close()
    again = start("--restore-last-session")
    for opened in again.pages:
        assert CANARY not in opened.content()
        assert not opened.url.startswith(f"{sites.chat}/chat")
    again.close()


def test_it_says_that_the_history_stays_and_how_to_wipe_it(tab: Tab, sites: Sites) -> None:
    page = tab.page
    open_chat(page, sites.chat)
    tip = page.locator(".tip")
    assert tip.count() == 1
    tip.locator("summary").click()
    expect(tip).to_contain_text("geschiedenis blijft staan")
    expect(tip).to_contain_text("wis je")
