"""The decision table of the referrals as a Markdown page in Dutch.

``python -m bot.guidance.printing > docs/verwijzen.md`` writes it.
"""

from bot.directory.store import Directory
from bot.guidance.referral import IMAGES, TABLE, Row
from bot.guidance.situation import Age, Form, Role

ROLES = {
    Role.SELF: "zelf",
    Role.FRIEND: "vriend",
    Role.RELATIVE: "familie",
    Role.SCHOOL: "school",
    Role.BYSTANDER: "omstander",
    None: "niet bekend",
}
FORMS = {
    Form.SEXUAL: "seksueel",
    Form.LABOUR: "werk",
    Form.CRIMINAL: "crimineel",
    Form.UNCLEAR: "onduidelijk",
    None: "niet bekend",
}
AGES = {Age.UNDER18: "onder 18", Age.ADULT: "18 of ouder", Age.UNKNOWN: "niet bekend"}
INTRODUCTION = """# Naar wie verwijst Signaalwijzer?

Deze tabel komt uit de code (`bot/guidance/referral.py`). Een test bewaakt dat beide gelijk zijn.
Opnieuw maken: `python -m bot.guidance.printing > docs/verwijzen.md`.

De tabel wordt van boven naar beneden gelezen. De eerste regel die past, beslist. Een leeg vak betekent: maakt niet uit.

Daarna gelden nog deze regels:

- Alleen bevestigde contacten (zekerheid H of M) worden getoond, hoogstens drie.
- Is de gemeente bekend? Dan komt een hulppunt van die regio vlak voor CoMensha.
  Veilig Thuis van de regio komt op de plek van het landelijke nummer.
- Is het eerste contact nu dicht? Dan staat erbij wanneer het opengaat en wie nu open is.
  Is niemand open, dan komt Veilig Thuis op de laatste plek.
- Bij antwoorden op vragen geldt zonder papieren: eerst CoMensha of FairWork.
  Daarna pas politie, marechaussee of Arbeidsinspectie.
"""
HEADER = ("nr", "situatie", "wie", "vorm", "leeftijd", "verder", "contacten, op volgorde")


def conditions(row: Row) -> str:
    """Return the conditions of ``row`` beside role, form and age, in Dutch."""
    found = [
        text
        for value, text in (
            (row.danger, f"gevaar: {row.danger}"),
            (row.recent_violence, "kort geleden seksueel geweld"),
            (row.without_papers, "zonder papieren"),
            (row.stay_anonymous, "wil onbekend blijven"),
            (row.parent_involved, "ouder betrokken"),
            (row.images, f"signaal {IMAGES} (naaktbeelden)"),
        )
        if value
    ]
    return ", ".join(found)


def table(directory: Directory) -> str:
    """Return the page, with the names of the contacts as visitors see them."""
    lines = [HEADER, ("---",) * len(HEADER)]
    for number, row in enumerate(TABLE, start=1):
        lines.append(
            (
                str(number),
                row.name,
                ", ".join(name for role, name in ROLES.items() if row.roles is not None and role in row.roles),
                ", ".join(name for form, name in FORMS.items() if row.forms is not None and form in row.forms),
                ", ".join(name for age, name in AGES.items() if row.ages is not None and age in row.ages),
                conditions(row),
                ", ".join(directory.contacts[contact].name for contact in row.contacts),
            )
        )
    return INTRODUCTION + "\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


if __name__ == "__main__":
    print(table(Directory.from_files()), end="")
