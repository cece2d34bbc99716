"""The report on the training data fails for what it promises to fail for, and passes on what we have."""

from pathlib import Path

from bot.settings import ROOT
from scripts.nlu_report import near_duplicates, plain, read_examples, report


def test_plain_sees_through_spelling() -> None:
    assert plain("Kheb  NIKS!!") == plain("ik heb niets")


def test_minimum_and_conflict_and_leak_are_named() -> None:
    found = report(
        [("greet", "hallo"), ("goodbye", "Hallo!"), ("faq/hulp", "waar vind ik hier hulp")],
        {"hulp": "hulp"},
        ["Waar vind ik hier hulp?", "hallo"],
    )
    text = "\n".join(found.broken)
    assert "greet: 1 examples" in text
    assert "faq/hulp: 1 examples, at least 60" in text
    assert "is in greet and in goodbye" in text
    assert "100% of the examples contain its key term" in text
    assert text.count("is an evaluation message") == 1


def test_near_duplicates() -> None:
    pairs = list(
        near_duplicates(["ik moet elke dag heel hard werken", "ik moet elke dag heel hard rennen", "iets anders"])
    )
    assert len(pairs) == 1


def test_reads_rasa_files(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(
        'version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - hoi\n    - hallo\n', encoding="utf-8"
    )
    assert list(read_examples(tmp_path)) == [("greet", "hoi"), ("greet", "hallo")]


def test_every_answer_has_examples() -> None:
    topics = {label for label, _ in read_examples(ROOT / "data" / "nlu") if label.startswith("faq/")}
    answers = {f"faq/{path.stem}" for path in (ROOT / "data" / "responses" / "faq").glob("*.yml")}
    assert answers <= topics
