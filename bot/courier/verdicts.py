"""What a failure means for a parcel. Chance is given, so that the rule itself has none."""

from __future__ import annotations

from dataclasses import dataclass

from bot.courier.parcels import Claimed, Dead, Later
from bot.errors import OutcomeUnknown, ProviderAway, ProviderRefused


@dataclass(frozen=True, slots=True)
class Patience:
    """Tries of one parcel, and the ceiling of the first wait in seconds; each failure doubles it."""

    tries: int = 8
    first: float = 30.0
    longest: float = 3600.0

    def ceiling(self, attempts: int) -> float:
        """The longest wait after this many attempts."""
        return min(self.longest, self.first * 2.0 ** (attempts - 1))


def after_failure(claimed: Claimed, error: Exception, patience: Patience, chance: float) -> Later | Dead:
    """Full jitter: `chance` in [0, 1) of the ceiling (Brooker, "Exponential Backoff and Jitter").

    Where nobody knows whether it left, and for errors nobody foresaw, once more under the same key.
    """
    parcel = claimed.parcel
    match error:
        case ProviderRefused():
            return Dead(parcel, str(error), refused=True)
        case ProviderAway() if not isinstance(error, OutcomeUnknown):
            told, doubtful = str(error), False
        case OutcomeUnknown():
            told, doubtful = str(error), True
        case _:
            told, doubtful = f"the carrier failed: {type(error).__name__}", True
    if parcel.attempts >= patience.tries or (doubtful and claimed.doubtful):
        return Dead(parcel, told, refused=False)
    asked = error.wait if isinstance(error, ProviderAway) and error.wait else 0.0
    wait = max(asked, patience.ceiling(parcel.attempts) * chance)
    # A doubt stays: a later "away" proves nothing about the try that may have got through.
    return Later(parcel, told, wait, doubtful=doubtful or claimed.doubtful)
