"""Trying the mail servers, for `guichet check`: one line each, with the remedy."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.errors import GuichetError, ProviderAway
from bot.mailbox.imap import FolderMissing, Session, SignInRefused
from bot.mailbox.send import AUTH_WAIT_SECONDS, Post
from bot.settings import MailServer

SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Finding:
    """`line` says how it is and, where it is not well, how to mend it."""

    well: bool
    line: str


async def check_imap(server: MailServer, seconds: float = SECONDS) -> Finding:
    """Connect, sign in and open the folder."""
    where = f"IMAP {server.host}:{server.port}"
    try:
        async with Session(server, timeout=seconds) as session:
            opened = await session.select(server.folder)
            idle = "" if session.can_idle else ", without push (IDLE): mail is looked for every few seconds"
            return Finding(True, f"{where}: signed in, {server.folder} holds {opened.exists} mails{idle}")
    except FolderMissing:
        return Finding(
            False, f"{where}: there is no folder {server.folder}: correct the end of GUICHET_IMAP_URL"
        )
    except SignInRefused as error:
        if "refuses the user" in str(error):
            return Finding(False, f"{where}: the user name or password is refused: correct GUICHET_IMAP_URL")
        return Finding(
            False, f"{where}: it breaks off at the door: is the port of GUICHET_IMAP_URL an IMAP one?"
        )
    except GuichetError as error:
        return Finding(False, f"{error}: check host and port in GUICHET_IMAP_URL, and that it is reachable")


async def check_smtp(server: MailServer, mail_from: str, seconds: float = SECONDS) -> Finding:
    """Connect and sign in; nothing is sent."""
    where = f"SMTP {server.host}:{server.port}"
    post = Post(server, timeout=seconds)
    try:
        async with asyncio.timeout(seconds * 2):
            await post.try_connection(mail_from)
    except ProviderAway as error:
        if error.wait == AUTH_WAIT_SECONDS:
            return Finding(False, f"{where}: the user name or password is refused: correct GUICHET_SMTP_URL")
        return Finding(False, f"{error}: check host and port in GUICHET_SMTP_URL, and that it is reachable")
    except GuichetError as error:
        return Finding(False, f"{error}: check the scheme in GUICHET_SMTP_URL (smtps or smtp+starttls)")
    except TimeoutError:
        return Finding(False, f"{where} does not answer: check host and port in GUICHET_SMTP_URL")
    signed_in = "signed in" if server.user else "connected"
    return Finding(True, f"{where}: {signed_in}, ready to send as {mail_from}")
