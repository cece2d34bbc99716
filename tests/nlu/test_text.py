"""Spelling of chat, made uniform."""

import pytest

from bot.nlu.text import fold, shorten, spell, windows


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Café  ÉÉN", "cafe een"),
        ("z’n ‘oma’", "z'n 'oma'"),
        ("Zażółć", "zazolc"),
        ("أريد", "اريد"),
        ("", ""),
    ],
)
def test_fold(typed: str, expected: str) -> None:
    assert fold(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"), [("neeeee", "nee"), ("stopppp", "stop"), ("hallo", "hallo"), ("jaaa", "jaa")]
)
def test_shorten_cuts_stretched_letters(typed: str, expected: str) -> None:
    assert shorten(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("mn vriend", "mijn vriend"), ("kheb zn pas", "ik heb zijn pas"), ("k wil nie meer", "ik wil niet meer")],
)
def test_spell_writes_chat_out(typed: str, expected: str) -> None:
    assert spell(typed) == expected


def test_windows_reads_each_sentence_and_pair() -> None:
    text = "Ik woon in een flat. Het is er gezellig. Hij heeft een mes bij zich."
    assert windows(text) == [
        text,
        "Ik woon in een flat.",
        "Het is er gezellig.",
        "Hij heeft een mes bij zich.",
        "Ik woon in een flat. Het is er gezellig.",
        "Het is er gezellig. Hij heeft een mes bij zich.",
    ]


@pytest.mark.parametrize("text", ["hoi", "een twee drie", "", "Wat? Nee."])
def test_short_text_is_one_window(text: str) -> None:
    assert windows(text) == [text]


def test_windows_are_bounded() -> None:
    assert len(windows("Dit is een zin. " * 200)) <= 12
