"""Sealing: content that only the holder of the session token can open.

The id of a row is an HMAC of the token and the key is derived from it (HKDF-SHA256), so the database alone opens
nothing and a row cannot be tied to a token without having it. Content is compressed, padded so that rows look alike,
and sealed with ChaCha20-Poly1305; the row id is authenticated with it, so rows cannot be swapped.
"""

import hmac
import json
import os
import zlib
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
LENGTH_BYTES = 4
# A whole check with every question answered fits in one block, so in practice all rows have one length.
PAD_BYTES = 2048
_ROW = b"signaalwijzer row"
_KEY = b"signaalwijzer key"


class SealBroken(Exception):
    """Sealed content that was changed, cut, swapped or sealed with another token."""


def row_id(token: str) -> bytes:
    """Return the 32-byte id of the row that belongs to ``token``."""
    # Not hmac.digest: it lets go of Python's lock, and then waits milliseconds for whoever computes meanwhile.
    return hmac.new(_ROW, token.encode(), "sha256").digest()


def _cipher(token: str) -> ChaCha20Poly1305:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=_KEY).derive(token.encode())
    return ChaCha20Poly1305(key)


def seal(token: str, content: dict[str, Any]) -> bytes:
    """Return ``content`` (JSON values) sealed for ``token``: nonce, then ciphertext."""
    plain = zlib.compress(json.dumps(content, separators=(",", ":")).encode())
    framed = len(plain).to_bytes(LENGTH_BYTES, "big") + plain
    framed += bytes(-len(framed) % PAD_BYTES)
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher(token).encrypt(nonce, framed, row_id(token))


def unseal(token: str, sealed: bytes) -> dict[str, Any]:
    """Return what ``seal`` sealed for the same token.

    Raises:
        SealBroken: another token, or the bytes are not what was sealed.
    """
    nonce, ciphertext = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        framed = _cipher(token).decrypt(nonce, ciphertext, row_id(token))
    except (InvalidTag, ValueError):
        raise SealBroken from None
    length = int.from_bytes(framed[:LENGTH_BYTES], "big")
    content: dict[str, Any] = json.loads(zlib.decompress(framed[LENGTH_BYTES : LENGTH_BYTES + length]))
    return content
