"""What is certain without a model: whole messages of one or two known words, bare numbers, no words at all."""

from __future__ import annotations

import re

from conversations.model import Intent
from conversations.recogniser.features import plain

_SAID = {
    Intent.AFFIRM: """oui|ouais|ouii+|ok|okay|k|d accord|dac|dacc|exact|exactement|correct|c est correct|c est exact
        |c est bon|c est ca|c est bien ca|parfait|tout a fait|absolument|bien sur|certainement|oui merci|oui svp|oui s il vous plait
        |oui c est ca|oui c est exact|oui c est correct|oui tout est correct|tout est correct|tout est bon|je confirme|oui je confirme|confirme
        |yes|yep|yeah|yup|ya|yes please|yes thanks|yes that s right|that s right|that s correct|yes correct|correct yes|right
        |sure|of course|confirmed|i confirm|all correct|all good yes|si|wi|oui oui|yes yes|allez y|vas y|go ahead""",
    Intent.DENY: """non|nan|nn|no|nope|nah|non merci|no thanks|non pas du tout|pas du tout|non c est pas ca|c est pas ca
        |ce n est pas ca|non ce n est pas ca|ce n est pas correct|non ce n est pas correct|c est faux|faux|incorrect|pas correct
        |not correct|no that s wrong|that s wrong|wrong|that is not right|that s not right|not right|non non|no no|pas exact""",
    Intent.CANCEL: """stop|arret|arreter|arretez|annuler|annulez|annule|cancel|laissez tomber|laisse tomber|oubliez ca|oublie ca
        |oubliez|never mind|nevermind|forget it|recommencer|on recommence|start over|start again|restart|laissez faire|quit|abort""",
    Intent.THANKS: """merci|merci beaucoup|merci bien|mille mercis|mrc|thx|thanks|thank you|ty|merci infiniment|thanks a lot
        |thank you so much|thank you very much|un grand merci|merci a vous|many thanks|ca marche merci|it works thanks|merci bonne journee""",
    Intent.GREETING: """bonjour|bonsoir|salut|allo|hello|hi|hey|coucou|bjr|slt|good morning|good afternoon|good evening|bon matin
        |bonjour a vous|hi there|hello there|salam|bonjour madame|bonjour monsieur|bonne journee|start""",
    Intent.HUMAN: """agent|humain|un humain|une personne|un agent|human|operator|a person|a human|parler a quelqu un|real person|representative""",
}  # fmt: skip
_BY_WORDS = {phrase.strip(): intent for intent, said in _SAID.items() for phrase in re.split(r"\|", said)}
_WORDS = re.compile(r"[a-z0]+")
_MARKS = {"👍": Intent.AFFIRM, "👎": Intent.DENY, "🙏": Intent.THANKS, "✅": Intent.AFFIRM, "❌": Intent.DENY, "👋": Intent.GREETING}  # fmt: skip
_SHORT = 60
_CODE = re.compile(r"(?=\S*\d)[A-Za-z0-9][A-Za-z0-9-]{3,23}")
_NO_FIRST = re.compile(r"\s*(?:non|nan|no|nope|nah)\b[\s,.;:!-]+(?=\S)", re.IGNORECASE)


def certain(text: str) -> tuple[Intent, str] | None:
    """The intent that a tidied text certainly has, and the rule that says so."""
    if len(text) > _SHORT:
        return None
    found = _WORDS.findall(plain(text))
    said = " ".join(found)
    if said in _BY_WORDS:
        return _BY_WORDS[said], "rule: whole message"
    if not any(character.isalnum() for character in text):
        return next((_MARKS[mark] for mark in text if mark in _MARKS), Intent.OUT_OF_SCOPE), "rule: no words"
    if not any(character.isalpha() for character in text):
        return Intent.INFORM, "rule: bare number"
    if _CODE.fullmatch(text):
        return Intent.INFORM, "rule: bare code"
    return None


def begins_with_no(text: str) -> bool:
    """Whether a message opens with "no" and goes on."""
    return bool(_NO_FIRST.match(text))
