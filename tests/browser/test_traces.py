"""Nothing is left in the browser and nobody else is asked for anything."""

from collections.abc import Callable

import httpx
import pytest

from bot.site.texts import site_catalogue
from tests.browser.chat import open_chat, says
from tests.browser.conftest import Sites, Tab
from tests.browser.test_embedding import open_frame
from tests.browser.test_embedding import says as says_in_frame

# Everything a page can leave behind, as lists that must be empty.
LEFT = """async () => {
  const DENIED = ["SecurityError", "UnknownError", "NotSupportedError"]; // a frame on another site
  const found = async (look, none) => {
    try { return await look(); } catch (error) { if (!DENIED.includes(error.name)) throw error; return none; }
  };
  return {
    cookie: document.cookie,
    local: await found(() => Object.keys(localStorage), []),
    session: await found(() => Object.keys(sessionStorage), []),
    databases: await found(() => indexedDB.databases(), []),
    caches: await found(() => window.caches ? caches.keys() : [], []),
    workers: await found(async () => (await navigator.serviceWorker?.getRegistrations() ?? []).length, 0),
  };
}"""
NOTHING = {"cookie": "", "local": [], "session": [], "databases": [], "caches": [], "workers": 0}


def host(origin: str) -> str:
    """Return host and port of an origin."""
    return httpx.URL(origin).netloc.decode()


def test_a_conversation_leaves_nothing_and_asks_nobody_else(tab: Tab, sites: Sites) -> None:
    page = tab.page
    open_chat(page, sites.chat)
    says(page, "wat is mensenhandel?")
    says(page, "ik wil met een mens praten")
    assert page.evaluate(LEFT) == NOTHING
    assert tab.context.cookies() == []
    assert tab.watch.hosts == {host(sites.chat)}


def test_leaving_leaves_nothing(tab: Tab, sites: Sites) -> None:
    page = tab.page
    open_chat(page, sites.chat)
    says(page, "hoi")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_url(f"{sites.neutral}/langzaam")
    page.goto(f"{sites.chat}/vragen")
    assert page.evaluate(LEFT) == NOTHING
    assert tab.context.cookies() == []


def test_an_embedded_conversation_leaves_nothing(tab: Tab, sites: Sites) -> None:
    page = tab.page
    frame = open_frame(page, sites)
    says_in_frame(frame, "hoi")
    assert frame.evaluate(LEFT) == NOTHING
    assert page.evaluate(LEFT) == NOTHING
    assert tab.context.cookies() == []
    assert tab.watch.hosts == {host(sites.chat), host(sites.embedding)}


@pytest.mark.parametrize(
    "path", ["/", "/vragen", "/vragen/hulp", "/hulp", "/toolbox", "/privacy", "/meldcode", "/toolbox/les"]
)
def test_a_page_asks_nobody_else_and_has_no_complaints(tab: Tab, sites: Sites, path: str) -> None:
    tab.page.goto(sites.chat + path, wait_until="networkidle")
    assert tab.watch.hosts == {host(sites.chat)}
    assert tab.watch.complaints == []
    assert tab.page.evaluate(LEFT) == NOTHING


def test_trusted_types_refuse_html_from_text(tab: Tab, sites: Sites) -> None:
    page = tab.page
    open_chat(page, sites.chat)
    refused = page.evaluate(
        "() => { try { document.body.innerHTML = '<p>x</p>'; return false; } catch { return true; } }"
    )
    assert refused


def test_title_and_address_of_the_chat_tell_nothing(tab: Tab, sites: Sites) -> None:
    page = tab.page
    page.goto(f"{sites.chat}/chat#3")
    page.wait_for_selector("#log .mine")
    assert page.title() == site_catalogue()["chat/title"].text == "Gesprek"
    assert page.url == f"{sites.chat}/chat"


def test_without_script_the_chat_page_leads_to_people_and_answers(open_tab: Callable[..., Tab], sites: Sites) -> None:
    page = open_tab(java_script_enabled=False).page
    page.goto(f"{sites.chat}/chat")
    assert page.locator('main a[href^="tel:"]').count() >= 3
    assert page.locator("#composer").is_hidden()
    page.get_by_role("link", name=site_catalogue()["common/all_questions"].text).click()
    page.get_by_role("link", name="Wat is mensenhandel?").click()
    assert page.locator("main p").count() >= 3
