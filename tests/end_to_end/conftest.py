"""A running assistant and a visitor for the end-to-end tests."""

from collections.abc import Iterator

import httpx
import pytest

from tests.end_to_end.visitor import Visitor


@pytest.fixture
def visitor(server: str) -> Iterator[Visitor]:
    """A visitor with a conversation of its own."""
    with httpx.Client(base_url=server, timeout=15) as client:
        yield Visitor(client)
