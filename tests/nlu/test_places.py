"""Municipalities in text: villages, nicknames, typing errors; words that are only words stay words."""

import pytest

from bot.nlu.places import load_places


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ik woon in almere", "Almere"),
        ("Ik woon in Amsterdm", "Amsterdam"),
        ("rottedam", "Rotterdam"),
        ("den bosch", "'s-Hertogenbosch"),
        ("in den haag", "'s-Gravenhage"),
        ("het speelt in de bijlmer", "Amsterdam"),
        ("gemeente best", "Best"),
        ("mijn broer zit in leiden op kamers", "Leiden"),
        ("uit Alphen aan den Rijn", "Alphen aan den Rijn"),
        ("roffa", "Rotterdam"),
        ("we wonen in 's-hertogenbosch", "'s-Hertogenbosch"),
    ],
)
def test_finds(text: str, name: str) -> None:
    assert load_places().find(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "...",
        "ik zit in het best wel moeilijk",
        "bij de buren is herrie",
        "we slapen in houten huizen",
        "ze gaan in kampen wonen",
        "kan iemand mij leiden",
        "ik ben dronken",
        "alles is goed",
        "mijn vriendin moet met mannen mee",
    ],
)
def test_words_stay_words(text: str) -> None:
    assert load_places().find(text) is None
