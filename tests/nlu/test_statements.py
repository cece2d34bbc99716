"""Messages that are one plain statement: known as a whole, and nothing more is read into them."""

from pathlib import Path

import pytest
from rasa.shared.nlu.training_data.message import Message

import bot.nlu.patterns
from bot.nlu.patterns import PatternError
from bot.nlu.risk import RiskCheck
from bot.nlu.statements import HARMLESS, PlainStatements, find, load_statements


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("16", {"age": "under18"}),
        ("ze is 15", {"age": "under18"}),
        ("k ben 15 jaar", {"age": "under18"}),
        ("maar ze is pas 14", {"age": "under18"}),
        ("wacht nee 15", {"age": "under18"}),
        ("jongen van 14", {"age": "under18"}),
        ("bijna 18", {"age": "under18"}),
        ("zestien", {"age": "under18"}),
        ("hij is 20 ofzo", {"age": "adult"}),
        ("eind dertig denk ik", {"age": "adult"}),
        ("ergens in de veertig", {"age": "adult"}),
        ("ze is meerderjarig", {"age": "adult"}),
        ("minderjarig", {"age": "under18"}),
        ("Ik ben 31 jaar oud.", {"age": "adult"}),
    ],
)
def test_an_age(text: str, values: dict[str, str]) -> None:
    assert find(text) == ("circumstance", values)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("nee hoor niemand kijkt mee", "alone"),
        ("er kijkt niemand mee", "alone"),
        ("nee ik ben alleen", "alone"),
        ("nope alleen thuis", "alone"),
        ("niemand", "alone"),
        ("oke nu is hij weg", "alone"),
        ("nee hoor ben veilig", "yes"),
        ("nee er is geen gevaar", "yes"),
        ("nee ze is niet in gevaar nu denk ik", "yes"),
        ("vals alarm", "yes"),
        ("nee ik wil helemaal niet dood wat denk jij", "yes"),
        ("het was een grapje", "yes"),
        ("huh ik wil niet dood", "yes"),
        ("ik ben niet veilig", "no"),
        ("ja maar hij kan elk moment komen", "no"),
        ("ja maar ze kunnen zo terug zijn", "no"),
        ("weet niet misschien kijkt hij mee op afstand", "no"),
    ],
)
def test_safe_or_not(text: str, safe: str) -> None:
    assert find(text) == ("deny" if text.startswith(("nee", "nope")) else "affirm", {"safe": safe})


@pytest.mark.parametrize(
    "text", ["gisteravond", "al een paar maanden denk ik", "sinds de zomer", "2 weken geleden", "het speelt al 3 jaar"]
)
def test_since_when(text: str) -> None:
    assert find(text) == ("circumstance", {})


@pytest.mark.parametrize(
    "text",
    ["wat kan ik doen", "wat moet ik doen?", "maar wat kan ik doen dan", "wat doe ik hiermee", "wat raden jullie aan"],
)
def test_what_to_do_whoever_asks(text: str) -> None:
    assert find(text) == ("faq/melden_waar", {"whoever": "yes"})


@pytest.mark.parametrize(
    ("text", "intent", "entity"),
    [
        ("ok", "affirm", "nod"),
        ("oke is goed", "affirm", "nod"),
        ("hm", "affirm", "nod"),
        ("ja hoor", "affirm", "bare"),
        ("jaa", "affirm", "bare"),
        ("nee", "deny", "bare"),
        ("wtf nee", "deny", "bare"),
    ],
)
def test_ok_yes_and_no(text: str, intent: str, entity: str) -> None:
    assert find(text) == (intent, {entity: "yes"})


@pytest.mark.parametrize(
    "text",
    [
        "ze is 15 en zit daar nu",
        "16 uur",
        "hij is 15 en slaat haar",
        "nee hij wil geen politie",
        "nee ze is niet gewond",
        "nee ik wil niet dood alleen rust",
        "ik ben veilig maar mijn zusje zit daar nog",
        "nee geen gevaar denk ik hij ligt nu boven",
        "ik wil niet meer leven",
        "niemand zou me missen",
        "ik ben alleen op de wereld",
        "ok help hij komt",
        "ja hij slaat me",
        "nee laat me gaan",
        "het gaat niet goed",
        "gisteren verkracht",
        "mijn dochter is weg",
        "hij is even weg",
        "wat kan ik hier allemaal",
        "wat kan ik hier doen?",
        "wat moet ik doen hij staat voor de deur",
        "al 2 dagen opgesloten",
    ],
)
def test_whatever_says_more_is_left_to_the_others(text: str) -> None:
    assert find(text) is None


def process(text: str) -> Message:
    message = Message({"text": text, "intent": {"name": "suicidal", "confidence": 0.4}})
    (found,) = PlainStatements().process([message])
    return found


def test_intent_and_values_are_set_and_replace_what_was_found_before() -> None:
    message = Message(
        {
            "text": "bijna 18",
            "intent": {"name": "greet", "confidence": 0.4},
            "entities": [{"entity": "age", "value": "adult"}, {"entity": "role", "value": "friend"}],
            "label_ranking": [{"name": "greet", "confidence": 0.4}],
        }
    )
    PlainStatements().process([message])
    assert message.get("intent") == {"name": "circumstance", "confidence": 1.0}
    assert {entity["entity"]: entity["value"] for entity in message.get("entities")} == {
        "age": "under18",
        "role": "friend",
    }
    assert [entry["name"] for entry in message.get("label_ranking")] == ["circumstance", "greet"]


def test_other_messages_stay_as_they_are() -> None:
    message = Message({"text": "hij slaat me", "intent": {"name": "acute_danger", "confidence": 0.9}})
    before = dict(message.data)
    PlainStatements().process([message])
    assert message.data == before


def test_the_risk_check_leaves_what_is_harmless_and_looks_at_what_takes_safety_back(risk: RiskCheck) -> None:
    assert process("vals alarm").get(HARMLESS)
    assert not process("ja maar hij kan elk moment komen").get(HARMLESS)
    harmless = process("het is voorbij")
    risk.process([harmless])
    assert harmless.get("intent")["name"] == "affirm"


@pytest.mark.parametrize(
    "content",
    ["statements: [{intent: affirm}]", "statements: {}", "words: {}", 'statements: [{intent: x, patterns: ["("]}]'],
)
def test_a_wrong_file_is_named(content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "statements.yml").write_text(content, encoding="utf-8")
    monkeypatch.setattr("bot.nlu.statements.read", lambda name: bot.nlu.patterns.read(name, tmp_path))
    with pytest.raises(PatternError):
        load_statements.__wrapped__()
