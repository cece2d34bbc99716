"""Whom to point to: an explicit decision table, read from the top; the first row that fits decides.

The rows follow the conversation rules of the domain (docs/verwijzen.md prints them): under 18 and sexual means a youth
channel and Veilig Thuis beside the police; without papers CoMensha and FairWork come before police and inspectorate.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.directory.card import state
from bot.directory.store import Directory
from bot.guidance.situation import Age, Form, Role, Situation

MOST = 3
# Someone always answers here, whatever the hour.
ALWAYS_OPEN = "veilig_thuis"
# The national care desk, which routes to a region.
CARE_ROUTER = "comensha"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the conditions that all have to hold (None means any) and the contacts in order."""

    name: str
    contacts: tuple[str, ...]
    danger: bool | None = None
    without_papers: bool | None = None
    stay_anonymous: bool | None = None
    parent_involved: bool | None = None
    forms: frozenset[Form | None] | None = None
    roles: frozenset[Role | None] | None = None
    ages: frozenset[Age] | None = None

    def fits(self, situation: Situation) -> bool:
        """Whether every condition of this row holds in ``situation``."""
        return (
            self.danger in (None, situation.danger is not None)
            and self.without_papers in (None, situation.without_papers is True)
            and self.stay_anonymous in (None, situation.stay_anonymous is True)
            and self.parent_involved in (None, situation.parent_involved is True)
            and (self.forms is None or situation.form in self.forms)
            and (self.roles is None or situation.role in self.roles)
            and (self.ages is None or (situation.age or Age.UNKNOWN) in self.ages)
        )


def _forms(*forms: Form | None) -> frozenset[Form | None]:
    return frozenset(forms)


def _roles(*roles: Role | None) -> frozenset[Role | None]:
    return frozenset(roles)


YOUNG = frozenset({Age.UNDER18})
MAYBE_YOUNG = frozenset({Age.UNDER18, Age.UNKNOWN})
NEAR = _roles(Role.FRIEND, Role.RELATIVE)

TABLE: tuple[Row, ...] = (
    Row("gevaar", ("noodnummer_112", "veilig_thuis", "comensha"), danger=True),
    Row(
        "zonder papieren, werk",
        ("fairwork", "comensha", "arbeidsinspectie"),
        without_papers=True,
        forms=_forms(Form.LABOUR),
    ),
    Row("zonder papieren, minderjarig", ("comensha", "fier", "veilig_thuis"), without_papers=True, ages=YOUNG),
    Row("zonder papieren", ("comensha", "fairwork", "slachtofferhulp"), without_papers=True),
    Row(
        "seksueel, minderjarig, zelf of naaste of school",
        ("fier", "veilig_thuis", "politie"),
        forms=_forms(Form.SEXUAL),
        ages=YOUNG,
        roles=_roles(Role.SELF, Role.FRIEND, Role.RELATIVE, Role.SCHOOL, None),
    ),
    Row(
        "seksueel, minderjarig, omstander",
        ("veilig_thuis", "politie", "fier"),
        forms=_forms(Form.SEXUAL),
        ages=YOUNG,
        roles=_roles(Role.BYSTANDER),
    ),
    Row(
        "anoniem een tip, omstander, werk",
        ("meld_misdaad_anoniem", "arbeidsinspectie", "comensha"),
        stay_anonymous=True,
        roles=_roles(Role.BYSTANDER),
        forms=_forms(Form.LABOUR),
    ),
    Row(
        "anoniem een tip, omstander",
        ("meld_misdaad_anoniem", "veilig_thuis", "comensha"),
        stay_anonymous=True,
        roles=_roles(Role.BYSTANDER),
    ),
    Row("seksueel, zelf", ("fier", "comensha", "politie"), forms=_forms(Form.SEXUAL), roles=_roles(Role.SELF)),
    Row("seksueel, school", ("veilig_thuis", "comensha", "fier"), forms=_forms(Form.SEXUAL), roles=_roles(Role.SCHOOL)),
    Row("seksueel, naaste", ("fier", "comensha", "politie"), forms=_forms(Form.SEXUAL), roles=NEAR),
    Row(
        "seksueel, omstander",
        ("politie", "meld_misdaad_anoniem", "comensha"),
        forms=_forms(Form.SEXUAL),
        roles=_roles(Role.BYSTANDER),
    ),
    Row("seksueel", ("fier", "comensha", "politie"), forms=_forms(Form.SEXUAL)),
    Row(
        "werk, minderjarig, zelf of naaste of school",
        ("arbeidsinspectie", "veilig_thuis", "kindertelefoon"),
        forms=_forms(Form.LABOUR),
        ages=YOUNG,
        roles=_roles(Role.SELF, Role.FRIEND, Role.RELATIVE, Role.SCHOOL, None),
    ),
    Row(
        "werk, zelf",
        ("fairwork", "arbeidsinspectie", "comensha"),
        forms=_forms(Form.LABOUR),
        roles=_roles(Role.SELF),
    ),
    Row(
        "werk, omstander",
        ("arbeidsinspectie", "meld_misdaad_anoniem", "comensha"),
        forms=_forms(Form.LABOUR),
        roles=_roles(Role.BYSTANDER),
    ),
    Row("werk", ("arbeidsinspectie", "fairwork", "comensha"), forms=_forms(Form.LABOUR)),
    Row(
        "crimineel, minderjarig of jong, zelf",
        ("keerpunt", "kindertelefoon", "veilig_thuis"),
        forms=_forms(Form.CRIMINAL),
        ages=YOUNG,
        roles=_roles(Role.SELF, Role.FRIEND, None),
    ),
    Row(
        "crimineel, zelf",
        ("keerpunt", "slachtofferhulp", "comensha"),
        forms=_forms(Form.CRIMINAL),
        roles=_roles(Role.SELF),
    ),
    Row(
        "crimineel, vriend",
        ("keerpunt", "comensha", "meld_misdaad_anoniem"),
        forms=_forms(Form.CRIMINAL),
        roles=_roles(Role.FRIEND),
    ),
    Row(
        "crimineel, ouder of familie",
        ("keerpunt", "veilig_thuis", "comensha"),
        forms=_forms(Form.CRIMINAL),
        roles=_roles(Role.RELATIVE),
    ),
    Row(
        "crimineel, school",
        ("veilig_thuis", "keerpunt", "comensha"),
        forms=_forms(Form.CRIMINAL),
        roles=_roles(Role.SCHOOL),
    ),
    Row(
        "crimineel, omstander",
        ("meld_misdaad_anoniem", "politie", "comensha"),
        forms=_forms(Form.CRIMINAL),
        roles=_roles(Role.BYSTANDER),
    ),
    Row("crimineel", ("keerpunt", "comensha", "politie"), forms=_forms(Form.CRIMINAL)),
    Row("onduidelijk, zelf, minderjarig", ("kindertelefoon", "fier", "veilig_thuis"), roles=_roles(Role.SELF), ages=YOUNG),
    Row("onduidelijk, zelf", ("comensha", "veilig_thuis", "alles_oke"), roles=_roles(Role.SELF)),
    Row("onduidelijk, vriend", ("fier", "kindertelefoon", "veilig_thuis"), roles=_roles(Role.FRIEND), ages=MAYBE_YOUNG),
    Row("onduidelijk, ouder of familie", ("veilig_thuis", "fier", "comensha"), roles=_roles(Role.RELATIVE)),
    Row("onduidelijk, school", ("veilig_thuis", "comensha", "fier"), roles=_roles(Role.SCHOOL)),
    Row("onduidelijk, omstander", ("politie", "meld_misdaad_anoniem", "comensha"), roles=_roles(Role.BYSTANDER)),
    Row("nog niets bekend, minderjarig", ("kindertelefoon", "veilig_thuis", "fier"), ages=YOUNG),
    Row("nog niets bekend", ("veilig_thuis", "comensha", "kindertelefoon")),
)


@dataclass(frozen=True, slots=True)
class Referral:
    """The contacts to show, in order, and the row of the table that decided."""

    row: Row
    contacts: tuple[str, ...]
    first_closed: bool = False


def decide(situation: Situation) -> Row:
    """Return the first row of the table that fits; the last row always does."""
    return next(row for row in TABLE if row.fits(situation))


def refer(situation: Situation, directory: Directory, now: datetime) -> Referral:
    """Return two or three confirmed contacts for ``situation`` at ``now`` (aware), best first.

    A confirmed regional desk comes before the national router, which stays: it can always be called by telephone. When the first contact is closed and none of
    the others is known to be open, one that is open takes the last place.
    """
    row = decide(situation)
    regional = [contact.id for contact in directory.regional(situation.municipality)]
    wanted: list[str] = []
    for contact in row.contacts:
        wanted += [*regional, contact] if contact == CARE_ROUTER else [contact]
    contacts = _shown(wanted, directory)
    first_closed = bool(contacts) and _open(contacts[0], directory, now) is False
    if first_closed and not any(_open(contact, directory, now) for contact in contacts):
        contacts = [*contacts[: MOST - 1], ALWAYS_OPEN]
    return Referral(row, tuple(contacts), first_closed)


def _shown(contacts: Iterable[str], directory: Directory) -> list[str]:
    return [contact for contact in dict.fromkeys(contacts) if contact in directory.contacts][:MOST]


def _open(contact: str, directory: Directory, now: datetime) -> bool | None:
    return state(directory.contacts[contact], now).open_now
