"""The reviewed catalogue: every Dutch sentence of the assistant, read from ``data/responses``.

The files are Rasa response files, so Rasa's own tools read them too. A blank line in a text separates bubbles.
A contact's number, name or address stands in a text as ``{<contact id>.<field>}``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from pydantic import Field

from bot.directory.content import ContentError, Source, Strict, Text, read_yaml, unique, validate
from bot.directory.store import Directory
from bot.settings import RESPONSES

PLACEHOLDER = re.compile(r"\{([^{}\n]+)\}")
CONTACT_FIELDS = ("name", "phone", "url", "chat_url")


class Button(Strict):
    """A choice offered to the visitor; ``payload`` is what the page sends back."""

    title: Text
    payload: Text


class Metadata(Strict):
    """What the assistant knows about an answer beside its words."""

    title: Text | None = None
    question: Text | None = None
    contacts: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    # The language of the text (BCP 47), when it is not Dutch.
    lang: Text | None = None


class Response(Strict):
    """One wording: text in bubbles, buttons, metadata."""

    text: Text
    buttons: tuple[Button, ...] = ()
    metadata: Metadata = Field(default_factory=Metadata)


@dataclass(frozen=True)
class Catalogue:
    """All wordings by key; a key may have several, of which one is shown."""

    responses: Mapping[str, tuple[Response, ...]]
    files: Mapping[str, Path] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Response:
        """Return the first wording of ``key``; KeyError when there is none."""
        return self.responses[key][0]

    def __contains__(self, key: object) -> bool:
        return key in self.responses

    def texts(self) -> Iterator[tuple[str, Response]]:
        """Yield every wording with its key."""
        for key, variants in self.responses.items():
            for variant in variants:
                yield key, variant

    def button(self, payload: str) -> Button:
        """Return the button that sends ``payload``: an FAQ topic by its title, others from ``utter_buttons``.

        Raises:
            KeyError: nobody gave this payload a title.
        """
        return self.buttons[payload]

    @cached_property
    def buttons(self) -> Mapping[str, Button]:
        """The titles of buttons that guidance offers, by payload."""
        book = {button.payload: button for button in self["utter_buttons"].buttons}
        for topic in self.topics():
            title = self[f"utter_faq/{topic}"].metadata.title
            if title:
                payload = f'/faq{{"topic": "{topic}"}}'
                book[payload] = Button(title=title, payload=payload)
        return book

    def topics(self) -> tuple[str, ...]:
        """Return the ids of the FAQ topics that have an answer."""
        return tuple(key.removeprefix("utter_faq/") for key in self.responses if key.startswith("utter_faq/"))

    def answer(self, topic: str | None, audience: str) -> str | None:
        """Return the key of the answer on ``topic`` for an audience ("self", "school", ...), or None without one.

        An answer may have a wording of its own for schools, and one for everybody who asks for somebody else.
        """
        others = () if audience == "self" else (f"utter_for_{audience}/{topic}", f"utter_for_others/{topic}")
        return next((key for key in (*others, f"utter_faq/{topic}") if key in self), None)


def load_catalogue(folder: Path = RESPONSES) -> Catalogue:
    """Read and validate every response file below ``folder``.

    Raises:
        ContentError: a file is no Rasa response file, breaks the schema, or repeats a key.
    """
    responses: dict[str, tuple[Response, ...]] = {}
    files: dict[str, Path] = {}
    for path in sorted(folder.rglob("*.yml")):
        document = read_yaml(path)
        if not isinstance(document, dict) or not isinstance(document.get("responses"), dict):
            raise ContentError(f"{path.name}: must have wordings under 'responses:'")
        unique([*files, *document["responses"]], path.name)
        for key, variants in document["responses"].items():
            if not isinstance(variants, list) or not variants:
                raise ContentError(f"{path.name}, {key}: must be a list of wordings")
            responses[key] = tuple(validate(variant, Response, f"{path.name}, {key}") for variant in variants)
            files[key] = path
    return Catalogue(responses, files)


@lru_cache
def catalogue() -> Catalogue:
    """Return the catalogue of this process; read once."""
    return load_catalogue()


def placeholders(text: str) -> list[str]:
    """Return the names between braces in ``text``."""
    return PLACEHOLDER.findall(text)


def contact_values(directory: Directory, text: str) -> dict[str, str]:
    """Return the values of the contact placeholders in ``text``; others are left to the caller.

    Raises:
        ContentError: a placeholder names a contact or field that a visitor may not see.
    """
    values = {}
    for name in placeholders(text):
        identifier, dot, attribute = name.partition(".")
        if not dot:
            continue
        contact = directory.contacts.get(identifier)
        value = getattr(contact, attribute, None) if contact and attribute in CONTACT_FIELDS else None
        if value is None:
            raise ContentError(f"{{{name}}}: no such contact detail may be shown")
        values[name] = value
    return values


def fill(text: str, values: Mapping[str, object]) -> str:
    """Return ``text`` with its placeholders filled; KeyError when one has no value."""
    return PLACEHOLDER.sub(lambda match: str(values[match.group(1)]), text)


def bubbles(text: str) -> list[str]:
    """Split a text at its blank lines."""
    return [bubble.strip() for bubble in text.split("\n\n") if bubble.strip()]
