"""The appearance settings of an organisation."""

from pathlib import Path

import pytest

from bot.directory.content import ContentError
from bot.settings import settings
from bot.site.appearance import (
    NIGHT_SURFACE,
    Colours,
    contrast,
    contrast_faults,
    lightened,
    load_appearance,
    local_card,
    stylesheet,
)


def write(folder: Path, text: str) -> Path:
    path = folder / "gemeente.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_contrast_is_that_of_the_guideline() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#ffffff", "#777777") == contrast("#777777", "#ffffff")


def test_the_shipped_settings_are_valid_and_readable() -> None:
    look = load_appearance(settings().appearance)
    assert contrast_faults(look.colours) == []
    assert look.exit_url.startswith("https://")


@pytest.mark.parametrize("colours", ['{action: "#ffd700"}', '{accent: "#10302b"}', '{action: "groen"}'])
def test_colours_that_cannot_be_read_are_refused(tmp_path: Path, colours: str) -> None:
    path = write(tmp_path, f"exit_url: https://voorbeeld.nl\ncolours: {colours}\n")
    with pytest.raises(ContentError, match="colours"):
        load_appearance(path)


@pytest.mark.parametrize("colour", ["#17594a", "#7a1f5c", "#0a3d91", "#000000", "#8a3b00"])
def test_a_colour_becomes_readable_in_the_dark(colour: str) -> None:
    assert contrast(lightened(colour, NIGHT_SURFACE), NIGHT_SURFACE) >= 7
    assert lightened(colour, NIGHT_SURFACE) in stylesheet(Colours(action=colour))


@pytest.mark.parametrize("logo", ["weg.svg", "../geheim.svg", "gemeente.yml"])
def test_a_logo_must_be_a_picture_beside_the_settings(tmp_path: Path, logo: str) -> None:
    (tmp_path.parent / "geheim.svg").write_text("<svg/>")
    path = write(tmp_path, f"exit_url: https://voorbeeld.nl\nlogo: {logo}\n")
    with pytest.raises(ContentError, match="logo"):
        load_appearance(path)


def test_an_own_contact_becomes_a_card(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "exit_url: https://voorbeeld.nl\n"
        "contact: {name: Team Jeugd, phone: 010-000 00 00, anonymous: Dat mag., verified_on: 2026-11-01}\n",
    )
    contact = load_appearance(path).contact
    assert contact is not None
    assert local_card(contact) == {
        "id": "local",
        "name": "Team Jeugd",
        "phone": "010-000 00 00",
        "anonymous": "Dat mag.",
        "verified_on": "2026-11-01",
    }
