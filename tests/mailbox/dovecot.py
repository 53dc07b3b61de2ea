"""A second real IMAP server, where its program is installed: Dovecot, on loopback, for one test."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from pwd import getpwuid

PROGRAM = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
_CONFIG = """
base_dir = {base}/run
log_path = {base}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_location = maildir:{base}/mail/%u
auth_failure_delay = 0
mail_max_userip_connections = 100
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={base}/home/%u
}}
namespace inbox {{
  inbox = yes
  mailbox Envois {{
    auto = create
    special_use = \\Sent
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""


@asynccontextmanager
async def dovecot(password: str) -> AsyncIterator[int]:
    """Dovecot with a mailbox for whoever signs in with `password`; yields its port."""
    assert PROGRAM is not None
    # Not pytest's own folder: that one is closed to the user that Dovecot becomes.
    base = Path(tempfile.mkdtemp(prefix="dovecot-", dir="/tmp"))
    user = "dovecot" if os.getuid() == 0 else getpwuid(os.getuid()).pw_name
    if os.getuid() == 0:
        shutil.chown(base, user, user)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = base / "dovecot.conf"
    config.write_text(_CONFIG.format(base=base, user=user, group=user, password=password, port=port))
    process = await asyncio.create_subprocess_exec(
        PROGRAM, "-F", "-c", str(config), stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await _answers(port)
        yield port
    finally:
        process.terminate()
        await process.wait()
        shutil.rmtree(base, ignore_errors=True)


async def _answers(port: int) -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                return
