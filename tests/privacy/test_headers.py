"""Every answer carries the headers, errors included."""

import httpx
import pytest

from bot.privacy.headers import content_security_policy

PATHS = ("/", "/chat", "/health/live", "/bestaat-niet", "/chat/bestaat-niet", "/static/bestaat-niet.js", "/metrics")


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_has_them(server: str, path: str) -> None:
    headers = httpx.get(server + path).headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "set-cookie" not in headers
    assert "server" not in headers


def test_leaving_clears_what_the_browser_holds(server: str) -> None:
    answer = httpx.post(f"{server}/chat/end", json={"session": "x"})
    assert answer.headers["clear-site-data"] == '"cache", "cookies", "storage"'


def test_the_page_may_load_from_its_own_origin_only() -> None:
    for ancestors in ("", "https://www.school.nl"):
        rules = dict(
            rule.strip().split(" ", 1) for rule in content_security_policy(ancestors).split(";") if " " in rule.strip()
        )
        framing = rules.pop("frame-ancestors")
        assert framing == (f"'self' {ancestors}" if ancestors else "'none'")
        sources = {
            source
            for name, rule in rules.items()
            if name.endswith(("-src", "-action", "-uri"))
            for source in rule.split()
        }
        assert sources == {"'none'", "'self'"}
        assert rules["require-trusted-types-for"] == "'script'"
