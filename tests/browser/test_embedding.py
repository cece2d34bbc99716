"""The chat on the page of somebody else: it works, and that page learns nothing of the conversation."""

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.browser.conftest import Sites, Tab

CANARY = "kanarie acht vier een"


def open_frame(page: Page, sites: Sites) -> Frame:
    """Open the chat on the embedding page; return its frame."""
    page.goto(f"{sites.embedding}/")
    button = page.get_by_role("button", name="Praat erover")
    expect(button).to_be_visible()
    assert len(page.frames) == 1, "nothing is loaded before somebody asks for it"
    with page.expect_event("framenavigated", lambda frame: frame != page.main_frame) as navigated:
        button.click()
    frame: Frame = navigated.value
    frame.wait_for_selector("#log .choice")
    return frame


def says(frame: Frame, text: str) -> None:
    """Type a message in the frame and wait for the answer."""
    frame.locator("#text").fill(text)
    frame.locator("#text").press("Enter")
    frame.wait_for_selector("#log .mine ~ .message:not(.mine)")


def test_a_recorder_on_the_page_sees_no_word_of_the_chat(tab: Tab, sites: Sites) -> None:
    page = tab.page
    frame = open_frame(page, sites)
    says(frame, CANARY)
    answer = frame.locator("#log .message").nth(1).inner_text()
    page.locator("#search").press_sequentially("gezien")
    page.wait_for_timeout(500)
    seen = "\n".join(page.evaluate("window.seen"))
    assert "gezien" in seen, "control: the recorder works"
    for secret in (CANARY, answer, "session"):
        assert secret not in seen
    assert f"{sites.chat}/chat" in seen, "control: it does see the frame itself"
    assert frame.evaluate("document.referrer") == ""


def test_the_frame_is_sandboxed_and_its_address_tells_no_topic(tab: Tab, sites: Sites) -> None:
    frame = open_frame(tab.page, sites)
    assert frame.url == f"{sites.chat}/chat?gemeente=Almere"
    sandbox = frame.frame_element().get_attribute("sandbox") or ""
    assert "allow-scripts" in sandbox
    assert "allow-top-navigation " not in f"{sandbox} "
    assert "allow-modals" not in sandbox


def test_the_municipality_brings_its_own_contact(tab: Tab, sites: Sites) -> None:
    frame = open_frame(tab.page, sites)
    frame.locator(".bar summary").click()
    expect(frame.locator(".help-panel")).to_contain_text("088-222 05 00")


@pytest.mark.parametrize("way", ["button", "shift in the chat", "escape on the page"])
def test_leaving_takes_the_embedding_page_along(tab: Tab, sites: Sites, way: str) -> None:
    page = tab.page
    page.goto(f"{sites.neutral}/ervoor")
    frame = open_frame(page, sites)
    says(frame, CANARY)
    with page.expect_request("**/chat/end"):
        if way == "button":
            frame.locator(".exit").click(no_wait_after=True)
        elif way == "shift in the chat":
            frame.locator("#text").focus()
            for _ in range(3):
                page.keyboard.press("Shift")
        else:
            page.locator("#search").focus()
            for _ in range(2):
                page.keyboard.press("Escape")
    page.wait_for_url(f"{sites.neutral}/langzaam")
    page.go_back(wait_until="commit")
    assert page.url == f"{sites.neutral}/ervoor"


def test_another_site_may_not_show_the_chat(tab: Tab, sites: Sites) -> None:
    page = tab.page
    page.goto(f"{sites.neutral}/")
    page.evaluate(
        "(src) => { const f = document.createElement('iframe'); f.src = src; document.body.append(f); }",
        sites.chat + "/chat",
    )
    page.wait_for_timeout(800)
    assert all(frame.locator("#log").count() == 0 for frame in page.frames)
