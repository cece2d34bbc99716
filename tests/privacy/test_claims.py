"""Every sentence on privacy has an id, and every id its proof, or its place among what nobody can prove."""

import ast
import re
from pathlib import Path

import pytest

from bot.catalogue import bubbles, catalogue
from bot.directory.content import read_yaml
from bot.settings import CONTENT, ROOT, Settings

MODEL = ROOT / "docs" / "threat-model.md"
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
SENTENCE = re.compile(r"[^.?!]+[.?!]")
FILE = read_yaml(CONTENT / "privacy.yml")
CLAIMS = {entry["id"]: entry["sentences"] for entry in FILE["claims"]}
LIMITS = {entry["id"]: entry["sentences"] for entry in FILE["limits"]}
KNOWN = {sentence for sentences in [*CLAIMS.values(), *LIMITS.values()] for sentence in sentences}
# Sentences beside them that say nothing about privacy.
OTHER = {"Is er nu gevaar?", "Bel {noodnummer_112.phone}.", "Praat gerust verder zonder."}


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; a placeholder is no end of one."""
    return [match[0].strip() for match in SENTENCE.finditer(re.sub(r"\{(\w+)\.(\w+)\}", r"{\1_\2}", text))]


def rows() -> dict[str, str]:
    """Return the rows of the threat model's tables by the id in their first cell."""
    found = {}
    for line in MODEL.read_text(encoding="utf-8").splitlines():
        match = re.match(r"\| `(\w+)` \|", line)
        if match:
            found[match[1]] = line
    return found


def functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_sentence_that_is_shown_has_an_id() -> None:
    words = catalogue()
    shown = [
        *sentences(bubbles(words["utter_welcome"].text)[1]),
        *sentences(words["utter_faq/privacy"].text),
        *sentences(words["utter_personal_details"].text),
    ]
    other = {re.sub(r"\{(\w+)\.(\w+)\}", r"{\1_\2}", sentence) for sentence in OTHER}
    assert set(shown) - KNOWN - other == set()
    assert len(shown) > 25


def test_every_sentence_with_an_id_is_shown() -> None:
    text = " ".join(response.text for _, response in catalogue().texts())
    assert [sentence for sentence in KNOWN if sentence not in text] == []


def test_the_first_message_names_what_is_kept_counted_and_seen_by_others() -> None:
    opening = set(sentences(bubbles(catalogue()["utter_welcome"].text)[1]))
    for claim in ("no_name", "no_text", "sealed", "expires", "counts"):
        assert opening & set(CLAIMS[claim]), claim
    assert opening & set(LIMITS["seen_by_network"])


def test_every_claim_of_the_site_is_one_of_these() -> None:
    texts = (ROOT / "data" / "site" / "texts" / "privacy.yml").read_text(encoding="utf-8")
    on_site = set(re.findall(r"^  privacy/claims/(\w+):", texts, re.MULTILINE))
    assert on_site
    assert on_site <= set(CLAIMS)


@pytest.mark.parametrize("claim", sorted(CLAIMS))
def test_every_claim_is_proven_by_tests_that_exist(claim: str) -> None:
    proofs = TEST.findall(rows()[claim])
    assert proofs, "the threat model names no test"
    for path, function in proofs:
        assert (ROOT / path).exists(), path
        assert function in functions(ROOT / path), f"{path}::{function}"


@pytest.mark.parametrize("limit", sorted(LIMITS))
def test_every_limit_is_in_the_list_of_what_is_out_of_reach(limit: str) -> None:
    assert limit in rows()
    assert not TEST.findall(rows()[limit])


def test_the_threat_model_names_no_claim_that_nobody_makes() -> None:
    assert set(rows()) == set(CLAIMS) | set(LIMITS)


def test_what_is_said_about_time_is_the_most_that_can_be_set() -> None:
    """Half an hour, four hours: whoever runs this may shorten them, never lengthen them."""
    assert Settings().idle_seconds == 30 * 60
    assert Settings().lifetime_seconds == 4 * 60 * 60
    for setting, most in (("idle_seconds", 1800), ("lifetime_seconds", 14400), ("sweep_seconds", 60)):
        with pytest.raises(ValueError, match="less than or equal"):
            Settings.model_validate({setting: most + 1})


def test_no_text_asks_for_a_name_or_a_way_to_reach_somebody() -> None:
    asking = re.compile(
        r"(hoe heet (je|jij|hij|zij|ze)|wat is (je|jouw|zijn|haar) (naam|nummer|adres|mail)|vul je naam)", re.I
    )
    assert [key for key, response in catalogue().texts() if asking.search(response.text)] == []
    assert asking.search("Hoe heet je?")
