"""The conversation: for each kind of message, what to say and what is known from then on.

Every public method of ``Guide`` takes the situation and one understood message and returns a ``Reply``. No method
depends on the state in order to be reachable: danger, help, stop and questions work at any moment, and an open question
is put again afterwards.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.directory.store import Directory
from bot.guidance import check, meldcode, practice
from bot.guidance.referral import decide, for_answer, refer
from bot.guidance.reply import Choice, Part, Refer, Reply, Say, listed
from bot.guidance.signals import Signal, form_of
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
# Answers that describe what exploitation looks like.
DESCRIPTIONS = frozenset(
    {
        "signalen",
        "signalen_seksueel",
        "signalen_arbeid",
        "signalen_crimineel",
        "seksuele_uitbuiting",
        "arbeidsuitbuiting",
        "criminele_uitbuiting",
        "vormen",
        "dwang",
        "onder_druk",
        "werving",
        "wat_is_mensenhandel",
    }
)
# Questions what to do, by who asks: a mother who asks "what can I do" gets the answer for parents.
WHAT_TO_DO = {
    Role.SELF: "hulp",
    Role.FRIEND: "vriend",
    Role.RELATIVE: "ouder",
    Role.SCHOOL: "melden_waar",
    Role.BYSTANDER: "omstander",
}
# The answer that fits everybody.
WHEREVER = "melden_waar"
# A bare fact sounds like a question about it: "she is 17" is an answer or a correction before it is a question.
FACTS = {"minderjarig": "age", "zonder_papieren": "papers", "gemeente": "municipality"}
# Tells something, but no story.
PLAIN_FACTS = frozenset({*ROLES, "place", "circumstance"})
# Put again once after something in between; whoever then still goes on with something else has heard them.
ONCE_MORE = frozenset({"safe", "danger"})
# A likely meaning is offered as a button when it leads somewhere; FAQ topics always do.
OFFERED_GUESSES = frozenset(
    {
        *FORMS,
        *ROLES,
        *DANGERS,
        "worried_about_other",
        "start_check",
        "human_handoff",
        "meldcode",
        "practice",
        "bot_challenge",
        "erase",
    }
)
OWN_STORY = frozenset({*FORMS, *ROLES, *DANGERS, "worried_about_other"})
# How the keys of answers to questions begin.
ANSWER_KEYS = ("utter_faq/", "utter_for_")
GUESSES = 3
MISUNDERSTOOD_AT_MOST = 2
# Questions that were only offered: whoever goes on with something else is not asked again.
OFFER, HELP, MELDCODE = "offer", "help", "meldcode"
TRANSIENT = frozenset({OFFER, HELP, MELDCODE})


@dataclass(frozen=True)
class Guide:
    """Decides what to say; everything it holds is content, loaded once."""

    directory: Directory
    signals: Mapping[str, Signal]
    cases: Mapping[str, practice.Case]
    code: meldcode.Meldcode

    # -- what the visitor tells

    def absorb(self, situation: Situation, said: Understood) -> Situation:
        """Return the situation with every closed value of this message taken in; later values correct earlier ones.

        While practising, only a message that clearly leaves the invented situation is taken as the visitor's own story.
        """
        if _practising(situation) and said.intent not in OWN_STORY:
            return situation
        changes: dict[str, object] = {}
        if said.intent in FORMS:
            changes["disclosed"] = True
            if FORMS[said.intent] is not Form.UNCLEAR or (situation.form is None and not _form_in_doubt(said)):
                changes["form"] = FORMS[said.intent]
        if form := said.first("form"):
            changes["form"] = Form(form)
        role = ROLES.get(said.intent) or (Role(value) if (value := said.first("role")) else None)
        # A person mentioned along the way does not change who it is about.
        if role and (situation.role is None or said.intent in (*ROLES, "worried_about_other", "correct")):
            changes |= {"role": role, "about_other": role is not Role.SELF}
        elif said.intent == "worried_about_other" and not situation.about_other:
            changes |= {"role": None, "about_other": True}
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
        if signals := [signal for signal in said.entities.get("signal", ()) if signal in self.signals]:
            changes["signals"] = {**situation.signals, **dict.fromkeys(signals, Answer.YES)}
        situation = situation.having(**changes)
        return situation.having(form=form_of(situation, self.signals))

    def tell(self, situation: Situation, said: Understood, now: datetime) -> Reply:
        """The visitor says what is going on, who it is about, or where: acknowledge, then safety, then contacts."""
        before = situation
        situation = self._take(situation, said)
        if _practising(situation):
            situation = situation.having(pending=None)
        if _just_known(situation, before):
            thanks = (Say("utter_ack_circumstance"),) if said.first("signal") else ()
            return self._go_on(situation, now, *thanks)
        acknowledgement = Say(_acknowledgement(situation, said, before))
        if said.intent == "place" and not situation.pending:
            return self._contacts(situation, now, acknowledgement)
        if said.intent == "circumstance" and not situation.pending and check.next_about(situation) is None:
            return Reply((acknowledgement, Say("utter_tell_more")), situation)
        safety_open = situation.safe_to_talk is None and "safe" not in situation.asked
        if _tells_story(said) and safety_open and situation.pending is None:
            return self._ask("safe", situation, acknowledgement)
        contacts_above = any(mark.startswith("utter_offer_check#") for mark in before.said)
        if contacts_above and decide(situation) is decide(before):
            return Reply((acknowledgement, Say("utter_tell_more")), situation)
        if situation.pending:
            return self._resume(situation, now, acknowledgement)
        if said.intent in ROLES and not _tells_story(said):
            return self._settle(situation, now)
        return self._settle(situation, now, acknowledgement)

    def answer(self, situation: Situation, said: Understood, now: datetime) -> Reply:
        """The visitor answers: yes, no, don't know, rather not say, or a value that a button carries."""
        pending = situation.pending
        before, situation = situation, self.absorb(situation, said).having(misunderstood=0)
        answer = ANSWERS.get(said.intent)
        if safe := said.first("safe"):
            told = _is_safe(safe, situation)
            if told is Answer.YES and pending != "safe":
                return self._safe_again(situation, now)
            if told is None:
                return self.tell(before, Understood("circumstance", entities=said.entities), now)
            if pending not in ONCE_MORE:
                return self._not_safe(situation)
            answer = told
        if pending is None:
            return self._unasked(situation, answer, before, now)
        if pending in TRANSIENT:
            return self._take_offer(situation.having(pending=None), pending, answer, now)
        if _practising(situation):
            return practice.explain(self.cases[pending.partition(":")[2]], situation, self.signals)
        if said.first("nod"):
            return self._resume(situation, now, Say("utter_nod"))
        if pending == "danger":
            # "No, she is not hurt" is no answer to "are you safe?": neither pressed further nor taken for safe.
            unclear = answer is Answer.NO and _says_more(said)
            return self._after_danger(situation, Answer.UNSURE if unclear else answer, now)
        if _just_known(situation, before):
            # "No, she is 17": what a message tells counts for more than its yes or no.
            return self._go_on(situation, now)
        if beside := self._signals_beside(said, pending):
            # "Yes, he always fetches her" answers, but not this question; it is kept, and the next question comes.
            return self._go_on(situation, now, Say("utter_ack_signal", {"told": listed(beside)}))
        if pending == "safe" and answer is Answer.NO and _says_more(said):
            return self._go_on(situation, now, Say("utter_safe_unclear"))
        if answer is not None and check.accepts(pending, answer):
            situation = check.record(situation, pending, answer, self.signals)
        else:
            situation = situation.having(misunderstood=before.misunderstood)
            return self.fallback(situation, Understood("nlu_fallback"), now)
        if pending == "safe" and situation.safe_to_talk is Answer.NO:
            return self._not_safe(situation)
        return self._go_on(situation, now)

    def start_check(self, situation: Situation, said: Understood, now: datetime) -> Reply:
        """The visitor wants to find out what is going on: begin, or go on with, the signal questions."""
        situation = _left(self._take(situation, said))
        first: tuple[Part, ...] = ()
        if situation.checked:
            situation = self.absorb(Situation(safe_to_talk=situation.safe_to_talk, said=situation.said), said)
            first = (Say("utter_check_again"),)
        elif not any(question.startswith("signal:") for question in situation.asked):
            first = (Say("utter_check_start"),)
        situation = situation.having(checking=True)
        if situation.safe_to_talk is None and "safe" not in situation.asked:
            return self._ask("safe", situation, *first)
        return self._go_on(situation, now, *first)

    # -- what can come at any moment

    def danger(self, situation: Situation, said: Understood) -> Reply:
        """Danger, thoughts of suicide or recent sexual violence: the number first, then a next step.

        In doubt it is asked rather than taken for true, and the likeliest other meaning is the last button.
        """
        interrupted = situation.interrupted if situation.pending == "danger" else situation.pending
        if interrupted in TRANSIENT or _practising(situation):
            interrupted = None
        situation = self._take(situation, said).having(danger=said.intent, interrupted=interrupted)
        if said.intent == "sexual_violence_recent":
            situation = situation.having(recent_violence=True)
        situation = _asked(situation, "danger")
        alternatives = said.entities.get("alternative", ())
        other_meaning = tuple(Choice(payload(label)) for label in other_than_danger(alternatives))
        question = replace(self._question("danger", situation), also=other_meaning)
        wording = f"utter_{said.intent}_doubt" if alternatives else f"utter_{said.intent}"
        if said.intent == "sexual_violence_recent" and situation.audience is not Role.SELF:
            wording += "_other"
        return Reply((Say(wording), Refer((DANGERS[said.intent],)), question), situation)

    def suited(self, situation: Situation, said: Understood) -> Understood:
        """Return ``said`` with the topic that suits who asks, when it asks what to do and not for whom."""
        role = self.absorb(situation, said).role
        if said.topic not in WHAT_TO_DO.values() or said.first("role"):
            return said
        answers = [f"faq/{each}" for each in WHAT_TO_DO.values()]
        alternatives = said.entities.get("alternative", ())
        topic = WHAT_TO_DO[role] if role else WHEREVER
        others: Iterable[str]
        if said.first("whoever"):
            others = answers
        elif alternatives and alternatives[0] in answers:
            others = (f"faq/{said.topic}", *alternatives)
        elif role is Role.RELATIVE and said.topic == WHAT_TO_DO[Role.FRIEND]:
            others = alternatives
        else:
            return said
        # Where it is not known who asks, the answers for others are a tap away.
        kept = tuple(label for label in others if label != f"faq/{topic}" and not (role and label in answers))
        return replace(said, topic=topic, entities={**said.entities, "topic": (topic,), "alternative": kept})

    def faq(self, situation: Situation, said: Understood, key: str, contacts: tuple[str, ...], now: datetime) -> Reply:
        """The visitor asks something: the wording ``key`` with the contacts of it; then back to an open question."""
        if said.topic == "meldcode" and said.first("step"):
            return self.meldcode(situation, said, now)
        if said.first("whoever") and situation.pending == "danger":
            # Whoever asks in danger what to do is told just that.
            return self._after_danger(self._take(situation, said), Answer.NO, now)
        if said.topic in FACTS and said.first(FACTS[said.topic]) and not _practising(situation):
            told = self._take(situation, said)
            if _just_known(told, situation):
                return self._go_on(told, now)
            if told != _heard(situation) and (situation.checking or situation.checked):
                return self.correct(situation, said, now)
        story = bool(said.entities.get("signal")) and not _practising(situation)
        if story and said.topic in DESCRIPTIONS:
            # Whoever tells what happens, and sounds like a question about it, needs people rather than a description.
            return self.tell(situation, Understood("disclose_unclear", entities=said.entities), now)
        situation = self._take(situation, said).having(topic=said.topic)
        repeated = any(entry.startswith(f"{key}#") for entry in situation.said)
        parts: list[Part] = [_again(said) if repeated else Say(key)]
        if found := for_answer(contacts, situation, self.directory):
            parts.append(Refer(found, audience=situation.role or "default"))
        if story and situation.pending is None and not situation.checked:
            return self._offered(situation, *parts)
        if situation.pending is None and not repeated and (alternatives := said.entities.get("alternative")):
            parts.append(Say("utter_other_meaning", choices=_choices(alternatives)))
        return self._resume(situation, now, *parts)

    def source(self, situation: Situation, sources: str | None, now: datetime) -> Reply:
        """The visitor asks where an answer comes from; ``sources`` are the names and dates of the last answer."""
        situation = _heard(situation)
        say = Say("utter_source", {"sources": sources}) if sources else Say("utter_source_general")
        return self._resume(situation, now, say)

    def social(self, situation: Situation, said: Understood, now: datetime) -> Reply:
        """Greeting, thanks, insult, "are you a robot": a short wording, then back to an open question."""
        situation = self._take(situation, said)
        parts: list[Part] = [Say(SOCIAL[said.intent])]
        if said.intent in SOCIAL_CONTACTS:
            parts.append(Refer(SOCIAL_CONTACTS[said.intent]))
        if said.intent == "goodbye":
            return Reply(tuple(parts), situation)
        return self._resume(situation, now, *parts)

    def contacts(self, situation: Situation, said: Understood, now: datetime) -> Reply:
        """The visitor wants a person or a number: contacts at once, no questions."""
        return self._contacts(self._take(situation, said), now, Say("utter_human_handoff"))

    def meldcode(self, situation: Situation, said: Understood, now: datetime) -> Reply:
        """Somebody who works at a school wants the meldcode: a step, or the way through it."""
        situation = _left(self._take(situation, said))
        step = said.first("step")
        if step == meldcode.CONSULT:
            situation = situation.having(role=situation.role or Role.SCHOOL, pending=MELDCODE)
            lead = Say("utter_meldcode_consult", choices=meldcode.back(situation))
            contacts = refer(situation, self.directory, now).contacts
            return Reply((lead, Refer(contacts, audience=Role.SCHOOL)), situation)
        reply = meldcode.show(step, situation, self.code)
        return Reply(reply.parts, reply.situation.having(pending=MELDCODE))

    def practice(self, situation: Situation, said: Understood) -> Reply:
        """The visitor wants to practise: an invented situation, or the one that a button names."""
        situation = _left(_heard(situation)).having(checking=False)
        return practice.pose(said.first("case"), situation, self.cases)

    def explain(self, situation: Situation, now: datetime) -> Reply:
        """The visitor asks why something is asked."""
        situation = _heard(situation)
        if situation.pending is None:
            return Reply((Say("utter_explain_general"),), situation)
        return self._resume(situation, now, check.explanation(situation.pending, self.signals))

    def correct(self, situation: Situation, said: Understood, now: datetime) -> Reply:
        """The visitor takes an answer back: a named value is taken in, a named question or the last is asked again."""
        before = _heard(situation)
        situation = self._take(situation, said)
        if situation.pending == "danger":
            # Taken for danger by mistake: believed, with the number once more.
            return self._settled_danger(situation.having(danger=None), now, Say("utter_danger_mistaken"))
        if _practising(situation):
            return self._resume(situation, now, Say("utter_correct_nothing"))
        changed = situation.having(disclosed=before.disclosed) != before
        if changed and situation.pending is None:
            return self._contacts(situation, now, Say("utter_corrected"))
        if changed:
            return self._resume(situation, now, Say("utter_corrected"))
        answered = check.answered(situation)
        name = said.first("question")
        if name in answered or (situation.pending and situation.pending != "safe" and answered):
            return self._ask_again(name if name in answered else answered[0], situation, now)
        if answered:
            choices = (*check.corrections(situation, self.signals), Choice("/restart"))
            return Reply((Say("utter_correct_which", choices=choices),), situation)
        return self._resume(situation, now, Say("utter_correct_nothing"))

    def stop(self, situation: Situation) -> Reply:
        """The visitor stops: no more questions, and a way to help stays."""
        if _practising(situation):
            return Reply((Say("utter_practice_stop"),), _heard(situation).having(pending=None))
        situation = _left(_heard(situation)).having(checking=False, pending=HELP)
        return Reply((Say("utter_stop"),), situation)

    def restart(self, situation: Situation) -> Reply:
        """The visitor starts again: everything that was told is forgotten."""
        return Reply((Say("utter_restart"),), Situation(said=situation.said))

    def erase(self, situation: Situation) -> Reply:
        """The visitor wants everything gone; the number for danger is the last thing to go."""
        number = (Refer((DANGERS[situation.danger],)),) if situation.danger else ()
        return Reply((Say("utter_erase"), *number), Situation(), erase=True)

    def fallback(self, situation: Situation, said: Understood, now: datetime) -> Reply:
        """Not understood: likely topics, or the question with its buttons; then a way past it; then people who help.

        What the message told all the same is used.
        """
        before, times = situation, situation.misunderstood + 1
        situation = _heard(self.absorb(situation, said))
        pending = situation.pending
        if _just_known(situation, before):
            return self._go_on(situation, now)
        if situation.signals != before.signals and not _practising(situation):
            return self.tell(before, Understood("disclose_unclear", entities=said.entities), now)
        situation = situation.having(misunderstood=times)
        if said.intent == "out_of_scope" and not pending:
            # Understood well enough: it is about something else.
            return Reply((Say("utter_out_of_scope"),), situation.having(misunderstood=before.misunderstood))
        if times > MISUNDERSTOOD_AT_MOST:
            return self.help_card(situation)
        if pending:
            asked = check.question(pending, situation, self.signals)
            if times == 1:
                return Reply((Say("utter_not_understood_question"), asked), situation)
            return Reply((Say("utter_not_understood_skip", buttons_of=asked.key),), situation)
        key = "utter_not_understood" if times == 1 else "utter_not_understood_again"
        return Reply((Say(key, choices=_choices(said.guesses)),), situation)

    def help_card(self, situation: Situation) -> Reply:
        """The way to help that always works."""
        return Reply(
            (Say("utter_help_card"), Refer(("noodnummer_112", "veilig_thuis", "comensha"))),
            situation.having(pending=None, checking=False),
        )

    # -- the parts

    def _take(self, situation: Situation, said: Understood) -> Situation:
        return _heard(self.absorb(situation, said))

    def _ask(self, question: str, situation: Situation, *before: Part) -> Reply:
        situation = _asked(situation, question)
        return Reply((*before, self._question(question, situation)), situation)

    def _question(self, question: str, situation: Situation) -> Say:
        return check.question(question, situation, self.signals)

    def _resume(self, situation: Situation, now: datetime, *parts: Part) -> Reply:
        """After something in between: the open question again, or the next one when it was answered or does not fit."""
        pending = situation.pending
        if pending is None:
            return Reply(parts, situation)
        if check.known(pending, situation) or not check.fits(pending, situation, self.signals):
            return self._go_on(situation, now, *parts)
        if pending in ONCE_MORE and situation.reminded:
            more = () if _long(parts) else (Say("utter_tell_more"),)
            return Reply((*parts, *more), situation.having(pending=None, interrupted=None))
        return Reply((*parts, self._question(pending, situation)), situation.having(reminded=True))

    def _go_on(self, situation: Situation, now: datetime, *before: Part) -> Reply:
        """After an answer: the next question of the check, or the advice, or (without a check) the contacts."""
        situation = situation.having(pending=None)
        if not situation.checking:
            return self._settle(situation, now, *before)
        question = check.next_question(situation, self.signals, self.directory)
        if question is None and _long(before):
            # The advice deserves a turn of its own.
            return self._offered(situation, *before)
        if question is None:
            return check.outcome(situation, self.signals, self.directory, now)
        return self._ask(question, situation, *before)

    def _settle(self, situation: Situation, now: datetime, *before: Part) -> Reply:
        """Without a check: know whom it is about, then contacts, or an invitation when nothing was told yet."""
        open_question = check.next_about(situation) or check.next_form(situation)
        if open_question:
            return self._ask(open_question, situation, *before)
        if situation.form is None and not situation.signals and not situation.disclosed:
            invitation = Say(f"utter_role_{situation.audience.value}")
            return Reply((*before, invitation), situation.having(pending=OFFER))
        if _long(before):
            # An answer with contacts of its own came first: more of them would only confuse.
            return self._offered(situation, *before)
        lead = before[0] if before and isinstance(before[0], Say) else Say("utter_contacts")
        return self._contacts(situation, now, lead)

    def _contacts(self, situation: Situation, now: datetime, lead: Say) -> Reply:
        referral = refer(situation, self.directory, now)
        parts = check.contact_parts(referral, situation, self.directory, now, lead)
        if situation.pending or situation.checked:
            return self._resume(situation, now, *parts)
        return self._offered(situation, *parts)

    def _offered(self, situation: Situation, *parts: Part) -> Reply:
        begun = any(question.startswith("signal:") for question in situation.asked)
        offer = Say("utter_offer_check_again" if begun else "utter_offer_check")
        return Reply((*parts, offer), situation.having(pending=OFFER))

    def _unasked(self, situation: Situation, answer: Answer | None, before: Situation, now: datetime) -> Reply:
        """An answer to nothing: a value is taken in; "no" ends, anything else invites."""
        if situation != before.having(misunderstood=0):
            return self._settle(situation, now)
        return Reply((Say("utter_nothing_more" if answer is Answer.NO else "utter_nothing_asked"),), situation)

    def _take_offer(self, situation: Situation, offer: str, answer: Answer | None, now: datetime) -> Reply:
        if answer is Answer.YES and offer == OFFER:
            return self.start_check(situation, Understood("start_check"), now)
        if answer is Answer.YES and offer == HELP:
            return self._contacts(situation, now, Say("utter_human_handoff"))
        if answer is Answer.YES and offer == MELDCODE:
            step = meldcode.following(situation.meldcode)
            return self.meldcode(situation, Understood("meldcode", entities={"step": (step,)}), now)
        return Reply((Say("utter_nothing_more"),), situation)

    def _ask_again(self, question: str, situation: Situation, now: datetime) -> Reply:
        situation = check.forget(_left(situation), question)
        situation = situation.having(checking=situation.checking or situation.checked, checked=False)
        if not check.fits(question, situation, self.signals):
            return self._go_on(situation, now, Say("utter_correct"))
        return self._ask(question, situation, Say("utter_correct"))

    def _not_safe(self, situation: Situation) -> Reply:
        """Somebody may be looking: no questions now, and the number."""
        situation = situation.having(safe_to_talk=Answer.NO, pending=None)
        return Reply((Say("utter_not_safe"), Refer(("noodnummer_112",))), situation)

    def _signals_beside(self, said: Understood, pending: str) -> list[str]:
        """Return the labels of the signals that a message tells, when it is put to the question of another signal."""
        kind, _, asked = pending.partition(":")
        told = said.entities.get("signal", ())
        if kind != "signal" or asked in told:
            return []
        return [self.signals[signal].label for signal in told if signal in self.signals]

    def _safe_again(self, situation: Situation, now: datetime) -> Reply:
        """The visitor can type safely again, or the danger is over: back to where it was."""
        interrupted = situation.interrupted
        situation = situation.having(safe_to_talk=Answer.YES, danger=None, interrupted=None, pending=None)
        if interrupted and interrupted != "safe":
            return self._resume(situation.having(pending=interrupted), now, Say("utter_safe_again"))
        if situation.checking:
            return self._go_on(situation, now, Say("utter_safe_again"))
        return self._settle(situation, now, Say("utter_safe_again"))

    def _after_danger(self, situation: Situation, answer: Answer | None, now: datetime) -> Reply:
        kind = situation.danger or "acute_danger"
        if answer is Answer.NO:
            return Reply((Say(f"utter_{kind}_stays"), Refer((DANGERS[kind],))), situation)
        if answer is Answer.YES:
            situation = situation.having(danger=None, safe_to_talk=Answer.YES)
            return self._settled_danger(situation, now, Say(f"utter_{kind}_over"))
        return self._settled_danger(situation, now, Say(f"utter_{kind}_careful"))

    def _settled_danger(self, situation: Situation, now: datetime, say: Say) -> Reply:
        """Danger has been spoken of: back to the question that it came in between, if there is one."""
        interrupted = situation.interrupted
        situation = situation.having(pending=None, interrupted=None)
        if interrupted:
            return self._resume(situation.having(pending=interrupted), now, say)
        return Reply((say,), situation)


def payload(label: str) -> str:
    """Return the button payload of a label: FAQ topics as ``/faq{"topic": ...}``, other intents as ``/<intent>``."""
    if label.startswith("faq/"):
        return f'/faq{{"topic": "{label.removeprefix("faq/")}"}}'
    return f"/{label}"


def _form_in_doubt(said: Understood) -> bool:
    """Whether a story may be of one of several forms; then the form is asked, and stays unknown until it is told."""
    return any(label in FORMS for label in said.entities.get("alternative", ()))


def _just_known(situation: Situation, before: Situation) -> bool:
    """Whether the open question is answered by what was told since ``before``."""
    pending = situation.pending
    return bool(pending and check.known(pending, situation) and not check.known(pending, before))


def _is_safe(told: str, situation: Situation) -> Answer | None:
    """Return what "safe", "not safe" or "nobody is here" means for this visitor now; None when it answers nothing."""
    if told == "no":
        return Answer.NO
    if told == "alone" and situation.pending == "danger":
        return Answer.NO if situation.danger == "suicidal" else None
    was_unsafe = situation.danger is not None or situation.safe_to_talk is Answer.NO
    return Answer.YES if situation.pending in ONCE_MORE or (situation.pending is None and was_unsafe) else None


def _says_more(said: Understood) -> bool:
    """Whether a typed yes or no comes with something else; a button has no guesses."""
    return bool(said.guesses) and not any(map(said.first, ("bare", "nod", "safe")))


def _practising(situation: Situation) -> bool:
    return bool(situation.pending and situation.pending.startswith("practice:"))


def _long(parts: tuple[Part, ...]) -> bool:
    """Whether these parts are an answer to read, rather than a few words in between."""
    return any(isinstance(part, Refer) or part.key.startswith(ANSWER_KEYS) for part in parts)


def _heard(situation: Situation) -> Situation:
    """Return the situation after a message that was understood: an offer that was not taken up has gone."""
    pending = None if situation.pending in TRANSIENT else situation.pending
    return situation.having(misunderstood=0, pending=pending)


def _asked(situation: Situation, question: str) -> Situation:
    """Return the situation in which ``question`` is open."""
    asked = situation.asked if question in situation.asked else (*situation.asked, question)
    return situation.having(pending=question, asked=asked, reminded=False)


def _left(situation: Situation) -> Situation:
    """Return the situation with the open question left; it may be put again later, because nobody answered it."""
    asked = tuple(question for question in situation.asked if question != situation.pending)
    return situation.having(pending=None, asked=asked)


def _tells_story(said: Understood) -> bool:
    """Whether a message tells more than who the visitor is, or another plain fact."""
    return said.intent not in PLAIN_FACTS or bool(said.entities.get("signal") or said.first("form"))


def _acknowledgement(situation: Situation, said: Understood, before: Situation) -> str:
    if said.intent == "place" and not situation.pending:
        return "utter_ack_place"
    if not _tells_story(said):
        return "utter_ack_role" if said.intent in ROLES else "utter_ack_circumstance"
    if said.intent == "worried_about_other":
        # Comfort is said once; who tells more about the same worry is thanked for it.
        return "utter_ack_circumstance" if before.about_other and before.asked else "utter_ack_worried"
    form = FORMS.get(said.intent, Form.UNCLEAR)
    if form is Form.UNCLEAR:
        form = situation.form or form
    return f"utter_ack_{form.value}_{'self' if situation.audience is Role.SELF else 'other'}"


def offered(labels: Iterable[str]) -> list[str]:
    """Return the likely labels that are offered as buttons, best first and each once: those that lead somewhere."""
    known = (label for label in dict.fromkeys(labels) if label.startswith("faq/") or label in OFFERED_GUESSES)
    return list(known)[:GUESSES]


def other_than_danger(labels: Iterable[str]) -> list[str]:
    """Return the one likely label that is offered beside danger in doubt: the best that is no danger."""
    return offered(label for label in labels if label not in DANGERS)[:1]


def _again(said: Understood) -> Say:
    """Return that the answer just given fits again, with what may have been meant instead."""
    others = [label for label in offered(said.guesses) if label != f"faq/{said.topic}"]
    choices = (*(Choice(payload(label)) for label in others), Choice("/human_handoff"), Choice("/ask_source"))
    return Say("utter_faq_again", choices=choices)


def _choices(labels: Iterable[str]) -> tuple[Choice, ...]:
    return (*(Choice(payload(label)) for label in offered(labels)), Choice("/help_menu"))


def in_language(reply: Reply, before: Situation, said: Understood) -> Reply:
    """Return ``reply`` with a short card in the visitor's own language, when that is not Dutch.

    The card comes first. It comes once for each language, and again when the message was not understood; the same card
    does not come twice in a row for one thing. In danger a card of its own names the number and asks, as the Dutch
    question does, whether the place is safe.
    """
    language = said.first("language") or (before.language if said.intent in DANGERS else None)
    if language is None or reply.erase:
        return reply
    in_danger = said.intent in DANGERS
    key = f"utter_danger_in_{language}" if in_danger and said.intent != "suicidal" else f"utter_in_{language}"
    just_shown = any(mark.startswith(f"{key}#") for mark in before.said)
    if not in_danger and language == before.language and (just_shown or said.intent != "other_language"):
        return reply
    return replace(reply, parts=(Say(key), *reply.parts), situation=reply.situation.having(language=language))
