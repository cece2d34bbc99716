"""Weight of the pages, first contentful paint, time to the first message on a slow phone: docs/page-performance.md.

Usage: page_performance.py [origin]; without an origin it starts the assistant itself.
"""

import gzip
import os
import platform
import statistics
import sys
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Response, sync_playwright

from bot.settings import ROOT
from scripts.build_prints import ARGUMENTS, CHROMIUM
from scripts.screenshots import assistant

ROUNDS = 5
# Lighthouse's slow phone: 1.6 Mbit/s down, 750 kbit/s up, 150 ms round trip, a processor four times slower.
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
PROCESSOR = 4
PAGES = {"campaign page": "/", "chat": "/chat", "list of questions": "/vragen", "one answer": "/vragen/hulp"}
PAINT = """() => new Promise((found) => new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (entry.name === "first-contentful-paint") found(entry.startTime);
}).observe({ type: "paint", buffered: true }))"""
FIRST_MESSAGE = """() => new Promise((found) => {
  const look = () => document.querySelector("#log .message") ? found(performance.now()) : requestAnimationFrame(look);
  look();
})"""


def phone(browser: Browser) -> Page:
    """Open a slow phone."""
    page = browser.new_context(viewport={"width": 360, "height": 740}, locale="nl-NL").new_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.emulateNetworkConditions", NETWORK)
    session.send("Emulation.setCPUThrottlingRate", {"rate": PROCESSOR})
    return page


def measure(browser: Browser, url: str, chat: bool) -> dict[str, float]:
    """Load one page once; milliseconds, and bytes as they travel and of script and style alone."""
    page = phone(browser)
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))
    page.goto(url, wait_until="commit")
    found: dict[str, Any] = {"paint": page.evaluate(PAINT)}
    if chat:
        found["message"] = page.evaluate(FIRST_MESSAGE)
    page.wait_for_load_state("networkidle")
    sizes = [each.request.sizes() for each in responses]
    found["bytes"] = sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)
    code = [each for each in responses if urlsplit(each.url).path.endswith((".js", ".css"))]
    found["code"] = sum(len(gzip.compress(each.body(), 9)) for each in code)
    found["requests"] = len(responses)
    page.context.close()
    return found


def table(browser: Browser, origin: str) -> list[str]:
    """Return the rows of the table: medians of ``ROUNDS`` loads with an empty cache."""
    rows = []
    for name, path in PAGES.items():
        rounds = [measure(browser, origin + path, path == "/chat") for _ in range(ROUNDS)]
        middle = {key: statistics.median(each[key] for each in rounds) for key in rounds[0]}
        message = f"{middle['message'] / 1000:.2f} s" if "message" in middle else "-"
        rows.append(
            f"| {name} | {middle['requests']:.0f} | {middle['bytes'] / 1024:.1f} kB | {middle['code'] / 1024:.1f} kB "
            f"| {middle['paint'] / 1000:.2f} s | {message} |"
        )
    return rows


def report(rows: list[str]) -> str:
    """Return the document."""
    machine = f"{os.cpu_count()} cores, {platform.machine()}"
    lines = [
        "# How light the pages are",
        "",
        f"Medians of {ROUNDS} loads with an empty cache in headless Chromium as a slow phone: 1.6 Mbit/s,",
        f"150 ms round trip, processor slowed down {PROCESSOR} times. Measured on {datetime.now(UTC):%Y-%m-%d} with",
        f"the real server on the same machine ({machine}), shared with other work; made by",
        "`scripts/page_performance.py`. Script and style are the bytes after gzip; the budget is 25 kB.",
        "",
        "| page | requests | over the line | script and style | first contentful paint | first message |",
        "|---|---|---|---|---|---|",
        *rows,
        "",
        "The first message needs the page, its script and one request to the server. Nothing is cached between visits",
        "(`Cache-Control: no-store`), so that nothing about the subject stays on the device.",
        "",
    ]
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    """Measure and write the document."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        if arguments:
            rows = table(browser, arguments[0])
        else:
            with assistant() as origin:
                rows = table(browser, origin)
        browser.close()
    (ROOT / "docs" / "page-performance.md").write_text(report(rows), encoding="utf-8")
    print("\n".join(rows))


if __name__ == "__main__":
    main(sys.argv[1:])
