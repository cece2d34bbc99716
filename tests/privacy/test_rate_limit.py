"""Limits count networks without knowing them."""

import gc

import pytest

from bot.privacy.rate_limit import ROTATE_SECONDS, RateLimit, TooMany, network


class Clock:
    """A clock that a test sets, in seconds."""

    def __init__(self) -> None:
        self.now = 50.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", "unknown"),
        ("kanarie", "unknown"),
    ],
)
def test_an_address_is_cut_to_its_network(address: str, expected: str) -> None:
    assert network(address) == expected


def test_a_whole_share_may_come_at_once_and_then_evenly() -> None:
    clock = Clock()
    limit = RateLimit(60, 30, 600, clock)
    for _ in range(60):
        limit.pass_network("192.0.2.1")
    with pytest.raises(TooMany) as refused:
        limit.pass_network("192.0.2.200")
    assert refused.value.retry_after == 1
    clock.now += refused.value.retry_after
    limit.pass_network("192.0.2.1")
    with pytest.raises(TooMany):
        limit.pass_network("192.0.2.1")


def test_another_network_has_its_own_share() -> None:
    limit = RateLimit(1, 30, 600, Clock())
    limit.pass_network("192.0.2.1")
    limit.pass_network("198.51.100.1")
    limit.pass_network("2001:db8::1")
    with pytest.raises(TooMany):
        limit.pass_network("2001:db8::2")


def test_a_conversation_and_the_server_have_theirs() -> None:
    limit = RateLimit(600, 2, 3, Clock())
    limit.pass_conversation("token")
    limit.pass_conversation("token")
    limit.pass_conversation("another")
    with pytest.raises(TooMany) as refused:
        limit.pass_conversation("token")
    assert refused.value.retry_after == 30
    for _ in range(3):
        limit.pass_server()
    with pytest.raises(TooMany):
        limit.pass_server()


def test_after_ten_minutes_all_is_forgotten() -> None:
    clock = Clock()
    limit = RateLimit(1, 30, 600, clock)
    limit.pass_network("192.0.2.1")
    key, entries = limit._key, set(limit._due)
    clock.now += ROTATE_SECONDS
    limit.pass_network("192.0.2.1")
    assert limit._key != key
    assert not entries & set(limit._due)


def test_neither_address_nor_token_is_in_its_memory() -> None:
    limit = RateLimit(60, 30, 600, Clock())
    limit.pass_network("203.0.113.99")
    limit.pass_conversation("geheim-token")
    gc.collect()
    held = repr(vars(limit))
    assert "203.0.113" not in held
    assert "geheim" not in held
