"""django-helpdesk's `get_email`, run in a virtual environment of its own.

Arguments: DIR IMAP_PORT SMTP_PORT USER.

Prints "ready" once its database stands, waits for a line on stdin, then reads the whole mailbox once.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path


def main(directory: str, imap_port: str, smtp_port: str, user: str) -> None:
    import django
    from django.conf import settings
    from django.core.management import call_command

    settings.configure(
        SECRET_KEY="benchmark",  # noqa: S106  # a throw-away database on loopback
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.sites",
            "django.contrib.humanize",
            "django.contrib.admin",
            "django.contrib.messages",
            "rest_framework",
            "helpdesk",
        ],
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(Path(directory) / "peer.db")}
        },
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        SITE_ID=1,
        ROOT_URLCONF="peer_urls",
        USE_TZ=True,
        LANGUAGE_CODE="en",
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        DEFAULT_FROM_EMAIL=user,
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=int(smtp_port),
        MEDIA_ROOT=str(Path(directory) / "media"),
        HELPDESK_TEAMS_MODE_ENABLED=False,
        HELPDESK_KANBAN_BOARD_ENABLED=False,
    )
    django.setup()
    logging.disable(logging.CRITICAL)
    call_command("migrate", verbosity=0)

    from helpdesk.models import Queue

    Queue.objects.create(
        title="Portail",
        slug="portail",
        email_address=user,
        allow_email_submission=True,
        email_box_type="imap",
        email_box_host="127.0.0.1",
        email_box_port=int(imap_port),
        email_box_user=user,
        email_box_pass="demo",  # noqa: S106  # the town's password, on loopback
        email_box_imap_folder="INBOX",
        email_box_interval=0,
    )
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    call_command("get_email", quiet=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
