"""The directory database: contacts and municipalities of ``data/content``, loaded at start."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from sqlalchemy import JSON, Engine, String, delete, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from bot.directory.content import Contact, Municipality, read, unique
from bot.settings import CONTENT


class Base(DeclarativeBase):
    """Tables of the directory."""


class ContactRow(Base):
    """One contact; ``document`` is the whole validated entry."""

    __tablename__ = "contacts"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    position: Mapped[int]
    confidence: Mapped[str] = mapped_column(String(2))
    document: Mapped[dict[str, object]] = mapped_column(JSON)


class MunicipalityRow(Base):
    """One municipality and its safety region; ``aliases`` are other names people use."""

    __tablename__ = "municipalities"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    vr: Mapped[str] = mapped_column(String(4), index=True)
    document: Mapped[dict[str, object]] = mapped_column(JSON)


def load(engine: Engine, folder: Path = CONTENT) -> None:
    """Validate the content in ``folder`` and put it into the database, in one transaction.

    Raises:
        ContentError: the content breaks its schema; the database keeps what it had.
    """
    contacts = read("contacts", Contact, folder)
    unique((contact.id for contact in contacts), "contacts.yml")
    municipalities = read("municipalities", Municipality, folder)
    unique((municipality.name for municipality in municipalities), "municipalities.yml")
    Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        session.execute(delete(ContactRow))
        session.execute(delete(MunicipalityRow))
        session.execute(
            insert(ContactRow),
            [
                {
                    "id": contact.id,
                    "position": position,
                    "confidence": contact.confidence.value,
                    "document": contact.model_dump(mode="json", by_alias=True),
                }
                for position, contact in enumerate(contacts)
            ],
        )
        session.execute(
            insert(MunicipalityRow),
            [
                {"name": m.name, "vr": m.vr, "document": m.model_dump(mode="json", by_alias=True)}
                for m in municipalities
            ],
        )


class Directory:
    """The contacts a visitor may see, and the municipalities. Read once; immutable."""

    def __init__(self, contacts: Iterable[Contact], municipalities: Iterable[Municipality]) -> None:
        self.contacts: Mapping[str, Contact] = {c.id: c for c in contacts if c.shown}
        self.municipalities: Mapping[str, Municipality] = {m.name: m for m in municipalities}

    @classmethod
    def from_database(cls, engine: Engine) -> "Directory":
        """Read the directory that ``load`` wrote; hidden contacts stay behind."""
        with Session(engine) as session:
            contacts = session.scalars(
                select(ContactRow.document).where(ContactRow.confidence.in_(("H", "M"))).order_by(ContactRow.position)
            )
            municipalities = session.scalars(select(MunicipalityRow.document).order_by(MunicipalityRow.name))
            return cls(map(Contact.model_validate, contacts), map(Municipality.model_validate, municipalities))

    @classmethod
    def from_files(cls, folder: Path = CONTENT) -> "Directory":
        """Read the directory straight from the content files."""
        return cls(read("contacts", Contact, folder), read("municipalities", Municipality, folder))

    def regional(self, municipality: str | None) -> tuple[Contact, ...]:
        """Return the contacts of the safety region that ``municipality`` lies in."""
        place = self.municipalities.get(municipality or "")
        if place is None:
            return ()
        return tuple(contact for contact in self.contacts.values() if place.vr in contact.regions)
