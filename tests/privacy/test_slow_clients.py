"""Who sends or reads too slowly is cut off; others do not notice."""

import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from bot.privacy.slow_clients import MAX_HEADERS
from tests.privacy.sandbox import Sandbox

DEADLINE = 1.0
PATIENCE = 15.0
POST = b"POST /chat/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 20\r\n"


@pytest.fixture(scope="module")
def box(model, tmp_path_factory) -> Iterator[Sandbox]:  # type: ignore[no-untyped-def]
    limits = {
        "SIGNAALWIJZER_REQUEST_SECONDS": str(DEADLINE),
        "SIGNAALWIJZER_LIMIT_CONVERSATION": "5",
        "SIGNAALWIJZER_LIMIT_NETWORK": "40",
        "SIGNAALWIJZER_ADDRESS_HEADER": "X-Network",
        "SIGNAALWIJZER_STATISTICS": "false",
    }
    sandbox = Sandbox(tmp_path_factory.mktemp("limits"), model, **limits)
    with sandbox.running():
        yield sandbox


def connection(box: Sandbox) -> socket.socket:
    address = urlsplit(box.address)
    return socket.create_connection((address.hostname, address.port), timeout=PATIENCE)


def is_cut_off(client: socket.socket, drip: bytes = b"") -> bool:
    """Send ``drip`` a byte at a time; return whether the server ends the connection within PATIENCE seconds."""
    deadline = time.monotonic() + PATIENCE
    client.settimeout(0.2)
    for position in range(10**6):
        if time.monotonic() > deadline:
            return False
        try:
            if drip:
                client.sendall(drip[position % len(drip) :][:1])
            if client.recv(4096) == b"":
                return True
        except TimeoutError:
            continue
        except OSError:
            return True
    return False


@pytest.mark.parametrize(
    ("first", "drip"),
    [
        (b"", b""),
        (b"", b"\r\n"),
        (b"GET /hea", b""),
        (POST, b"X-Slow: a\r\n"),
        (POST + b"\r\n", b""),
        (POST + b"\r\n{", b" "),
    ],
    ids=["silent", "empty lines", "cut line", "slow headers", "no body", "slow body"],
)
def test_a_request_that_does_not_come(box: Sandbox, first: bytes, drip: bytes) -> None:
    with connection(box) as client:
        client.sendall(first)
        assert is_cut_off(client, drip)


def test_a_second_request_that_does_not_come(box: Sandbox) -> None:
    with connection(box) as client:
        client.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"200 OK" in client.recv(4096)
        client.sendall(b"GET /health/live HTTP/1.1\r\nX-Slow: ")
        assert is_cut_off(client, b"a")


def test_headers_without_end(box: Sandbox) -> None:
    with connection(box) as client:
        client.sendall(b"GET / HTTP/1.1\r\n")
        for _ in range(2):
            client.sendall(b"X-Long: " + b"a" * MAX_HEADERS + b"\r\n")
        began = time.monotonic()
        assert is_cut_off(client)
        assert time.monotonic() - began < DEADLINE / 2, "cut off for their size, not for their slowness"


def test_slow_clients_do_not_hold_up_others(box: Sandbox) -> None:
    slow = [connection(box) for _ in range(100)]
    try:
        for client in slow:
            client.sendall(POST)
        assert httpx.get(f"{box.address}/health/live", timeout=5).status_code == 200
    finally:
        for client in slow:
            client.close()


def test_too_many_messages_in_a_conversation(box: Sandbox) -> None:
    session = str(box.post(body={}, headers={"X-Network": "192.0.2.1"}).json()["session"])
    answers = [box.says(session, "hallo", headers={"X-Network": "192.0.2.1"}) for _ in range(7)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert int(refused[0].headers["retry-after"]) >= 1
    assert refused[0].json()["error"]["code"] == "too_many"
    assert refused[0].json()["contacts"][0]["id"] == "noodnummer_112"
    # Erasing is always possible.
    assert box.post("/chat/end", {"session": session}).status_code == 204


def test_too_many_messages_from_a_network(box: Sandbox) -> None:
    def status(address: str) -> int:
        return box.post(body={}, headers={"X-Network": address}).status_code

    # Sixty neighbours, one message each: the network has its share, not each address.
    assert 429 in [status(f"198.51.100.{number}") for number in range(60)]
    assert status("203.0.113.8") == 200


def test_metrics_are_for_this_machine_and_hold_no_text(box: Sandbox) -> None:
    metrics = httpx.get(f"{box.address}/metrics")
    assert metrics.status_code == 200
    assert 'signaalwijzer_answers_total{status="200"}' in metrics.text
    assert all(line.startswith(("# TYPE signaalwijzer_", "signaalwijzer_")) for line in metrics.text.splitlines())
    assert httpx.get(f"{box.address}/metrics", headers={"host": "www.signaalwijzer.nl"}).status_code == 404


def test_switched_off_counters_make_no_table(box: Sandbox) -> None:
    assert box.post("/chat/tapped", {"contact": "fier"}, headers={"X-Network": "192.0.2.9"}).status_code == 204
    with box.engine().connect() as database:
        tables = set(database.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars())
    assert "sessions" in tables
    assert "counts" not in tables
