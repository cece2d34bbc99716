"""The editor's check: what is wrong in texts, contacts and settings, in Dutch, with file and line.

It reads the raw files beside the validated content, so that every fault has the line where an editor can mend it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console

from bot.catalogue import CONTACT_FIELDS, PLACEHOLDER, placeholders
from bot.directory.content import ContentError
from bot.settings import ROOT
from bot.site.appearance import load_appearance

# B1: one idea a sentence.
MOST_WORDS = 15
FRESH = timedelta(days=90)

# Telephone numbers, addresses of sites and of e-mail belong in contacts.yml alone; "112NL" is the name of an app.
TYPED = re.compile(
    r"(?<![\d.,-])(?:0\d{2,3}[- ]?\d{3}[- ]?\d{2}[- ]?\d{2}|0[89]00[- ]?\d{4}(?:[- ]?\d{3})?"
    r"|\+31[ \d-]{8,}|11[23](?!\w)|14 ?0\d{2,3})(?![\d.]\d)|https?://\S+|\bwww\.\S+|\S+@\S+\.\w+|\b[a-z0-9-]+\.(?:nl|nu|com|org|chat)\b"
)
SENTENCE = re.compile(r"(?<=[.?!…؟])[’'”\"]?\s+")
TOPIC = re.compile(r'"topic":\s*"([a-z_]+)"')
SAID = re.compile(r"""\bsay(?:\.\w+)?\(\s*["']([a-z_/]+)["']\s*[,)]""")
UTTERED = re.compile(r"""["'](utter_(?!action["'])[a-z0-9_]+)["']""")


@dataclass(frozen=True, order=True)
class Finding:
    """One thing to mend: file relative to the root of the project, line from 1, Dutch explanation."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


@dataclass(frozen=True)
class Scalar:
    """A value in a YAML file, with the keys that lead to it and the line it starts on."""

    path: tuple[str, ...]
    value: str
    line: int


class Files:
    """The YAML files of the project as documents and as values with lines."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.broken: list[Finding] = []
        self._scalars: dict[Path, list[Scalar]] = {}
        self._documents: dict[Path, Any] = {}

    def name(self, path: Path) -> str:
        """Return ``path`` as an editor knows it."""
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else str(path)

    def read(self, path: Path) -> Any:
        """Return the document in ``path``; an unreadable one is empty and noted in ``broken``."""
        if path not in self._documents:
            self._documents[path], self._scalars[path] = {}, []
            try:
                source = path.read_text(encoding="utf-8")
                node = yaml.compose(source, Loader=yaml.CSafeLoader)
                self._documents[path] = yaml.load(source, Loader=yaml.CSafeLoader) or {}
                self._scalars[path] = list(_walk(node)) if node else []
            except (OSError, yaml.YAMLError) as error:
                mark = getattr(error, "problem_mark", None)
                line = mark.line + 1 if mark else 1
                text = "dit bestand is niet te lezen: kijk naar inspringen en aanhalingstekens"
                self.broken.append(Finding(self.name(path), line, text))
        return self._documents[path]

    def scalars(self, path: Path) -> list[Scalar]:
        """Return every value in ``path``."""
        self.read(path)
        return self._scalars[path]

    def responses(self, *folders: str) -> Iterator[Path]:
        """Yield the response files below ``folders``."""
        for folder in folders:
            yield from sorted((self.root / folder).rglob("*.yml"))


def _walk(node: yaml.Node, path: tuple[str, ...] = ()) -> Iterator[Scalar]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _walk(value, (*path, str(key.value)))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _walk(value, (*path, str(number)))
    elif isinstance(node, yaml.ScalarNode):
        block = 1 if node.style in ("|", ">") else 0
        yield Scalar(path, str(node.value), node.start_mark.line + 1 + block)


ANSWERS, PAGES = "data/responses", "data/site/texts"
# Keys of data/content that hold words a visitor reads.
WORDS: Mapping[str, frozenset[str]] = {
    "contacts.yml": frozenset({"what_for", "next_step", "limits", "text"}),
    "signals.yml": frozenset({"self", "friend", "relative", "school", "bystander", "why"}),
    "why.yml": frozenset({"self", "friend", "relative", "school", "bystander", "default"}),
    "practice.yml": frozenset({"story", "question", "explanation"}),
    "meldcode.yml": frozenset(
        {"intro", "danger", "what", "explanation", "how", "avoid", "do", "expertise", "weighing_questions"}
    ),
}


def check(root: Path = ROOT, today: date | None = None, appearance: Path | None = None) -> list[Finding]:
    """Return everything that is wrong, in order of file and line; empty when all is well.

    Args:
        root: the folder of the project.
        today: the day by which contacts are too old; None leaves their age out.
        appearance: the settings file of the site's looks; the default one when None.
    """
    files = Files(root)
    rules = (
        _typed_numbers(files),
        _long_sentences(files),
        _missing_answers(files),
        _unknown_ids(files),
        _old_contacts(files, today) if today else (),
        _appearance(files, appearance or root / "data" / "site" / "appearance.yml"),
    )
    found = {finding for rule in rules for finding in rule}
    return sorted(found | set(files.broken))


def report(console: Console, *, today: date | None = None) -> int:
    """Print the findings in Dutch; return the exit code: 0 when all is well, 1 otherwise."""
    findings = check(today=today)
    for finding in findings:
        console.print(str(finding), markup=False, highlight=False, soft_wrap=True)
    count = len(findings)
    console.print("Alles klopt." if not count else f"{count} {'ding' if count == 1 else 'dingen'} om te verbeteren.")
    return 1 if findings else 0


def _texts(files: Files) -> Iterator[tuple[Path, Scalar]]:
    """Yield every wording of the catalogue and of the pages."""
    for path in files.responses(ANSWERS, PAGES):
        for scalar in files.scalars(path):
            if scalar.path[-1] in ("text", "title", "question"):
                yield path, scalar


def _content(files: Files) -> Iterator[tuple[Path, Scalar]]:
    """Yield the words of the facts."""
    for name, keys in WORDS.items():
        path = files.root / "data" / "content" / name
        for scalar in files.scalars(path):
            key = next((part for part in reversed(scalar.path) if not part.isdigit()), "")
            if key in keys:
                yield path, scalar


def _typed_numbers(files: Files) -> Iterator[Finding]:
    for path, scalar in _texts(files):
        for number, line in enumerate(scalar.value.splitlines()):
            for found in TYPED.finditer(PLACEHOLDER.sub("", line)):
                text = f"‘{found.group()}’ staat los in de tekst; zet het in contacts.yml en schrijf hier {{id.phone}}"
                yield Finding(files.name(path), scalar.line + number, text)


def _long_sentences(files: Files) -> Iterator[Finding]:
    for path, scalar in (*_texts(files), *_content(files)):
        for number, line in enumerate(scalar.value.splitlines()):
            for sentence in SENTENCE.split(line.removeprefix("- ").strip()):
                words = [word for word in sentence.split() if any(c.isalnum() for c in word)]
                if len(words) > MOST_WORDS:
                    start = " ".join(words[:5])
                    text = f"deze zin heeft {len(words)} woorden, {MOST_WORDS} is het meeste: ‘{start} …’"
                    yield Finding(files.name(path), scalar.line + number, text)


def _keys(files: Files, folder: str) -> dict[str, tuple[Path, int]]:
    """Return where each key of the response files below ``folder`` has its first value."""
    found: dict[str, tuple[Path, int]] = {}
    for path in files.responses(folder):
        for scalar in files.scalars(path):
            if scalar.path[0] == "responses" and len(scalar.path) > 1:
                found.setdefault(scalar.path[1], (path, scalar.line))
    return found


def _missing_answers(files: Files) -> Iterator[Finding]:
    answers, pages = _keys(files, ANSWERS), _keys(files, PAGES)
    topics = {key.removeprefix("utter_faq/") for key in answers if key.startswith("utter_faq/")}
    for asked in sorted((files.root / "data" / "nlu" / "faq").glob("*.yml")):
        if asked.stem not in topics:
            yield Finding(files.name(asked), 1, f"op deze vraag is geen antwoord: maak {ANSWERS}/faq/{asked.stem}.yml")
    listed = {s.value for s in files.scalars(files.root / "data" / "site" / "questions.yml") if "topics" in s.path}
    for topic in sorted(topics - listed):
        path, line = answers[f"utter_faq/{topic}"]
        yield Finding(files.name(path), line, f"‘{topic}’ staat in geen groep van data/site/questions.yml")
    for place, keys, pattern, suffixes in (
        (("bot/site/templates", "bot/site"), pages, SAID, (".html", ".py")),
        (("bot", "actions"), answers, UTTERED, (".py",)),
    ):
        for source in _sources(files.root, place, suffixes):
            for number, words in enumerate(source.read_text(encoding="utf-8").splitlines(), 1):
                for key in pattern.findall(words):
                    if not key.endswith(("/", "_")) and key not in keys:
                        yield Finding(files.name(source), number, f"de tekst ‘{key}’ ontbreekt")


def _sources(root: Path, folders: Iterable[str], suffixes: tuple[str, ...]) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in suffixes and "static" not in path.parts:
                yield path


def _unknown_ids(files: Files) -> Iterator[Finding]:
    content = files.root / "data" / "content"
    contacts = {c.get("id"): c for c in _entries(files, content / "contacts.yml", "contacts")}
    practice = {p.get("id") for p in _entries(files, content / "practice.yml", "practice")}
    signals = {s.get("id") for s in _entries(files, content / "signals.yml", "signals")}
    answers = _keys(files, ANSWERS)
    intents = {str(intent) for intent in (files.read(files.root / "domain.yml") or {}).get("intents", [])}

    def contact_fault(name: str) -> str | None:
        contact = contacts.get(name)
        if contact is None:
            return f"contact ‘{name}’ bestaat niet in contacts.yml"
        return None if contact.get("confidence") in ("H", "M") else f"contact ‘{name}’ is niet zeker genoeg om te tonen"

    for path in files.responses(ANSWERS, PAGES):
        for scalar in files.scalars(path):
            faults: list[str | None] = []
            if scalar.path[-1] == "text":
                for name in placeholders(scalar.value):
                    contact, dot, detail = name.partition(".")
                    if dot:
                        known = contact_fault(contact)
                        gone = detail not in CONTACT_FIELDS or not contacts.get(contact, {}).get(detail)
                        faults.append(known or (f"{{{name}}}: dit gegeven heeft het contact niet" if gone else None))
            elif "contacts" in scalar.path:
                faults.append(contact_fault(scalar.value))
            elif scalar.path[-1] == "payload":
                intent = re.match(r"/([a-z_]+)", scalar.value)
                if intent and intents and intent.group(1) not in intents:
                    faults.append(f"knop naar ‘/{intent.group(1)}’, maar dat kent de chat niet")
                for topic in TOPIC.findall(scalar.value):
                    if f"utter_faq/{topic}" not in answers:
                        faults.append(f"knop naar de vraag ‘{topic}’, maar die heeft geen antwoord")
                if scalar.path[1] == "lesson/choice" and scalar.value not in practice:
                    faults.append(f"situatie ‘{scalar.value}’ bestaat niet in practice.yml")
            yield from (Finding(files.name(path), scalar.line, fault) for fault in faults if fault)

    questions = files.root / "data" / "site" / "questions.yml"
    for scalar in files.scalars(questions):
        if "topics" in scalar.path and f"utter_faq/{scalar.value}" not in answers:
            yield Finding(files.name(questions), scalar.line, f"de vraag ‘{scalar.value}’ heeft geen antwoord")
    for scalar in files.scalars(content / "practice.yml"):
        if "signals" in scalar.path and scalar.value not in signals:
            fault = f"signaal ‘{scalar.value}’ bestaat niet in signals.yml"
            yield Finding(files.name(content / "practice.yml"), scalar.line, fault)
    for scalar in files.scalars(content / "meldcode.yml"):
        unknown = contact_fault(scalar.value) if {"contacts", "danger_contacts"} & set(scalar.path) else None
        if unknown:
            yield Finding(files.name(content / "meldcode.yml"), scalar.line, unknown)
    for scalar in files.scalars(content / "why.yml"):
        if len(scalar.path) > 1 and scalar.path[1] not in contacts:
            fault = f"contact ‘{scalar.path[1]}’ bestaat niet in contacts.yml"
            yield Finding(files.name(content / "why.yml"), scalar.line, fault)


def _entries(files: Files, path: Path, key: str) -> list[dict[str, Any]]:
    document = files.read(path)
    entries = document.get(key, []) if isinstance(document, dict) else []
    return [entry for entry in entries if isinstance(entry, dict)]


def _old_contacts(files: Files, today: date) -> Iterator[Finding]:
    path = files.root / "data" / "content" / "contacts.yml"
    contacts = _entries(files, path, "contacts")
    for scalar in files.scalars(path):
        if scalar.path[-1] != "verified_on":
            continue
        contact = contacts[int(scalar.path[1])]
        age = today - date.fromisoformat(scalar.value)
        if contact.get("confidence") in ("H", "M") and age > FRESH:
            text = f"contact ‘{contact.get('id')}’ is {age.days} dagen niet nagekeken; bel of kijk op de site"
            yield Finding(files.name(path), scalar.line, text)


def _appearance(files: Files, path: Path) -> Iterator[Finding]:
    try:
        load_appearance(path)
    except ContentError as error:
        fault = str(error)
        line = next((s.line for s in files.scalars(path) if ".".join(s.path) in fault), 1)
        yield Finding(files.name(path), line, fault.partition(": ")[2] or fault)
