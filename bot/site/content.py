"""What each page shows, from the catalogue, the directory and the facts; the templates only lay it out."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from bot.catalogue import Button, Catalogue, contact_values, fill
from bot.directory.card import Card, make_card
from bot.directory.content import ContentError, Source, Strict, Text, read, read_yaml
from bot.directory.store import Directory
from bot.privacy.personal_details import for_page
from bot.settings import CONTENT, ROOT
from bot.site.appearance import Appearance, local_card
from bot.site.texts import Words, blocks, dutch_day, site_catalogue

SITE = ROOT / "data" / "site"
# Numbers one touch away in the chat, and the contacts a visitor without script sees first.
URGENT = ("noodnummer_112", "veilig_thuis", "zelfmoordpreventie_113", "centrum_seksueel_geweld", "kindertelefoon")
WITHOUT_SCRIPT = ("noodnummer_112", "veilig_thuis", "fier", "keerpunt", "kindertelefoon", "comensha")


HOME = ("noodnummer_112", "veilig_thuis", "fier", "keerpunt", "kindertelefoon", "comensha")
LESSON = ("kindertelefoon", "fier", "keerpunt", "veilig_thuis", "noodnummer_112")
# Order and headings of the help page; every contact that may be shown is in one of them, regional ones apart.
HELP: Mapping[str, tuple[str, ...]] = {
    "emergency": ("emergency",),
    "youth": ("youth", "online"),
    "care": ("care",),
    "report": ("police", "tip_line", "inspectorate"),
    "legal": ("legal",),
}


class Group(Strict):
    """A heading of the list of questions with its topics, in order."""

    id: Text
    topics: tuple[str, ...]


class Practice(Strict):
    """A made-up situation to talk about in class; ``act`` is what fits it."""

    id: Text
    form: Literal["sexual", "labour", "criminal", "none"]
    story: Text
    question: Text
    act: Literal["yes", "talk", "no"]
    explanation: Text
    signals: tuple[str, ...] = ()


class Site:
    """The content of the pages; raises KeyError or ContentError when a text or contact is missing."""

    def __init__(self, look: Appearance, answers: Catalogue, directory: Directory, limit: int) -> None:
        self.look = look
        self._answers = answers
        self._directory = directory
        self._limit = limit
        self._say = Words(site_catalogue(), directory, {"name": look.name})
        self._groups = read("questions", Group, SITE)
        self._practice = {situation.id: situation for situation in read("practice", Practice)}
        self._meldcode = read_yaml(CONTENT / "meldcode.yml")["meldcode"]
        self._sources(self._meldcode)

    def shared(self) -> dict[str, Any]:
        """Return what every template may use."""
        return {"look": self.look, "say": self._say, "blocks": blocks}

    @staticmethod
    def filters() -> dict[str, Callable[[str], str]]:
        """Return the filters of the templates."""
        return {"dutch_day": dutch_day, "digits": digits, "host": host}

    def cards(self, contacts: tuple[str, ...], now: datetime) -> list[Card]:
        """Return the cards of ``contacts`` that may be shown, with what each is for."""
        found = self._directory.contacts
        return [make_card(found[contact], now, found[contact].what_for) for contact in contacts if contact in found]

    def local(self, now: datetime, municipality: str | None = None) -> list[Card]:
        """Return the organisation's own contact and those of the region of ``municipality``."""
        own = [local_card(self.look.contact)] if self.look.contact else []
        regional = self._directory.regional(municipality or self.look.municipality)
        return own + [make_card(contact, now, contact.what_for) for contact in regional]

    def chat(self, now: datetime, municipality: str | None) -> Mapping[str, Any]:
        """Return the values of the chat page."""
        local = self.local(now, municipality)
        return {
            "urgent": self.cards(URGENT, now),
            "local": local,
            "plain": self.cards(WITHOUT_SCRIPT, now) + local,
            "starts": self.starts(),
            "limit": self._limit,
            "personal": for_page(),
        }

    def starts(self) -> tuple[Button, ...]:
        """Return the first steps of the chat; their place in this list, from 1, is what a link to the chat names."""
        return self._say.choices("campaign/situations") + self._say.choices("campaign/roads")

    def start(self, payload: str) -> int:
        """Return the number of the first step with ``payload``."""
        return [start.payload for start in self.starts()].index(payload) + 1

    def home(self, now: datetime) -> Mapping[str, Any]:
        """Return the values of the campaign page."""
        signals = next(lines for kind, lines in blocks(self._answer("signalen")) if kind == "ul")
        return {
            "situations": self._say.choices("campaign/situations"),
            "worried": self.start("/worried_about_other"),
            "school": self.start("/role_school"),
            "other": self.start("/role_victim"),
            "forms": [(topic, *text.split(": ", 1)) for topic, text in self._say.group("campaign/forms/")],
            "signals": [signal[0].upper() + signal[1:] for signal in signals],
            "answers": {topic: self._title(topic) for topic in self._answers.topics()},
            "contacts": self.local(now) + self.cards(HOME, now),
        }

    def questions(self) -> Mapping[str, Any]:
        """Return the values of the list of questions."""
        return {
            "groups": [
                (self._say(f"questions/group/{group.id}"), [(t, self._question(t)) for t in group.topics])
                for group in self._groups
            ]
        }

    def question(self, topic: str, now: datetime) -> Mapping[str, Any] | None:
        """Return the values of the page of one question, or None when there is no such topic."""
        if topic not in self._answers.topics():
            return None
        response = self._answers[f"utter_faq/{topic}"]
        related = [button.payload.partition('"topic": "')[2].partition('"')[0] for button in response.buttons]
        return {
            "question": self._question(topic),
            "answer": self._answer(topic),
            "contacts": self.cards(response.metadata.contacts, now),
            "related": [(other, self._question(other)) for other in related if other in self._answers.topics()],
            "sources": response.metadata.sources,
        }

    def help(self, now: datetime) -> Mapping[str, Any]:
        """Return the values of the page with everybody who can help."""
        groups = [(self._say("help/group/local"), self.local(now))]
        for name, kinds in HELP.items():
            contacts = [c for c in self._directory.contacts.values() if c.kind in kinds and not c.regions]
            groups.append((self._say(f"help/group/{name}"), [make_card(c, now, c.what_for) for c in contacts]))
        return {"groups": [group for group in groups if group[1]]}

    def meldcode(self, now: datetime) -> Mapping[str, Any]:
        """Return the values of the sheet of the meldcode."""
        return {
            "meldcode": self._meldcode,
            "school": self.start("/role_school"),
            "cards": lambda contacts: self.cards(tuple(contacts), now),
        }

    def lesson(self, now: datetime) -> Mapping[str, Any]:
        """Return the values of the lesson.

        Raises:
            KeyError: it names a situation that is not there.
        """
        chosen = [(button.title, self._practice[button.payload]) for button in self._say.choices("lesson/choice")]
        return {
            "situations": [{"title": title, **situation.model_dump()} for title, situation in chosen],
            "contacts": self.cards(LESSON, now),
        }

    def posters(self) -> list[Mapping[str, Any]]:
        """Return the posters: a first line that stands out and a sentence below it."""
        found: list[Mapping[str, Any]] = []
        for key in self._say.keys("posters/"):
            title, *line = self._say.paragraphs(f"posters/{key}")
            if line:
                found.append({"id": key, "title": title, "line": line[0], "number": len(found) + 1})
        return found

    def address(self) -> str | None:
        """Return the address of the site as it stands on a poster; None leaves a line to write it on."""
        return host(self.look.site_url) if self.look.site_url else None

    def widget(self) -> dict[str, str]:
        """Return the words of the button that embeds the chat."""
        return dict(self._say.group("widget/"))

    def _answer(self, topic: str) -> str:
        text = self._answers[f"utter_faq/{topic}"].text
        return fill(text, contact_values(self._directory, text))

    def _question(self, topic: str) -> str:
        return self._answers[f"utter_faq/{topic}"].metadata.question or self._title(topic)

    def _title(self, topic: str) -> str:
        title = self._answers[f"utter_faq/{topic}"].metadata.title
        if title is None:
            raise ContentError(f"utter_faq/{topic}: has no title")
        return title

    def _sources(self, meldcode: dict[str, Any]) -> None:
        """Turn the sources of the meldcode into objects that know how to write their date."""
        meldcode["sources"] = [Source.model_validate(source) for source in meldcode["sources"]]


def digits(phone: str) -> str:
    """Return a telephone number as it is dialled."""
    return "".join(character for character in phone if character.isdigit() or character == "+")


def host(address: str) -> str:
    """Return the host name of an address, without "www."."""
    return (urlsplit(address).hostname or address).removeprefix("www.")
