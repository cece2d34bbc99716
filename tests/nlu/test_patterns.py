"""Pattern files: words in patterns, negation, and errors that name what is wrong."""

from pathlib import Path

import pytest

from bot.nlu.patterns import PatternError, one_of, read, rules


def test_words_may_use_words() -> None:
    found = one_of(["{wie} slaat"], {"wie": "{man}|zij", "man": "hij|ie"})
    assert found.search("ie slaat")
    assert found.search("zij slaat")


@pytest.mark.parametrize("source", ["{onbekend}", "(open"])
def test_bad_pattern_is_named(source: str) -> None:
    with pytest.raises(PatternError):
        one_of([source], {})


@pytest.mark.parametrize("entry", [{}, {"any": []}, {"any": ["a"], "anders": 1}, "tekst", None])
def test_bad_entry_is_named(entry: object) -> None:
    with pytest.raises(PatternError, match="naam"):
        dict(rules({"naam": entry}, {}))


def test_file_must_be_a_mapping(tmp_path: Path) -> None:
    (tmp_path / "leeg.yml").write_text("- a\n", encoding="utf-8")
    with pytest.raises(PatternError, match=r"leeg\.yml"):
        read("leeg", tmp_path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hij slaat me", True),
        ("hij slaat me niet", False),
        ("niemand slaat me", False),
        ("ik vind het niet leuk, hij slaat me", True),
        ("dat is niet erg maar hij slaat me", True),
    ],
)
def test_negation_near_the_match_undoes_it(text: str, expected: bool) -> None:
    rule = dict(rules({"slaan": ["slaat me"]}, {}))["slaan"]
    assert rule.holds(text) is expected


def test_negation_in_the_match_belongs_to_it() -> None:
    rule = dict(rules({"weg": ["mag niet weg"]}, {}))["weg"]
    assert rule.holds("ik mag niet weg")


def test_unless_wins() -> None:
    rule = dict(rules({"a": {"any": ["slaat"], "unless": ["film"]}}, {}))["a"]
    assert not rule.holds("in de film slaat hij")
