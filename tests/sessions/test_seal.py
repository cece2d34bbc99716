"""Only the holder of a token opens what was sealed for it."""

import math
from collections import Counter

import pytest

from bot.guidance.signals import load_signals
from bot.guidance.situation import Age, Answer, Form, Role, Situation
from bot.sessions.seal import NONCE_BYTES, PAD_BYTES, SealBroken, row_id, seal, unseal
from bot.sessions.token import is_token, new_token

CONTENT = {"slots": {"role": "self", "form": "labour"}, "offered": ["/affirm", "/deny"]}
TAG_BYTES = 16


def test_the_holder_of_the_token_opens_it() -> None:
    token = new_token()
    assert unseal(token, seal(token, CONTENT)) == CONTENT


def test_another_token_does_not_open_it() -> None:
    sealed = seal(new_token(), CONTENT)
    with pytest.raises(SealBroken):
        unseal(new_token(), sealed)


def test_a_changed_bit_anywhere_breaks_the_seal() -> None:
    token = new_token()
    sealed = seal(token, CONTENT)
    for position in range(0, len(sealed), 37):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(SealBroken):
            unseal(token, bytes(changed))


@pytest.mark.parametrize("length", [0, 1, NONCE_BYTES, NONCE_BYTES + TAG_BYTES, 500])
def test_a_cut_row_breaks_the_seal(length: int) -> None:
    token = new_token()
    with pytest.raises(SealBroken):
        unseal(token, seal(token, CONTENT)[:length])


def test_the_same_content_never_looks_the_same() -> None:
    token = new_token()
    assert seal(token, CONTENT) != seal(token, CONTENT)


def test_an_empty_and_a_full_conversation_have_the_same_size() -> None:
    signals = {signal: list(Answer)[number % 4] for number, signal in enumerate(load_signals())}
    full = Situation(
        role=Role.RELATIVE,
        form=Form.LABOUR,
        age=Age.UNDER18,
        municipality="'s-Hertogenbosch",
        signals=signals,
        asked=("role", "situation", "age", "papers", "region", *(f"signal:{signal}" for signal in signals)),
        pending="region",
        topic="slachtoffer_of_dader",
    )
    offered = [f'/faq{{"topic": "onderwerp_{number}"}}' for number in range(5)]
    token = new_token()
    sizes = {
        len(seal(token, {"slots": situation.to_slots(), "offered": offered, "notice": 3}))
        for situation in (Situation(), full)
    }
    assert sizes == {NONCE_BYTES + PAD_BYTES + TAG_BYTES}


def test_a_row_id_tells_nothing_of_the_token() -> None:
    token = new_token()
    almost = token[:-1] + ("A" if token[-1] != "A" else "B")
    same = sum(a == b for a, b in zip(row_id(token), row_id(almost), strict=True))
    # A guess that is right but for one character finds a row id that has no more in common than any other:
    # how long a look-up takes can therefore not lead to a token, character by character.
    assert same < 6
    assert token.encode() not in row_id(token)


def test_tokens_are_random() -> None:
    tokens = [new_token() for _ in range(5000)]
    assert len(set(tokens)) == len(tokens)
    assert all(is_token(token) for token in tokens)
    # 43 characters of 64: at least 128 bits even if only half of them were random; measured per position.
    for position in range(42):
        counts = Counter(token[position] for token in tokens)
        entropy = -sum(n / len(tokens) * math.log2(n / len(tokens)) for n in counts.values())
        assert entropy > 5.9


@pytest.mark.parametrize("value", ["", "a" * 42, "a" * 44, "a" * 42 + "!", "a" * 42 + "\n", "../" * 14 + "a", "é" * 43])
def test_what_has_not_the_form_of_a_token_is_none(value: str) -> None:
    assert not is_token(value)
