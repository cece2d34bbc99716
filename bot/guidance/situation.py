"""What the assistant knows in a conversation: closed values only, never a word of the visitor."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Self


class Role(StrEnum):
    """Who the visitor is in this."""

    SELF = "self"
    FRIEND = "friend"
    RELATIVE = "relative"
    SCHOOL = "school"
    BYSTANDER = "bystander"


class Form(StrEnum):
    """Form of exploitation that the story points to; never a verdict."""

    SEXUAL = "sexual"
    LABOUR = "labour"
    CRIMINAL = "criminal"
    UNCLEAR = "unclear"


class Age(StrEnum):
    """Age of the person it is about."""

    UNDER18 = "under18"
    ADULT = "adult"
    UNKNOWN = "unknown"


class Answer(StrEnum):
    """Answer to a question; a skipped question is never asked again."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Situation:
    """The state of one conversation; every field is a slot of the same name in ``domain.yml``.

    About the story: ``role`` to ``recent_violence`` and ``signals``; None means that nobody told.
    About the conversation: ``pending`` is the question that waits for an answer, as "<kind>" or "<kind>:<id>";
    ``asked`` lists the questions put so far, ``reminded`` says that the open one was put again after something in
    between, ``interrupted`` is the question that danger came in between,
    ``meldcode`` the step last shown, ``practised`` the practice situations shown, and ``said`` the wordings of the last
    turn as "<key>#<digest of our text>".
    """

    role: Role | None = None
    about_other: bool | None = None
    form: Form | None = None
    disclosed: bool = False
    age: Age | None = None
    municipality: str | None = None
    without_papers: bool | None = None
    stay_anonymous: bool | None = None
    safe_to_talk: Answer | None = None
    parent_involved: bool | None = None
    recent_violence: bool = False
    signals: Mapping[str, Answer] = field(default_factory=dict)
    pending: str | None = None
    asked: tuple[str, ...] = ()
    reminded: bool = False
    checking: bool = False
    checked: bool = False
    topic: str | None = None
    misunderstood: int = 0
    danger: str | None = None
    interrupted: str | None = None
    meldcode: str | None = None
    practised: tuple[str, ...] = ()
    language: str | None = None
    said: tuple[str, ...] = ()

    @classmethod
    def from_slots(cls, slots: Mapping[str, Any]) -> Self:
        """Build the situation from Rasa slots; unknown slots are ignored, wrong values raise ValueError."""
        values: dict[str, Any] = {}
        for name in cls.__dataclass_fields__:
            value = slots.get(name)
            if value is None:
                continue
            if name in _ENUMS:
                value = _ENUMS[name](value)
            elif name == "signals":
                value = {signal: Answer(answer) for signal, answer in value.items()}
            elif name in _SEQUENCES:
                value = tuple(value)
            elif name == "misunderstood":
                value = int(value)
            values[name] = value
        return cls(**values)

    def to_slots(self) -> dict[str, Any]:
        """Return the slots; empty values as None, so that an empty situation leaves no trace."""
        slots: dict[str, Any] = {}
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            if isinstance(value, Mapping):
                value = {str(key): str(item) for key, item in value.items()}
            elif isinstance(value, tuple):
                value = list(value)
            elif isinstance(value, StrEnum):
                value = str(value)
            slots[name] = value if value or (value is False and name in _TRISTATE) else None
        return slots

    def having(self, **changes: Any) -> Self:
        """Return a copy with these fields changed."""
        return replace(self, **changes)

    @property
    def audience(self) -> Role:
        """For whom questions and advice are worded; somebody else's story without a role is told as a bystander's."""
        return self.role or (Role.BYSTANDER if self.about_other else Role.SELF)

    @property
    def form_known(self) -> bool:
        """Whether the story points to one form."""
        return self.form not in (None, Form.UNCLEAR)


_ENUMS: Mapping[str, type[StrEnum]] = {"role": Role, "form": Form, "age": Age, "safe_to_talk": Answer}
_SEQUENCES = frozenset({"asked", "practised", "said"})
# Booleans of which False is an answer, not the absence of one.
_TRISTATE = frozenset({"about_other", "without_papers", "stay_anonymous", "parent_involved"})


@dataclass(frozen=True, slots=True)
class Understood:
    """One message of the visitor after language understanding: an intent and closed values.

    ``entities`` maps an entity to its values; ``guesses`` are the likeliest labels, best first,
    FAQ topics as ``faq/<id>``.
    """

    intent: str
    topic: str | None = None
    entities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    guesses: tuple[str, ...] = ()

    def first(self, entity: str) -> str | None:
        """Return the first value of ``entity``, or None."""
        values = self.entities.get(entity, ())
        return values[0] if values else None
