"""Message-IDs that only this help line can make: they carry their case and a keyed tag.

A number in a subject line proves nothing; a tag in References or In-Reply-To does, since whoever
holds it was sent one of our mails.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.keys import Keys

PURPOSE = "message-id"
UNIQUE_LENGTH, TAG_LENGTH = 16, 20
"""80 and 100 bits in base32; together short enough that no mail program folds the field."""
_OURS = re.compile(r"<g\.(0|[1-9]\d{0,17})\.([a-z2-7]{16})\.([a-z2-7]{20})@([^<>@\s]+)>")


class Threads:
    """Makes and recognises the Message-IDs of the help line `mail_from`."""

    def __init__(self, keys: Keys, mail_from: str) -> None:
        self._keys = keys
        self._domain = mail_from.rpartition("@")[2].lower()

    def message_id(self, conversation: int, key: str) -> str:
        """The Message-ID of the mail that the outbox keeps under `key`: the same at every try."""
        unique = self._keys.tag(f"{PURPOSE}/unique", key, UNIQUE_LENGTH)
        return f"<g.{conversation}.{unique}.{self._tag(conversation, unique)}@{self._domain}>"

    def conversation_of(self, message_id: str) -> int | None:
        """The case of a Message-ID that we made; None for all others, however alike they look."""
        match = _OURS.fullmatch(message_id)
        if match is None or match[4].lower() != self._domain:
            return None
        body = f"{int(match[1])}.{match[2]}"
        return int(match[1]) if self._keys.matches(PURPOSE, body, match[3]) else None

    def first_of(self, message_ids: Iterable[str]) -> int | None:
        """The case of the first Message-ID among these that is ours."""
        cases = (self.conversation_of(each) for each in message_ids)
        return next((case for case in cases if case is not None), None)

    def _tag(self, conversation: int, unique: str) -> str:
        return self._keys.tag(PURPOSE, f"{conversation}.{unique}", TAG_LENGTH)
