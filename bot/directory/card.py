"""A contact as a visitor sees it: a card with number, hours, cost and how anonymous it is."""

from datetime import datetime
from typing import TypedDict

from bot.directory.content import Contact
from bot.directory.hours import Opening, describe, opening, say_moment


class Card(TypedDict, total=False):
    """The fields of a contact in the HTTP contract; what is not known is left out."""

    id: str
    name: str
    phone: str
    url: str
    hours: str
    open_now: bool
    cost: str
    anonymous: str
    why: str
    verified_on: str


COSTS = {"free": "gratis", "normal_rate": "je gewone beltarief", "unknown": None}
CHANNELS = {"phone": "Bellen", "chat": "Chat", "online": "Online"}


def state(contact: Contact, now: datetime) -> Opening:
    """Return whether any channel of ``contact`` is open at ``now``, and when that changes."""
    openings = [opening(hours, now) for hours in contact.hours.values()]
    if any(each.open_now for each in openings):
        return next(each for each in openings if each.open_now)
    closed = [each for each in openings if each.open_now is False]
    if not closed or len(closed) < len(openings):
        return Opening(open_now=None)
    moments = [each.changes_at for each in closed if each.changes_at]
    return Opening(open_now=False, changes_at=min(moments) if moments else None)


def make_card(contact: Contact, now: datetime, why: str | None = None) -> Card:
    """Return the card of ``contact`` at ``now`` (aware), with the reason ``why`` it fits."""
    parts = []
    for channel, hours in contact.hours.items():
        text = describe(hours)
        if text:
            parts.append(f"{CHANNELS[channel]}: {text}" if len(contact.hours) > 1 else text)
    now_open = state(contact, now)
    if now_open.open_now is False and now_open.changes_at:
        parts.append(f"Open {say_moment(now_open.changes_at, now)}")
    card: Card = {"id": contact.id, "name": contact.name, "verified_on": contact.verified_on.isoformat()}
    if contact.phone:
        card["phone"] = contact.phone
    link = contact.chat_url or contact.url or (f"mailto:{contact.email}" if contact.email else None)
    if link:
        card["url"] = link
    if parts:
        card["hours"] = ". ".join(part[0].upper() + part[1:] for part in parts)
    if now_open.open_now is not None:
        card["open_now"] = now_open.open_now
    cost = COSTS[contact.cost]
    if cost:
        card["cost"] = cost
    card["anonymous"] = contact.anonymity.text
    if why:
        card["why"] = why
    return card
