"""The operator's settings: every mistake told at once, nothing secret shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import Limits, Settings, load

SECRET = "0123456789abcdef" * 2


def test_an_empty_environment_gives_the_defaults(tmp_path: Path) -> None:
    settings = load({}, tmp_path)
    assert settings == Settings()
    assert settings.database_url == "sqlite:///guichet.db"
    assert settings.secret_key == ""


def test_all_mistakes_are_listed_at_once(tmp_path: Path) -> None:
    wrong = {
        "GUICHET_DATABASE_URL": "mysql://host/name",
        "GUICHET_IMAP_URL": "imap://user:pass@mail.example/INBOX",
        "GUICHET_SMTP_URL": "smtp://mail.example",
        "GUICHET_MAIL_FROM": "two@addresses.example, other@addresses.example",
        "GUICHET_SECRET_KEY": "short",
        "GUICHET_PORTAL": "pigeon",
        "GUICHET_AUTH_RESULTS": "trust-me",
        "GUICHET_LIMIT_SETS_PER_CASE": "many",
        "GUICHET_CONSOLE_LISTEN": "8080",
        "GUICHET_IMPA_URL": "imaps://user:pass@mail.example",
    }
    with pytest.raises(SettingsError) as caught:
        load(wrong, tmp_path)
    assert {mistake.split()[0] for mistake in caught.value.mistakes} == set(wrong)


def test_mail_servers_are_read_with_escapes_ports_and_folders(tmp_path: Path) -> None:
    settings = load(
        {
            "GUICHET_IMAP_URL": "imaps://help%40board.example:p%2Fw@mail.example/Support/Portail",
            "GUICHET_SMTP_URL": "smtp+starttls://u:p@mail.example:2587",
        },
        tmp_path,
    )
    assert settings.imap
    assert settings.smtp
    assert (settings.imap.user, settings.imap.password) == ("help@board.example", "p/w")
    assert (settings.imap.port, settings.imap.folder, settings.imap.security) == (
        993,
        "Support/Portail",
        "tls",
    )
    assert (settings.smtp.port, settings.smtp.security) == (2587, "starttls")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_plain_servers_are_allowed_on_loopback(tmp_path: Path, host: str) -> None:
    settings = load({"GUICHET_IMAP_URL": f"imap://u:p@{host}:1143/INBOX"}, tmp_path)
    assert settings.imap
    assert settings.imap.security == "plain"


def test_the_environment_outranks_the_dotenv_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        f"# the operator's notes\nexport GUICHET_SECRET_KEY='{SECRET}'\nGUICHET_PORTAL=worklist\nOTHER=1\n"
    )
    settings = load({"GUICHET_PORTAL": "mail"}, tmp_path)
    assert settings.secret_key == SECRET
    assert settings.portal == "mail"


def test_a_secret_is_read_from_a_file_and_never_shown(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SECRET + "\n")
    settings = load({"GUICHET_SECRET_KEY_FILE": str(secret)}, tmp_path)
    assert settings.secret_key == SECRET
    assert SECRET not in repr(settings)


def test_a_secret_file_that_cannot_be_read_is_a_mistake_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        load({"GUICHET_SECRET_KEY_FILE": str(tmp_path / "absent")}, tmp_path)


def test_each_limit_is_a_setting(tmp_path: Path) -> None:
    settings = load({"GUICHET_LIMIT_SETS_PER_CASE": "7", "GUICHET_WAIT_FOLLOW_UP": "12.5"}, tmp_path)
    assert settings.limits == Limits(sets_per_case=7)
    assert settings.waits.follow_up == 12.5


def test_the_board_service_needs_its_key_and_https(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        load({"GUICHET_PORTAL": "http:https://board.example/resend"}, tmp_path)
    with pytest.raises(SettingsError):
        load({"GUICHET_PORTAL": "http:http://board.example/resend", "GUICHET_PORTAL_KEY": SECRET}, tmp_path)
    settings = load(
        {"GUICHET_PORTAL": "http:https://board.example/resend", "GUICHET_PORTAL_KEY": SECRET}, tmp_path
    )
    assert settings.portal == "http:https://board.example/resend"
