"""What must not be kept is not kept anywhere, and what is secret cannot be read in the database."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.keys import Keys
from bot.store.credentials import INVITATION
from bot.store.schema import invitations
from tests.roster.boards import SETTINGS, Board, Pack, Registry, as_folder, as_zip

MARKER = "Xq7planted"
FORBIDDEN = {
    "users.csv": "password identifier userMasterIdentifier username userIds sms phone middleName pronouns grades metadata.oen",
    "demographics.csv": "sex americanIndianOrAlaskaNative asian blackOrAfricanAmerican countryOfBirthCode cityOfBirth metadata.race",
    "orgs.csv": "identifier metadata.x",
    "roles.csv": "userProfileSourcedId metadata.y",
    "contacts.csv": "password oen phone courtOrderText",
}
OTHERS = ("enrollments.csv", "userprofiles.csv", "classes.csv")


def marked() -> dict[str, bytes]:
    """A bundle with a marker in each column that is not on the list, and one fault in each file."""
    board = Board()
    board.family(1, language="fr")
    board.family(2, accountState="asleep", portalAccess="perhaps", codeExpiresAt="never")
    board.change("users.csv", "p2", email="nobody")
    board.change("demographics.csv", "c2", birthDate="1/05/2023")
    for file, columns in FORBIDDEN.items():
        for row in board.rows[file]:
            row.update(dict.fromkeys(columns.split(), MARKER))
    return {**board.files(), **dict.fromkeys(OTHERS, f"sourcedId,password\r\n{MARKER},{MARKER}\r\n".encode())}


@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize("pack", [as_folder, as_zip])
def test_passwords_numbers_and_origins_are_kept_in_no_table_and_no_report(
    registry: Registry,
    tmp_path: Path,
    pack: Pack,
    keep: bool,
) -> None:
    report = registry.bring(pack(tmp_path / "bundle", marked()), keep=keep)
    assert report.students == 2
    assert len(report.findings) == 5
    assert MARKER not in registry.everything()
    assert MARKER not in str(report)


def test_a_report_names_places_and_never_people(registry: Registry) -> None:
    report = str(registry.bring(marked()).findings) + str(registry.bring(marked()).as_json())
    assert not {
        word for word in ("Fatou", "Diallo", "Aïcha", "nobody", "asleep", "1/05", "CODE") if word in report
    }


def test_a_code_is_encrypted_in_the_database_and_opens_with_the_key(registry: Registry) -> None:
    board = Board()
    board.family(1, securityCode="K7Q2M9XA")
    registry.bring(board)
    assert "K7Q2M9XA" not in registry.everything()
    sealed = str(registry.one(invitations, "p1")["sealed_code"])
    assert Keys(SETTINGS.secret_key).unseal(INVITATION, sealed) == "K7Q2M9XA"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_neither_a_code_nor_a_password_is_anywhere_in_the_files_of_the_database(
    registry: Registry, tmp_path: Path
) -> None:
    board = Board()
    board.family(1, securityCode="K7Q2M9XA")
    board.change("users.csv", "p1", password=MARKER)
    registry.bring(board)
    written = b"".join(file.read_bytes() for file in tmp_path.glob("guichet.db*"))
    assert b"Diallo1" in written
    assert b"K7Q2M9XA" not in written
    assert MARKER.encode() not in written
