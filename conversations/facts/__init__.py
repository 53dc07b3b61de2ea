"""What a message adds to the five facts."""

from conversations.facts.gathering import Gathered, Understood, gather
from conversations.facts.redaction import redact
from conversations.words.form import LONGEST, Refusal

__all__ = ["LONGEST", "Gathered", "Refusal", "Understood", "gather", "redact"]
