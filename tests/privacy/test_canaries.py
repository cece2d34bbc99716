"""Words that a visitor types are nowhere to be found, whatever breaks.

One server with parts that break on demand lives through all of it; after each fault everything that it could have
written is searched for the word that was typed then, and at the end for all of them.
"""

import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import text

from bot.sessions.seal import row_id
from tests.privacy.sandbox import Sandbox, contacts_of

EMERGENCY = {"noodnummer_112", "veilig_thuis", "zelfmoordpreventie_113"}
TURN_TIMEOUT = 1.5
FAULTY = ("-m", "tests.privacy.faulty_server")
_used: list[str] = []


@pytest.fixture(scope="module")
def box(model, tmp_path_factory) -> Iterator[Sandbox]:  # type: ignore[no-untyped-def]
    settings = {"SIGNAALWIJZER_TURN_TIMEOUT": str(TURN_TIMEOUT), "SIGNAALWIJZER_SWEEP_SECONDS": "1"}
    sandbox = Sandbox(tmp_path_factory.mktemp("canaries"), model, **settings)
    with sandbox.running(FAULTY):
        yield sandbox


@pytest.fixture
def word(request: pytest.FixtureRequest) -> str:
    """A word of this test's own that no language has."""
    canary = f"kanarie{abs(hash(request.node.name)) % 10**9}zq"
    _used.append(canary)
    return canary


def helped(response: httpx.Response, status: int = 503) -> None:
    """The visitor got the error of the contract, with somebody to turn to, and nothing of the text back."""
    assert response.status_code == status
    assert set(contacts_of(response)) == EMERGENCY
    assert response.headers["content-security-policy"]
    assert not [canary for canary in _used if canary in response.text]


# -- what breaks inside ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["nluraises", "actieraises", "hangs", "recurses", "memory", "exits"])
def test_a_part_that_breaks(box: Sandbox, word: str, fault: str) -> None:
    session = box.opens()
    helped(box.says(session, f"fout-{fault} {word}"))
    assert box.find(word) == []
    # The conversation goes on with the next message.
    assert wait_for(lambda: box.says(session, "hallo").status_code == 200)


@pytest.mark.parametrize("fault", ["prints", "logs", "warns", "thread", "unraisable", "task"])
def test_a_part_that_tells(box: Sandbox, word: str, fault: str) -> None:
    session = box.opens()
    assert box.says(session, f"fout-{fault} {word} hallo").status_code == 200
    assert box.find(word) == []


def test_the_visitor_leaves_while_waiting(box: Sandbox, word: str) -> None:
    session = box.opens()
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{box.address}/chat/messages", json={"session": session, "text": f"fout-hangs {word}"}, timeout=0.3)
    time.sleep(TURN_TIMEOUT)
    assert box.find(word) == []
    assert wait_for(lambda: box.says(session, "hallo").status_code == 200)


def test_an_answer_that_comes_too_late_is_not_kept(box: Sandbox, word: str) -> None:
    session = box.opens()
    assert box.says(session, "ik ben een meisje van 16").status_code == 200
    known = box.content(session)
    helped(box.says(session, f"fout-late ik woon in Zwolle {word}"))
    time.sleep(TURN_TIMEOUT)
    assert box.content(session) == known
    assert box.find(word) == []


# -- the database ------------------------------------------------------------------------------------------------


def test_a_locked_database(box: Sandbox, word: str) -> None:
    session = box.opens()
    lock = sqlite3.connect(box.database, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    try:
        began = time.monotonic()
        helped(box.says(session, f"hallo {word}"))
        assert time.monotonic() - began < 5
    finally:
        lock.execute("ROLLBACK")
        lock.close()
    assert box.find(word) == []
    assert wait_for(lambda: box.says(session, "hallo").status_code == 200)


def test_a_full_disk(box: Sandbox, word: str) -> None:
    session = box.opens()
    try:
        helped(box.says(session, f"fout-diskfull {word}"))
    finally:
        box.says(session, "fout-diskfree")
    assert box.find(word) == []
    assert wait_for(lambda: box.says(session, "hallo").status_code == 200)


def test_a_database_that_is_gone(box: Sandbox, word: str) -> None:
    session = box.opens()
    with box.engine().begin() as connection:
        connection.execute(text("ALTER TABLE sessions RENAME TO gone"))
    try:
        helped(box.says(session, f"hallo {word}"))
        helped(box.post(body={"text": word}))
    finally:
        with box.engine().begin() as connection:
            connection.execute(text("ALTER TABLE gone RENAME TO sessions"))
    assert box.find(word) == []
    assert box.says(session, "hallo").status_code == 200


@pytest.mark.parametrize("sealed", [b"", b"\x00" * 40, b"kapot" * 500])
def test_a_malformed_row(box: Sandbox, word: str, sealed: bytes) -> None:
    session = box.opens()
    with box.engine().begin() as connection:
        connection.execute(text("UPDATE sessions SET sealed = :s WHERE id = :i"), {"s": sealed, "i": row_id(session)})
    helped(box.says(session, f"hallo {word}"), 404)
    assert box.find(word) == []


def test_a_row_sealed_with_another_key(box: Sandbox, word: str) -> None:
    mine, other = box.opens(), box.opens()
    with box.engine().begin() as connection:
        connection.execute(
            text("UPDATE sessions SET sealed = (SELECT sealed FROM sessions WHERE id = :o) WHERE id = :m"),
            {"o": row_id(other), "m": row_id(mine)},
        )
    helped(box.says(mine, f"hallo {word}"), 404)
    assert box.says(other, "hallo").status_code == 200
    assert box.find(word) == []


# -- what comes in -----------------------------------------------------------------------------------------------


def test_words_in_every_part_of_a_request(box: Sandbox, word: str) -> None:
    headers = {"user-agent": word, "referer": f"https://{word}.nl/", "x-forwarded-for": word, "cookie": f"a={word}"}
    body = {"session": box.opens(), "text": f"mijn naam is {word}"}
    response = box.post(f"/chat/messages?q={word}", body, headers=headers)
    assert response.status_code == 200
    assert word not in response.text
    assert not response.headers.get_list("set-cookie")
    assert box.find(word) == []


def test_the_address_that_a_message_comes_from(box: Sandbox) -> None:
    token = box.opens()
    with httpx.Client(transport=httpx.HTTPTransport(local_address="127.77.66.55")) as client:
        said = client.post(f"{box.address}/chat/messages", json={"session": token, "text": "hallo"})
        refused = client.post(f"{box.address}/chat/messages", json={"session": token, "text": ["hallo"]})
    assert (said.status_code, refused.status_code) == (200, 400)
    assert box.find("127.77.66") == []


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        ('{{"text": "{word}"', "application/json", 400),
        ('{{"text": ["{word}"]}}', "application/json", 400),
        ('{{"{word}": 1}}', "application/json", 400),
        ('{{"session": "{word}", "text": "x"}}', "application/json", 404),
        ('{{"session": "{word}", "payload": "/{word}"}}', "application/json", 404),
        ("{word}", "text/plain", 415),
        ("text={word}", "application/x-www-form-urlencoded", 415),
        ('{{"text": "{word} {long}"}}', "application/json", 413),
        ('{{"text": "{word} {huge}"}}', "application/json", 413),
        ("[" * 5000 + "{word}", "application/json", 400),
    ],
    ids=["cut", "list", "key", "session", "payload", "plain", "form", "long", "huge", "deep"],
)
def test_a_request_that_is_refused(box: Sandbox, word: str, content: str, kind: str, status: int) -> None:
    body = content.format(word=word, long="a " * 501, huge="a" * 9000)
    response = httpx.post(f"{box.address}/chat/messages", content=body, headers={"content-type": kind})
    helped(response, status)
    assert box.find(word) == []


def test_bytes_that_are_no_text(box: Sandbox, word: str) -> None:
    body = b'{"text": "' + word.encode() + b'\xff\xfe"}'
    helped(httpx.post(f"{box.address}/chat/messages", content=body, headers={"content-type": "application/json"}), 400)
    assert box.find(word) == []


def test_a_button_that_was_not_offered(box: Sandbox, word: str) -> None:
    helped(box.post(body={"session": box.opens(), "payload": f'/faq{{"topic": "{word}"}}'}), 400)
    assert box.find(word) == []


def test_a_page_that_does_not_exist(box: Sandbox, word: str) -> None:
    assert httpx.get(f"{box.address}/{word}").status_code == 404
    helped(httpx.get(f"{box.address}/chat/{word}"), 404)
    helped(httpx.get(f"{box.address}/chat/messages?{word}"), 405)
    assert box.find(word) == []


def test_what_is_no_http(box: Sandbox, word: str) -> None:
    address = urlsplit(box.address)
    for request in (
        f"{word}\r\n\r\n",
        f"GET /\x00{word} HTTP/1.1\r\n\r\n",
        f"POST / HTTP/1.1\r\n{word}\x01: 1\r\n\r\n",
    ):
        with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
            connection.sendall(request.encode())
            answer = connection.recv(4096)
        assert word.encode() not in answer
    assert box.find(word) == []


# -- the whole conversation, and its end -------------------------------------------------------------------------


def test_what_is_sealed_holds_no_word_of_the_visitor(box: Sandbox, word: str) -> None:
    session = box.opens()
    for sentence in (
        "mijn vriend {} dwingt mij",
        "ik woon in Utrecht bij {}",
        "{}",
        "ik ben 16 en heet {}",
        "wat is {}?",
    ):
        assert box.says(session, sentence.format(word)).status_code == 200
    content = box.content(session)
    assert content["slots"], "the conversation must be about something"
    assert word not in str(content)
    assert not {"vriend", "dwingt", "woon"} & set(str(content).replace("'", " ").split())
    assert box.find(word) == []


def test_killed_while_a_message_is_on_its_way(box: Sandbox, word: str) -> None:
    session = box.opens()
    assert box.says(session, f"ik ben een meisje van 16 {word}").status_code == 200
    known = box.content(session)
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{box.address}/chat/messages", json={"session": session, "text": f"fout-hangs {word}"}, timeout=0.3)
    box.kill()
    assert box.find(word) == []
    box.start(FAULTY)
    # The page still has the token, and the conversation is where it was.
    assert box.content(session) == known
    assert wait_for(lambda: box.says(session, f"wat is een loverboy {word}").status_code == 200)
    assert box.content(session)["slots"]["age"] == known["slots"]["age"]
    assert box.find(word) == []


def test_after_erasing_and_stopping_nothing_is_left(box: Sandbox) -> None:
    session = box.opens()
    assert box.says(session, "hallo").status_code == 200
    with box.engine().begin() as connection:
        others = connection.execute(text("SELECT count(*) FROM sessions")).scalar_one()
    assert box.post("/chat/end", {"session": session}).status_code == 204
    helped(box.says(session, "hallo"), 404)
    with box.engine().begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM sessions")).scalar_one() == others - 1
        connection.execute(text("UPDATE sessions SET idle_until = 0"))
    assert wait_for(lambda: rows(box) == 0), "the sweeper comes by every second here"
    box.stop()
    assert [(canary, box.find(canary)) for canary in _used if box.find(canary)] == []
    assert row_id(session) not in box.database.read_bytes()
    assert box.foreign_output() == []


def test_the_search_finds_what_is_there(box: Sandbox) -> None:
    """Control: the same search finds a word that was written in any of these places."""
    planted = "kanariegeplantzq"
    assert box.find(planted) == []
    (box.folders["TMPDIR"] / "core.1234").write_bytes(b"\x00" + planted.encode("utf-16-le"))
    with box.output.open("a") as output:
        output.write(f"Traceback: {planted}\n")
    with box.engine().begin() as connection:
        connection.execute(text("CREATE TABLE planted (word TEXT)"))
        connection.execute(text("INSERT INTO planted VALUES (:word)"), {"word": planted})
    found = set(box.find(planted))
    assert {"temporary/core.1234", "output.txt"} < found
    assert found & {"database/signaalwijzer.db", "database/signaalwijzer.db-wal"}
    assert len(box.foreign_output()) == 1


def rows(box: Sandbox) -> int:
    """Return how many conversations the database holds."""
    with box.engine().connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM sessions")).scalar_one())


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> bool:
    """Wait until ``condition`` holds; return whether it did in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False
