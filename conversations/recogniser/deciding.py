"""One message, understood: sure rules first, then the model over the whole and over each sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conversations.model import Care, Intent, Kind
from conversations.recogniser import rules, seconds
from conversations.recogniser.entities import read_entities
from conversations.recogniser.features import plain
from conversations.recogniser.language import detect
from conversations.recogniser.reading import Reading
from conversations.recogniser.sentences import is_ceremony, sentences, tidied

if TYPE_CHECKING:
    from conversations.recogniser.network import Network

Chances = dict[Intent, float]

_CLEAR_SECOND = 0.55
_SENTENCE_WEIGHT = 0.6
_SUBJECT_WEIGHT = 0.7
"""Of a clear subject, where the text itself is not."""
_HAS_INVITATION = 0.15
_OURS = re.compile(r"\bPF-\d", re.IGNORECASE)
"""A case number stands in the subjects that we write."""
_BESIDE = frozenset({Intent.INFORM, Intent.GREETING, Intent.THANKS, Intent.AFFIRM})
_FACTS = frozenset({"child_first_name", "child_last_name", "birth_date", "school", "case_number"})


@dataclass(frozen=True, slots=True)
class _Judged:
    chances: Chances
    second: Intent | None
    because: tuple[str, ...]


def load() -> Network:
    """Bring the model into memory (once); else the first message does.

    Raises StaleModel where it was not made from the corpus beside it.
    """
    from conversations.recogniser.network import the_network

    return the_network()


def recognise(text: str, *, subject: str = "", quoted: str = "") -> Reading:
    """What a parent wants with `text`: their own words, quotes and signature off. Never raises."""
    said, about = tidied(text), tidied(subject)[:200]
    entities = read_entities(said) if said else {}
    ruled = rules.certain(said or about)
    if ruled and not (ruled[0] is Intent.GREETING and about and said):
        return _ruled(ruled, said or about, entities)
    judged = _judge(said, about, quoted)
    return _decided(judged, said or about, entities)


def _ruled(ruled: tuple[Intent, str], text: str, entities: Mapping[str, tuple[str, ...]]) -> Reading:
    intent, rule = ruled
    return Reading(
        intent=intent,
        confidence=0.99,
        language=detect(text),
        entities=entities,
        ranked=_ranked({intent: 0.99}),
        because=(rule,),
    )


def _judge(text: str, subject: str, quoted: str) -> _Judged:
    """The model's word over the whole text, its most telling sentence, and the subject."""
    network = load()
    found = sentences(text)
    chances = _chances(network, "\n".join(found) or ("" if subject else text))
    because: tuple[str, ...] = ()
    second = None
    if len(found) > 1:
        each = [_chances(network, sentence) for sentence in found]
        telling = max(each, key=_asks)
        if _asks(telling) > _asks(chances) * 0.5 and _asks(telling) > 0.3:
            # Facts and thanks round a request say nothing about which request it is.
            asking = [
                sentence for sentence, own in zip(found, each, strict=True) if _best(own) not in _BESIDE
            ]
            chances = _mixed(_chances(network, "\n".join(asking)), telling, _SENTENCE_WEIGHT)
            because = ("one sentence",)
        second = _another(each, _best(chances))
    if subject and max(chances.values()) < network.act:
        told = _chances(network, subject)
        if _counts(subject, told):
            chances = _mixed(chances, told, _SUBJECT_WEIGHT)
            because = (*because, "subject")
    if quoted and seconds.holds_invitation(quoted):
        chances = _scaled(chances, seconds.INVITATION_IN_HAND, _HAS_INVITATION)
        because = (*because, "the invitation is quoted")
    return _Judged(chances, second, because)


def _decided(judged: _Judged, text: str, entities: Mapping[str, tuple[str, ...]]) -> Reading:
    network = load()
    ranked = _ranked(judged.chances)
    intent, confidence = ranked[0]
    because = (*judged.because, "model")
    second = judged.second
    has_facts = not _FACTS.isdisjoint(entities)
    if rules.begins_with_no(text) and intent in {
        Intent.INFORM,
        Intent.DENY,
        Intent.AFFIRM,
        Intent.OUT_OF_SCOPE,
    }:
        intent, because = Intent.DENY, ("rule: begins with no",)
        confidence = max(confidence, network.act)
        second = Intent.INFORM if has_facts or any(character.isdigit() for character in text) else None
    elif confidence < network.ask or (
        has_facts and intent is Intent.OUT_OF_SCOPE and confidence < network.act
    ):
        intent = Intent.INFORM if has_facts else Intent.OUT_OF_SCOPE
        because = ("nothing known is near",)
    if intent.kind is Kind.REQUEST:
        second = second or seconds.implied(intent, plain(text)) or (Intent.INFORM if has_facts else None)
    return Reading(
        intent=intent,
        confidence=round(min(confidence, 1.0), 4),
        language=detect(text),
        entities=entities,
        ranked=_first(intent, ranked),
        second=second if second is not intent else None,
        sure=max(confidence, _for_the_same(intent, judged.chances)) >= network.act,
        because=because,
    )


def _for_the_same(intent: Intent, chances: Chances) -> float:
    """How likely an e-mail must be sent again: which one, the account's state decides and not the words."""
    if intent.care is not Care.RESEND:
        return 0.0
    return sum(chance for other, chance in chances.items() if other.care is Care.RESEND)


def _counts(subject: str, told: Chances) -> bool:
    """Whether a subject says more than what it is about: ours never do, nor "Portail Famille"."""
    return not _OURS.search(subject) and not is_ceremony(subject) and _asks(told) >= _CLEAR_SECOND


def _chances(network: Network, text: str) -> Chances:
    return dict(zip(network.intents, map(float, network.probabilities(text)), strict=True))


def _asks(chances: Chances) -> float:
    """How much a sentence asks for something that the help line does."""
    return max(
        chance for intent, chance in chances.items() if intent.kind is Kind.REQUEST or intent is Intent.HUMAN
    )


def _another(each: list[Chances], first: Intent) -> Intent | None:
    """A second request that some sentence states clearly."""
    for chances in sorted(each, key=_asks, reverse=True):
        best = _best(chances)
        if best is not first and _is_wanted(best) and chances[best] >= _CLEAR_SECOND:
            return best
    return None


def _is_wanted(intent: Intent) -> bool:
    return intent.kind is Kind.REQUEST or intent is Intent.HUMAN


def _best(chances: Chances) -> Intent:
    return max(chances, key=chances.__getitem__)


def _mixed(one: Chances, other: Chances, weight: float) -> Chances:
    return {intent: (1 - weight) * one[intent] + weight * other[intent] for intent in one}


def _scaled(chances: Chances, intents: frozenset[Intent], factor: float) -> Chances:
    changed = {intent: chance * (factor if intent in intents else 1) for intent, chance in chances.items()}
    total = sum(changed.values())
    return {intent: chance / total for intent, chance in changed.items()}


def _ranked(chances: Chances) -> tuple[tuple[Intent, float], ...]:
    full = {intent: chances.get(intent, 0.0) for intent in Intent}
    return tuple(sorted(full.items(), key=lambda pair: -pair[1]))


def _first(intent: Intent, ranked: tuple[tuple[Intent, float], ...]) -> tuple[tuple[Intent, float], ...]:
    """The ranking with the intent decided on at its head."""
    head = tuple(pair for pair in ranked if pair[0] is intent)
    return head + tuple(pair for pair in ranked if pair[0] is not intent)
