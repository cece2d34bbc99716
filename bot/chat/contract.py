"""The HTTP contract as types: what the page sends and what it gets back."""

from typing import Annotated, TypedDict

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from bot.directory.card import Card


class Turn(BaseModel):
    """A message of the page: text that was typed, or the payload of a button that was offered, or nothing to open."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    session: str | None = None
    text: str | None = None
    payload: Annotated[str, StringConstraints(max_length=200)] | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> "Turn":
        if self.text is not None and self.payload is not None:
            raise ValueError("text or payload, not both")
        if self.payload is not None and self.session is None:
            raise ValueError("a payload belongs to a session")
        return self


class End(BaseModel):
    """A request to erase a conversation."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    session: str


class Tapped(BaseModel):
    """A contact whose number or link was tapped; counted, with nothing that says by whom."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    contact: Annotated[str, StringConstraints(max_length=64)]


class ButtonOut(TypedDict):
    """A button of a message."""

    title: str
    payload: str


class MessageOut(TypedDict, total=False):
    """One bubble; keys without content are left out. ``lang`` names the language of a text that is not Dutch."""

    text: str
    lang: str
    buttons: list[ButtonOut]
    contacts: list[Card]


class TurnOut(TypedDict):
    """The answer to a turn."""

    session: str
    messages: list[MessageOut]
    expires_in: int
