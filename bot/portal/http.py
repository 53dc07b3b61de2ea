"""Portal way `http`: a signed, idempotent order to a service of the board, which sends the mail itself.

POST of {"contact", "kind", "send"} with `Idempotency-Key` and `X-Guichet-Signature: t=SECONDS,v1=HEX`,
where HEX is HMAC-SHA256 over `SECONDS.BODY` under GUICHET_PORTAL_KEY. No address and no name leave.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import http.client
import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass

from bot.errors import OutcomeUnknown, ProviderAway, ProviderRefused
from bot.ports import Credentials, Parcel, Receipt

SECONDS = 15.0
FIRST_SERVER_ERROR = 500
LATER = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class HttpPortal:
    """Implements ports.Carrier for credential parcels. `url` is https, or plain on loopback."""

    credentials: Credentials
    url: str
    key: str
    seconds: float = SECONDS

    async def carry(self, parcel: Parcel) -> Receipt:
        credential = await self.credentials.of(int(str(parcel.payload["send"])))
        order = {"contact": credential.contact, "kind": credential.kind.value, "send": credential.send}
        body = json.dumps(order, sort_keys=True, separators=(",", ":")).encode()
        await asyncio.to_thread(self._post, body, parcel.key)
        return Receipt(note=credential.kind.value)

    def _post(self, body: bytes, key: str) -> None:
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": key,
            "X-Guichet-Signature": signature(self.key, body, int(time.time())),
        }
        request = urllib.request.Request(self.url, body, headers, method="POST")  # noqa: S310  # the settings allow http(s) only
        try:
            _OPENER.open(request, timeout=self.seconds).close()
        except urllib.error.HTTPError as error:
            with error:
                told = f"the board's service answers {error.code}"
                if error.code >= FIRST_SERVER_ERROR or error.code in LATER:
                    raise ProviderAway(told) from error
                raise ProviderRefused(f"{told}: check GUICHET_PORTAL and GUICHET_PORTAL_KEY") from error
        except TimeoutError as error:
            raise OutcomeUnknown("the board's service took the order and did not answer") from error
        except (OSError, http.client.HTTPException) as error:
            raise ProviderAway("the board's service cannot be reached: check GUICHET_PORTAL") from error


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """An order goes where the settings say, or nowhere."""

    def redirect_request(self, *_arguments: object) -> None:
        return None


_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)


def signature(key: str, body: bytes, at: int) -> str:
    """The header that proves an order; `at` in seconds since 1970."""
    digest = hmac.new(key.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"
