"""The desk: takes one event at a time, asks the core, keeps all that follows in one transaction."""

from bot.desk.desk import Desk
from bot.desk.work import Decide, Decision, Evaluator, Inbox, Kind, Note, Taken, TurnFailed, Work

__all__ = [
    "Decide",
    "Decision",
    "Desk",
    "Evaluator",
    "Inbox",
    "Kind",
    "Note",
    "Taken",
    "TurnFailed",
    "Work",
]
