"""The editor's check, on a copy of the content with one thing broken at a time."""

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from bot import editing
from bot.editing import FRESH, Finding, check, report
from bot.settings import ROOT

DAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of everything the check reads."""
    root = tmp_path_factory.mktemp("project")
    for folder in ("data/responses", "data/content", "data/site", "data/nlu/faq", "bot/site/templates"):
        shutil.copytree(ROOT / folder, root / folder)
    shutil.copy(ROOT / "domain.yml", root)
    return root


@pytest.fixture
def root(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "project"))


def change(path: Path, old: str, new: str) -> int:
    """Replace the first ``old`` in a file; return its line, from 1."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_the_content_of_the_project_has_nothing_wrong() -> None:
    assert check() == []


Breaking = Callable[[Path], tuple[Path, int]]


def break_text(old: str, new: str, file: str) -> Breaking:
    return lambda root: (root / file, change(root / file, old, new))


FAQ = "data/responses/faq/hulp.yml"
CASES: dict[str, tuple[Breaking, str]] = {
    "a telephone number": (break_text("Ja, er is hulp.", "Bel 0800-2000 nu.", FAQ), "‘0800-2000’ staat los"),
    "an emergency number": (break_text("Ja, er is hulp.", "Bel 112 nu.", FAQ), "‘112’ staat los"),
    "an address": (break_text("Ja, er is hulp.", "Kijk op fier.nl nu.", FAQ), "‘fier.nl’ staat los"),
    "a long sentence": (
        break_text("Ja, er is hulp.", "Ja er is hulp" + " en hulp" * 7 + ".", FAQ),
        "deze zin heeft 18 woorden",
    ),
    "a contact that does not exist": (
        break_text("contacts: [comensha,", "contacts: [niemand,", FAQ),
        "contact ‘niemand’ bestaat niet",
    ),
    "a contact that may not be shown": (
        break_text("contacts: [comensha,", "contacts: [mind_hulplijn,", FAQ),
        "niet zeker genoeg",
    ),
    "a detail that a contact does not have": (
        break_text("Ja, er is hulp.", "Bel {fier.phone}.", FAQ),
        "{fier.phone}: dit gegeven heeft het contact niet",
    ),
    "a button to a question without answer": (
        break_text('"topic": "opvang"', '"topic": "verzonnen"', FAQ),
        "‘verzonnen’, maar die heeft geen antwoord",
    ),
    "a button to something unknown": (
        break_text("payload: /human_handoff", "payload: /bel_mij", FAQ),
        "‘/bel_mij’, maar dat kent de chat niet",
    ),
    "a signal that does not exist": (
        break_text("signals: [S5,", "signals: [S99,", "data/content/practice.yml"),
        "signaal ‘S99’ bestaat niet",
    ),
    "a colour that cannot be read": (
        break_text('action: "#17594a"', 'action: "#ffd700"', "data/site/appearance.yml"),
        "contrast",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_fault_is_named_with_file_and_line(root: Path, name: str) -> None:
    breaking, expected = CASES[name]
    path, line = breaking(root)
    findings = check(root)
    found = [finding for finding in findings if expected in finding.text]
    assert found, findings
    assert found[0].file == str(path.relative_to(root))
    assert abs(found[0].line - line) <= 1


def test_a_question_without_answer(root: Path) -> None:
    (root / FAQ).unlink()
    texts = [finding.text for finding in check(root)]
    assert f"op deze vraag is geen antwoord: maak {FAQ}" in texts


def test_an_answer_that_nobody_finds(root: Path) -> None:
    change(root / "data/site/questions.yml", "topics: [hulp, ", "topics: [")
    assert any("‘hulp’ staat in geen groep" in finding.text for finding in check(root))


def test_a_text_that_a_page_needs(root: Path) -> None:
    change(root / "data/site/texts/chat.yml", "chat/send:", "chat/zend:")
    finding = next(finding for finding in check(root) if "‘chat/send’ ontbreekt" in finding.text)
    assert finding.file == "bot/site/templates/chat.html"


def test_a_file_that_cannot_be_read(root: Path) -> None:
    (root / FAQ).write_text("responses:\n  a: [\n", encoding="utf-8")
    assert any(finding.file == FAQ and "niet te lezen" in finding.text for finding in check(root))


def test_contacts_that_were_not_looked_at_for_long(root: Path) -> None:
    line = change(root / "data/content/contacts.yml", "verified_on: 2026-11-01", "verified_on: 2026-08-22")
    old = [finding for finding in check(root, DAY) if "niet nagekeken" in finding.text]
    assert old == [
        Finding(
            "data/content/contacts.yml",
            line,
            "contact ‘noodnummer_112’ is 91 dagen niet nagekeken; bel of kijk op de site",
        )
    ]
    assert not any("niet nagekeken" in f.text for f in check(root, date(2026, 8, 22) + FRESH - timedelta(days=0)))
    assert check(root) == [], "without a day their age is left out"


def test_the_report_is_dutch_and_tells_make(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = StringIO()
    assert report(Console(file=out)) == 0
    assert "Alles klopt." in out.getvalue()
    change(root / FAQ, "Ja, er is hulp.", "Bel 112 nu.")
    monkeypatch.setattr(editing, "check", lambda today=None: check(root, today))
    out = StringIO()
    assert report(Console(file=out, width=200)) == 1
    assert f"{FAQ}:5: ‘112’" in out.getvalue()
    assert "1 ding om te verbeteren." in out.getvalue()
