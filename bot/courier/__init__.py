"""The courier: carries stored effects out, with pacing, retries and dead letters, never twice on purpose."""

from bot.courier.courier import Courier
from bot.courier.parcels import Claimed, Dead, Gate, Lane, Later, Load, Outbox, Sent, Settlement
from bot.courier.verdicts import Patience, after_failure

__all__ = [
    "Claimed",
    "Courier",
    "Dead",
    "Gate",
    "Lane",
    "Later",
    "Load",
    "Outbox",
    "Patience",
    "Sent",
    "Settlement",
    "after_failure",
]
