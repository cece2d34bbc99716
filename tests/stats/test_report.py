"""The report shows what may be shown, without anything from elsewhere."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from bot.catalogue import catalogue
from bot.database import connect
from bot.directory.store import Directory
from bot.settings import settings
from bot.stats import report
from bot.stats.store import Counters


@pytest.fixture
def counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A database with one settled week of counts, and settings that point at it."""
    url = f"sqlite:///{tmp_path / 'counts.db'}"
    monkeypatch.setenv("SIGNAALWIJZER_DATABASE_URL", url)
    settings.cache_clear()
    database = connect(url)
    allowed = report.everything_counted(catalogue(), Directory.from_files())
    counters = Counters(database, allowed, clock=lambda: datetime(2026, 3, 4, tzinfo=UTC))
    for value, number in (("self", 57), ("friend", 33), ("school", 7)):
        for _ in range(number):
            counters.count("role", value)
            counters.count("opened", "all")
    counters.flush()
    database.dispose()
    yield tmp_path
    settings.cache_clear()


def printed(html: Path | None = None) -> str:
    output = io.StringIO()
    report.monitor(Console(file=output, width=120), html)
    return output.getvalue()


def test_the_text(counted: Path) -> None:
    text = printed()
    assert re.search(r"Over zichzelf\s+│ 55", text)
    assert re.search(r"Over een vriend of vriendin\s+│ 35", text)
    assert re.search(r"Gesprekken\s+│ 95", text)
    assert "Vanuit een school" not in text
    assert "57" not in text


def test_the_page(counted: Path) -> None:
    printed(counted / "report.html")
    page = (counted / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 2
    assert '<rect x="240" y="4" width="340" height="20">' in page
    assert "Over zichzelf" in page
    assert "2026-W10" in page
    assert not re.search(r"https?://|<script|src=|@import|url\(", page)


def test_switched_off(counted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNAALWIJZER_STATISTICS", "false")
    settings.cache_clear()
    assert "SIGNAALWIJZER_STATISTICS" in printed()
