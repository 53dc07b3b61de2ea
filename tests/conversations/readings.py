"""Readings to order: what a recogniser could make of a message, said outright by a test."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from hypothesis import strategies as st

from conversations.events import (
    Evaluated,
    Event,
    Said,
    StaffHandedBack,
    StaffResolved,
    StaffTook,
    StaffWrote,
    Timer,
    TimerDue,
    Undelivered,
    Verdict,
)
from conversations.machine import Understand
from conversations.model import Intent, Language
from conversations.recogniser.reading import Reading

AT = datetime(2026, 9, 14, 13, 0, tzinfo=UTC)

FAMILY = {
    "parent_last_name": ("Diallo",),
    "parent_first_name": ("Fatou",),
    "child_first_name": ("Aïcha",),
    "child_last_name": ("Diallo-Roy",),
    "birth_date": ("2015-09-03",),
    "school": ("Mauril-Bélanger",),
}
FAMILY_TEXT = (
    "Je m'appelle Fatou Diallo, ma fille Aïcha Diallo-Roy est née le 3 septembre 2015, école Mauril-Bélanger"
)


def reading(
    intent: Intent,
    *,
    sure: bool = True,
    second: Intent | None = None,
    language: Language = Language.FRENCH,
    entities: Mapping[str, tuple[str, ...]] | None = None,
    ranked: tuple[Intent, ...] = (),
) -> Reading:
    """A reading of this intent."""
    order = ranked or (intent, Intent.NO_SECURITY_CODE, Intent.VALIDATION_EMAIL_MISSING)
    return Reading(
        intent=intent,
        confidence=0.9 if sure else 0.4,
        language=language,
        entities=entities or {},
        ranked=tuple((each, 0.3) for each in dict.fromkeys(order)),
        second=second,
        sure=sure,
    )


def understood_as(what: Reading) -> Understand:
    """A recogniser that makes this of every message."""

    def understand(text: str, /, *, subject: str = "", quoted: str = "") -> Reading:
        del text, subject, quoted
        return what

    return understand


_WORDS = (
    "", "Diallo", "Fatou Diallo", FAMILY_TEXT, "oui", "non", "1", "la deuxième", "9", "ça ne marche pas",
    "merci, je l'ai reçu", "merci",
    "04/03/2015", "le 4 mars", "née le 31/02/2015", "what is happening with it",
    "Je n'ai pas reçu le code de sécurité",
)  # fmt: skip

readings = st.builds(
    lambda intent, sure, second, language, entities: reading(
        intent, sure=sure, second=second, language=language, entities=entities
    ),
    st.sampled_from(Intent),
    st.booleans() | st.just(True),
    st.none() | st.sampled_from(Intent),
    st.sampled_from(Language),
    st.sampled_from([{}, {}, FAMILY, {"parent_last_name": ("Roy",)}, {"birth_date": ("2014-03-17",)}]),
)
"""Anything that a recogniser could answer."""

said = st.builds(
    lambda text, on_file: Said(AT, text, on_file=on_file),
    st.sampled_from(_WORDS),
    st.sampled_from([False, False, False, True]),
)
hidden = st.builds(
    lambda verdict, contact: Evaluated(AT, verdict, contact),
    st.sampled_from(Verdict),
    st.none() | st.just("contact-7"),
) | st.just(Undelivered(AT, "contact-7"))
happened: st.SearchStrategy[Event] = (
    st.builds(lambda timer: TimerDue(AT, timer), st.sampled_from(Timer))
    | st.just(StaffTook(AT))
    | st.just(StaffWrote(AT))
    | st.just(StaffHandedBack(AT))
    | st.just(StaffResolved(AT))
)

turns: st.SearchStrategy[tuple[Event, Reading]] = st.tuples(said, readings) | st.tuples(happened, readings)
"""An event that the parent may notice, with what a recogniser makes of it where it is said."""
