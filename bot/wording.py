"""Lint and readability of all Dutch texts: what editors are told, and what the tests hold the catalogue to.

``python -m bot.wording > docs/leesbaarheid.md`` writes the readability of the answers.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.catalogue import PLACEHOLDER, Catalogue, bubbles, catalogue, contact_values, fill, placeholders
from bot.directory.store import Directory
from bot.guidance.meldcode import Meldcode, load_meldcode
from bot.guidance.practice import load_practice
from bot.guidance.signals import load_signals

MOST_WORDS_SENTENCE = 15
MOST_WORDS_BUBBLE = 60
MOST_BUTTONS = 5
MOST_CHARACTERS_TITLE = 45
SKIP = "/skip"
# Questions about signals and about the person; danger and practice have answers of their own.
CHECK_QUESTIONS = frozenset(
    f"utter_ask_{name}"
    for name in (
        "signal",
        "role",
        "relation",
        "situation",
        "age_self",
        "age_other",
        "papers_self",
        "papers_other",
        "region",
        "safe",
    )
)

_WORD = re.compile(r"[\w’'-]*\w[\w’'-]*")
_SENTENCE_END = re.compile(r"(?<=[.!?])[’'\")]?\s+|\n")
# Words the visitor should not meet: blame, promises, prying, verdicts, the words of section D.7.
BANNED: Mapping[str, tuple[str, ...]] = {
    "blame": (
        r"waarom (?:heb|ben|ging|deed|bleef|liet) (?:je|jij)",
        r"had je (?:maar|niet)",
        r"je had (?:moeten|kunnen)",
    ),
    "promise": (
        r"100 ?(?:%|procent)",
        r"(?:helemaal|volledig|compleet|altijd) (?:anoniem|veilig|geheim)",
        r"gegarandeerd",
        r"(?:ik|wij|we) (?:beloof|beloven|garandeer)",
        r"het komt (?:allemaal )?goed",
        r"niemand komt er ?achter",
        r"je krijgt geen straf",
    ),
    "prying": (
        r"hoe heet (?:je|jij|hij|zij|ze|die)",
        r"wat is (?:je|jouw|haar|zijn|de) (?:naam|adres)",
        r"waar woon|op welk adres",
        r"welke datum|wanneer (?:precies|was het)",
        r"stuur (?:een |de |me )*(?:foto|beeld|filmpje|naam)",
        r"vertel (?:precies|in detail|alle details)",
    ),
    "parents": (
        r"(?:vertel|zeg) (?:het|dit) (?:eerst |maar |gewoon )?(?:aan |tegen )?(?:je|jouw) (?:ouders?|vader|moeder)",
        r"praat (?:eerst |er )?(?:over )?met (?:je|jouw) (?:ouders|vader|moeder)",
        r"confronteer",
    ),
    "verdict": (r"(?:jij|je) bent (?:een )?slachtoffer", r"meld jezelf", r"geef jezelf aan"),
    "term": (
        r"(?:jeugd|kinder)prostitu\w*",
        r"slachtoffertje",
        r"vrijwillig meegegaan",
        r"\billegale?n?\b",
        r"foute vriend",
        r"\bverdachte?\b",
        r"\bbewijs\b",
    ),
}
_BANNED = {rule: re.compile("|".join(sources), re.IGNORECASE) for rule, sources in BANNED.items()}
# Answers in which the word stands because visitors use it, and is then replaced.
LOVERBOY_ALLOWED = frozenset(f"utter_faq/{topic}" for topic in ("loverboy", "vormen", "seksuele_uitbuiting", "werving"))
_LOVERBOY = re.compile(r"loverboy", re.IGNORECASE)
_GUILT = re.compile(r"\b(?:jouw|je|jullie|haar|zijn) (?:eigen )?schuld\b(?! (?:af)?betalen)", re.IGNORECASE)
_NEGATION = re.compile(r"\b(?:niet|geen|nooit)\b", re.IGNORECASE)
# Numbers and addresses belong to data/content; "112NL-app" is a name.
_TYPED = re.compile(
    r"(?<!\d)(?:112|113|14\d{2,3})(?![\d%]|NL)(?! (?:vragen|mensen|euro))|\b0\d{1,3}[- ]?\d[\d -]{4,}\d|\+31[\d -]{6,}"
    r"|https?://\S+|\bwww\.\S+|\b[\w-]+\.(?:nl|chat|nu|com|org)\b|[\w.]+@[\w.]+"
)
# Section A.4: wrong, obsolete or not for the public.
REFUSED = (
    "08001813",
    "08001351",
    "0202234444",
    "31202234444",
    "09000113",
    "09008020",
    "0307516700",
    "0703704514",
    "0889657700",
    "09001844",
)
REFUSED_NAMES = re.compile(r"ikp@minszw|inspectieszw|chaterover|maakhetzichtbaar|watch nederland", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fault:
    """A text that breaks a rule: where it stands, which rule, and the words."""

    key: str
    rule: str
    words: str


def sentences(text: str) -> list[str]:
    """Return the sentences of ``text``; every line of a list is one."""
    found = (sentence.strip(" -•\t") for sentence in _SENTENCE_END.split(text))
    return [sentence for sentence in found if _WORD.search(sentence)]


def words(text: str) -> list[str]:
    """Return the words of ``text``."""
    return _WORD.findall(text)


_NUCLEUS = re.compile(r"eeuw|ieuw|ieu|aai|ooi|oei|aa|ee|oo|uu|ie|ei|ij|oe|eu|ou|au|ui|[aeiou]|(?<![aeiou])y")


def syllables(word: str) -> int:
    """Return the number of syllables of a Dutch word: its groups of vowels, numbers counting as one.

    A diaeresis begins a group; "ieu", "eeuw", "aai", "ooi", "oei" are one; right for the words of everyday Dutch.
    """
    word = word.lower().replace("’", "'")
    word = re.sub(r"[ëïüöä]", lambda match: "-" + {"ë": "e", "ï": "i", "ü": "u", "ö": "o", "ä": "a"}[match[0]], word)
    word = word.translate(str.maketrans("éèêáàâóòôíìîúùû", "eeeaaaoooiiiuuu"))
    return max(1, len(_NUCLEUS.findall(word)))


def flesch_douma(text: str) -> float:
    """Return the reading ease of a Dutch text: 206.84 - 0.93 * words a sentence - 77 * syllables a word.

    Source: W.H. Douma, De leesbaarheid van landbouwbladen (Wageningen, 1960), the Dutch version of Flesch.
    About 60 and above is standard, 70 and above easy.

    Raises:
        ValueError: there are no words.
    """
    found, lines = words(text), sentences(text)
    if not found:
        raise ValueError("no words")
    return 206.84 - 0.93 * len(found) / len(lines) - 77 * sum(map(syllables, found)) / len(found)


def filled(text: str, directory: Directory) -> str:
    """Return ``text`` with the contacts filled in; other placeholders, of which content is checked itself, left out."""
    values = dict.fromkeys(placeholders(text), "")
    return fill(text, {**values, **contact_values(directory, text)})


def faults_of_text(key: str, text: str, longest: int = MOST_WORDS_SENTENCE) -> Iterator[Fault]:
    """Yield what is wrong in one text, as a visitor reads it."""
    for sentence in sentences(text):
        if len(words(sentence)) > longest:
            yield Fault(key, "sentence", sentence)
        if _GUILT.search(sentence) and not _NEGATION.search(sentence):
            yield Fault(key, "blame", sentence)
    for bubble in bubbles(text):
        if len(words(bubble)) > MOST_WORDS_BUBBLE:
            yield Fault(key, "bubble", bubble)
        if "0900" in bubble and "gratis" in bubble.lower():
            yield Fault(key, "free", bubble)
    for rule, pattern in _BANNED.items():
        for match in pattern.finditer(text):
            yield Fault(key, rule, match[0])
    if _LOVERBOY.search(text) and key not in LOVERBOY_ALLOWED:
        yield Fault(key, "term", "loverboy")
    digits = re.sub(r"[\s().-]", "", text)
    for number in REFUSED:
        if number in digits:
            yield Fault(key, "refused", number)
    for name in REFUSED_NAMES.findall(text):
        yield Fault(key, "refused", name)


def faults_of_catalogue(found: Catalogue, directory: Directory) -> Iterator[Fault]:
    """Yield what is wrong in the catalogue: texts, typed numbers, buttons, questions."""
    for key, response in found.texts():
        if response.metadata.lang is None:
            yield from faults_of_text(key, filled(response.text, directory))
        for match in _TYPED.finditer(PLACEHOLDER.sub("", response.text)):
            yield Fault(key, "typed", match[0])
        titles = [button.title for button in response.buttons]
        if len(titles) > MOST_BUTTONS and key != "utter_buttons":
            yield Fault(key, "buttons", ", ".join(titles))
        if len(set(titles)) < len(titles):
            yield Fault(key, "buttons", "the same title twice")
        for title in titles:
            if len(title) > MOST_CHARACTERS_TITLE:
                yield Fault(key, "title", title)
        if key.startswith("utter_ask_") and PLACEHOLDER.sub("?", response.text).count("?") != 1:
            yield Fault(key, "one question", response.text)
        if key in CHECK_QUESTIONS and SKIP not in [button.payload for button in response.buttons]:
            yield Fault(key, "skip", response.text)


def content_texts(meldcode: Meldcode | None = None) -> Iterator[tuple[str, str]]:
    """Yield the texts of ``data/content`` that visitors read, with a name."""
    for signal in load_signals().values():
        for audience, question in signal.question.items():
            yield f"signals/{signal.id}/{audience}", question
        yield f"signals/{signal.id}/why", signal.why
        yield f"signals/{signal.id}/label", signal.label
    for case in load_practice().values():
        yield f"practice/{case.id}/story", case.story
        yield f"practice/{case.id}/question", case.question
        yield f"practice/{case.id}/explanation", case.explanation
    code = meldcode or load_meldcode()
    parts: list[tuple[str, Iterable[str]]] = [("intro", [code.intro, code.danger])]
    for step in code.steps:
        parts.append((step.id, [step.what, *step.how, *step.avoid, *step.weighing_questions]))
        parts.append((f"{step.id}/decisions", [f"{each.question} {each.explanation}" for each in step.decisions]))
        parts += [(f"{step.id}/{name}", outcome.do) for name, outcome in step.outcomes.items()]
    topics = {"volunteers": code.volunteers, "staff_offence": code.staff_offence, "privacy": code.privacy}
    for name, topic in topics.items():
        parts.append((name, [topic.what, *topic.how, *topic.avoid]))
    parts.append(("talk_tips", [*code.talk_tips.do, *code.talk_tips.avoid, *code.talk_tips.expertise]))
    for name, texts in parts:
        for text in texts:
            yield f"meldcode/{name}", text


def faults(directory: Directory) -> list[Fault]:
    """Return everything that is wrong in the texts of catalogue and content."""
    found = list(faults_of_catalogue(catalogue(), directory))
    for key, text in content_texts():
        found += faults_of_text(key, text)
    return found


def readability(found: Catalogue, directory: Directory) -> list[tuple[float, str]]:
    """Return the reading ease of every wording with at least two sentences, the hardest first."""
    scores = []
    for key, response in found.texts():
        text = filled(response.text, directory)
        if key != "utter_buttons" and response.metadata.lang is None and len(sentences(text)) > 1:
            scores.append((round(flesch_douma(text), 1), key))
    return sorted(scores)


INTRODUCTION = """# Leesbaarheid van de antwoorden

Deze lijst komt uit de code (`bot/wording.py`). Opnieuw maken: `python -m bot.wording > docs/leesbaarheid.md`.

De maat is Flesch-Douma: 206,84 - 0,93 x woorden per zin - 77 x lettergrepen per woord.
Hoger is makkelijker. Vanaf 60 is een tekst gewoon leesbaar, vanaf 70 makkelijk.
Namen van organisaties tellen mee, en die zijn vaak lang.
"""
HARDEST = 10


def report(found: Catalogue, directory: Directory) -> str:
    """Return the page for editors: the hardest answers first, then how many are easy."""
    scores = readability(found, directory)
    lines = ["| leesbaarheid | tekst |", "| --- | --- |"]
    lines += [f"| {score:.1f} | `{key}` |" for score, key in scores[:HARDEST]]
    middle = scores[len(scores) // 2][0]
    easy = sum(score >= 60 for score, _ in scores)
    summary = f"{len(scores)} teksten; mediaan {middle:.1f}; {easy} met 60 of hoger."
    return f"{INTRODUCTION}\n{summary}\n\n## De tien moeilijkste\n\n" + "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(report(catalogue(), Directory.from_files()), end="")
