"""Personal details are seen; what is none is left alone."""

import re

import pytest
from stdnum import iban
from stdnum.nl import bsn

from bot.directory.content import Contact, read
from bot.privacy.evaluation import NOTICE, PRECISION_FLOOR, RECALL_FLOOR, Score, measure, read_set
from bot.privacy.personal_details import KINDS, finder, for_page, normal


def test_the_set_is_found_and_the_rest_left_alone() -> None:
    lines = read_set()
    scores = measure(lines, finder())
    assert scores[NOTICE].precision >= PRECISION_FLOOR
    assert scores[NOTICE].recall >= RECALL_FLOOR
    for kind in KINDS:
        assert scores[kind].right + scores[kind].missed >= 4, f"too few examples of {kind}"
        assert scores[kind].precision >= 0.85, kind
        assert scores[kind].recall >= 0.85, kind
    assert sum(not kinds for kinds, _ in lines) >= 100


def test_a_score_counts_what_it_says() -> None:
    score = Score(right=8, wrong=2, missed=4)
    assert score.precision == 0.8
    assert score.recall == pytest.approx(2 / 3)


def test_numbers_that_fail_their_checksum_are_none() -> None:
    assert bsn.is_valid("111222333")
    assert finder().kinds("111222333") == {"bsn"}
    assert finder().kinds("111222334") == frozenset()
    assert iban.is_valid("NL91ABNA0417164300")
    assert finder().kinds("NL91ABNA0417164300") == {"iban"}
    assert "iban" not in finder().kinds("NL91ABNA0417164301")


@pytest.mark.parametrize("form", ["{}", "bel {}", "is {} gratis?", "Ik belde {} maar er nam niemand op"])
def test_numbers_and_addresses_of_contacts_are_none(form: str) -> None:
    for contact in read("contacts", Contact):
        for value in (contact.phone, contact.dial, contact.email, contact.name):
            if value:
                assert finder().kinds(form.format(value)) == frozenset(), value


@pytest.mark.parametrize("number", ["06-12345678", "+31 6 12345678", "0031612345678", "+31(0)612345678"])
def test_a_number_is_known_however_it_is_written(number: str) -> None:
    assert normal(number) == "0612345678"


def test_the_page_has_the_same_patterns() -> None:
    page = for_page()
    kinds = {pattern["kind"] for pattern in page["patterns"]}
    assert kinds == {"phone", "email", "handle", "address", "postcode", "plate", "bsn", "iban"}
    known = set(finder().patterned)
    assert len(page["patterns"]) == len(known)
    assert {pattern["pattern"] for pattern in page["patterns"]} == {pattern.pattern for _, pattern, _ in known}
    assert "08002000" in page["ours"]
    for pattern in page["patterns"]:
        # What browsers of some years ago do not know would stop the whole script.
        assert not re.search(r"\(\?<|\(\?P|\\p\{|\(\?[aiLmsux]", pattern["pattern"])


@pytest.mark.parametrize("length", [200, 1000])
@pytest.mark.parametrize("unit", ["a", "1", "a1 ", "0 ", "@a", "straat ", "nl91 ", "a.", "A b ", "1-", "ik heet "])
def test_no_text_keeps_it_busy(unit: str, length: int) -> None:
    """A pattern that tries every split of a text would not come to an end here."""
    finder().kinds((unit * length)[:length])
