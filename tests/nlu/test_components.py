"""Our components keep the contracts of Rasa's own: what they set, how they are stored, and that they keep no text."""

import pickle
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.guidance import conversation
from bot.nlu.encoder import SIZE, encode, head
from bot.nlu.flat_classifier import WHAT_TO_DO, FlatClassifier, support
from bot.nlu.language import LanguageDetector
from bot.nlu.linear import LinearModel, letters, words
from bot.nlu.risk import Observation, RiskCheck
from bot.nlu.risk_patterns import DANGERS, load_patterns
from bot.nlu.sentence_encoder import SentenceEncoder, sentence_vector
from bot.nlu.spelling import SPELLING, SpellingClassifier
from bot.nlu.text import spell
from tests.nlu.conftest import Classify, message

CANARY = "kanarievogel zwartsluis 4711"


def test_encoder_adds_one_vector(encoder: SentenceEncoder) -> None:
    one, two = encoder.process([message("welke hulp is er"), message("HALLO")])
    for each in (one, two):
        vector = sentence_vector(each)
        assert vector is not None
        assert vector.shape == (SIZE,)
        assert vector.dtype == np.float32
        sequence, _ = each.get_dense_features("text", [])
        assert sequence is None


def test_encoder_is_the_same_alone_and_in_a_batch() -> None:
    texts = ["welke hulp is er", "ik wil dood", "hoi"]
    alone = np.stack([encode([text])[0] for text in texts])
    # Weights of eight bits round each batch a little differently.
    for one, other in zip(alone, encode(texts), strict=True):
        assert one @ other / np.linalg.norm(one) / np.linalg.norm(other) > 0.98


def test_readings_of_the_risk_check_get_vectors_too(encoder: SentenceEncoder) -> None:
    (found,) = encoder.process([message("ik ga dood van het lachen. hij staat voor de deur met een mes.")])
    readings = found.get("readings")
    assert any(reading.mended for reading in readings)
    assert {found.get("text"), *(reading.text for reading in readings)} == set(found.get("vectors"))


def test_short_texts_are_the_same_beside_a_long_one() -> None:
    long = "ik werk al maanden zeven dagen in de week voor een man die mijn paspoort heeft en mijn loon niet betaalt"
    assert np.array_equal(encode(["hoi", long])[0], encode(["hoi"])[0])


def test_encoder_reads_nothing_and_much() -> None:
    assert encode([]).shape == (0, SIZE)
    assert np.isfinite(encode(["", "\u200b", "a" * 1000, "ja " * 500])).all()


def test_chances_of_labels_add_up_and_an_unknown_label_is_a_blind_guess() -> None:
    vector = encode(["waar kan ik veilig slapen"])[0]
    assert np.exp(head().chances(vector)).sum() == pytest.approx(1.0, abs=1e-4)
    known, unknown = head().chances_of(("faq/opvang", "faq/nieuw"), vector)
    assert known > unknown == pytest.approx(-np.log(2))


def test_training_messages_get_vectors_unless_nothing_learns_from_them(
    storage: LocalModelStorage, context: ExecutionContext
) -> None:
    for wanted in (True, False):
        config = {**SentenceEncoder.get_default_config(), "in_training": wanted, "batch_size": 2}
        component = SentenceEncoder.create(config, storage, Resource("e"), context)
        data = TrainingData([message(text, "greet") for text in ("hoi", "hallo", "hey")])
        vectors = [sentence_vector(each) for each in component.process_training_data(data).training_examples]
        assert [vector is not None for vector in vectors] == [wanted] * 3


def test_encoder_skips_messages_without_text(encoder: SentenceEncoder) -> None:
    (empty,) = encoder.process([Message({"intent": "greet"})])
    assert sentence_vector(empty) is None


@pytest.mark.parametrize("size", [0, -1, "veel", None])
def test_encoder_refuses_a_bad_batch_size(size: Any) -> None:
    with pytest.raises(InvalidConfigException):
        SentenceEncoder.validate_config({"batch_size": size})


def test_classifier_sets_intent_ranking_and_topic(classify: Classify) -> None:
    (found,) = classify("welke hulp is er")
    ranking = found.get("label_ranking")
    assert ranking[0]["name"] == "faq/hulp"
    assert len(ranking) >= 5
    assert [entry["confidence"] for entry in ranking] == sorted((e["confidence"] for e in ranking), reverse=True)
    assert 0 < sum(entry["confidence"] for entry in ranking) <= 1.0001
    selector = found.get("response_selector")
    assert selector["faq"]["response"]["intent_response_key"] == "faq/hulp"
    assert selector["all_retrieval_intents"] == ["faq"]


def test_classifier_says_when_it_does_not_know(classify: Classify) -> None:
    (found,) = classify("xqzw vbnm")
    assert found.get("intent")["name"] == "nlu_fallback"


def test_classifier_without_vectors_changes_nothing(classifier: FlatClassifier) -> None:
    (found,) = classifier.process([message("hallo")])
    assert found.get("intent") is None


@pytest.mark.parametrize(
    ("labels", "found"),
    [
        (("faq/vriend", "faq/ouder", "faq/straf"), 0.7),
        (("faq/straf", "faq/vriend", "faq/ouder"), 0.4),
        (("disclose_labour", "role_victim", "faq/straf"), 0.7),
    ],
)
def test_labels_that_are_answered_alike_count_together(labels: tuple[str, ...], found: float) -> None:
    assert support(labels, np.array([0.4, 0.3, 0.3])) == pytest.approx(found)


def test_the_guide_answers_the_same_questions_alike() -> None:
    assert {f"faq/{topic}" for topic in conversation.WHAT_TO_DO.values()} == WHAT_TO_DO


def test_a_story_whose_form_is_in_doubt_is_told_apart(classify: Classify) -> None:
    (told,) = classify("welke hulp is er")
    spelling = told.get("spelling")
    labels = ("disclose_sexual", "disclose_labour", "disclose_unclear", "greet")
    # What the encoder thinks of it does not matter: scores are overwhelming, and no share reaches 1.1.
    for scores, form, name, doubtful in (
        ([9.0, 0.0, 0.0, 0.0], 0.8, "disclose_sexual", False),
        ([9.0, 0.0, 0.0, 0.0], 1.1, "disclose_unclear", True),
        ([0.0, 0.0, 9.0, 0.0], 1.1, "disclose_unclear", True),
        ([0.0, 0.0, 9.0, 0.0], 0.8, "disclose_unclear", False),
        ([0.0, 0.0, 0.0, 9.0], 1.1, "greet", False),
    ):
        each = replace(spelling, labels=labels, scores=np.array(scores, np.float32))
        found = Message({"text": "x", "spelling": each}, features=told.features)
        FlatClassifier({**FlatClassifier.get_default_config(), "form": form}).process([found])
        assert (found.get("intent")["name"], found.get("doubtful")) == (name, doubtful)
        ranking = [entry["name"] for entry in found.get("label_ranking")]
        assert ranking[0] == name
        assert len(set(ranking)) == len(ranking) == len(labels)


def test_components_name_what_they_need() -> None:
    assert SpellingClassifier.required_components() == [SentenceEncoder]
    assert FlatClassifier.required_components() == [SentenceEncoder, SpellingClassifier]
    assert RiskCheck.required_components() == [SentenceEncoder, SpellingClassifier]


def test_linear_model_answers_each_question_and_survives_storage(tmp_path: Any) -> None:
    texts = ["welke hulp is er", "waar is hulp", "hallo daar", "hoi hallo"]
    model = LinearModel.fit(texts, ["a", "b", "c", "d"], ["x", "y", "z", "z"])
    assert model.questions == (("a", "b", "c", "d"), ("x", "y", "z"))
    model.save(tmp_path)
    again = LinearModel.load(tmp_path)
    scores = model.scores("hulp graag")
    assert [len(each) for each in scores] == [4, 3]
    for one, other in zip(scores, again.scores("hulp graag"), strict=True):
        assert np.allclose(one, other)
    assert model.scores("waar is hulp")[1].argmax() == 1


@pytest.mark.parametrize("answers", [["a", "a", "b"], ["a", "b", "c", "d"]])
def test_linear_model_refuses_two_labels_and_other_lengths(answers: list[str]) -> None:
    with pytest.raises(ValueError, match=r"three labels|inconsistent"):
        LinearModel.fit(["een", "twee", "drie"], answers)


def test_two_questions_together_are_answered_as_each_alone() -> None:
    texts = ["welke hulp is er", "waar is hulp", "hallo daar", "hoi hallo", "een mes", "met een mes"]
    labels, dangers = ["a", "a", "b", "b", "c", "c"], ["-", "e", "-", "-", "d", "d"]
    together = LinearModel.fit(texts, labels, dangers).scores("hallo mes")
    for scores, answers in zip(together, (labels, dangers), strict=True):
        assert np.allclose(scores, LinearModel.fit(texts, answers).scores("hallo mes")[0])


def test_spelling_is_read_of_the_message_and_of_each_reading(classify: Classify) -> None:
    (found,) = classify("ik ga dood van het lachen. Hij staat voor de DEUR met een mes.")
    spelling = found.get(SPELLING)
    assert spelling.known
    assert len(spelling.labels) == len(spelling.scores) == 7
    assert {reading.spelled for reading in found.get("readings")} | {spell(found.get("text"))} == set(spelling.dangers)
    alone, harmless = (
        classify("hij staat voor de deur met een mes.")[0].get(SPELLING).dangers["hij staat voor de deur met een mes."]
    )
    beside, again = spelling.dangers["hij staat voor de deur met een mes."]
    assert np.array_equal(alone, beside)
    assert harmless == again
    assert DANGERS[int(beside.argmax())] == "acute_danger"


def test_parts_of_a_text() -> None:
    assert words("ik wil, hulp!") == ["ik", "wil", "hulp", "ik wil", "wil hulp"]
    assert words("") == []
    assert set(letters("ja")) == {" j", "ja", "a ", " ja", "ja ", " ja "}


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("hij staat voor de deur met een mes", "acute_danger"),
        ("ik wil niet meer leven", "suicidal"),
        ("ik ben gisteren verkracht", "sexual_violence_recent"),
        (
            "ik zoek een huis. ik kook graag. hij heeft een pistool in zijn hand. en verder gaat het goed.",
            "acute_danger",
        ),
        ("they locked me in the basement", "acute_danger"),
        ("nie chcę żyć", "suicidal"),
        ("меня изнасиловали вчера", "sexual_violence_recent"),
    ],
)
def test_risk_comes_first(classify: Classify, risk: RiskCheck, text: str, danger: str) -> None:
    (found,) = risk.process(classify(text))
    assert found.get("intent") == {"name": danger, "confidence": 1.0}
    assert found.get("label_ranking")[0] == {"name": danger, "confidence": 1.0}
    assert [entry["name"] for entry in found.get("label_ranking")].count(danger) == 1


@pytest.mark.parametrize(
    "text",
    [
        "ik ga dood van het lachen",
        "ik schaam me dood",
        "mijn moeder vermoordt me als ik te laat thuis ben",
        "in die film staat hij met een mes voor de deur",
        "mijn telefoon is dood",
        "in welk jaar was de moord op willem van oranje",
    ],
)
def test_look_alikes_are_no_danger(classify: Classify, risk: RiskCheck, text: str) -> None:
    (found,) = risk.process(classify(text))
    assert found.get("intent")["name"] not in DANGERS


WEIGHTS = {"spelling": 2.0, "pattern": 4.0, "elsewhere": 3.0, "look_alike": 1.0}


def observed(chance: float, **changes: Any) -> Observation:
    """Return what is seen in a message that the encoder takes for acute danger with this chance."""
    meaning = np.log(np.array([1e-9, 1e-9, chance], np.float32))
    seen: dict[str, Any] = {"matched": None, "elsewhere": False, "mended": False, **changes}
    return Observation(meaning, np.zeros(3, np.float32), 0.0, **seen)


def test_evidence_of_both_ways_adds_up() -> None:
    half, danger = observed(0.5).evidence(WEIGHTS)
    assert half == pytest.approx(0.0, abs=1e-4)
    assert danger == "acute_danger"
    matched, of_which = observed(0.5, matched="suicidal").evidence(WEIGHTS)
    assert matched == pytest.approx(4.0, abs=1e-4)
    assert of_which == "suicidal"
    assert observed(0.5, elsewhere=True).evidence(WEIGHTS)[0] == pytest.approx(-3.0, abs=1e-4)
    assert observed(0.5, mended=True).evidence(WEIGHTS)[0] == pytest.approx(-1.0, abs=1e-4)
    assert observed(0.9).evidence(WEIGHTS)[0] > half


def test_danger_in_doubt_is_danger_with_another_meaning(classify: Classify) -> None:
    for sure, in_doubt in ((-1e9, False), (1e9, True)):
        config = {**RiskCheck.get_default_config(), "threshold": -1e9, "unread": 1e9, "sure": sure}
        careful = RiskCheck(config)
        (found,) = careful.process(classify("welke hulp is er"))
        assert found.get("intent")["name"] in DANGERS
        assert found.get("doubtful") is in_doubt
        assert found.get("label_ranking")[1]["name"] == "faq/hulp"
        (nonsense,) = careful.process(classify("grmpf zzzt"))
        assert nonsense.get("intent")["name"] not in DANGERS


def test_danger_words_of_another_language_decide_alone_only_where_the_text_cannot_be_read(
    classify: Classify,
) -> None:
    careful = RiskCheck({**RiskCheck.get_default_config(), "threshold": 1e9, "unread": 1e9})
    assert load_patterns().find_in_others("welke hulp is er na suicide") == "suicidal"
    readable, unreadable = careful.process(classify("welke hulp is er na suicide", "меня изнасиловали вчера"))
    assert readable.get("intent")["name"] not in DANGERS
    assert unreadable.get("intent")["name"] == "sexual_violence_recent"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I need help, I don't speak any Dutch", "en"),
        ("potrzebuję pomocy, nie mówię po holendersku", "pl"),
        ("لا أتكلم الهولندية", "ar"),
        ("я не говорю по-голландски", "ru"),
        ("я не розумію, допоможіть", "uk"),
        ("我不会说荷兰语，请帮帮我", "zh"),
    ],
)
def test_language(storage: LocalModelStorage, context: ExecutionContext, text: str, code: str) -> None:
    detector = LanguageDetector.create(LanguageDetector.get_default_config(), storage, Resource("l"), context)
    (found,) = detector.process([message(text)])
    assert [entity["value"] for entity in found.get("entities")] == [code]
    assert found.get("intent")["name"] == "other_language"


@pytest.mark.parametrize(
    "text", ["hoi", "yo", "help", "ff chillen", "kweenie man", "ok", "ja hoor", "wtf", "mn bff", ""]
)
def test_short_dutch_and_slang_is_dutch(storage: LocalModelStorage, context: ExecutionContext, text: str) -> None:
    detector = LanguageDetector.create(LanguageDetector.get_default_config(), storage, Resource("l"), context)
    (found,) = detector.process([message(text)])
    assert not found.get("entities")


def test_understood_message_in_another_language_keeps_its_intent(
    storage: LocalModelStorage, context: ExecutionContext
) -> None:
    detector = LanguageDetector.create(LanguageDetector.get_default_config(), storage, Resource("l"), context)
    found = message("my boss keeps my passport and I work every day")
    found.set("intent", {"name": "disclose_labour", "confidence": 0.9})
    detector.process([found])
    assert found.get("intent")["name"] == "disclose_labour"


def test_components_keep_no_text(
    encoder: SentenceEncoder, spelling: SpellingClassifier, classifier: FlatClassifier, risk: RiskCheck
) -> None:
    risk.process(classifier.process(spelling.process(encoder.process([message(CANARY)]))))
    for component in (encoder, spelling, classifier, risk):
        state = {name: value for name, value in vars(component).items() if "storage" not in name}
        kept = pickle.dumps([state.get("_model"), state.get("_config")])
        assert b"kanarievogel" not in kept
