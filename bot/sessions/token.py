"""The session token: random, made by the server, held by the visitor's page alone."""

import re
import secrets

# 32 bytes: 256 bits of randomness, 43 characters of URL-safe base64.
_BYTES = 32
_FORM = re.compile(r"[A-Za-z0-9_-]{43}")


def new_token() -> str:
    """Return a new random token of 43 characters."""
    return secrets.token_urlsafe(_BYTES)


def is_token(value: str) -> bool:
    """Whether ``value`` has the form of a token; says nothing of whether it exists."""
    return _FORM.fullmatch(value) is not None
