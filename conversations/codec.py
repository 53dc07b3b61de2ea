"""Conversations, events and effects as JSON-able dicts, for the store.

Keys that are unknown are passed over and keys that lack take their default, so that a newer and an
older version of the bot can read each other's rows. A value that cannot be what the field says is a
ValueError: a stage is never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from conversations import effects, events
from conversations.effects import Effect
from conversations.events import Event
from conversations.model import Conversation

EVENTS: Mapping[str, type[Event]] = {
    "said": events.Said,
    "timer_due": events.TimerDue,
    "evaluated": events.Evaluated,
    "undelivered": events.Undelivered,
    "staff_took": events.StaffTook,
    "staff_wrote": events.StaffWrote,
    "staff_handed_back": events.StaffHandedBack,
    "staff_resolved": events.StaffResolved,
}
EFFECTS: Mapping[str, type[Effect]] = {
    "say": effects.Say,
    "evaluate": effects.Evaluate,
    "resend": effects.Resend,
    "hand_over": effects.HandOver,
    "remind": effects.Remind,
    "cancel_reminders": effects.CancelReminders,
    "close": effects.Close,
}
_EVENT_NAMES = {kind: name for name, kind in EVENTS.items()}
_EFFECT_NAMES = {kind: name for name, kind in EFFECTS.items()}


def to_json(conversation: Conversation) -> dict[str, Any]:
    """A conversation as a dict; what has its default value is left out."""
    return _dump(conversation)


def from_json(stored: Mapping[str, Any]) -> Conversation:
    """The conversation that `to_json` wrote; ValueError where a value cannot be read."""
    read: Conversation = _load(Conversation, stored)
    return read


def event_to_json(event: Event) -> dict[str, Any]:
    """An event as a dict; its kind stands under `event`."""
    return {"event": _EVENT_NAMES[type(event)], **_dump(event)}


def event_from_json(stored: Mapping[str, Any]) -> Event:
    """The event that `event_to_json` wrote; ValueError for a kind that is not known."""
    kind = EVENTS.get(str(stored.get("event")))
    if kind is None:
        raise ValueError(f"no such event: {stored.get('event')!r}")
    read: Event = _load(kind, stored)
    return read


def effect_to_json(effect: Effect) -> dict[str, Any]:
    """An effect as a dict; its kind stands under `effect`."""
    return {"effect": _EFFECT_NAMES[type(effect)], **_dump(effect)}


def effect_from_json(stored: Mapping[str, Any]) -> Effect:
    """The effect that `effect_to_json` wrote; ValueError for a kind that is not known."""
    kind = EFFECTS.get(str(stored.get("effect")))
    if kind is None:
        raise ValueError(f"no such effect: {stored.get('effect')!r}")
    read: Effect = _load(kind, stored)
    return read


def says_from_json(stored: object) -> list[effects.Say]:
    """The words of a stored reply; ValueError where it holds none, or anything else."""
    if not isinstance(stored, Sequence) or isinstance(stored, str):
        raise ValueError("a reply without words")  # noqa: TRY004  # the stored row is wrong, not the caller
    found = [effect_from_json(each) for each in stored]
    says = [effect for effect in found if isinstance(effect, effects.Say)]
    if not says or len(says) != len(found):
        raise ValueError("a reply of something else than words")
    return says


def _dump(value: Any) -> dict[str, Any]:
    named = ((spec.name, getattr(value, spec.name), _default(spec)) for spec in fields(value))
    return {name: _plain(held) for name, held, default in named if held != default}


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return _dump(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value


def _default(spec: Field[Any]) -> Any:
    return spec.default_factory() if spec.default_factory is not MISSING else spec.default


@cache
def _shape(kind: type[Any]) -> tuple[tuple[str, Any], ...]:
    hints = get_type_hints(kind)
    return tuple((spec.name, hints[spec.name]) for spec in fields(kind))


def _load(kind: Any, stored: Mapping[str, Any]) -> Any:
    try:
        return kind(**{name: _read(hint, stored[name]) for name, hint in _shape(kind) if name in stored})
    except (TypeError, KeyError) as error:
        raise ValueError(f"cannot read a stored {kind.__name__}: {error}") from error


def _read(hint: Any, stored: Any) -> Any:
    origin = get_origin(hint)
    if origin in {Union, UnionType}:
        (inner,) = (part for part in get_args(hint) if part is not NoneType)
        return None if stored is None else _read(inner, stored)
    if origin is tuple:
        return _read_tuple(get_args(hint), stored)
    if is_dataclass(hint) and isinstance(hint, type):
        return _load(hint, stored)
    if hint in {date, datetime}:
        return hint.fromisoformat(stored)
    if hint is timedelta:
        return timedelta(seconds=stored)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(stored)
    if not isinstance(stored, hint):
        raise TypeError(f"{stored!r} is no {hint.__name__}")
    return stored


def _read_tuple(parts: tuple[Any, ...], stored: Any) -> tuple[Any, ...]:
    if not isinstance(stored, list | tuple):
        raise TypeError(f"{stored!r} is no list")
    if len(parts) == 2 and parts[1] is Ellipsis:
        return tuple(_read(parts[0], item) for item in stored)
    return tuple(_read(part, item) for part, item in zip(parts, stored, strict=True))
