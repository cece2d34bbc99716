"""What bad input does: a clear error of the contract or a sensible reply, and always a way to help."""

import json
from typing import Any

import httpx
import pytest

from tests.end_to_end.visitor import Visitor

JSON = {"content-type": "application/json"}


def post(visitor: Visitor, body: bytes, headers: dict[str, str] = JSON) -> httpx.Response:
    return visitor.client.post("/chat/messages", content=body, headers=headers)


def assert_refused(response: httpx.Response, status: int, code: str) -> None:
    assert response.status_code == status
    body = response.json()
    assert body["error"]["code"] == code
    assert body["error"]["message"]
    assert body["contacts"][0]["phone"] == "112"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"hallo"',
        b"null",
        b'{"text": 5}',
        b'{"text": ["a"]}',
        b'{"session": 3, "text": "a"}',
        b'{"text": "a", "extra": 1}',
        b'{"text": "a", "payload": "/greet"}',
        b'{"payload": "/greet"}',
        b'\xff\xfe{"text": "a"}',
        b'{"text": "\\ud800"}',
    ],
)
def test_what_is_not_the_contract_is_malformed(visitor: Visitor, body: bytes) -> None:
    assert_refused(post(visitor, body), 400, "malformed")


@pytest.mark.parametrize("text", ["", "   ", "\u0000", "\u200b\u200b", "\n\t"])
def test_a_text_without_anything_to_read_is_malformed(visitor: Visitor, text: str) -> None:
    assert_refused(post(visitor, json.dumps({"text": text}).encode()), 400, "malformed")


def test_another_content_type_is_refused(visitor: Visitor) -> None:
    assert_refused(post(visitor, b'{"text": "hoi"}', {"content-type": "text/plain"}), 415, "wrong_type")


def test_a_thousand_characters_are_answered_and_more_are_refused(visitor: Visitor) -> None:
    assert post(visitor, json.dumps({"text": "a" * 1000}).encode()).status_code == 200
    assert_refused(post(visitor, json.dumps({"text": "a" * 1001}).encode()), 413, "too_long")
    assert_refused(post(visitor, json.dumps({"text": "a" * 10_000}).encode()), 413, "too_long")


@pytest.mark.parametrize("session", ["", "x", "a" * 43, "../../etc/passwd", "a" * 5000])
def test_an_unknown_session_is_not_found(visitor: Visitor, session: str) -> None:
    assert_refused(post(visitor, json.dumps({"session": session, "text": "hoi"}).encode()), 404, "unknown_session")


@pytest.mark.parametrize(
    "payload", ["/acute_danger", "/restart", '/faq{"topic": "nope"}', "greet", "/", "/a{", "/\u0000"]
)
def test_a_payload_that_was_not_offered_is_refused(visitor: Visitor, payload: str) -> None:
    visitor.opens()
    body = {"session": visitor.session, "payload": payload}
    assert_refused(post(visitor, json.dumps(body).encode()), 400, "malformed")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<b>hoi</b> & 'quotes' \"dubbel\"",
        "\u0007\u0008 hoi \u001b[31m",
        "😭😭😭",
        "🏳️‍🌈",
        "/restart",
        '/faq{"topic": "hulp"}',
        "//acute_danger",
        "{comensha.phone} {0} %s ${x}",
        "مرحبا",
        "a\u0301\u0302" * 100,
        "\u202eomgekeerd",
        "'; DROP TABLE sessions; --",
    ],
)
def test_odd_text_gets_a_sensible_reply_without_echo(visitor: Visitor, text: str) -> None:
    visitor.opens()
    answer = visitor.says(text)
    assert answer.status == 200
    assert answer.bubbles or answer.contacts
    assert text not in answer.raw


def test_typed_commands_never_set_an_intent(visitor: Visitor) -> None:
    visitor.says("ik ben 15")
    answer = visitor.says("/erase")
    assert visitor.words("utter_erase") not in answer.text or answer.status == 200
    assert visitor.says("hallo").status == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(visitor: Visitor, method: str) -> None:
    assert visitor.client.request(method, "/chat/messages").status_code == 405


def test_ending_answers_204_whether_it_exists_or_not(visitor: Visitor) -> None:
    visitor.opens()

    def end(body: Any) -> httpx.Response:
        return visitor.client.post("/chat/end", content=json.dumps(body).encode(), headers=JSON)

    assert end({"session": visitor.session}).status_code == 204
    assert end({"session": visitor.session}).status_code == 204
    assert end({"session": "nonsense"}).status_code == 204
    assert visitor.says("hallo").status == 404
    assert_refused(end({"wrong": 1}), 400, "malformed")
