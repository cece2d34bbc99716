"""The facts in ``data/content`` as validated objects. Bad content stops the start, with file and entry named."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from bot.settings import CONTENT

Audience = Literal["self", "friend", "relative", "school", "bystander"]
FormName = Literal["sexual", "labour", "criminal", "other"]
Weekday = Literal["mo", "tu", "we", "th", "fr", "sa", "su"]
Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)


class ContentError(Exception):
    """Content that breaks its schema; the message names the file, the entry and what is wrong."""


class Confidence(StrEnum):
    """How sure a fact is: two sources (H), one official source (M), not to be shown (L, BG)."""

    HIGH = "H"
    MEDIUM = "M"
    LOW = "L"
    BACKGROUND = "BG"


class Strict(BaseModel):
    """Immutable content without unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Source(Strict):
    """Where a fact comes from; ``date`` is a year, a month or a day as ISO text."""

    name: Text
    date: Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]

    @property
    def dutch_date(self) -> str:
        """The date as Dutch people write it: "2020", "maart 2021", "2 maart 2021"."""
        year, *rest = self.date.split("-")
        words = [year]
        if rest:
            words.insert(0, MONTHS[int(rest[0]) - 1])
        if len(rest) > 1:
            words.insert(0, str(int(rest[1])))
        return " ".join(words)


class Span(Strict):
    """Opening time on some weekdays, local time; ``to`` before ``from`` runs past midnight."""

    days: tuple[Weekday, ...] = Field(min_length=1)
    start: Clock = Field(alias="from")
    end: Clock = Field(alias="to")


class HolidaySpan(Strict):
    """Opening time on public holidays, local time."""

    start: Clock = Field(alias="from")
    end: Clock = Field(alias="to")


class Hours(Strict):
    """When a channel can be reached."""

    kind: Literal["always", "weekly", "unknown"]
    week: tuple[Span, ...] = ()
    holidays: Literal["closed", "as_usual"] | HolidaySpan = "as_usual"
    note: Text | None = None

    @model_validator(mode="after")
    def _weekly_has_week(self) -> "Hours":
        if (self.kind == "weekly") != bool(self.week):
            raise ValueError("week belongs to kind weekly, and only there")
        return self


class Anonymity(Strict):
    """How anonymous a channel is, in words that promise no more than its source."""

    level: Literal["no_name_needed", "advice_only", "ask_first", "no"]
    text: Text


class Contact(Strict):
    """An organisation that a visitor can turn to."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    name: Text
    kind: Literal["emergency", "police", "tip_line", "inspectorate", "care", "youth", "legal", "online"]
    what_for: Text
    audiences: tuple[Audience, ...]
    forms: tuple[FormName, ...]
    ages: tuple[Literal["under18", "adult"], ...]
    phone: Text | None = None
    dial: Annotated[str, StringConstraints(pattern=r"^\+?\d+$")] | None = None
    email: Text | None = None
    url: Annotated[str, StringConstraints(pattern=r"^https://")] | None = None
    chat_url: Annotated[str, StringConstraints(pattern=r"^https://")] | None = None
    hours: dict[Literal["phone", "chat", "online"], Hours] = Field(default_factory=dict)
    cost: Literal["free", "normal_rate", "unknown"]
    anonymity: Anonymity
    languages: tuple[str, ...] = ("nl",)
    interpreter: bool = False
    next_step: Text
    limits: Text | None = None
    regions: tuple[Annotated[str, StringConstraints(pattern=r"^VR\d{2}$")], ...] = ()
    sources: tuple[Source, ...] = Field(min_length=1)
    verified_on: date
    confidence: Confidence
    verify: tuple[str, ...] = ()

    @property
    def shown(self) -> bool:
        """Whether a visitor may see this contact: only what is confirmed."""
        return self.confidence in (Confidence.HIGH, Confidence.MEDIUM)

    @model_validator(mode="after")
    def _consistent(self) -> "Contact":
        if bool(self.phone) != bool(self.dial):
            raise ValueError("phone and dial go together")
        if self.phone and self.dial:
            digits = "".join(c for c in self.phone if c.isdigit())
            if self.dial not in (digits, "+31" + digits.removeprefix("0")):
                raise ValueError(f"dial {self.dial} is another number than phone {self.phone}")
            if self.phone.startswith("0900") and self.cost == "free":
                raise ValueError("a 0900 number is never called free")
        if self.shown and not (self.phone or self.url or self.email):
            raise ValueError("a contact that is shown needs a way to reach it")
        return self


class Municipality(Strict):
    """A Dutch municipality with the names people use for it."""

    name: Text
    display: Text
    aliases: tuple[Text, ...] = ()
    vr: Annotated[str, StringConstraints(pattern=r"^VR\d{2}$")]
    region_name: Text
    province: Text


T = TypeVar("T", bound=BaseModel)


def read_yaml(path: Path) -> Any:
    """Return the YAML document in ``path``.

    Raises:
        ContentError: the file is missing or is not YAML.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except OSError as error:
        raise ContentError(f"{path.name}: cannot be read ({error.strerror})") from error
    except yaml.YAMLError as error:
        raise ContentError(f"{path.name}: is not valid YAML: {error}") from error


def read(name: str, model: type[T], folder: Path = CONTENT) -> tuple[T, ...]:
    """Read the list ``<name>:`` of ``<folder>/<name>.yml`` as ``model`` objects, in file order.

    Raises:
        ContentError: the file is missing, is no YAML or breaks the schema; names file and entry.
    """
    path = folder / f"{name}.yml"
    document = read_yaml(path)
    if not isinstance(document, dict) or not isinstance(document.get(name), list):
        raise ContentError(f"{path.name}: must have a list under '{name}:'")
    return tuple(validate(entry, model, path.name) for entry in document[name])


def validate(entry: Any, model: type[T], file: str) -> T:
    """Return ``entry`` as ``model``.

    Raises:
        ContentError: it breaks the schema; names the file, the entry and every fault.
    """
    try:
        return model.model_validate(entry)
    except ValidationError as error:
        label = entry.get("id", entry.get("name", "?")) if isinstance(entry, dict) else "?"
        faults = "; ".join(f"{'.'.join(map(str, fault['loc'])) or 'entry'}: {fault['msg']}" for fault in error.errors())
        raise ContentError(f"{file}, {label}: {faults}") from None


def unique(ids: Iterable[str], file: str) -> None:
    """Raise ContentError when an id occurs twice."""
    seen: set[str] = set()
    for identifier in ids:
        if identifier in seen:
            raise ContentError(f"{file}, {identifier}: this id is used twice")
        seen.add(identifier)
