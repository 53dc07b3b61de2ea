"""`guichet replay FILE.json`: what would the bot do with this update?"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.handlers.explain import explain
from bot.settings import Settings
from tests.handlers.updates import body, message, press


def told(update: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(explain(body(update).encode(), Settings())))
    return found


def test_words_in_private_go_to_the_core() -> None:
    found = told(message(text="g pa recu le code"))
    assert (found["deed"], found["step"]["intent"]) == ("heard", "no_security_code")


@pytest.mark.parametrize(
    ("update", "deed"),
    [
        (message(text="g pa recu le code svp", private=False), "askedinpublic"),
        (message(text="/aide"), "told"),
        (message(text="/langue en"), "switched"),
        (press("anything"), "told"),
        ({"update_id": 1, "channel_post": {}}, "passed"),
        ({"update_id": 1, "message": 7}, None),
    ],
)
def test_all_else_is_named_and_reaches_no_case(update: object, deed: str | None) -> None:
    found = told(update)
    assert (found["deed"], found["step"]) == (deed, None)


def test_the_command_takes_a_file(tmp_path: Path) -> None:
    file = tmp_path / "update.json"
    file.write_text(body(message(text="Bonjour")))
    done = subprocess.run(
        [sys.executable, "-m", "bot", "replay", str(file)], check=True, capture_output=True, text=True
    )
    assert json.loads(done.stdout)["deed"] == "heard"
