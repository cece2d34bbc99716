"""Sealing: content that only the holder of the session token can open.

Row id and key are both derived from the token (HKDF-SHA256, separate labels), so the database alone opens nothing and a row
cannot be tied to a token without having it. Content is compressed, padded so that its length tells little, and sealed with
ChaCha20-Poly1305; the row id is authenticated with it, so rows cannot be swapped.
"""

import json
import os
import zlib
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
PAD_BYTES = 512


class SealBroken(Exception):
    """Sealed content that was changed, cut, swapped or sealed with another token."""


def _derive(token: str, label: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"signaalwijzer " + label).derive(token.encode())


def row_id(token: str) -> bytes:
    """Return the 32-byte id of the row that belongs to ``token``."""
    return _derive(token, b"row")


def seal(token: str, content: dict[str, Any]) -> bytes:
    """Return ``content`` (JSON values) sealed for ``token``: nonce, then ciphertext."""
    plain = zlib.compress(json.dumps(content, separators=(",", ":")).encode())
    framed = len(plain).to_bytes(4, "big") + plain
    framed += bytes(-len(framed) % PAD_BYTES)
    nonce = os.urandom(NONCE_BYTES)
    return nonce + ChaCha20Poly1305(_derive(token, b"key")).encrypt(nonce, framed, row_id(token))


def unseal(token: str, sealed: bytes) -> dict[str, Any]:
    """Return what ``seal`` sealed for the same token.

    Raises:
        SealBroken: another token, or the bytes are not what was sealed.
    """
    nonce, ciphertext = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        framed = ChaCha20Poly1305(_derive(token, b"key")).decrypt(nonce, ciphertext, row_id(token))
        length = int.from_bytes(framed[:4], "big")
        content = json.loads(zlib.decompress(framed[4 : 4 + length]))
    except (InvalidTag, ValueError, zlib.error):
        raise SealBroken from None
    if not isinstance(content, dict):
        raise SealBroken
    return content
