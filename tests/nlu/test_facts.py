"""Closed values from text: whom it is about, age, papers, signals; negations and questions in general give none."""

import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.guidance.signals import load_signals
from bot.nlu.facts import FactExtractor, load_facts
from bot.nlu.patterns import read


def facts(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for entity, value in load_facts().read(text):
        found.setdefault(entity, set()).add(value)
    return found


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("mijn vriendin moet met mannen mee", "friend"),
        ("een matti van me heeft schulden bij die gasten", "friend"),
        ("een leerling van mij heeft ineens dure spullen", "school"),
        ("ik ben mentor en maak me zorgen", "school"),
        ("mijn dochter komt niet thuis", "relative"),
        ("de buurman heeft steeds andere mannen over de vloer", "bystander"),
        ("ik moet van mijn baas zeven dagen werken", "self"),
        ("mijn vader dwingt me om te trouwen", "self"),
        ("mijn vriend slaat me", "self"),
        ("een vriendin van mij moet van haar vriend met mannen mee", "friend"),
        ("een meisje uit mijn klas gaat elk weekend naar hotels", "friend"),
        ("mijn beste vriend zn vriendin werkt in een massagesalon", "friend"),
        ("leerling van 16 zegt dat ze dit weekend moet werken voor een man", "school"),
        ("mentor 3 vmbo. leerlinge met dure spullen", "school"),
    ],
)
def test_role(text: str, role: str) -> None:
    assert facts(text).get("role") == {role}


@pytest.mark.parametrize(
    "text",
    [
        "wat is mensenhandel",
        "hoi",
        "kan ik anoniem melden",
        "hoe werkt de politie",
        "ik werk in de nagelbar van mn nicht",
        "als ik stop pakken ze mn broertje",
        "ik zit op havo 3",
    ],
)
def test_no_role_when_it_is_not_clear(text: str) -> None:
    assert "role" not in facts(text)


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("ik ben 16 en ik moet pakketjes wegbrengen", "under18"),
        ("mijn dochter van 15 is weg", "under18"),
        ("ik ben 45 en mijn zoon van 14 dealt", "under18"),
        ("ze is nog minderjarig", "under18"),
        ("mijn man pakt al mijn geld af", "adult"),
        ("ik ben een vrouw van 34 jaar", "adult"),
    ],
)
def test_age(text: str, age: str) -> None:
    assert facts(text).get("age") == {age}


@pytest.mark.parametrize(
    "text",
    [
        "ik werk hier al 5 jaar",
        "het is 10 jaar geleden",
        "je krijgt 12 jaar cel",
        "ik verdien 15 euro per uur",
        "wat als je minderjarig bent",
    ],
)
def test_other_numbers_are_no_age(text: str) -> None:
    assert "age" not in facts(text)


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("hij heeft mijn paspoort afgepakt", "G3"),
        ("mijn vriend slaat me", "G1"),
        ("ik krijg maar 3 euro per uur", "L4"),
        ("ik moet 14 uur per dag werken", "L3"),
        ("hij dreigt mijn nudes online te zetten", "S2"),
        ("hij gebruikt mijn bankpas", "C2"),
    ],
)
def test_signal(text: str, signal: str) -> None:
    assert signal in facts(text).get("signal", set())


@pytest.mark.parametrize(
    "text",
    [
        "hij slaat me niet",
        "ik ben niet bang voor hem",
        "niemand heeft mijn paspoort afgepakt",
        "wat zijn signalen van uitbuiting, bijvoorbeeld dat iemand geslagen wordt",
        "stel dat iemand je paspoort afpakt",
    ],
)
def test_negation_and_questions_in_general_give_no_signal(text: str) -> None:
    assert "signal" not in facts(text)


def test_papers_anonymous_and_parents() -> None:
    assert facts("ik ben hier zonder papieren")["papers"] == {"without"}
    assert facts("ik heb geen verblijfsvergunning")["papers"] == {"without"}
    assert "papers" not in facts("helpen jullie mensen zonder papieren")
    assert facts("ik wil anoniem blijven")["anonymous"] == {"yes"}
    assert facts("ze wordt gedwongen door haar vader")["parent_involved"] == {"yes"}
    assert "parent_involved" not in facts("mijn moeder helpt mij goed")


def test_every_signal_pattern_belongs_to_a_signal() -> None:
    assert set(read("signals")["signals"]) <= set(load_signals())


def test_entities_hold_nothing_of_the_text() -> None:
    text = "mijn dochter van 15 woont in almere en hij slaat haar"
    message = Message({"text": text})
    FactExtractor().process([message])
    values = {entity["value"] for entity in message.get("entities")}
    assert values
    assert all(value not in ("15", "almere", "dochter", "slaat") for value in values)


def test_empty_message_is_left_alone() -> None:
    message = Message({"text": ""})
    FactExtractor().process([message])
    assert message.get("entities") is None
