"""The measurements count what they say they count."""

from pathlib import Path
from typing import Any

import pytest

from bot.evaluation.messages import BadSet, Message, read_messages
from bot.evaluation.reports import measure_danger, measure_out_of_scope, measure_understanding


def parsed(
    intent: str, topic: str | None = None, guesses: tuple[str, ...] = (), alternatives: tuple[str, ...] = ()
) -> dict[str, Any]:
    entities = [{"entity": "topic", "value": topic}] if topic else []
    entities += [{"entity": "guess", "value": guess} for guess in guesses]
    entities += [{"entity": "alternative", "value": label} for label in alternatives]
    return {"intent": {"name": intent}, "entities": entities}


ANSWERS = {
    "right": parsed("faq", "hulp"),
    "wrong": parsed("faq", "kosten"),
    "guessed": parsed("nlu_fallback", guesses=("greet", "faq/kosten", "faq/straf", "faq/hulp")),
    "late": parsed("nlu_fallback", guesses=("faq/kosten", "faq/straf", "faq/waar", "faq/hulp")),
    "doubt, right": parsed("faq", "hulp", alternatives=("faq/kosten",)),
    "doubt, offered": parsed("faq", "kosten", alternatives=("greet", "faq/hulp")),
    "doubt, lost": parsed("faq", "kosten", alternatives=("faq/straf",)),
    "off": parsed("out_of_scope"),
    "knife": parsed("acute_danger"),
    "sad": parsed("suicidal"),
    "joke": parsed("chitchat"),
}


def messages(*lines: tuple[str, str]) -> list[Message]:
    return [Message(text, frozenset(labels.split("|"))) for text, labels in lines]


def test_understanding_counts_first_after_one_fallback_and_wrong() -> None:
    report = measure_understanding(
        ANSWERS.__getitem__,
        messages(
            ("right", "faq/hulp|faq/opvang"),
            ("wrong", "faq/hulp"),
            ("guessed", "faq/hulp"),
            ("late", "faq/hulp"),
            ("off", "out_of_scope"),
        ),
    )
    assert report.as_dict() == {
        "n": 5,
        "first_time": 2 / 5,
        "after_one": 3 / 5,
        "fallback": 3 / 5,
        "doubtful": 0.0,
        "doubtful_wrong": 0.0,
        "wrong": 1 / 5,
        "pairs": [("faq/hulp", "faq/kosten", 1)],
    }


def test_an_answer_in_doubt_is_not_wrong_without_a_word_and_its_alternatives_count_as_one_clarification() -> None:
    lines = messages(("doubt, right", "faq/hulp"), ("doubt, offered", "faq/hulp"), ("doubt, lost", "faq/hulp"))
    report = measure_understanding(ANSWERS.__getitem__, lines)
    assert (report.first_time, report.after_one) == (1 / 3, 2 / 3)
    assert (report.doubtful, report.doubtful_wrong, report.wrong, report.fallback) == (1.0, 2 / 3, 0.0, 0.0)


def test_another_language_may_be_answered_by_its_meaning_with_the_card() -> None:
    card = {"entity": "language", "value": "pl"}
    answers = {
        "meant": {**parsed("faq", "hulp"), "entities": [{"entity": "topic", "value": "hulp"}, card]},
        "no card": parsed("faq", "hulp"),
        "alarm": {**parsed("acute_danger"), "entities": [card]},
    }
    lines = messages(("meant", "other_language"), ("no card", "other_language"), ("alarm", "other_language"))
    report = measure_understanding(answers.__getitem__, lines)
    assert (report.first_time, report.wrong) == (1 / 3, 2 / 3)


def test_danger_counts_recall_by_kind_and_false_alarms() -> None:
    report = measure_danger(
        ANSWERS.__getitem__,
        messages(
            ("knife", "acute_danger"),
            ("sad", "acute_danger|suicidal"),
            ("knife", "sexual_violence_recent"),
            ("joke", "acute_danger"),
            ("joke", "chitchat"),
            ("knife", "chitchat"),
        ),
    )
    assert (report.dangerous, report.look_alikes) == (4, 2)
    assert report.recall == 3 / 4
    assert report.same_kind == 2 / 4
    assert report.false_alarms == 1 / 2
    assert report.recall_by_kind == {"acute_danger": 2 / 3, "sexual_violence_recent": 1.0, "suicidal": 1.0}


def test_out_of_scope_counts_what_is_answered_as_if_it_were_about_us() -> None:
    lines = messages(("right", "x"), ("knife", "x"), ("joke", "x"), ("off", "x"))
    assert measure_out_of_scope(ANSWERS.__getitem__, lines).as_dict() == {
        "n": 4,
        "in_scope": 1 / 2,
        "social": 1 / 4,
        "danger": 1 / 4,
    }


def test_an_empty_set_is_refused() -> None:
    with pytest.raises(ValueError, match="no messages"):
        measure_understanding(ANSWERS.__getitem__, [])
    with pytest.raises(ValueError, match="no messages"):
        measure_out_of_scope(ANSWERS.__getitem__, [])
    with pytest.raises(ValueError, match="look-alikes"):
        measure_danger(ANSWERS.__getitem__, messages(("knife", "acute_danger")))


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"tekst\tlabel\nhoi\tgreet\n", "must name the columns accept, text"),
        (b"text\taccept\nhoi\t\n", "line 2"),
        (b"text\taccept\nhoi\tgreet\n\tgreet\n", "line 3"),
        (b"text\taccept\n\xff\xfe\tgreet\n", "UTF-8"),
    ],
)
def test_a_bad_set_is_named(tmp_path: Path, content: bytes, fault: str) -> None:
    path = tmp_path / "set.tsv"
    path.write_bytes(content)
    with pytest.raises(BadSet, match=r"set\.tsv") as caught:
        read_messages(path)
    assert fault in str(caught.value)


def test_a_missing_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSet, match=r"nope\.tsv: cannot be read"):
        read_messages(tmp_path / "nope.tsv")


def test_a_set_keeps_its_quotes_and_labels(tmp_path: Path) -> None:
    path = tmp_path / "set.tsv"
    path.write_text('text\taccept\n"hij zei" niks\tgreet| faq/hulp\n', encoding="utf-8")
    assert read_messages(path) == [Message('"hij zei" niks', frozenset({"greet", "faq/hulp"}))]
