"""From a text of the catalogue to what stands on a page."""

import pytest

from bot.directory.store import Directory
from bot.site.content import digits, host
from bot.site.texts import Words, blocks, dutch_day, site_catalogue


def test_lines_with_a_dash_become_one_list() -> None:
    text = "Let op:\n- een\n- twee\n\nEn dan."
    assert blocks(text) == [("p", ["Let op:"]), ("ul", ["een", "twee"]), ("p", ["En dan."])]


def test_days_and_numbers_are_written_as_people_do() -> None:
    assert dutch_day("2026-11-01") == "1 november 2026"
    assert digits("033-448 11 86") == "0334481186"
    assert host("https://www.voorbeeld.nl/pad") == "voorbeeld.nl"


def test_words_fill_in_names_and_contacts() -> None:
    say = Words(site_catalogue(), Directory.from_files(), {"name": "Wegwijs"})
    assert "112" in say("common/danger")
    assert say("common/by", value="Voorbeeld") == "Deze site is van Voorbeeld."
    assert "Wegwijs" in say("toolbox/what")
    with pytest.raises(KeyError):
        say("common/bestaat_niet")
