"""The meldcode for people who work at a school: five steps to enter, leave and come back to. The facts are content."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from bot.directory.content import ContentError, Source, Strict, Text, read_yaml, validate
from bot.guidance.reply import Choice, Part, Refer, Reply, Say, listed
from bot.guidance.situation import Role, Situation
from bot.settings import CONTENT

OutcomeId = Literal["unfounded", "doubt", "suspicion_remains"]


class Decision(Strict):
    """One of the two decisions of the last step."""

    id: Text
    question: Text
    explanation: Text


class Outcome(Strict):
    """What to do when the worry turned out this way."""

    title: Text
    do: tuple[Text, ...] = Field(min_length=1)


class Topic(Strict):
    """A part of the meldcode beside the steps."""

    title: Text | None = None
    what: Text
    how: tuple[Text, ...] = ()
    avoid: tuple[Text, ...] = ()
    contacts: tuple[Text, ...] = ()
    sources: tuple[Source, ...] = Field(min_length=1)


class Step(Strict):
    """One step: what it is, how to do it, what not to do, and with whom to consult."""

    id: Text
    number: int = Field(ge=1, le=5)
    title: Text
    what: Text
    how: tuple[Text, ...] = Field(min_length=1)
    avoid: tuple[Text, ...] = Field(min_length=1)
    weighing_questions: tuple[Text, ...] = ()
    decisions: tuple[Decision, ...] = ()
    outcomes: Mapping[OutcomeId, Outcome] = Field(default_factory=dict)
    contacts: tuple[Text, ...] = ()
    sources: tuple[Source, ...] = Field(min_length=1)


class TalkTips(Strict):
    """How to talk safely with a pupil."""

    do: tuple[Text, ...] = Field(min_length=1)
    avoid: tuple[Text, ...] = Field(min_length=1)
    expertise: tuple[Text, ...] = Field(min_length=1)
    sources: tuple[Source, ...] = Field(min_length=1)


class Meldcode(Strict):
    """The whole of ``data/content/meldcode.yml``."""

    title: Text
    intro: Text
    who_must: tuple[Text, ...]
    danger: Text
    danger_contacts: tuple[Text, ...]
    sources: tuple[Source, ...] = Field(min_length=1)
    steps: tuple[Step, ...] = Field(min_length=5, max_length=5)
    volunteers: Topic
    staff_offence: Topic
    talk_tips: TalkTips
    privacy: Topic


@lru_cache
def load_meldcode(folder: Path = CONTENT) -> Meldcode:
    """Return the meldcode.

    Raises:
        ContentError: the file is missing or breaks its schema.
    """
    document = read_yaml(folder / "meldcode.yml")
    if not isinstance(document, dict) or "meldcode" not in document:
        raise ContentError("meldcode.yml: must have a mapping under 'meldcode:'")
    return validate(document["meldcode"], Meldcode, "meldcode.yml")


STEPS = ("step1", "step2", "step3", "step4", "step5")
OUTCOMES: tuple[OutcomeId, ...] = ("unfounded", "doubt", "suspicion_remains")
# Everything that a button or a message can ask for.
VIEWS = (
    "overview",
    "choose",
    *STEPS,
    "talk",
    "talk_avoid",
    "weigh",
    "decisions",
    *OUTCOMES,
    "volunteers",
    "staff_offence",
    "privacy",
    "print",
)
# The people to consult: the guide answers this part, because it knows the region and the time.
CONSULT = "consult"
# What each step offers beside the next one.
MOST_BUTTONS = 5
EXTRA: Mapping[str, tuple[str, ...]] = {
    "step1": ("privacy", "staff_offence"),
    "step2": ("privacy", "volunteers"),
    "step3": ("talk",),
    "step4": ("weigh",),
    "step5": ("decisions", "print"),
}
# Where each other part leads on to.
ONWARD: Mapping[str, tuple[str, ...]] = {
    "talk": ("talk_avoid", "step4"),
    "talk_avoid": ("step3", "step4"),
    "weigh": ("step5", "choose"),
    "decisions": OUTCOMES,
    "unfounded": ("decisions", "print"),
    "doubt": ("step1", "decisions", "print"),
    "suspicion_remains": ("decisions", "print"),
    "volunteers": ("talk", "overview"),
    "staff_offence": ("overview",),
    "privacy": ("choose",),
    "print": ("choose",),
}


def choice(view: str) -> Choice:
    """Return the button that opens ``view``."""
    return Choice(f'/meldcode{{"step": "{view}"}}')


def back(situation: Situation) -> tuple[Choice, ...]:
    """Return the buttons that lead back into the steps: the step last shown, and the others."""
    return (choice(situation.meldcode or "overview"), choice("choose"))


def following(step: str | None) -> str:
    """Return the step after ``step``; the first one when none was shown, the summary after the last."""
    if step not in STEPS:
        return STEPS[0]
    place = STEPS.index(step) + 1
    return STEPS[place] if place < len(STEPS) else "print"


def show(view: str | None, situation: Situation, meldcode: Meldcode) -> Reply:
    """Return part ``view`` of the meldcode; the overview for anything that is not in ``VIEWS``.

    The step last shown is remembered, so that the visitor can leave and come back.
    """
    if view not in VIEWS or view is None:
        view = "overview"
    if view in STEPS:
        situation = situation.having(meldcode=view, role=situation.role or Role.SCHOOL)
    parts = _parts(view, situation, meldcode)
    return Reply(tuple(parts), situation)


def _parts(view: str, situation: Situation, meldcode: Meldcode) -> list[Part]:
    steps = {step.id: step for step in meldcode.steps}
    onward = tuple(choice(name) for name in ONWARD.get(view, ()))
    match view:
        case "overview":
            return [_overview(situation, meldcode)]
        case "choose":
            return [Say("utter_meldcode_choose", choices=tuple(map(choice, STEPS)))]
        case "talk":
            half = (len(meldcode.talk_tips.do) + 1) // 2
            values = {"do": listed(meldcode.talk_tips.do[:half]), "more": listed(meldcode.talk_tips.do[half:])}
            return [Say("utter_meldcode_talk", values, choices=onward)]
        case "talk_avoid":
            half = (len(meldcode.talk_tips.avoid) + 1) // 2
            values = {
                "avoid": listed(meldcode.talk_tips.avoid[:half]),
                "more": listed(meldcode.talk_tips.avoid[half:]),
                "expertise": listed(meldcode.talk_tips.expertise),
            }
            return [Say("utter_meldcode_talk_avoid", values, choices=onward)]
        case "weigh":
            questions = listed(steps["step4"].weighing_questions)
            return [Say("utter_meldcode_weigh", {"questions": questions}, choices=onward)]
        case "decisions":
            first, second = steps["step5"].decisions
            values = {
                "first": f"{first.question} {first.explanation}",
                "second": f"{second.question} {second.explanation}",
            }
            return [Say("utter_meldcode_decisions", values, choices=onward)]
        case "unfounded" | "doubt" | "suspicion_remains":
            outcome = steps["step5"].outcomes[view]
            say = Say("utter_meldcode_outcome", {"title": outcome.title, "do": listed(outcome.do)}, choices=onward)
            return [say] if view == "unfounded" else [say, Refer(steps["step5"].contacts, audience=Role.SCHOOL)]
        case "volunteers":
            return _topic("utter_meldcode_volunteers", meldcode.volunteers, onward)
        case "staff_offence":
            return [Say("utter_meldcode_staff_offence", {"what": meldcode.staff_offence.what}, choices=onward)]
        case "privacy":
            return [Say("utter_meldcode_privacy", {"what": meldcode.privacy.what}, choices=onward)]
        case "print":
            return [Say("utter_meldcode_print", choices=onward)]
    return _step(steps[view])


def _overview(situation: Situation, meldcode: Meldcode) -> Say:
    steps = "\n".join(f"{step.number}. {step.title}" for step in meldcode.steps)
    names = dict.fromkeys((situation.meldcode or "step1", "step1", "choose", "talk", "volunteers", "staff_offence"))
    return Say("utter_meldcode", {"steps": steps}, choices=tuple(map(choice, names))[:MOST_BUTTONS])


def _step(step: Step) -> list[Part]:
    values = {
        "number": str(step.number),
        "title": step.title,
        "what": step.what,
        "how": listed(step.how),
        "avoid": listed(step.avoid),
    }
    after = following(step.id)
    names = (after, *(name for name in EXTRA[step.id] if name != after), "choose", CONSULT)
    say = Say("utter_meldcode_step", values, choices=tuple(map(choice, names)))
    return [say, Refer(step.contacts, audience=Role.SCHOOL)]


def _topic(key: str, topic: Topic, onward: tuple[Choice, ...]) -> list[Part]:
    values = {"what": topic.what, "how": listed(topic.how), "avoid": listed(topic.avoid)}
    return [Say(key, values, choices=onward), Refer(topic.contacts, audience=Role.SCHOOL)]
