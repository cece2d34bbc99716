"""The meldcode: five steps to enter anywhere, to leave and to come back to."""

from pathlib import Path

import pytest

from actions.base import word
from bot.catalogue import bubbles, catalogue
from bot.directory.content import ContentError
from bot.directory.store import Directory
from bot.guidance.meldcode import CONSULT, OUTCOMES, STEPS, VIEWS, back, choice, following, load_meldcode, show
from bot.guidance.reply import Refer, Reply, Say
from bot.guidance.situation import Role, Situation
from bot.wording import words

CODE = load_meldcode()
WORDS = catalogue()
DIRECTORY = Directory.from_files()


def choices(reply: Reply) -> set[str]:
    return {each.payload for part in reply.parts if isinstance(part, Say) for each in (part.choices or ())}


def shown(reply: Reply) -> str:
    return "\n\n".join(word(part, WORDS).text for part in reply.parts if isinstance(part, Say))


@pytest.mark.parametrize("view", VIEWS)
def test_every_part_fits_on_the_screen_and_leads_on(view: str) -> None:
    reply = show(view, Situation(), CODE)
    said = [word(part, WORDS) for part in reply.parts if isinstance(part, Say)]
    texts = [bubble for wording in said for bubble in bubbles(wording.text)]
    assert 1 <= len(texts) <= 3
    assert all(len(words(text)) <= 60 for text in texts)
    assert 1 <= len(said[-1].buttons) <= 5
    assert len(said[-1].buttons) == len(choices(reply))
    for part in reply.parts:
        if isinstance(part, Refer):
            assert set(part.contacts) <= set(DIRECTORY.contacts)


def test_every_part_can_be_reached_with_buttons() -> None:
    reached, new = {"overview"}, ["overview"]
    while new:
        for payload in choices(show(new.pop(), Situation(), CODE)):
            view = payload.removeprefix('/meldcode{"step": "').removesuffix('"}')
            if view not in reached:
                reached.add(view)
                if view != CONSULT:
                    new.append(view)
    assert reached == {*VIEWS, CONSULT}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_says_what_to_do_and_what_not_and_is_remembered(step: str) -> None:
    reply = show(step, Situation(), CODE)
    text = shown(reply)
    content = next(each for each in CODE.steps if each.id == step)
    for line in (content.title, *content.how, *content.avoid):
        assert line in text
    assert reply.situation.meldcode == step
    assert reply.situation.role is Role.SCHOOL
    assert choice(following(step)).payload in choices(reply)
    assert choice(CONSULT).payload in choices(reply)


def test_coming_back_offers_the_step_last_shown_first() -> None:
    left = show("step3", Situation(), CODE).situation
    overview = show(None, left, CODE)
    first = overview.parts[0]
    assert isinstance(first, Say)
    assert first.choices
    assert first.choices[0] == choice("step3")
    assert choice("step1") in first.choices


def test_what_is_unknown_gives_the_overview() -> None:
    assert show("step9", Situation(), CODE) == show("overview", Situation(), CODE)


def test_five_questions_two_decisions_three_outcomes() -> None:
    steps = {step.id: step for step in CODE.steps}
    assert len(steps["step4"].weighing_questions) == 5
    assert all(question in shown(show("weigh", Situation(), CODE)) for question in steps["step4"].weighing_questions)
    assert len(steps["step5"].decisions) == 2
    assert all(each.question in shown(show("decisions", Situation(), CODE)) for each in steps["step5"].decisions)
    assert set(steps["step5"].outcomes) == set(OUTCOMES)
    for outcome in OUTCOMES:
        assert steps["step5"].outcomes[outcome].title in shown(show(outcome, Situation(), CODE))


def test_volunteers_have_their_own_way() -> None:
    text = shown(show("volunteers", Situation(), CODE))
    assert "afwegingskader" in text
    assert show("volunteers", Situation(), CODE).situation.role is None


@pytest.mark.parametrize(
    ("step", "after"), [(None, "step1"), ("step1", "step2"), ("step5", "print"), ("talk", "step1")]
)
def test_what_comes_after_a_step(step: str | None, after: str) -> None:
    assert following(step) == after


def test_the_end_points_to_the_page_to_print() -> None:
    assert "/meldcode" in shown(show("print", Situation(), CODE))


def test_the_way_back_into_the_steps() -> None:
    assert back(Situation(meldcode="step2")) == (choice("step2"), choice("choose"))
    assert back(Situation())[0] == choice("overview")


@pytest.mark.parametrize("text", ["steps: []", "meldcode: {title: x}"])
def test_wrong_content_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "meldcode.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError):
        load_meldcode(tmp_path)
