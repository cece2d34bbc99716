"""The check: signal questions one at a time, then what was told, what it can mean, advice and contacts."""

from collections.abc import Mapping
from datetime import datetime

from bot.directory.hours import say_moment
from bot.directory.store import Directory
from bot.guidance.referral import PLAIN_INTRO, Referral, refer, region_matters
from bot.guidance.reply import Choice, Part, Refer, Reply, Say, listed
from bot.guidance.signals import Signal, form_of, next_signal, question_of, told
from bot.guidance.situation import Age, Answer, Form, Role, Situation

# So many answers are repeated back: more would not be read.
MOST_TOLD = 3
# So many answers can be corrected with a button; beginning again is the last one.
MOST_CORRECTIONS = 4
# The field that each question fills; signals have their own.
FIELDS = {
    "role": "about_other",
    "relation": "role",
    "situation": "form",
    "age": "age",
    "papers": "without_papers",
    "region": "municipality",
    "safe": "safe_to_talk",
}
# What a corrected question makes unknown again.
FORGOTTEN = {"role": ("about_other", "role"), "relation": ("role",), "situation": ("form",)}
# Questions that can be corrected, beside signals.
CORRECTABLE = ("role", "relation", "situation", "age", "papers", "region")


def next_question(situation: Situation, signals: Mapping[str, Signal], directory: Directory) -> str | None:
    """Return the next question of the check, or None when it is time for the advice. No question comes twice."""
    about = next_about(situation)
    if about:
        return about
    if not situation.form_known and _unasked("situation", situation):
        return "situation"
    if situation.age is None and _unasked("age", situation):
        return "age"
    signal = next_signal(situation, signals)
    if signal is not None:
        return question_of(signal)
    if _papers_matter(situation) and _unasked("papers", situation):
        return "papers"
    if situation.municipality is None and _unasked("region", situation) and region_matters(situation, directory):
        return "region"
    return None


def next_about(situation: Situation) -> str | None:
    """Return the question about whom it is, or None when that is known or was asked."""
    if situation.role is None and situation.about_other is None and _unasked("role", situation):
        return "role"
    if situation.role is None and situation.about_other and _unasked("relation", situation):
        return "relation"
    return None


def next_form(situation: Situation) -> str | None:
    """Return the question about the form of a story whose form is in doubt, or None when it is known or was asked."""
    in_doubt = situation.disclosed and situation.form is None
    return "situation" if in_doubt and _unasked("situation", situation) else None


def _unasked(question: str, situation: Situation) -> bool:
    return question not in situation.asked


def _papers_matter(situation: Situation) -> bool:
    """Residence papers change the advice for adults who work; a child gets help with or without."""
    return situation.without_papers is None and situation.age is not Age.UNDER18 and situation.form is Form.LABOUR


def question(name: str, situation: Situation, signals: Mapping[str, Signal]) -> Say:
    """Return the wording of question ``name`` for this audience."""
    kind, _, identifier = name.partition(":")
    match kind:
        case "signal":
            return Say("utter_ask_signal", {"question": signals[identifier].question[situation.audience.value]})
        case "danger":
            return Say(f"utter_ask_{situation.danger or 'acute_danger'}")
        case "age" | "papers":
            return Say(f"utter_ask_{kind}_{'self' if situation.audience is Role.SELF else 'other'}")
        case _:
            return Say(f"utter_ask_{kind}")


def fits(name: str, situation: Situation, signals: Mapping[str, Signal]) -> bool:
    """Whether question ``name`` can still be put: a signal needs a wording for the present audience."""
    kind, _, identifier = name.partition(":")
    return kind != "signal" or situation.audience.value in signals[identifier].question


def known(name: str, situation: Situation) -> bool:
    """Whether question ``name`` is answered by what was told."""
    kind, _, identifier = name.partition(":")
    if kind == "signal":
        return identifier in situation.signals
    if kind == "situation":
        return situation.form_known
    return kind in FIELDS and getattr(situation, FIELDS[kind]) is not None


def explanation(name: str, signals: Mapping[str, Signal]) -> Say:
    """Return why question ``name`` is asked."""
    kind, _, identifier = name.partition(":")
    if kind == "signal":
        return Say("utter_why_signal", {"why": signals[identifier].why})
    return Say(f"utter_why_{kind}")


def accepts(name: str, answer: Answer) -> bool:
    """Whether ``answer`` can be an answer to question ``name``; "yes" is none to "where?"."""
    choice = name in ("role", "relation", "situation", "region")
    return not choice or answer in (Answer.UNSURE, Answer.SKIP)


def record(situation: Situation, name: str, answer: Answer, signals: Mapping[str, Signal]) -> Situation:
    """Return the situation with the yes/no ``answer`` to question ``name`` taken in."""
    kind, _, identifier = name.partition(":")
    match kind:
        case "signal":
            situation = situation.having(signals={**situation.signals, identifier: answer})
            return situation.having(form=form_of(situation, signals))
        case "age":
            age = {Answer.YES: Age.UNDER18, Answer.NO: Age.ADULT}.get(answer, Age.UNKNOWN)
            return situation.having(age=age)
        case "papers":
            # The question is whether the person has papers.
            return situation.having(without_papers={Answer.YES: False, Answer.NO: True}.get(answer))
        case "safe":
            return situation.having(safe_to_talk=answer)
        case _:
            return situation


def answered(situation: Situation) -> list[str]:
    """Return the questions whose answer can be corrected, the latest first; what was told unasked comes last."""
    asked = [name for name in situation.asked if name != situation.pending]
    corrections = [name for name in asked if name in CORRECTABLE or name.startswith("signal:")]
    unasked = [name for name in CORRECTABLE if name not in asked and known(name, situation)]
    unasked += [f"signal:{signal}" for signal in situation.signals if f"signal:{signal}" not in asked]
    return [*reversed(corrections), *(name for name in unasked if name != situation.pending)]


def forget(situation: Situation, name: str) -> Situation:
    """Return the situation without the answer to question ``name``, which can then be asked again."""
    kind, _, identifier = name.partition(":")
    situation = situation.having(asked=tuple(asked for asked in situation.asked if asked != name))
    if kind == "signal":
        return situation.having(signals={s: a for s, a in situation.signals.items() if s != identifier})
    return situation.having(**dict.fromkeys(FORGOTTEN.get(kind, (FIELDS[kind],))))


def corrections(situation: Situation, signals: Mapping[str, Signal]) -> tuple[Choice, ...]:
    """Return a button for each of the latest answers, to correct it."""
    return tuple(
        Choice(
            f'/correct{{"question": "{name}"}}',
            signals[name.partition(":")[2]].label if name.startswith("signal:") else None,
        )
        for name in answered(situation)[:MOST_CORRECTIONS]
    )


def outcome(situation: Situation, signals: Mapping[str, Signal], directory: Directory, now: datetime) -> Reply:
    """Return what was told, what it can mean, the advice for this audience and the contacts in order."""
    situation = situation.having(pending=None, checking=False, checked=True)
    found = told(situation, signals)
    referral = refer(situation, directory, now)
    parts: list[Part] = [
        Say(_meaning(situation, len(found)), {"told": listed([s.label for s in found[:MOST_TOLD]])} if found else {}),
        Say(advice(situation)),
        *contact_parts(referral, situation, directory, now),
    ]
    return Reply(tuple(parts), situation)


def contact_parts(
    referral: Referral, situation: Situation, directory: Directory, now: datetime, lead: Say | None = None
) -> list[Part]:
    """Return the wording above the contacts, when the first one opens if it is closed now, and the contacts.

    ``lead`` stands in the place of the plain wording of a row; what a row has to say of its own always stays.
    """
    parts: list[Part] = []
    if referral.row.intro != PLAIN_INTRO:
        parts.append(Say(referral.row.intro))
    elif lead:
        parts.append(lead)
    elif referral.closed_until is None:
        parts.append(Say(PLAIN_INTRO))
    if referral.closed_until and referral.open_now:
        values = {
            "first": directory.contacts[referral.contacts[0]].name,
            "opens": say_moment(referral.closed_until, now),
            "open": directory.contacts[referral.open_now].name,
        }
        parts.append(Say("utter_contacts_closed", values))
    return [*parts, Refer(referral.contacts, audience=situation.role or "default")]


def advice(situation: Situation) -> str:
    """Return the wording of the advice: what to do and what not, for this audience and story."""
    role = situation.audience
    if situation.without_papers:
        return f"utter_advice_without_papers_{'self' if role is Role.SELF else 'other'}"
    if situation.form is Form.CRIMINAL and role in (Role.SELF, Role.FRIEND, Role.RELATIVE):
        return f"utter_advice_{role.value}_criminal"
    if situation.parent_involved and role is Role.SELF:
        return "utter_advice_self_parent"
    return f"utter_advice_{role.value}"


def _meaning(situation: Situation, found: int) -> str:
    """Return the wording of what the answers can mean: never a verdict, and silence proves nothing."""
    if found > 1:
        return "utter_outcome_told"
    if found == 1:
        return "utter_outcome_told_one"
    if situation.disclosed:
        return "utter_outcome_disclosed"
    if Answer.NO in situation.signals.values():
        return "utter_outcome_nothing"
    return "utter_outcome_unanswered"
