"""What the tests do on the chat page."""

from playwright.sync_api import Locator, Page, expect

# Fails when a node is taken out of the log; `window.removed` counts them.
WATCH_LOG = """() => {
  window.removed = 0;
  new MutationObserver((all) => all.forEach((m) => { window.removed += m.removedNodes.length; }))
    .observe(document.getElementById("log"), { childList: true, subtree: true });
}"""


def open_chat(page: Page, origin: str) -> None:
    """Open the chat and wait for its first message."""
    page.goto(f"{origin}/chat")
    expect(choices(page).first).to_be_visible()


def choices(page: Page) -> Locator:
    """Return the buttons that may be pressed now."""
    return page.locator("#log .choices:not([hidden]) .choice")


def turns(page: Page) -> int:
    """Return how many pieces the log has."""
    return page.locator("#log > *").count()


def answered(page: Page) -> None:
    """Wait until an answer has arrived."""
    expect(page.locator("#log")).to_have_attribute("aria-busy", "false")


def says(page: Page, text: str) -> None:
    """Type a message and wait for the answer."""
    page.locator("#text").fill(text)
    before = turns(page)
    page.locator("#text").press("Enter")
    page.wait_for_function("n => document.querySelectorAll('#log > *').length > n + 1", arg=before)
    answered(page)


def last_text(page: Page) -> str:
    """Return all that the assistant said after the visitor's last message."""
    return str(
        page.evaluate(
            """() => {
          const all = [...document.querySelectorAll('#log > *')];
          const mine = all.findLastIndex((e) => e.classList.contains('mine'));
          return all.slice(mine + 1).map((e) => e.innerText).join('\\n');
        }"""
        )
    )
