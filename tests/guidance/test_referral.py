"""The decision table: a test for every row, and the rules that hold for all rows together."""

from datetime import UTC, datetime
from itertools import product

import pytest

from bot.directory.store import Directory
from bot.guidance.referral import (
    AUTHORITIES,
    MOST,
    REGIONAL_VEILIG_THUIS,
    TABLE,
    Row,
    decide,
    for_answer,
    refer,
    region_matters,
    with_region,
)
from bot.guidance.situation import Age, Answer, Form, Role, Situation
from bot.wording import REFUSED

DIRECTORY = Directory.from_files()
DAY = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)  # Tuesday, 13.00 in the Netherlands
NIGHT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # Tuesday, 3.00
ME, FRIEND, FAMILY, SCHOOL, OTHER = Role
SEX, WORK, CRIME, UNCLEAR = Form
YOUNG, ADULT, UNKNOWN = Age
VT, NOG = "veilig_thuis", "nog_veilig_thuis"
MMA, AI, CSG = "meld_misdaad_anoniem", "arbeidsinspectie", "centrum_seksueel_geweld"


def about(role: Role | None = None, form: Form | None = None, age: Age | None = None, **more: object) -> Situation:
    return Situation(role=role, form=form, age=age).having(**more)


# One example for every row of the table, in the order of the table, with the contacts that it must give.
EXAMPLES: list[tuple[str, Situation, tuple[str, ...]]] = [
    ("gevaar nu", about(ME, SEX, YOUNG, danger="acute_danger"), ("noodnummer_112", VT, "comensha")),
    (
        "gedachten aan zelfmoord",
        about(ME, CRIME, danger="suicidal"),
        ("zelfmoordpreventie_113", "noodnummer_112", VT),
    ),
    (
        "net seksueel geweld, nu niet veilig",
        about(FRIEND, danger="sexual_violence_recent", recent_violence=True),
        (CSG, "noodnummer_112", VT),
    ),
    ("kort geleden seksueel geweld, nu veilig", about(ME, recent_violence=True), (CSG, "fier", VT)),
    (
        "zonder papieren, seksueel, minderjarig",
        about(ME, SEX, YOUNG, without_papers=True),
        ("comensha", "fier", VT),
    ),
    ("zonder papieren, werk, minderjarig", about(ME, WORK, YOUNG, without_papers=True), ("fairwork", "comensha", VT)),
    (
        "zonder papieren, minderjarig",
        about(ME, CRIME, YOUNG, without_papers=True),
        ("comensha", VT, "kindertelefoon"),
    ),
    ("zonder papieren, minderjarig, ander", about(SCHOOL, UNCLEAR, YOUNG, without_papers=True), ("comensha", VT)),
    ("zonder papieren, werk", about(ME, WORK, ADULT, without_papers=True), ("fairwork", "comensha", AI)),
    ("zonder papieren, seksueel", about(ME, SEX, ADULT, without_papers=True), ("comensha", "fier", "slachtofferhulp")),
    ("zonder papieren, crimineel", about(ME, CRIME, without_papers=True), ("comensha", "slachtofferhulp", VT)),
    ("zonder papieren", about(ME, without_papers=True), ("comensha", "fairwork", "slachtofferhulp")),
    ("seksueel, minderjarig, school", about(SCHOOL, SEX, YOUNG), (VT, "fier", "politie")),
    ("seksueel, minderjarig, omstander", about(OTHER, SEX, YOUNG), (VT, "politie", "fier")),
    (
        "seksueel, minderjarig, beelden",
        about(ME, SEX, YOUNG, signals={"S2": Answer.YES}),
        ("fier", VT, "politie"),
    ),
    ("seksueel, minderjarig", about(ME, SEX, YOUNG), ("fier", VT, "politie")),
    (
        "seksueel, beelden",
        about(FRIEND, SEX, ADULT, signals={"S2": Answer.YES}),
        ("helpwanted", "fier", "politie"),
    ),
    ("seksueel, anonieme tip, omstander", about(OTHER, SEX, stay_anonymous=True), (MMA, VT, "comensha")),
    ("seksueel, wil onbekend blijven", about(ME, SEX, ADULT, stay_anonymous=True), ("fier", VT, "comensha")),
    ("seksueel, school", about(SCHOOL, SEX), (VT, "comensha", "fier")),
    ("seksueel, omstander", about(OTHER, SEX), ("politie", MMA, "comensha")),
    ("seksueel, volwassen", about(FAMILY, SEX, ADULT), ("fier", "comensha", "politie")),
    ("seksueel, leeftijd onbekend", about(ME, SEX, UNKNOWN), ("fier", VT, "comensha")),
    (
        "werk, minderjarig, ouder betrokken",
        about(ME, WORK, YOUNG, parent_involved=True),
        (VT, "kindertelefoon", AI),
    ),
    ("werk, minderjarig", about(FRIEND, WORK, YOUNG), (AI, VT, "kindertelefoon")),
    ("werk, minderjarig, familie of school", about(SCHOOL, WORK, YOUNG), (VT, AI, "comensha")),
    ("werk, minderjarig, omstander", about(OTHER, WORK, YOUNG), (AI, VT, MMA)),
    ("werk, zelf", about(ME, WORK, ADULT), ("fairwork", AI, "comensha")),
    ("werk, anonieme tip, omstander", about(OTHER, WORK, stay_anonymous=True), (MMA, AI, "comensha")),
    ("werk, omstander", about(OTHER, WORK), (AI, MMA, "comensha")),
    ("werk", about(FAMILY, WORK), (AI, "fairwork", "comensha")),
    ("crimineel, minderjarig", about(ME, CRIME, YOUNG), ("keerpunt", "kindertelefoon", VT)),
    ("crimineel, familie", about(FAMILY, CRIME, YOUNG), ("keerpunt", VT, "comensha")),
    ("crimineel, school", about(SCHOOL, CRIME, YOUNG), (VT, "keerpunt", "comensha")),
    ("crimineel, minderjarig, omstander", about(OTHER, CRIME, YOUNG), (VT, MMA, "politie")),
    ("crimineel, omstander", about(OTHER, CRIME), (MMA, "politie", "comensha")),
    ("crimineel, vriend", about(FRIEND, CRIME), ("keerpunt", "comensha", MMA)),
    ("crimineel", about(ME, CRIME, ADULT), ("keerpunt", "slachtofferhulp", "comensha")),
    (
        "onduidelijk, minderjarig, ouder betrokken",
        about(ME, UNCLEAR, YOUNG, parent_involved=True),
        (VT, "kindertelefoon", "fier"),
    ),
    ("onduidelijk, minderjarig", about(None, None, YOUNG), ("kindertelefoon", "fier", VT)),
    ("onduidelijk, zelf, volwassen", about(ME, UNCLEAR, ADULT), ("comensha", VT, "alles_oke")),
    ("onduidelijk, zelf", about(ME, UNCLEAR), (VT, "fier", "comensha")),
    ("onduidelijk, vriend, volwassen", about(FRIEND, UNCLEAR, ADULT), ("comensha", VT, "alles_oke")),
    ("onduidelijk, vriend", about(FRIEND), ("fier", "kindertelefoon", VT)),
    ("onduidelijk, familie", about(FAMILY), (VT, "fier", "comensha")),
    ("onduidelijk, school", about(SCHOOL), (VT, "comensha", "fier")),
    ("onduidelijk, anonieme tip, omstander", about(OTHER, stay_anonymous=True), (MMA, VT, "comensha")),
    ("onduidelijk, minderjarig, omstander", about(OTHER, None, YOUNG), (VT, "politie", MMA)),
    ("onduidelijk, omstander", about(OTHER), ("politie", MMA, "comensha")),
    ("nog niets bekend, volwassen", about(None, None, ADULT), ("comensha", VT, "alles_oke")),
    ("nog niets bekend", about(), (VT, "comensha", "kindertelefoon")),
]

EVERYTHING = [
    Situation(role=role, form=form, age=age).having(
        danger=danger,
        recent_violence=recent,
        without_papers=papers,
        stay_anonymous=anonymous,
        parent_involved=parent,
        signals={"S2": Answer.YES} if images else {},
    )
    for role, form, age, danger, recent, papers, anonymous, parent, images in product(
        [None, *Role],
        [None, *Form],
        [None, *Age],
        [None, "acute_danger", "suicidal", "sexual_violence_recent"],
        [False, True],
        [None, True],
        [None, True],
        [None, True],
        [False, True],
    )
]


def test_the_examples_are_the_table() -> None:
    assert [name for name, _, _ in EXAMPLES] == [row.name for row in TABLE]


@pytest.mark.parametrize(("name", "situation", "contacts"), EXAMPLES, ids=[name for name, _, _ in EXAMPLES])
def test_every_row_is_reached_and_gives_its_contacts(
    name: str, situation: Situation, contacts: tuple[str, ...]
) -> None:
    assert decide(situation).name == name
    assert decide(situation).contacts == contacts
    assert 2 <= len(refer(situation, DIRECTORY, DAY).contacts) <= MOST


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_every_contact_of_a_row_may_be_shown(row: Row) -> None:
    assert set(row.contacts) <= set(DIRECTORY.contacts)
    assert len(set(row.contacts)) == len(row.contacts)
    for contact in row.contacts:
        digits = "".join(filter(str.isdigit, DIRECTORY.contacts[contact].phone or ""))
        assert digits not in REFUSED


@pytest.mark.parametrize("now", [DAY, NIGHT], ids=["day", "night"])
def test_rules_that_hold_in_every_situation(now: datetime) -> None:
    first_in_danger = {
        "acute_danger": "noodnummer_112",
        "suicidal": "zelfmoordpreventie_113",
        "sexual_violence_recent": CSG,
    }
    for situation in EVERYTHING:
        referral = refer(situation, DIRECTORY, now)
        contacts, row = referral.contacts, referral.row
        assert 2 <= len(contacts) <= MOST
        assert set(contacts) <= set(DIRECTORY.contacts)
        if situation.danger:
            assert contacts[0] == first_in_danger[situation.danger]
            assert "noodnummer_112" in contacts
            continue
        authorities = [contacts.index(contact) for contact in AUTHORITIES.intersection(contacts)]
        if situation.without_papers and authorities:
            care = [contacts.index(contact) for contact in ("comensha", "fairwork") if contact in contacts]
            assert care
            assert min(care) < min(authorities)
        if situation.form is Form.SEXUAL and situation.age is Age.UNDER18 and not situation.recent_violence:
            assert {"fier", "kindertelefoon"}.intersection(contacts)
            assert VT in contacts
            assert "politie" in contacts or row.intro == "utter_contacts_police_later"
        if situation.form is Form.CRIMINAL and situation.role in (ME, FRIEND, FAMILY, SCHOOL, None):
            assert not AUTHORITIES.intersection(contacts)


def test_when_the_first_is_closed_it_says_when_it_opens_and_who_is_open() -> None:
    for situation in EVERYTHING:
        referral = refer(situation, DIRECTORY, NIGHT)
        assert (referral.closed_until is None) == (referral.open_now is None)
        if referral.closed_until:
            assert referral.closed_until > NIGHT
            assert referral.open_now in referral.contacts[1:]
    closed = refer(about(ME, UNCLEAR, ADULT), DIRECTORY, NIGHT)
    assert (closed.contacts[0], closed.open_now) == ("comensha", VT)
    open_by_day = refer(about(ME, UNCLEAR, ADULT), DIRECTORY, DAY)
    assert open_by_day.closed_until is None
    # Nobody of this row is open at night but Veilig Thuis, which takes the last place.
    nobody = refer(about(None, None, None, without_papers=True), DIRECTORY, NIGHT)
    assert nobody.contacts == ("comensha", "fairwork", VT)


@pytest.mark.parametrize(
    ("municipality", "contacts", "expected"),
    [
        ("Groningen", ["politie", MMA, "comensha"], ["politie", "groningen_zorgcoordinatie", "comensha", MMA]),
        ("Groningen", ["comensha", "fier"], ["groningen_zorgcoordinatie", "comensha", "fier"]),
        ("Groningen", ["fier", VT, "politie"], ["fier", VT, "politie"]),
        ("Almere", [VT, "comensha", "fier"], ["flevoland_veilig_thuis", "comensha", "fier"]),
        ("Almere", ["fairwork", "comensha"], ["fairwork", "flevoland_veilig_thuis", "comensha"]),
        ("Apeldoorn", ["fier", VT], ["fier", NOG]),
        ("Amsterdam", [VT, "comensha"], [VT, "comensha"]),
        (None, [VT, "comensha"], [VT, "comensha"]),
    ],
)
def test_the_desk_of_a_region(municipality: str | None, contacts: list[str], expected: list[str]) -> None:
    assert with_region(contacts, DIRECTORY.regional(municipality)) == expected


def test_no_region_loses_the_router_or_youth_care() -> None:
    for municipality in DIRECTORY.municipalities:
        for _, situation, contacts in EXAMPLES:
            shown = refer(situation.having(municipality=municipality), DIRECTORY, DAY).contacts
            assert len(shown) <= MOST
            assert shown[0] == contacts[0] or shown[0] not in contacts
            assert ("comensha" in contacts) <= ("comensha" in shown)
            national = [REGIONAL_VEILIG_THUIS.get(contact, contact) for contact in shown]
            assert len(set(national)) == len(national) or "comensha" in shown


@pytest.mark.parametrize(
    ("situation", "matters"), [(about(ME, SEX, YOUNG), False), (about(ME, WORK, ADULT), True), (about(OTHER), True)]
)
def test_the_region_is_asked_only_when_it_changes_the_advice(situation: Situation, matters: bool) -> None:
    assert region_matters(situation, DIRECTORY) is matters


@pytest.mark.parametrize(
    ("contacts", "situation", "expected"),
    [
        (("politie", AI), about(without_papers=True), ("comensha", "politie", AI)),
        (("politie", "fairwork"), about(without_papers=True), ("fairwork", "politie")),
        (("fier",), about(without_papers=True), ("fier",)),
        (("politie",), about(), ("politie",)),
        (("comensha",), about(municipality="Emmen"), ("comensha",)),
        (("comensha",), about(municipality="Groningen"), ("groningen_zorgcoordinatie", "comensha")),
        (("juridisch_loket", "fier"), about(), ("fier",)),
    ],
)
def test_contacts_of_an_answer_fit_the_visitor(
    contacts: tuple[str, ...], situation: Situation, expected: tuple[str, ...]
) -> None:
    assert for_answer(contacts, situation, DIRECTORY) == expected
