"""The conversation: for each kind of message, what to say and what is known from then on.

Every public method of ``Guide`` takes the situation and one understood message and returns a ``Reply``. No method depends on
the state in order to be reachable: danger, help, stop and questions work at any moment, and an open question is put
again afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.directory.store import Directory
from bot.guidance import check
from bot.guidance.referral import refer
from bot.guidance.reply import Part, Refer, Reply, Say
from bot.guidance.signals import Signal
from bot.guidance.situation import Age, Answer, Form, Role, Situation, Understood

FORMS = {
    "disclose_sexual": Form.SEXUAL,
    "disclose_labour": Form.LABOUR,
    "disclose_criminal": Form.CRIMINAL,
    "disclose_unclear": Form.UNCLEAR,
}
ROLES = {
    "role_victim": Role.SELF,
    "role_friend": Role.FRIEND,
    "role_relative": Role.RELATIVE,
    "role_school": Role.SCHOOL,
    "role_bystander": Role.BYSTANDER,
}
ANSWERS = {"affirm": Answer.YES, "deny": Answer.NO, "unsure": Answer.UNSURE, "skip": Answer.SKIP}
DANGERS = {
    "acute_danger": "noodnummer_112",
    "suicidal": "zelfmoordpreventie_113",
    "sexual_violence_recent": "centrum_seksueel_geweld",
}
# Wordings that only say something and change nothing.
SOCIAL = {
    "greet": "utter_greet",
    "goodbye": "utter_goodbye",
    "thank": "utter_thank",
    "chitchat": "utter_chitchat",
    "insult": "utter_insult",
    "bot_challenge": "utter_bot_challenge",
    "help_menu": "utter_help_menu",
    "offender": "utter_offender",
    "feedback_good": "utter_feedback_good",
    "feedback_bad": "utter_feedback_bad",
    "other_language": "utter_other_language",
}
# Nobody is left without a way to help: these end in contacts.
SOCIAL_CONTACTS = {
    "feedback_bad": ("veilig_thuis", "comensha"),
    "other_language": ("noodnummer_112", "comensha"),
}
GUESSES = 3
# The field that each question fills.
FIELDS = {
    "role": "role",
    "age": "age",
    "papers": "without_papers",
    "region": "municipality",
    "situation": "form",
    "safe": "safe_to_talk",
}


@dataclass(frozen=True)
class Guide:
    """Decides what to say; ``signals`` and ``directory`` are content, loaded once."""

    directory: Directory
    signals: Mapping[str, Signal]

    # -- what the visitor tells ------------------------------------------------------------------------------------

    def absorb(self, situation: Situation, said: Understood) -> Situation:
        """Return the situation with every closed value of this message taken in; later values correct earlier ones."""
        changes: dict[str, object] = {}
        if said.intent in FORMS:
            form = FORMS[said.intent]
            if form is not Form.UNCLEAR or situation.form is None:
                changes["form"] = form
        if said.intent in ROLES:
            changes["role"] = ROLES[said.intent]
        elif (role := said.first("role")) and (situation.role is None or said.intent not in ANSWERS):
            changes["role"] = Role(role)
        if form_value := said.first("form"):
            changes["form"] = Form(form_value)
        if age := said.first("age"):
            changes["age"] = Age(age)
        if municipality := said.first("municipality"):
            changes["municipality"] = municipality
        if papers := said.first("papers"):
            changes["without_papers"] = papers == "without"
        if said.first("anonymous"):
            changes["stay_anonymous"] = True
        if said.first("parent_involved"):
            changes["parent_involved"] = True
        if signals := said.entities.get("signal"):
            known = {signal: Answer.YES for signal in signals if signal in self.signals}
            changes["signals"] = {**situation.signals, **known}
        return situation.having(**changes)

    def tell(self, situation: Situation, said: Understood, now: datetime) -> Reply:
        """The visitor says what is going on, who it is about, or where: acknowledge, then safety, then contacts."""
        before = situation
        situation = self.absorb(situation, said).having(misunderstood=0)
        if situation.pending in ("role", "region", "situation") and _answers(situation.pending, before, situation):
            return self._go_on(situation, now)
        if situation.pending and situation.pending.startswith("signal:"):
            identifier = situation.pending.partition(":")[2]
            if identifier in situation.signals:
                return self._go_on(situation, now)
        acknowledgement = Say(_acknowledgement(situation, said))
        if situation.safe_to_talk is None and said.intent not in ROLES and said.intent != "place":
            return self._ask("safe", situation, acknowledgement)
        if situation.pending:
            return self._resume(situation, acknowledgement)
        if situation.role is None:
            return self._ask("role", situation, acknowledgement)
        if said.intent in ROLES and situation.form is None:
            return Reply((Say(f"utter_role_{situation.role.value}"),), situation)
        return self._contacts(situation, now, acknowledgement)

    def answer(self, situation: Situation, said: Understood, now: datetime) -> Reply:
        """The visitor answers: yes, no, don't know, rather not say, or a value that a button carries."""
        pending = situation.pending
        situation = self.absorb(situation, said)
        answer = ANSWERS.get(said.intent)
        if pending is None:
            return Reply((Say("utter_nothing_asked"),), situation.having(misunderstood=0))
        situation = situation.having(misunderstood=0)
        if pending == "safe":
            return self._after_safe(situation.having(safe_to_talk=answer or Answer.UNSURE), now)
        if pending == "danger":
            return self._after_danger(situation, answer, now)
        if answer is not None:
            situation = check.record(situation, pending, answer)
        return self._go_on(situation, now)

    def start_check(self, situation: Situation, said: Understood, now: datetime) -> Reply:
        """The visitor wants to find out what is going on: begin, or go on with, the signal questions."""
        situation = self.absorb(situation, said).having(misunderstood=0)
        if situation.checked:
            situation = situation.having(
                checked=False, asked=(), signals={}, form=None, age=None, municipality=None, without_papers=None
            )
        situation = situation.having(checking=True)
        if situation.safe_to_talk is None:
            return self._ask("safe", situation, Say("utter_check_start"))
        return self._go_on(situation, now)

    # -- what can come at any moment -------------------------------------------------------------------------------

    def danger(self, situation: Situation, said: Understood, now: datetime) -> Reply:
        """Danger, thoughts of suicide or recent sexual violence: the number first, then a next step."""
        situation = self.absorb(situation, said)
        interrupted = situation.interrupted if situation.pending == "danger" else situation.pending
        situation = situation.having(danger=said.intent, misunderstood=0, interrupted=interrupted)
        parts: list[Part] = [Say(f"utter_{said.intent}"), Refer((DANGERS[said.intent],))]
        return self._ask("danger", situation, *parts)

    def faq(self, situation: Situation, said: Understood, contacts: tuple[str, ...]) -> Reply:
        """The visitor asks something: answer it, with the contacts that belong to it, and come back to an open question."""
        situation = self.absorb(situation, said).having(misunderstood=0, topic=said.topic)
        parts: list[Part] = [Say(f"utter_faq/{said.topic}")]
        if contacts:
            parts.append(Refer(contacts, audience=situation.role or "default"))
        return self._resume(situation, *parts)

    def source(self, situation: Situation, sources: str | None) -> Reply:
        """The visitor asks where an answer comes from; ``sources`` are the names and dates of the last answer."""
        if situation.topic is None or not sources:
            return self._resume(situation, Say("utter_source_general"))
        return self._resume(situation, Say("utter_source", {"sources": sources}))

    def social(self, situation: Situation, said: Understood) -> Reply:
        """Greeting, thanks, insult, "are you a robot": a short wording, then back to an open question."""
        situation = self.absorb(situation, said).having(misunderstood=0)
        parts: list[Part] = [Say(SOCIAL[said.intent])]
        if said.intent in SOCIAL_CONTACTS:
            parts.append(Refer(SOCIAL_CONTACTS[said.intent]))
        if said.intent == "goodbye":
            return Reply(tuple(parts), situation)
        return self._resume(situation, *parts)

    def contacts(self, situation: Situation, said: Understood, now: datetime) -> Reply:
        """The visitor wants a person or a number: contacts at once, no questions."""
        return self._contacts(self.absorb(situation, said).having(misunderstood=0), now, Say("utter_human_handoff"))

    def explain(self, situation: Situation) -> Reply:
        """The visitor asks why something is asked."""
        if situation.pending is None:
            return Reply((Say("utter_explain_general"),), situation)
        return self._resume(situation, check.explanation(situation.pending, self.signals))

    def correct(self, situation: Situation) -> Reply:
        """The visitor takes the last answer back: it is forgotten and asked again."""
        earlier = [question for question in situation.asked if question != situation.pending]
        if not earlier:
            return self._resume(situation, Say("utter_correct_nothing"))
        last = earlier[-1]
        kind, _, identifier = last.partition(":")
        situation = situation.having(
            asked=tuple(earlier[:-1]), checking=situation.checking or situation.checked, checked=False
        )
        if kind == "signal":
            situation = situation.having(signals={s: a for s, a in situation.signals.items() if s != identifier})
        if kind in FIELDS:
            situation = situation.having(**{FIELDS[kind]: None})
        return self._ask(last, situation, Say("utter_correct"))

    def stop(self, situation: Situation) -> Reply:
        """The visitor stops: no more questions, and a way to help stays."""
        return Reply((Say("utter_stop"),), situation.having(pending=None, checking=False, misunderstood=0))

    def restart(self) -> Reply:
        """The visitor starts again: everything that was told is forgotten."""
        return Reply((Say("utter_restart"),), Situation())

    def erase(self) -> Reply:
        """The visitor wants everything gone."""
        return Reply((Say("utter_erase"),), Situation(), erase=True)

    def fallback(self, situation: Situation, said: Understood) -> Reply:
        """Not understood: likely topics as buttons; the second time other ones or a way past the question; then help."""
        situation = self.absorb(situation, said)
        times = situation.misunderstood + 1
        situation = situation.having(misunderstood=times)
        if times > 2:
            return self.help_card(situation)
        if situation.pending:
            key = "utter_not_understood_question" if times == 1 else "utter_not_understood_skip"
            asked = check.question(situation.pending, situation, self.signals)
            return Reply((Say(key), asked), situation)
        guesses = tuple(payload(label) for label in said.guesses[:GUESSES])
        key = "utter_not_understood" if times == 1 else "utter_not_understood_again"
        return Reply((Say(key, choices=(*guesses, "/help_menu")),), situation)

    def help_card(self, situation: Situation) -> Reply:
        """The way to help that always works."""
        return Reply(
            (Say("utter_help_card"), Refer(("noodnummer_112", "veilig_thuis", "comensha"))),
            situation.having(pending=None, checking=False),
        )

    # -- the parts ---------------------------------------------------------------------------------------------------

    def _ask(self, question: str, situation: Situation, *before: Part) -> Reply:
        asked = situation.asked if question in situation.asked else (*situation.asked, question)
        situation = situation.having(pending=question, asked=asked)
        return Reply((*before, check.question(question, situation, self.signals)), situation)

    def _resume(self, situation: Situation, *parts: Part) -> Reply:
        if situation.pending is None:
            return Reply(parts, situation)
        return Reply((*parts, check.question(situation.pending, situation, self.signals)), situation)

    def _go_on(self, situation: Situation, now: datetime) -> Reply:
        """After an answer: the next question of the check, or the advice, or (without a check) the contacts."""
        situation = situation.having(pending=None)
        if not situation.checking:
            return self._contacts(situation, now, Say("utter_contacts"))
        question = check.next_question(situation, self.signals, self.directory)
        if question is None:
            return check.outcome(situation, self.signals, self.directory, now)
        return self._ask(question, situation)

    def _after_safe(self, situation: Situation, now: datetime) -> Reply:
        if situation.safe_to_talk is Answer.NO:
            return Reply(
                (Say("utter_not_safe"), Refer(("noodnummer_112",))),
                situation.having(pending=None),
            )
        if situation.checking:
            return self._go_on(situation, now)
        if situation.role is None:
            return self._ask("role", situation)
        return self._go_on(situation, now)

    def _after_danger(self, situation: Situation, answer: Answer | None, now: datetime) -> Reply:
        interrupted, kind = situation.interrupted, situation.danger
        situation = situation.having(pending=None, interrupted=None)
        if answer is not Answer.YES:
            return Reply((Say("utter_danger_stays"), Refer((DANGERS[kind or "acute_danger"],))), situation)
        situation = situation.having(danger=None, safe_to_talk=Answer.YES)
        if interrupted == "safe":
            return self._after_safe(situation, now)
        if interrupted:
            return self._ask(interrupted, situation, Say("utter_danger_over_go_on"))
        return Reply((Say("utter_danger_over"),), situation)

    def _contacts(self, situation: Situation, now: datetime, *before: Part) -> Reply:
        referral = refer(situation, self.directory, now)
        parts: list[Part] = [*before, Refer(referral.contacts, audience=situation.role or "default")]
        if not situation.checked and not situation.checking:
            parts.append(Say("utter_offer_check"))
        return self._resume(situation, *parts)


def payload(label: str) -> str:
    """Return the button payload of a label: FAQ topics as ``/faq{"topic": ...}``, other intents as ``/<intent>``."""
    if label.startswith("faq/"):
        return f'/faq{{"topic": "{label.removeprefix("faq/")}"}}'
    return f"/{label}"


def _answers(question: str, before: Situation, after: Situation) -> bool:
    return bool(getattr(before, FIELDS[question]) != getattr(after, FIELDS[question]))


def _acknowledgement(situation: Situation, said: Understood) -> str:
    if said.intent == "place":
        return "utter_ack_place"
    if said.intent in ROLES:
        return "utter_ack_role"
    if said.intent == "worried_about_other":
        return "utter_ack_worried"
    form = (FORMS.get(said.intent) or situation.form or Form.UNCLEAR).value
    whose = "self" if situation.role in (None, Role.SELF) else "other"
    return f"utter_ack_{form}_{whose}"
