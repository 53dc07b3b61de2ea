"""Keys for each purpose, all derived from the one secret that lives outside the database."""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import SettingsError

LONGEST_NUMBER = 19
"""Digits of the largest 64-bit number."""


class Keys:
    """Purpose-bound keys (HKDF, RFC 5869) of `secret`, the operator's GUICHET_SECRET_KEY."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._derived: dict[str, bytes] = {}

    def _key(self, purpose: str) -> bytes:
        if purpose not in self._derived:
            hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"guichet/{purpose}".encode())
            self._derived[purpose] = hkdf.derive(self._secret)
        return self._derived[purpose]

    def tag(self, purpose: str, message: str, length: int = 32) -> str:
        """A keyed tag in lower-case base32 without padding, `length` characters (5 bits each)."""
        digest = hmac.new(
            self._key(purpose), message.encode("utf-8", "surrogatepass"), hashlib.sha256
        ).digest()
        return base64.b32encode(digest).decode().rstrip("=").lower()[:length]

    def matches(self, purpose: str, message: str, tag: str) -> bool:
        """Whether `tag` was made by `tag()`; compared in constant time."""
        expected = self.tag(purpose, message, len(tag) or 1)
        return len(tag) >= 16 and hmac.compare_digest(
            expected.encode(), tag.lower().encode("utf-8", "replace")
        )

    def ticket(self, purpose: str, number: int) -> str:
        """A link token that stands for row `number` and cannot be guessed: 128 bits of tag."""
        return f"{number}-{self.tag(purpose, str(number), 26)}"

    def number_on(self, purpose: str, ticket: str) -> int | None:
        """The row that a ticket stands for; None when it was not made by `ticket()`."""
        number, _, tag = ticket.partition("-")
        if not (number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER) or len(tag) != 26:
            return None
        return int(number) if self.matches(purpose, number, tag) else None

    def seal(self, purpose: str, plain: str) -> str:
        """Encrypt a short text (Fernet: AES-128-CBC with HMAC) for keeping in the database."""
        return _fernet(self._key(purpose)).encrypt(plain.encode()).decode()

    def unseal(self, purpose: str, sealed: str) -> str:
        """Undo `seal`. Raises SettingsError when the secret is not the one that sealed it."""
        try:
            return _fernet(self._key(purpose)).decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise SettingsError(
                "GUICHET_SECRET_KEY is not the one this database was written with: put the former one back"
            ) from None


@cache
def _fernet(key: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(key))
