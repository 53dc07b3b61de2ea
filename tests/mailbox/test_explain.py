"""`guichet replay`: what would the bot do with this mail?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.mailbox.explain import explain
from bot.settings import Settings
from tests.mailbox.makers import HELP_LINE, THREADS, raw_mail

SETTINGS = Settings(mail_from=HELP_LINE, secret_key="a secret of at least thirty-two characters")
MAILS = sorted((Path(__file__).parent.parent / "mails").glob("*.eml"))


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_each_mail_is_explained_as_json_and_only_a_persons_leads_to_words(path: Path) -> None:
    told = json.loads(json.dumps(explain(path.read_bytes(), SETTINGS)))
    assert told["kind"] == path.stem.split("_", maxsplit=1)[0]
    assert told["answered"] == (told["kind"] == "person")
    assert (told["step"] is not None) == told["answered"]
    if told["answered"]:
        assert any(effect["effect"] == "say" for effect in told["step"]["effects"])


def test_a_reply_names_its_case_and_its_border() -> None:
    border = "Authentication-Results: mx.cepeo.example; dmarc=pass header.from=example.org"
    reply = f"In-Reply-To: {THREADS.message_id(7, 'reply/1')}"
    raw = raw_mail("oui", "fatou@example.org", "<1@example.org>", "Re", border, reply)
    told = explain(
        raw,
        Settings(
            mail_from=HELP_LINE, secret_key=SETTINGS.secret_key, auth_results="generic:mx.cepeo.example"
        ),
    )
    assert told["case"] == 7
    assert told["vouched"]
    assert explain(raw, SETTINGS)["doubt"] == "off"


def test_without_settings_it_is_explained_all_the_same() -> None:
    assert explain(raw_mail(), Settings())["answered"]
