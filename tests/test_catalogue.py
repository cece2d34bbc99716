"""The catalogue: every answer is there, sourced and dated; numbers come from the contacts alone."""

import re
from pathlib import Path

import pytest

from bot.catalogue import bubbles, catalogue, contact_values, fill, load_catalogue
from bot.directory.content import ContentError
from bot.directory.store import Directory
from bot.settings import ROOT
from tests.directory.test_content import REFUSED

WORDS = catalogue()
DIRECTORY = Directory.from_files()
TOPICS = sorted(path.stem for path in (ROOT / "data" / "nlu" / "faq").glob("*.yml"))


def test_every_topic_that_is_understood_has_an_answer() -> None:
    assert len(TOPICS) == 59
    assert sorted(WORDS.topics()) == TOPICS


@pytest.mark.parametrize("topic", TOPICS)
def test_an_answer_is_short_titled_sourced_and_leads_on(topic: str) -> None:
    answer = WORDS[f"utter_faq/{topic}"]
    parts = bubbles(answer.text)
    assert 1 <= len(parts) <= 3
    assert all(len(part.split()) <= 60 for part in parts)
    assert answer.metadata.title
    assert answer.metadata.question
    assert answer.metadata.sources
    assert 1 <= len(answer.buttons) <= 3


def test_every_text_can_be_filled_and_holds_no_number_or_address_of_its_own() -> None:
    typed = re.compile(r"\b0[89]00|\b0\d{2}[- ]?\d{3}|www\.|https?:|\b\w+\.nl\b|@\w")
    for key, response in WORDS.texts():
        contact_values(DIRECTORY, response.text)
        found = typed.search(re.sub(r"\{[^}]*\}", "", response.text))
        assert not found, (key, found)


def test_nothing_refused_is_in_any_text_as_visitors_see_it() -> None:
    for key, response in WORDS.texts():
        shown = response.text
        for name, value in contact_values(DIRECTORY, response.text).items():
            shown = shown.replace("{" + name + "}", value)
        assert not REFUSED.search(shown), key


def test_contacts_that_answers_show_exist() -> None:
    for key, response in WORDS.texts():
        assert set(response.metadata.contacts) <= set(DIRECTORY.contacts), key


def test_every_button_has_one_of_the_known_intents() -> None:
    intents = set(re.findall(r"^- (\w+)", (ROOT / "domain.yml").read_text(encoding="utf-8"), re.MULTILINE))
    for key, response in WORDS.texts():
        for button in response.buttons:
            match = re.match(r"/(\w+)", button.payload)
            assert match, (key, button)
            assert match.group(1) in intents, (key, button)
            topic = re.search(r'"topic": "(\w+)"', button.payload)
            assert topic is None or topic.group(1) in TOPICS, (key, button)


def test_a_hidden_contact_cannot_be_named_in_a_text() -> None:
    with pytest.raises(ContentError, match="juridisch_loket"):
        contact_values(DIRECTORY, "Bel {juridisch_loket.phone}.")
    with pytest.raises(ContentError, match=r"comensha\.sources"):
        contact_values(DIRECTORY, "{comensha.sources}")


def test_filling_needs_every_value() -> None:
    assert fill("a {b.c} d", {"b.c": 1}) == "a 1 d"
    with pytest.raises(KeyError):
        fill("{x}", {})


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: 1", "must have wordings under 'responses:'"),
        ("responses:\n  utter_a: hallo", "must be a list of wordings"),
        ("responses:\n  utter_a:\n  - tekst: hallo", "tekst"),
        ("responses:\n  utter_a:\n  - text: ''", "text"),
        ("responses:\n  utter_a:\n  - text: hallo\n    buttons:\n    - title: x", "payload"),
        ("responses: [", "not valid YAML"),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / "bad.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_catalogue(tmp_path)
    assert "bad.yml" in str(caught.value)
    assert fault in str(caught.value)


def test_a_key_that_comes_twice_is_refused(tmp_path: Path) -> None:
    for name in ("a.yml", "b.yml"):
        (tmp_path / name).write_text("responses:\n  utter_a:\n  - text: hallo", encoding="utf-8")
    with pytest.raises(ContentError, match="used twice"):
        load_catalogue(tmp_path)
