"""Spelling of chat, made uniform: what patterns and features see instead of the typed text."""

import re
import unicodedata

_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "ł": "l", "ß": "ss", "ı": "i", "œ": "oe"})
_VOWELS_LONG = re.compile(r"([aeiou])\1{2,}")
_OTHERS_LONG = re.compile(r"([^\W\daeiou])\1{2,}")
_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"[\w']+")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
# Sentences shorter than this (in words) say too little alone; more windows than that would cost too much time.
_SHORTEST, MOST_WINDOWS = 3, 12

# Chat spellings with one reading. "me" (mijn, mij) and "der" have two and are left to the patterns.
_SPELLINGS = {
    "mn": "mijn", "m'n": "mijn", "mijne": "mijn", "mij'n": "mijn", "zn": "zijn", "z'n": "zijn", "dr": "haar", "d'r": "haar",
    "k": "ik", "'k": "ik", "kheb": "ik heb", "k'heb": "ik heb", "khb": "ik heb", "kben": "ik ben", "kwil": "ik wil",
    "kga": "ik ga", "kkan": "ik kan", "kmoet": "ik moet", "kdurf": "ik durf", "kzit": "ik zit", "kword": "ik word",
    "kmag": "ik mag", "kweet": "ik weet", "kzie": "ik zie", "ikb": "ik ben", "ikheb": "ik heb", "ikwil": "ik wil",
    "nie": "niet", "ni": "niet", "nt": "niet", "neit": "niet", "nit": "niet", "niks": "niets", "nix": "niets",
    "nimeer": "niet meer", "niemeer": "niet meer", "nietmeer": "niet meer", "da": "dat", "wa": "wat", "ma": "maar", "mr": "maar",
    "egt": "echt", "ech": "echt", "ff": "even", "mss": "misschien", "miss": "misschien", "vr": "voor", "nr": "naar",
    "gwn": "gewoon", "gwoon": "gewoon", "idd": "inderdaad", "wnr": "wanneer", "wrm": "waarom", "ng": "nog", "vd": "van de",
    "fam": "familie", "ofzo": "of zo", "ieman": "iemand", "imand": "iemand", "polisie": "politie", "poltie": "politie",
    "plietsie": "politie", "bdrijgt": "bedreigt", "bedrijgt": "bedreigt", "bedreigd": "bedreigt", "dooie": "dood",
    "zelfmoort": "zelfmoord", "zelvmoord": "zelfmoord", "verkragt": "verkracht", "verkrachd": "verkracht", "verkragd": "verkracht",
    "vermoorden": "vermoorden", "vermoorde": "vermoorden", "vermorden": "vermoorden", "gister": "gisteren", "gistere": "gisteren",
    "vanacht": "vannacht", "vanog": "vanochtend", "hellup": "help", "hlp": "help", "paspoord": "paspoort",
    "pasport": "paspoort", "geldt": "geld", "sgool": "school", "vriendtje": "vriendje", "messen": "mes", "pistol": "pistool",
}  # fmt: skip


def fold(text: str) -> str:
    """Return the text in lower case, without accents, with plain quotes and single spaces; any script."""
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(_QUOTES))
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return _SPACES.sub(" ", plain.translate(_QUOTES)).strip()


def shorten(text: str) -> str:
    """Return folded text with stretched letters cut: "neeeee" -> "nee", "stopppp" -> "stop"."""
    return _OTHERS_LONG.sub(r"\1", _VOWELS_LONG.sub(r"\1\1", text))


def windows(text: str) -> list[str]:
    """Return the whole text, then each sentence, then neighbouring pairs: what is said in the middle is heard too."""
    sentences = [sentence for sentence in _SENTENCE.split(text.strip()) if len(sentence.split()) >= _SHORTEST]
    if len(sentences) < 2:
        return [text]
    pairs = [f"{first} {second}" for first, second in zip(sentences, sentences[1:], strict=False)]
    return [text, *sentences, *pairs][:MOST_WINDOWS]


def spell(text: str) -> str:
    """Return the text as patterns read it: folded, shortened, with chat spellings written out."""
    return _WORD.sub(lambda match: _SPELLINGS.get(match[0], match[0]), shorten(fold(text)))


def pattern(source: str) -> re.Pattern[str]:
    """Return a compiled pattern for spelled text; ``source`` is ours, never a visitor's."""
    return re.compile(_folded(source))


def _folded(source: str) -> str:
    # Patterns may be written with accents; escapes such as \b and \S must keep their case.
    decomposed = unicodedata.normalize("NFKD", source.translate(_QUOTES))
    return "".join(character for character in decomposed if not unicodedata.combining(character)).translate(_QUOTES)
