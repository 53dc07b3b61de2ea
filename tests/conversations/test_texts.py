"""Every phrase has its words in both languages, and none of them says what it must not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from conversations.effects import Say
from conversations.facts import Refusal
from conversations.flows.asking import QUESTIONS, REFUSALS
from conversations.flows.resend import RECAP_ITEMS, echo
from conversations.guide import entries, name_of
from conversations.model import Care, Conversation, Intent, Kind, Language, Medium, Stage
from conversations.phrases import Phrase
from conversations.texts import LANGUAGES, BlockKind, blanks_of, blocks, line, raw, words

CHAT_SCREEN = 700
ECHOES = {*RECAP_ITEMS}
DAYS = {Phrase.DAY_FIRST, Phrase.DAY_SECOND, Phrase.FACT_WHICH_DAY}


def everything() -> Iterator[tuple[Phrase, Language, Medium, str]]:
    for phrase in Phrase:
        for language in LANGUAGES:
            for medium in Medium:
                yield phrase, language, medium, words(phrase, language, medium)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_has_words_and_no_words_are_astray(language: Language) -> None:
    assert set(raw(language)) == {phrase.value for phrase in Phrase}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_words_are_empty(language: Language) -> None:
    assert all(text.strip() for _, spoken, _, text in everything() if spoken is language)


def test_both_languages_leave_the_same_blanks() -> None:
    for phrase in Phrase:
        blanks = {blanks_of(phrase, language, medium) for language in LANGUAGES for medium in Medium}
        assert len(blanks) == 1, phrase


def test_what_a_parent_typed_stands_in_the_recap_only() -> None:
    typed = {name for name, _ in echo(Conversation(Medium.MAIL))}
    for phrase in Phrase:
        if phrase not in ECHOES:
            assert not blanks_of(phrase, Language.FRENCH) & typed, phrase


def test_no_open_braces_are_left() -> None:
    for phrase, _, _, text in everything():
        assert not re.search(r"[{}]", re.sub(r"\{\w+\}", "", text)), phrase


def test_a_reply_in_chat_fits_a_phone_screen() -> None:
    for intent, entry in entries().items():
        for language in LANGUAGES:
            shown = blocks(Say(entry.answer, items=entry.steps), language, Medium.CHAT)
            assert len("\n".join("\n".join(block.lines) for block in shown)) <= CHAT_SCREEN, (
                intent,
                language,
            )
    for phrase, _, medium, text in everything():
        if medium is Medium.CHAT:
            assert len(text) <= CHAT_SCREEN, phrase


def test_french_is_polite_and_set_properly() -> None:
    for phrase, language, _, text in everything():
        if language is Language.FRENCH and phrase is not Phrase.OTHER_LANGUAGE:
            assert not re.search(r"\b(?:tu|te|ton|ta|tes|toi|t')\b", text, re.IGNORECASE), phrase
            assert not re.search(r" [:;?!»]|« ", text), phrase
            assert not re.search(r"[^\s:(][:;?!](?!/)", text.replace("\N{NO-BREAK SPACE}", " ")), phrase


def test_no_words_hold_an_address() -> None:
    for phrase, _, _, text in everything():
        assert "@" not in text, phrase


def test_a_parents_braces_are_not_blanks() -> None:
    assert "{school}" in line(Phrase.RECAP_PARENT, Language.ENGLISH, parent="{school} {0}", school="no")


def test_a_blank_that_nobody_filled_is_an_error() -> None:
    with pytest.raises(KeyError):
        line(Phrase.RECAP_PARENT, Language.FRENCH)


def test_items_stand_where_the_words_want_them() -> None:
    say = Say(Phrase.ASK_FACTS, items=(Phrase.FACT_SCHOOL, Phrase.FACT_BIRTH_DATE))
    kinds = [block.kind for block in blocks(say, Language.FRENCH, Medium.MAIL)]
    assert kinds.count(BlockKind.STEPS) == 1
    assert kinds[-1] is BlockKind.PARAGRAPH
    assert BlockKind.PARAGRAPH in kinds


def test_a_conversation_in_a_third_language_is_answered_in_french() -> None:
    assert line(Phrase.WELCOME, Language.OTHER) == line(Phrase.WELCOME, Language.FRENCH)


def test_the_guide_knows_every_request_but_one() -> None:
    requests = {intent for intent in Intent if intent.kind is Kind.REQUEST}
    assert set(entries()) == requests - {Intent.CASE_STATUS}
    for intent, entry in entries().items():
        assert (entry.details is not None) == (intent.care is Care.STAFF), intent
        assert bool(entry.remedies) == (intent.care is Care.ANSWER), intent


def test_each_request_and_a_person_can_be_offered_as_a_choice() -> None:
    assert all(name_of(intent) in Phrase for intent in Intent if intent.kind is Kind.REQUEST)
    assert name_of(Intent.HUMAN) in Phrase


def test_each_refusal_is_explained() -> None:
    assert set(REFUSALS) == set(Refusal)


def test_each_fact_has_its_question() -> None:
    case = replace(Conversation(Medium.CHAT), stage=Stage.COLLECTING)
    assert set(QUESTIONS) == set(case.facts.missing())
