"""The lint of all Dutch texts: that it finds what it should, and that it finds nothing."""

import pytest

from bot.catalogue import Button, Catalogue, Response, catalogue
from bot.directory.store import Directory
from bot.guidance.meldcode import load_meldcode
from bot.settings import ROOT
from bot.wording import (
    CHECK_QUESTIONS,
    content_texts,
    faults,
    faults_of_catalogue,
    faults_of_text,
    flesch_douma,
    readability,
    report,
    sentences,
    syllables,
    words,
)

DIRECTORY = Directory.from_files()
EASY = 60


def test_no_text_breaks_a_rule() -> None:
    assert faults(DIRECTORY) == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Dit is een zin die veel te lang is omdat er telkens weer nieuwe woorden achter komen staan.", "sentence"),
        ("Kort. " * 61, "bubble"),
        ("Waarom heb je dat gedaan?", "blame"),
        ("Had je maar niets gezegd.", "blame"),
        ("Het is je eigen schuld.", "blame"),
        ("Dit is 100% anoniem.", "promise"),
        ("Het is helemaal veilig.", "promise"),
        ("Ik beloof dat het goed gaat.", "promise"),
        ("Het komt goed.", "promise"),
        ("Hoe heet je?", "prying"),
        ("Op welk adres is het?", "prying"),
        ("Wanneer was het?", "prying"),
        ("Stuur een foto.", "prying"),
        ("Vertel het aan je ouders.", "parents"),
        ("Praat met je moeder.", "parents"),
        ("Confronteer hem.", "parents"),
        ("Je bent een slachtoffer.", "verdict"),
        ("Meld jezelf bij de politie.", "verdict"),
        ("Hij is een foute vriend.", "term"),
        ("Zij is een illegale vrouw.", "term"),
        ("Verzamel bewijs.", "term"),
        ("Een loverboy doet dat.", "term"),
        ("Bel gratis met 0900-0101.", "free"),
        ("Bel 0900 0113.", "refused"),
        ("Bel 0800-1813.", "refused"),
        ("Kijk op chaterover.nl.", "refused"),
    ],
)
def test_the_lint_finds(text: str, rule: str) -> None:
    assert rule in {fault.rule for fault in faults_of_text("utter_x", text)}


@pytest.mark.parametrize(
    "text",
    [
        "Het is niet jouw schuld.",
        "Je moet je schuld betalen, zegt hij.",
        "Het is een misdrijf. Je mag altijd stoppen.",
        "Zeg niet toe dat je het geheim houdt.",
    ],
)
def test_the_lint_leaves_good_sentences_alone(text: str) -> None:
    assert list(faults_of_text("utter_x", text)) == []


BUTTON = Button(title="Ja", payload="/affirm")
SKIP = Button(title="Wil ik niet zeggen", payload="/skip")


@pytest.mark.parametrize(
    ("key", "response", "rule"),
    [
        ("utter_x", Response(text="Bel 112."), "typed"),
        ("utter_x", Response(text="Bel 113, dag en nacht."), "typed"),
        ("utter_x", Response(text="Bel 0800-2000."), "typed"),
        ("utter_x", Response(text="Bel +31 20 123 45 67."), "typed"),
        ("utter_x", Response(text="Kijk op fier.nl."), "typed"),
        ("utter_x", Response(text="Mail naar a@b.nl."), "typed"),
        ("utter_x", Response(text="Kies.", buttons=tuple(Button(title=t, payload="/x") for t in "abcdef")), "buttons"),
        ("utter_x", Response(text="Kies.", buttons=(BUTTON, BUTTON)), "buttons"),
        ("utter_x", Response(text="Kies.", buttons=(Button(title="x" * 46, payload="/x"),)), "title"),
        ("utter_ask_age_self", Response(text="Ben je 18?", buttons=(BUTTON,)), "skip"),
        ("utter_ask_age_self", Response(text="Ben je 18? Of 17?", buttons=(SKIP,)), "one question"),
        ("utter_ask_age_self", Response(text="Zeg het.", buttons=(SKIP,)), "one question"),
    ],
)
def test_the_lint_of_the_catalogue_finds(key: str, response: Response, rule: str) -> None:
    found = faults_of_catalogue(Catalogue({key: (response,)}), DIRECTORY)
    assert rule in {fault.rule for fault in found}


def test_placeholders_and_names_are_no_typed_numbers() -> None:
    good = Response(text="Bel {noodnummer_112.phone}, of gebruik de 112NL-app.")
    assert list(faults_of_catalogue(Catalogue({"utter_x": (good,)}), DIRECTORY)) == []


def test_every_question_of_the_check_is_in_the_catalogue() -> None:
    assert set(catalogue().responses) >= CHECK_QUESTIONS


def test_every_text_of_the_content_is_checked() -> None:
    names = {name.partition("/")[0] for name, _ in content_texts()}
    assert names == {"signals", "practice", "meldcode"}
    wrong = load_meldcode().model_copy(update={"intro": "Vertel het aan je ouders."})
    assert any(fault.rule == "parents" for key, text in content_texts(wrong) for fault in faults_of_text(key, text))


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("ja", 1),
        ("politie", 3),
        ("uitbuiting", 3),
        ("mensenhandel", 4),
        ("organisatie", 5),
        ("leeuw", 1),
        ("nieuw", 1),
        ("mooie", 2),
        ("draaien", 2),
        ("geëist", 2),
        ("zorgcoördinator", 6),
        ("oma", 2),
        ("chat", 1),
        ("typen", 2),
        ("eerlijk", 2),
        ("112", 1),
        ("’s", 1),
    ],
)
def test_syllables(word: str, expected: int) -> None:
    assert syllables(word) == expected


def test_sentences_and_words() -> None:
    text = "Bel nu. Kan dat niet?\n- ga weg\n- ‘Sluit snel’"
    assert sentences(text) == ["Bel nu.", "Kan dat niet?", "ga weg", "‘Sluit snel’"]
    assert len(words(text)) == 9
    assert words("’s nachts is de foto's-map weg") == ["’s", "nachts", "is", "de", "foto's-map", "weg"]


def test_the_measure_is_the_formula_of_douma() -> None:
    # Six words of one syllable in two sentences.
    assert flesch_douma("Bel nu maar. Ik ben er.") == pytest.approx(206.84 - 0.93 * 3 - 77)
    hard = "De aandachtsfunctionaris organiseert een multidisciplinaire overlegsituatie."
    assert flesch_douma(hard) < 0
    with pytest.raises(ValueError, match="no words"):
        flesch_douma("...")


def test_every_answer_reads_easily() -> None:
    assert [(score, key) for score, key in readability(catalogue(), DIRECTORY) if score < EASY] == []


def test_the_page_on_readability_is_up_to_date() -> None:
    page = (ROOT / "docs" / "leesbaarheid.md").read_text(encoding="utf-8")
    assert page == report(catalogue(), DIRECTORY), "run: python -m bot.wording > docs/leesbaarheid.md"
