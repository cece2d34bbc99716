"""The chat page in a real browser against the real server."""

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from bot.catalogue import catalogue
from bot.settings import settings
from bot.site.texts import site_catalogue
from tests.browser.chat import WATCH_LOG, answered, choices, last_text, open_chat, says, turns
from tests.browser.conftest import Sites, Tab

THREAT = "iemand dreigt met een naaktfoto van mij"


def words(key: str) -> str:
    """Return a text of the page."""
    return site_catalogue()[key].text


def test_a_typed_message_gets_an_answer_and_the_cursor_stays(tab: Tab, sites: Sites) -> None:
    page = tab.page
    open_chat(page, sites.chat)
    page.evaluate(WATCH_LOG)
    says(page, THREAT)
    assert len(last_text(page)) > 40
    expect(page.locator("#text")).to_be_focused()
    expect(page.locator("#text")).to_have_value("")
    assert page.evaluate("window.removed") == 0
    assert tab.watch.complaints == []


def test_a_contact_card_says_how_to_reach_it_and_dials_what_it_shows(tab: Tab, sites: Sites) -> None:
    page = tab.page
    open_chat(page, sites.chat)
    says(page, "ik wil met een mens praten")
    card = page.locator("#log .card").first
    expect(card).to_be_visible()
    expect(card.locator(".card-checked")).to_contain_text(re.compile(r"\d{1,2} \w+ 20\d\d"))
    expect(card.locator('[data-fact="anonymous"] dd')).not_to_be_empty()
    states = page.locator("#log .card-state").all_inner_texts()
    # Veilig Thuis can be called day and night.
    assert any(re.search(rf"{site_catalogue()['common/open'].text} \w", state) for state in states)
    for link in page.locator('#log .card a[href^="tel:"]').all():
        shown = re.sub(r"\D", "", link.inner_text())
        assert re.sub(r"\D", "", link.get_attribute("href") or "") == shown
    outside = page.locator('#log .card a[href^="https:"]').first
    assert outside.get_attribute("rel") == "noopener noreferrer"


def test_what_a_visitor_types_is_shown_as_text(tab: Tab, sites: Sites) -> None:
    page = tab.page
    open_chat(page, sites.chat)
    says(page, "<img src=x onerror=alert(1)><b>hoi</b>")
    expect(page.locator(".mine .bubble")).to_have_text("<img src=x onerror=alert(1)><b>hoi</b>")
    assert page.locator("#log img, #log b:text('hoi')").count() == 0
    assert tab.watch.complaints == []


def test_the_page_waits_for_the_answer_and_says_so_after_three_seconds(tab: Tab, sites: Sites) -> None:
    page = tab.page
    open_chat(page, sites.chat)
    held: list[Route] = []
    page.route("**/chat/messages", lambda route: held.append(route))
    choices(page).first.click()
    expect(page.locator("#text")).to_have_attribute("readonly", "")
    expect(choices(page).first).to_have_attribute("aria-disabled", "true")
    before = turns(page)
    choices(page).last.dispatch_event("click")
    page.locator("#send").dispatch_event("click")
    assert turns(page) == before, "a second message was sent while the first was under way"
    expect(page.locator("#state")).to_contain_text(words("chat/typing"))
    held[0].continue_()
    answered(page)
    expect(page.locator("#state")).to_be_empty()
    expect(page.locator("#text")).not_to_have_attribute("readonly", "")


@pytest.mark.parametrize("lost", ["request", "answer"])
def test_a_dropped_connection_loses_nothing(tab: Tab, sites: Sites, lost: str) -> None:
    page = tab.page
    open_chat(page, sites.chat)

    def drop(route: Route) -> None:
        if lost == "answer":
            route.fetch()
        route.abort()

    page.route("**/chat/messages", drop)
    page.locator("#text").fill(THREAT)
    page.locator("#text").press("Enter")
    retry = page.get_by_role("button", name=words("chat/words/retry"))
    expect(retry).to_be_visible()
    expect(page.locator(".mine .bubble")).to_have_text(THREAT)
    page.unroute("**/chat/messages")
    retry.click()
    page.wait_for_selector("#log .mine ~ .message:not(.mine)")
    assert page.locator(".mine").count() == 1, "the message stands there once"
    expect(page.locator("#notice")).to_be_empty()


def test_a_button_whose_answer_was_lost_goes_on_after_a_retry(tab: Tab, sites: Sites) -> None:
    page = tab.page
    open_chat(page, sites.chat)

    def drop(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/chat/messages", drop)
    choices(page).first.click()
    retry = page.get_by_role("button", name=words("chat/words/retry"))
    expect(retry).to_be_visible()
    page.unroute("**/chat/messages")
    retry.click()
    page.wait_for_selector("#log .mine ~ .message:not(.mine)")
    answered(page)
    expect(choices(page).first).to_be_visible()


def test_an_unreachable_server_leaves_the_numbers_on_the_page(tab: Tab, sites: Sites) -> None:
    page = tab.page
    open_chat(page, sites.chat)
    tab.context.set_offline(True)
    choices(page).first.click()
    expect(page.locator("#notice")).to_contain_text("112")
    page.locator("summary", has_text=words("chat/help_now")).click()
    assert page.locator('.help-panel a[href^="tel:"]').count() >= 4


def test_erasing_wipes_the_page_and_the_server(tab: Tab, sites: Sites) -> None:
    page = tab.page
    open_chat(page, sites.chat)
    with page.expect_response("**/chat/messages") as response:
        says(page, THREAT)
    token = response.value.json()["session"]
    page.locator("#erase").click()
    with page.expect_response("**/chat/end"):
        page.get_by_role("button", name=words("chat/words/erase_yes")).click()
    assert THREAT not in page.content()
    reply = httpx.post(f"{sites.chat}/chat/messages", json={"session": token, "text": "hoi"})
    assert reply.status_code == 404
    page.get_by_role("button", name=words("chat/words/restart")).click()
    expect(choices(page).first).to_be_visible()


def test_erasing_in_words_wipes_the_page_too(tab: Tab, sites: Sites) -> None:
    page = tab.page
    open_chat(page, sites.chat)
    says(page, THREAT)
    page.locator("#text").fill("wis dit gesprek")
    page.locator("#text").press("Enter")
    expect(page.locator("#log")).not_to_contain_text(THREAT)


def test_a_conversation_that_is_going_to_expire_says_so_and_can_stay(tab: Tab, sites: Sites) -> None:
    page = tab.page
    page.clock.install()
    open_chat(page, sites.chat)
    warning = settings().idle_seconds - 300
    page.clock.fast_forward((warning - 1) * 1000)
    expect(page.locator("#notice")).to_be_empty()
    page.clock.fast_forward(2000)
    expect(page.locator("#notice")).to_contain_text("5 min")
    page.get_by_role("button", name=words("chat/words/stay")).click()
    expect(page.locator("#log .choices")).to_have_count(2)
    page.clock.fast_forward((warning - 1) * 1000)
    expect(page.locator("#notice")).to_be_empty()
    page.clock.fast_forward(302_000)
    expect(page.get_by_role("button", name=words("chat/words/restart"))).to_be_visible()
    expect(page.locator("#log")).to_be_empty()


def test_a_conversation_that_is_gone_keeps_what_was_typed(tab: Tab, sites: Sites) -> None:
    page = tab.page
    with page.expect_response("**/chat/messages") as response:
        open_chat(page, sites.chat)
    httpx.post(f"{sites.chat}/chat/end", json={"session": response.value.json()["session"]})
    page.locator("#text").fill(THREAT)
    page.locator("#text").press("Enter")
    expect(page.get_by_role("button", name=words("chat/words/restart"))).to_be_visible()
    expect(page.locator("#text")).to_have_value(THREAT)
    assert page.locator("#notice .card").count() >= 2


def test_a_text_that_is_too_long_is_not_sent(tab: Tab, sites: Sites) -> None:
    page = tab.page
    open_chat(page, sites.chat)
    limit = settings().max_text
    page.locator("#text").fill("😀" * (limit - 3))
    expect(page.locator("#count")).to_contain_text("3")
    page.locator("#text").fill("a" * (limit + 7))
    expect(page.locator("#count")).to_contain_text("7")
    before = turns(page)
    page.locator("#text").press("Enter")
    assert turns(page) == before
    expect(page.locator("#text")).to_have_value("a" * (limit + 7))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("bel mij op 06 12345678", "phone"),
        ("mail naar jan.jansen@voorbeeld.nl", "email"),
        ("mijn bsn is 123456782", "bsn"),
        ("NL91 ABNA 0417 1643 00 is van mij", "iban"),
        ("ik woon op de Dorpsstraat 12", "address"),
    ],
)
def test_personal_details_are_noticed_before_anything_is_sent(tab: Tab, sites: Sites, text: str, kind: str) -> None:
    page = tab.page
    open_chat(page, sites.chat)
    before = turns(page)
    page.locator("#text").fill(text)
    page.locator("#text").press("Enter")
    expect(page.locator("#notice")).to_contain_text(words(f"chat/personal/{kind}"))
    assert turns(page) == before
    page.get_by_role("button", name=words("chat/words/personal_send")).click()
    page.wait_for_selector("#log .mine")
    expect(page.locator(".mine .bubble")).to_have_text(text)


@pytest.mark.parametrize("text", ["mag ik 0800-0432 bellen?", "mijn nummer is 123456789 zeggen ze", "ik ben 15"])
def test_numbers_of_helpers_and_plain_numbers_are_no_personal_details(tab: Tab, sites: Sites, text: str) -> None:
    page = tab.page
    open_chat(page, sites.chat)
    says(page, text)
    expect(page.locator(".mine .bubble")).to_have_text(text)


def starts() -> list[str]:
    """Return the situations of the campaign page that are sent as text."""
    return [button.title for button in site_catalogue()["campaign/situations"].buttons]


@pytest.mark.parametrize("title", starts())
def test_a_situation_starts_the_chat_with_its_own_answer(tab: Tab, sites: Sites, title: str) -> None:
    page = tab.page
    page.goto(sites.chat)
    page.get_by_role("link", name=title).click()
    page.wait_for_selector("#log .mine ~ .message:not(.mine)")
    answered(page)
    assert page.url == f"{sites.chat}/chat", "the address tells nothing"
    expect(page.locator(".mine .bubble")).to_have_text(title)
    answer = last_text(page)
    # Neither a guess nor an alarm: what stands on a board is understood, and none of it is a danger of this minute.
    for key in ("utter_not_understood", "utter_help_card", "utter_ask_acute_danger", "utter_ask_suicidal"):
        assert catalogue()[key].text not in answer, key
    assert tab.watch.hosts == {httpx.URL(sites.chat).netloc.decode()}


def walk(page: Page, name: str) -> None:
    """Press Tab until the button ``name`` has the focus, and Enter."""
    for _ in range(40):
        if page.evaluate("document.activeElement?.textContent") == name:
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} cannot be reached with Tab")


def test_a_whole_check_with_the_keyboard_alone(open_tab: Callable[..., Tab], sites: Sites) -> None:
    tab = open_tab(reduced_motion="reduce")
    page = tab.page
    open_chat(page, sites.chat)
    page.evaluate(WATCH_LOG)
    for name in ("Er gebeurt iets met mij", "Stel mij een paar vragen"):
        walk(page, name)
        page.wait_for_timeout(100)
        answered(page)
    for _ in range(16):
        assert page.evaluate("document.activeElement !== document.body"), "the focus was lost"
        names = choices(page).all_inner_texts()
        if page.locator("#log .card").count():
            break
        walk(page, next(name for name in ("Ja", "Weet ik niet", "Wil ik niet zeggen", names[0]) if name in names))
        page.wait_for_timeout(100)
        answered(page)
    assert page.locator("#log .card").count() >= 1
    assert page.evaluate("window.removed") == 0
    assert tab.watch.complaints == []


def test_new_messages_are_announced_once_in_alternating_regions(tab: Tab, sites: Sites) -> None:
    page = tab.page
    open_chat(page, sites.chat)
    first = page.evaluate("['live-1', 'live-2'].map((id) => document.getElementById(id).textContent !== '')")
    says(page, "hoi")
    second = page.evaluate("['live-1', 'live-2'].map((id) => document.getElementById(id).textContent !== '')")
    assert sorted(first) == [False, True]
    assert second == first[::-1]
    expect(page.locator("#log")).to_have_attribute("aria-live", "off")
