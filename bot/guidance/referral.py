"""Whom to point to: an explicit decision table, read from the top; the first row that fits decides.

The rows follow the rules for conversations (docs/verwijzen.md prints them): danger first; without papers CoMensha and
FairWork come before police and inspectorate; under 18 and sexual means a youth channel and Veilig Thuis beside the
police; who was made to commit crimes hears of care and law before police.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.directory.card import state
from bot.directory.content import Contact
from bot.directory.store import Directory
from bot.guidance.situation import Age, Answer, Form, Role, Situation

MOST = 3
PLAIN_INTRO = "utter_outcome_contacts"
# Someone always answers here, whatever the hour.
ALWAYS_OPEN = "veilig_thuis"
# The national care desk, which routes to a region and can always be called by telephone.
CARE_ROUTER = "comensha"
# Regional desks that are the Veilig Thuis of their region: they stand in its place.
REGIONAL_VEILIG_THUIS = {"flevoland_veilig_thuis": "veilig_thuis", "nog_veilig_thuis": "veilig_thuis"}
# Who has no papers hears of these only after ``SAFE_WITHOUT_PAPERS``.
AUTHORITIES = frozenset({"politie", "arbeidsinspectie", "marechaussee"})
SAFE_WITHOUT_PAPERS = ("comensha", "fairwork")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the conditions that all have to hold (None means any) and the contacts in order.

    ``intro`` is the wording above the contacts.
    """

    name: str
    contacts: tuple[str, ...]
    danger: str | None = None
    recent_violence: bool | None = None
    without_papers: bool | None = None
    stay_anonymous: bool | None = None
    parent_involved: bool | None = None
    images: bool | None = None
    forms: frozenset[Form | None] | None = None
    roles: frozenset[Role | None] | None = None
    ages: frozenset[Age] | None = None
    intro: str = PLAIN_INTRO

    def fits(self, situation: Situation) -> bool:
        """Whether every condition of this row holds in ``situation``."""
        return (
            self.danger in (None, situation.danger)
            and self.recent_violence in (None, situation.recent_violence)
            and self.without_papers in (None, situation.without_papers is True)
            and self.stay_anonymous in (None, situation.stay_anonymous is True)
            and self.parent_involved in (None, situation.parent_involved is True)
            and self.images in (None, situation.signals.get(IMAGES) is Answer.YES)
            and (self.forms is None or situation.form in self.forms)
            and (self.roles is None or situation.role in self.roles)
            and (self.ages is None or (situation.age or Age.UNKNOWN) in self.ages)
        )


# The signal of pressure with naked images: a crime of its own, with help of its own.
IMAGES = "S2"
SEXUAL, LABOUR, CRIMINAL = (frozenset({form}) for form in (Form.SEXUAL, Form.LABOUR, Form.CRIMINAL))
YOUNG, ADULT, NOT_YOUNG = frozenset({Age.UNDER18}), frozenset({Age.ADULT}), frozenset({Age.ADULT, Age.UNKNOWN})
SELF, FRIEND, RELATIVE, SCHOOL, BYSTANDER = (frozenset({role}) for role in Role)
PERSONAL = frozenset({Role.SELF, Role.FRIEND, Role.RELATIVE, None})
# A youngster, or somebody who may be one.
PEER = frozenset({Role.SELF, Role.FRIEND, None})

TABLE: tuple[Row, ...] = (
    # Danger
    Row("gevaar nu", ("noodnummer_112", "veilig_thuis", "comensha"), danger="acute_danger"),
    Row("gedachten aan zelfmoord", ("zelfmoordpreventie_113", "noodnummer_112", "veilig_thuis"), danger="suicidal"),
    Row(
        "net seksueel geweld, nu niet veilig",
        ("centrum_seksueel_geweld", "noodnummer_112", "veilig_thuis"),
        danger="sexual_violence_recent",
    ),
    Row(
        "kort geleden seksueel geweld, nu veilig",
        ("centrum_seksueel_geweld", "fier", "veilig_thuis"),
        recent_violence=True,
        intro="utter_contacts_police_too",
    ),
    # Without papers
    Row(
        "zonder papieren, seksueel, minderjarig",
        ("comensha", "fier", "veilig_thuis"),
        without_papers=True,
        forms=SEXUAL,
        ages=YOUNG,
        intro="utter_contacts_police_later",
    ),
    Row(
        "zonder papieren, werk, minderjarig",
        ("fairwork", "comensha", "veilig_thuis"),
        without_papers=True,
        forms=LABOUR,
        ages=YOUNG,
    ),
    Row(
        "zonder papieren, minderjarig",
        ("comensha", "veilig_thuis", "kindertelefoon"),
        without_papers=True,
        ages=YOUNG,
        roles=PEER,
    ),
    Row("zonder papieren, minderjarig, ander", ("comensha", "veilig_thuis"), without_papers=True, ages=YOUNG),
    Row(
        "zonder papieren, werk",
        ("fairwork", "comensha", "arbeidsinspectie"),
        without_papers=True,
        forms=LABOUR,
    ),
    Row("zonder papieren, seksueel", ("comensha", "fier", "slachtofferhulp"), without_papers=True, forms=SEXUAL),
    Row(
        "zonder papieren, crimineel",
        ("comensha", "slachtofferhulp", "veilig_thuis"),
        without_papers=True,
        forms=CRIMINAL,
    ),
    Row("zonder papieren", ("comensha", "fairwork", "slachtofferhulp"), without_papers=True),
    # Sexual
    Row(
        "seksueel, minderjarig, school",
        ("veilig_thuis", "fier", "politie"),
        forms=SEXUAL,
        ages=YOUNG,
        roles=SCHOOL,
    ),
    Row(
        "seksueel, minderjarig, omstander",
        ("veilig_thuis", "politie", "fier"),
        forms=SEXUAL,
        ages=YOUNG,
        roles=BYSTANDER,
    ),
    Row(
        "seksueel, minderjarig, beelden",
        ("fier", "veilig_thuis", "politie"),
        forms=SEXUAL,
        ages=YOUNG,
        images=True,
        intro="utter_contacts_images_too",
    ),
    Row("seksueel, minderjarig", ("fier", "veilig_thuis", "politie"), forms=SEXUAL, ages=YOUNG),
    Row("seksueel, beelden", ("helpwanted", "fier", "politie"), forms=SEXUAL, roles=PERSONAL, images=True),
    Row(
        "seksueel, anonieme tip, omstander",
        ("meld_misdaad_anoniem", "veilig_thuis", "comensha"),
        stay_anonymous=True,
        forms=SEXUAL,
        roles=BYSTANDER,
    ),
    Row(
        "seksueel, wil onbekend blijven",
        ("fier", "veilig_thuis", "comensha"),
        stay_anonymous=True,
        forms=SEXUAL,
        roles=PERSONAL,
    ),
    Row("seksueel, school", ("veilig_thuis", "comensha", "fier"), forms=SEXUAL, roles=SCHOOL),
    Row("seksueel, omstander", ("politie", "meld_misdaad_anoniem", "comensha"), forms=SEXUAL, roles=BYSTANDER),
    Row("seksueel, volwassen", ("fier", "comensha", "politie"), forms=SEXUAL, ages=ADULT),
    Row("seksueel, leeftijd onbekend", ("fier", "veilig_thuis", "comensha"), forms=SEXUAL),
    # Labour
    Row(
        "werk, minderjarig, ouder betrokken",
        ("veilig_thuis", "kindertelefoon", "arbeidsinspectie"),
        parent_involved=True,
        forms=LABOUR,
        ages=YOUNG,
        roles=PEER,
    ),
    Row(
        "werk, minderjarig",
        ("arbeidsinspectie", "veilig_thuis", "kindertelefoon"),
        forms=LABOUR,
        ages=YOUNG,
        roles=PEER,
    ),
    Row(
        "werk, minderjarig, familie of school",
        ("veilig_thuis", "arbeidsinspectie", "comensha"),
        forms=LABOUR,
        ages=YOUNG,
        roles=RELATIVE | SCHOOL,
    ),
    Row(
        "werk, minderjarig, omstander",
        ("arbeidsinspectie", "veilig_thuis", "meld_misdaad_anoniem"),
        forms=LABOUR,
        ages=YOUNG,
        roles=BYSTANDER,
    ),
    Row("werk, zelf", ("fairwork", "arbeidsinspectie", "comensha"), forms=LABOUR, roles=SELF),
    Row(
        "werk, anonieme tip, omstander",
        ("meld_misdaad_anoniem", "arbeidsinspectie", "comensha"),
        stay_anonymous=True,
        forms=LABOUR,
        roles=BYSTANDER,
    ),
    Row(
        "werk, omstander",
        ("arbeidsinspectie", "meld_misdaad_anoniem", "comensha"),
        forms=LABOUR,
        roles=BYSTANDER,
    ),
    Row("werk", ("arbeidsinspectie", "fairwork", "comensha"), forms=LABOUR),
    # Criminal: the young person may be a victim, so care and law go before police
    Row(
        "crimineel, minderjarig",
        ("keerpunt", "kindertelefoon", "veilig_thuis"),
        forms=CRIMINAL,
        ages=YOUNG,
        roles=PEER,
    ),
    Row("crimineel, familie", ("keerpunt", "veilig_thuis", "comensha"), forms=CRIMINAL, roles=RELATIVE),
    Row("crimineel, school", ("veilig_thuis", "keerpunt", "comensha"), forms=CRIMINAL, roles=SCHOOL),
    Row(
        "crimineel, minderjarig, omstander",
        ("veilig_thuis", "meld_misdaad_anoniem", "politie"),
        forms=CRIMINAL,
        ages=YOUNG,
        roles=BYSTANDER,
    ),
    Row("crimineel, omstander", ("meld_misdaad_anoniem", "politie", "comensha"), forms=CRIMINAL, roles=BYSTANDER),
    Row("crimineel, vriend", ("keerpunt", "comensha", "meld_misdaad_anoniem"), forms=CRIMINAL, roles=FRIEND),
    Row("crimineel", ("keerpunt", "slachtofferhulp", "comensha"), forms=CRIMINAL),
    # The form is not clear
    Row(
        "onduidelijk, minderjarig, ouder betrokken",
        ("veilig_thuis", "kindertelefoon", "fier"),
        parent_involved=True,
        ages=YOUNG,
        roles=PEER,
    ),
    Row("onduidelijk, minderjarig", ("kindertelefoon", "fier", "veilig_thuis"), ages=YOUNG, roles=PEER),
    Row("onduidelijk, zelf, volwassen", ("comensha", "veilig_thuis", "alles_oke"), ages=ADULT, roles=SELF),
    Row("onduidelijk, zelf", ("veilig_thuis", "fier", "comensha"), roles=SELF),
    Row("onduidelijk, vriend, volwassen", ("comensha", "veilig_thuis", "alles_oke"), ages=ADULT, roles=FRIEND),
    Row("onduidelijk, vriend", ("fier", "kindertelefoon", "veilig_thuis"), roles=FRIEND),
    Row("onduidelijk, familie", ("veilig_thuis", "fier", "comensha"), roles=RELATIVE),
    Row("onduidelijk, school", ("veilig_thuis", "comensha", "fier"), roles=SCHOOL),
    Row(
        "onduidelijk, anonieme tip, omstander",
        ("meld_misdaad_anoniem", "veilig_thuis", "comensha"),
        stay_anonymous=True,
        roles=BYSTANDER,
    ),
    Row(
        "onduidelijk, minderjarig, omstander",
        ("veilig_thuis", "politie", "meld_misdaad_anoniem"),
        ages=YOUNG,
        roles=BYSTANDER,
    ),
    Row("onduidelijk, omstander", ("politie", "meld_misdaad_anoniem", "comensha"), roles=BYSTANDER),
    Row("nog niets bekend, volwassen", ("comensha", "veilig_thuis", "alles_oke"), ages=ADULT),
    Row("nog niets bekend", ("veilig_thuis", "comensha", "kindertelefoon")),
)


@dataclass(frozen=True, slots=True)
class Referral:
    """The contacts to show, in order, and the row of the table that decided.

    ``closed_until`` is set when the first contact is closed now: when it opens (aware); ``open_now`` is then a contact
    of the list that is open.
    """

    row: Row
    contacts: tuple[str, ...]
    closed_until: datetime | None = None
    open_now: str | None = None


def decide(situation: Situation) -> Row:
    """Return the first row of the table that fits; the last row always does."""
    return next(row for row in TABLE if row.fits(situation))


def refer(situation: Situation, directory: Directory, now: datetime) -> Referral:
    """Return two or three confirmed contacts for ``situation`` at ``now`` (aware), best first.

    When the first contact is closed and none of the others is known to be open, one that is takes the last place.
    """
    row = decide(situation)
    contacts = _confirmed(with_region(row.contacts, directory.regional(situation.municipality)), directory)[:MOST]
    opening = state(directory.contacts[contacts[0]], now)
    if opening.open_now is not False:
        return Referral(row, tuple(contacts))
    if not any(_open(contact, directory, now) for contact in contacts):
        contacts = [*contacts[: MOST - 1], ALWAYS_OPEN]
    open_now = next(contact for contact in contacts if _open(contact, directory, now))
    return Referral(row, tuple(contacts), opening.changes_at, open_now)


def with_region(contacts: Sequence[str], regional: Iterable[Contact]) -> list[str]:
    """Return ``contacts`` with the desks of a region put in.

    The Veilig Thuis of a region stands in the place of the national one. Any other desk goes right before CoMensha, and
    CoMensha then moves up beside it, because only CoMensha can always be called by telephone; where CoMensha is not
    advised, no desk is added.
    """
    contacts = list(contacts)
    for desk in regional:
        national = REGIONAL_VEILIG_THUIS.get(desk.id)
        if national in contacts:
            contacts[contacts.index(national)] = desk.id
        elif CARE_ROUTER in contacts:
            place = min(contacts.index(CARE_ROUTER), 1)
            contacts.remove(CARE_ROUTER)
            contacts[place:place] = [desk.id, CARE_ROUTER]
    return contacts


def region_matters(situation: Situation, directory: Directory) -> bool:
    """Whether knowing the municipality could add a desk to the advice."""
    return CARE_ROUTER in decide(situation).contacts and any(contact.regions for contact in directory.contacts.values())


def for_answer(contacts: Sequence[str], situation: Situation, directory: Directory) -> tuple[str, ...]:
    """Return the contacts that belong to an answer, fitted to what is known of this visitor.

    The desk of the region comes in, and without papers CoMensha or FairWork comes before police and inspectorate.
    """
    found = with_region(contacts, directory.regional(situation.municipality))
    if situation.without_papers and AUTHORITIES.intersection(found):
        safe = [contact for contact in found if contact in SAFE_WITHOUT_PAPERS] or [CARE_ROUTER]
        found = [*safe, *(contact for contact in found if contact not in safe)]
    return tuple(_confirmed(found, directory))


def _confirmed(contacts: Iterable[str], directory: Directory) -> list[str]:
    return [contact for contact in dict.fromkeys(contacts) if contact in directory.contacts]


def _open(contact: str, directory: Directory, now: datetime) -> bool | None:
    return state(directory.contacts[contact], now).open_now
