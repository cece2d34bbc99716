"""The facts: what is shown is confirmed, sourced and dated; bad content is refused with file and entry named."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import create_engine

from bot.directory.card import make_card
from bot.directory.content import Confidence, Contact, ContentError, read
from bot.directory.store import Directory, load
from bot.settings import CONTENT

CONTACTS = read("contacts", Contact)
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

# What referrals.md lists under "do not use".
REFUSED = re.compile(
    r"0800[- ]?1813|0800[- ]?1351|020[- ]?223[- ]?44[- ]?44|0900[- ]?0113|0900[- ]?8020|ikp@minszw|inspectieszw\.nl"
    r"|751\s?67\s?00|370\s?45\s?14|965\s?77\s?00|chaterover|maakhetzichtbaar|0900[- ]?1844|208[- ]?1844",
    re.IGNORECASE,
)


def write(folder: Path, **changes: Any) -> Path:
    """Copy the content with one contact changed."""
    for name in ("contacts.yml", "municipalities.yml"):
        (folder / name).write_text((CONTENT / name).read_text(encoding="utf-8"), encoding="utf-8")
    document = yaml.safe_load((CONTENT / "contacts.yml").read_text(encoding="utf-8"))
    entry = next(entry for entry in document["contacts"] if entry["id"] == "comensha")
    for key, value in changes.items():
        if value is None:
            entry.pop(key)
        else:
            entry[key] = value
    (folder / "contacts.yml").write_text(yaml.safe_dump(document), encoding="utf-8")
    return folder


def test_the_safe_core_set_is_there_with_its_numbers() -> None:
    directory = Directory.from_files()
    numbers = {
        "noodnummer_112": "112",
        "politie": "0900-8844",
        "meld_misdaad_anoniem": "0800-7000",
        "arbeidsinspectie": "0800-5151",
        "comensha": "033-448 11 86",
        "veilig_thuis": "0800-2000",
        "kindertelefoon": "0800-0432",
        "alles_oke": "0800-0450",
        "centrum_seksueel_geweld": "0800-0188",
        "helpwanted": "020-261 52 75",
        "zelfmoordpreventie_113": "0800-0113",
        "slachtofferhulp": "0900-0101",
    }
    assert {contact: directory.contacts[contact].phone for contact in numbers} == numbers


def test_only_what_is_confirmed_is_shown() -> None:
    directory = Directory.from_files()
    hidden = {contact.id for contact in CONTACTS if contact.confidence in (Confidence.LOW, Confidence.BACKGROUND)}
    assert hidden
    assert not hidden & set(directory.contacts)


def test_every_contact_says_where_it_comes_from_and_when_it_was_checked() -> None:
    for contact in CONTACTS:
        assert contact.sources, contact.id
        assert contact.verified_on <= date(2026, 11, 21), contact.id


def test_nothing_refused_is_anywhere_in_what_is_shown() -> None:
    for contact in Directory.from_files().contacts.values():
        found = REFUSED.search(" ".join(map(str, make_card(contact, NOW).values())))
        assert not found, (contact.id, found)


def test_a_link_to_call_is_the_number_that_is_shown() -> None:
    for contact in CONTACTS:
        if contact.phone and contact.dial:
            digits = re.sub(r"\D", "", contact.phone)
            assert contact.dial in (digits, "+31" + digits[1:])


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"confidence": "X"}, "confidence"),
        ({"phone": "0800-1234"}, "another number"),
        ({"dial": None}, "go together"),
        ({"url": "http://www.comensha.nl"}, "url"),
        ({"colour": "red"}, "colour"),
        ({"verified_on": "yesterday"}, "verified_on"),
        ({"sources": []}, "sources"),
        ({"hours": {"phone": {"kind": "weekly"}}}, "week belongs to kind weekly"),
        ({"hours": {"phone": {"kind": "weekly", "week": [{"days": ["mo"], "from": "25:00", "to": "26:00"}]}}}, "from"),
        ({"id": "politie"}, "used twice"),
    ],
)
def test_bad_content_is_refused_by_name(tmp_path: Path, changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(ContentError) as caught:
        load(create_engine("sqlite://"), write(tmp_path, **changes))
    assert "contacts.yml" in str(caught.value)
    assert fault in str(caught.value)


def test_a_missing_or_broken_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"contacts\.yml: cannot be read"):
        read("contacts", Contact, tmp_path)
    (tmp_path / "contacts.yml").write_text("contacts: [", encoding="utf-8")
    with pytest.raises(ContentError, match="not valid YAML"):
        read("contacts", Contact, tmp_path)


def test_the_database_gives_back_what_the_files_say(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'directory.db'}")
    load(engine)
    load(engine)  # a second start changes nothing
    stored, files = Directory.from_database(engine), Directory.from_files()
    assert list(stored.contacts) == list(files.contacts)
    assert stored.contacts == files.contacts
    assert dict(stored.municipalities) == dict(files.municipalities)


def test_bad_content_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'directory.db'}")
    load(engine)
    (tmp_path / "bad").mkdir()
    with pytest.raises(ContentError):
        load(engine, write(tmp_path / "bad", confidence="X"))
    assert Directory.from_database(engine).contacts


def test_the_region_of_a_municipality() -> None:
    directory = Directory.from_files()
    assert [contact.id for contact in directory.regional("Almere")] == ["flevoland_veilig_thuis"]
    assert directory.regional("Emmen") == ()  # the desk in Drenthe is not confirmed
    assert directory.regional(None) == ()
    assert directory.regional("Nergenshuizen") == ()
    assert len(directory.municipalities) == 342


def test_a_card_says_when_a_closed_contact_opens() -> None:
    contact = Directory.from_files().contacts["comensha"]
    night = make_card(contact, datetime(2026, 11, 20, 23, 0, tzinfo=UTC))
    assert night["open_now"] is False
    assert night["hours"].endswith("Open maandag om 9.00 uur")
    noon = make_card(contact, NOW, why="Zij denken mee.")
    assert noon["open_now"] is True
    assert noon["why"] == "Zij denken mee."
    assert noon["verified_on"] == "2026-11-01"


def test_a_0900_number_is_never_called_free() -> None:
    for contact in Directory.from_files().contacts.values():
        if contact.phone and contact.phone.startswith("0900"):
            assert make_card(contact, NOW).get("cost") != "gratis"
