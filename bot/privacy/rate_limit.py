"""Rate limits that know no addresses: for each network, for each conversation and for everybody together.

A network is the /24 (IPv4) or /64 (IPv6) of an address. It is known only as an HMAC under a random key in memory; every
ten minutes a new key takes its place and all counts are forgotten, so nothing can be tied to an address afterwards.
"""

import hmac
import ipaddress
import math
import secrets
import time
from collections.abc import Callable

ROTATE_SECONDS = 600
_KEY_BYTES = 32
# More entries than this are no visitors: then the limit for everybody has to hold.
_MOST_ENTRIES = 100_000


class TooMany(Exception):
    """A limit was reached; ``retry_after`` is in whole seconds, at least 1."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


def network(address: str) -> str:
    """Return the network that ``address`` lies in; "unknown" when it is no IP address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    prefix = 24 if parsed.version == 4 else 64
    return str(ipaddress.ip_network((parsed, prefix), strict=False))


class RateLimit:
    """Limits in messages a minute; that many may come at once, after that they come back evenly.

    ``clock`` returns seconds that only go forward.
    """

    def __init__(
        self,
        per_network: int,
        per_conversation: int,
        per_server: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._per_network = per_network
        self._per_conversation = per_conversation
        self._per_server = per_server
        self._clock = clock
        self._rotate()

    def _rotate(self) -> None:
        self._key = secrets.token_bytes(_KEY_BYTES)
        # For each HMAC the moment at which its last message would have been due if messages came evenly.
        self._due: dict[bytes, float] = {}
        self._rotates_at = self._clock() + ROTATE_SECONDS

    def pass_network(self, address: str | None) -> None:
        """Count a request of the network that ``address`` lies in.

        Raises:
            TooMany: the network has had its share.
        """
        self._pass(b"network " + network(address or "").encode(), self._per_network)

    def pass_server(self) -> None:
        """Count a request of everybody together.

        Raises:
            TooMany: the server has had as much as it can take.
        """
        self._pass(b"everybody", self._per_server)

    def pass_conversation(self, token: str) -> None:
        """Count a message of the conversation ``token``.

        Raises:
            TooMany: the conversation has had its share.
        """
        self._pass(b"conversation " + token.encode(), self._per_conversation)

    def _pass(self, who: bytes, per_minute: int) -> None:
        """Take one message of ``who`` from its share (generic cell rate algorithm)."""
        now = self._clock()
        if now >= self._rotates_at:
            self._rotate()
        # Not hmac.digest: it lets go of Python's lock, and then waits milliseconds for whoever computes meanwhile.
        entry = hmac.new(self._key, who, "sha256").digest()
        step = 60 / per_minute
        due = max(self._due.get(entry, now), now) + step
        wait = due - now - 60
        # Half a step of tolerance keeps rounding from costing the last message of a full share.
        if wait > step / 2:
            raise TooMany(max(1, math.ceil(wait)))
        if entry in self._due or len(self._due) < _MOST_ENTRIES:
            self._due[entry] = due
