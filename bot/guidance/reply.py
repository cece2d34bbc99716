"""What a decision says: wordings by key and contacts by id; the words themselves stand in the catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.guidance.situation import Situation


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: its payload, and a title when content gives one; else the catalogue knows the title."""

    payload: str
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Say:
    """A wording of the catalogue, with values for its placeholders.

    ``choices`` replace the wording's own buttons; ``buttons_of`` takes the buttons of another wording; ``also`` come
    behind its own buttons.
    """

    key: str
    values: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[Choice, ...] | None = None
    buttons_of: str | None = None
    also: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Refer:
    """Contacts to show as cards, in order; ``audience`` chooses the reason that each card gives."""

    contacts: tuple[str, ...]
    audience: str = "default"


Part = Say | Refer


@dataclass(frozen=True, slots=True)
class Reply:
    """What to show, in order, and what is known from now on."""

    parts: tuple[Part, ...]
    situation: Situation
    # The visitor wants everything gone: the session is erased after this reply.
    erase: bool = False


def listed(lines: tuple[str, ...] | list[str]) -> str:
    """Return ``lines`` as a list for in a bubble."""
    return "\n".join(f"- {line}" for line in lines)
