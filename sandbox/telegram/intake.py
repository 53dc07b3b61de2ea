"""Methods with which the bot gets its updates: by asking, or by a webhook."""

from __future__ import annotations

import re
from typing import Any

from sandbox.telegram.arguments import Arguments
from sandbox.telegram.refusals import bad_request, conflict
from sandbox.telegram.webhook import acceptable
from sandbox.telegram.world import World

Json = dict[str, Any]
MOST = 100
LONGEST_WAIT = 50


async def get_updates(world: World, arguments: Arguments) -> list[Json]:
    if world.webhook.url:
        raise conflict(
            "can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first"
        )
    limit = arguments.integer("limit") or MOST
    if not 1 <= limit <= MOST:
        limit = MOST
    wait = min(max(arguments.integer("timeout") or 0, 0), LONGEST_WAIT)
    world.updates.allow(arguments.array("allowed_updates"))
    return await world.updates.poll(arguments.integer("offset") or 0, limit, wait)


def set_webhook(world: World, arguments: Arguments) -> bool:
    url = arguments.text("url") or ""
    secret = arguments.text("secret_token") or ""
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad_request("secret token contains unallowed characters")
    if url and not acceptable(url):
        raise bad_request("bad webhook: the town delivers by http on this machine only")
    _drop_if_asked(world, arguments)
    world.updates.allow(arguments.array("allowed_updates"))
    if url:
        world.updates.interrupt()
        world.webhook.set(url, secret)
    else:
        world.webhook.clear()
    return True


def delete_webhook(world: World, arguments: Arguments) -> bool:
    _drop_if_asked(world, arguments)
    world.webhook.clear()
    return True


def _drop_if_asked(world: World, arguments: Arguments) -> None:
    if arguments.flag("drop_pending_updates"):
        world.updates.drop()


def get_webhook_info(world: World, _arguments: Arguments) -> Json:
    return world.webhook.info()


METHODS = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
