"""The check: signal questions one at a time, then what was told, what it can mean, advice and contacts."""

from collections.abc import Mapping
from datetime import datetime

from bot.directory.store import Directory
from bot.guidance.referral import CARE_ROUTER, decide, refer
from bot.guidance.reply import Part, Refer, Reply, Say
from bot.guidance.signals import Signal, next_signal, told
from bot.guidance.situation import Age, Answer, Form, Role, Situation

# So many answers are repeated back: more would not be read.
MOST_TOLD = 4


def next_question(situation: Situation, signals: Mapping[str, Signal], directory: Directory) -> str | None:
    """Return the next question of the check, or None when it is time for the advice. No question comes twice."""

    def unasked(question: str) -> bool:
        return question not in situation.asked

    if situation.role is None and unasked("role"):
        return "role"
    if situation.form in (None, Form.UNCLEAR) and not situation.signals and unasked("situation"):
        return "situation"
    if situation.age is None and unasked("age"):
        return "age"
    signal = next_signal(situation, signals)
    if signal is not None:
        return f"signal:{signal.id}"
    if _papers_matter(situation) and unasked("papers"):
        return "papers"
    if _region_matters(situation, directory) and unasked("region"):
        return "region"
    return None


def _papers_matter(situation: Situation) -> bool:
    """Residence papers change the advice for adults who work or who tell about themselves."""
    return (
        situation.without_papers is None
        and situation.age is not Age.UNDER18
        and situation.form is Form.LABOUR
        and situation.role in (Role.SELF, Role.FRIEND, Role.RELATIVE, Role.BYSTANDER)
    )


def _region_matters(situation: Situation, directory: Directory) -> bool:
    """A municipality changes the advice where the care desk is advised and some region has a desk of its own."""
    return (
        situation.municipality is None
        and CARE_ROUTER in decide(situation).contacts
        and any(contact.regions for contact in directory.contacts.values())
    )


def question(name: str, situation: Situation, signals: Mapping[str, Signal]) -> Say:
    """Return the wording of question ``name`` for this audience."""
    kind, _, identifier = name.partition(":")
    role = situation.role or Role.SELF
    if kind == "signal":
        return Say("utter_ask_signal", {"question": signals[identifier].question[role.value]})
    if kind == "danger":
        return Say(f"utter_ask_{situation.danger or 'acute_danger'}")
    if kind == "age":
        return Say("utter_ask_age_self" if role is Role.SELF else "utter_ask_age_other")
    return Say(f"utter_ask_{kind}")


def explanation(name: str, signals: Mapping[str, Signal]) -> Say:
    """Return why question ``name`` is asked."""
    kind, _, identifier = name.partition(":")
    if kind == "signal":
        return Say("utter_why_signal", {"why": signals[identifier].why})
    return Say(f"utter_why_{kind}")


def record(situation: Situation, name: str, answer: Answer) -> Situation:
    """Return the situation with the yes/no ``answer`` to question ``name`` taken in."""
    kind, _, identifier = name.partition(":")
    match kind:
        case "signal":
            return situation.having(signals={**situation.signals, identifier: answer})
        case "age":
            age = {Answer.YES: Age.UNDER18, Answer.NO: Age.ADULT}.get(answer, Age.UNKNOWN)
            return situation.having(age=age)
        case "papers":
            # The question is whether the person has papers.
            return situation.having(without_papers={Answer.YES: False, Answer.NO: True}.get(answer))
        case _:
            return situation


def outcome(
    situation: Situation, signals: Mapping[str, Signal], directory: Directory, now: datetime
) -> Reply:
    """Return what was told, what it can mean, the advice for this audience and the contacts in order."""
    situation = situation.having(pending=None, checking=False, checked=True)
    found = told(situation, signals)
    parts: list[Part] = []
    if found:
        labels = "\n".join(f"- {signal.label}" for signal in found[:MOST_TOLD])
        parts.append(Say("utter_outcome_told" if len(found) > 1 else "utter_outcome_told_one", {"told": labels}))
    else:
        parts.append(Say("utter_outcome_nothing"))
    parts.append(Say(_advice(situation)))
    referral = refer(situation, directory, now)
    parts.append(Say(_intro(situation, referral.first_closed)))
    parts.append(Refer(referral.contacts, audience=(situation.role or "default")))
    return Reply(tuple(parts), situation)


def _advice(situation: Situation) -> str:
    role = situation.role or Role.SELF
    if role is Role.SELF and situation.form is Form.CRIMINAL:
        return "utter_advice_self_criminal"
    if role is Role.SELF and situation.without_papers:
        return "utter_advice_self_without_papers"
    return f"utter_advice_{role.value}"


def _intro(situation: Situation, first_closed: bool) -> str:
    if first_closed:
        return "utter_outcome_contacts_closed"
    if situation.without_papers:
        return "utter_outcome_contacts_without_papers"
    return "utter_outcome_contacts"
