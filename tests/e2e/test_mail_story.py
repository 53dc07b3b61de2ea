"""The main job from a parent's seat: mails in and out over SMTP and IMAP, nothing but the protocols."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import date, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
import pytest_asyncio

from tests.e2e.families import Parent, ordinary_parents
from tests.e2e.house import House, open_house, words

FRENCH = "Bonjour, je n'ai jamais reçu le code de sécurité."
ENGLISH = "Hello, I never received the security code for the portal."
CODE = re.compile(r"^\s*(?:Code de sécurité|Security code)\s*:?\s*(\S+)\s*$", re.MULTILINE | re.IGNORECASE)


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """One house for all stories: each has parents of its own."""
    async with open_house(tmp_path_factory.mktemp("state")) as house:
        yield house


def code_in(mail: EmailMessage) -> str:
    found = CODE.search(words(mail).replace("\xa0", " "))
    assert found, "the credential mail names its code on a line of its own"
    return found[1]


async def test_a_parent_without_a_code_gets_it_at_the_address_on_file(house: House) -> None:
    tellings = ((FRENCH, False, "une@x.example"), (ENGLISH, True, "two@x.example"))
    for parent, (opening, english, stranger) in zip(
        ordinary_parents(house.families()), tellings, strict=False
    ):
        first = await house.send(stranger, opening)
        [asked] = await house.mails(stranger, 1)
        assert asked["In-Reply-To"] == first["Message-ID"]
        assert asked["Auto-Submitted"] == "auto-replied"
        assert asked["Content-Language"] == ("en" if english else "fr")

        await house.send(stranger, parent.facts(english=english), answering=asked)
        answered = (await house.mails(stranger, 2))[1]
        assert parent.address not in answered.as_string()

        [credential] = await house.mails(parent.address, 1)
        assert stranger not in credential.as_string()
        activated = await house.post(
            "/town/portal/activate", code=code_in(credential), last_name=parent.contact["last_name"]
        )
        assert activated["activated"] is True
        await house.case_where(intent="no_security_code", outcome="resent")


async def test_wrong_facts_get_the_identical_answer_and_no_mail(house: House) -> None:
    parent = ordinary_parents(house.families())[2]
    wrong_day = date.fromisoformat(parent.child["birth_date"]) + timedelta(days=3)
    answers = []
    for stranger, day in (("wrong@x.example", wrong_day.isoformat()), ("right@x.example", None)):
        await house.send(stranger, FRENCH)
        [asked] = await house.mails(stranger, 1)
        await house.send(stranger, parent.facts(birth_date=day), answering=asked)
        answer = words((await house.mails(stranger, 2))[1])
        answers.append(re.sub(r"PF-\d+", "PF-", answer))
    assert answers[0] == answers[1]
    # The right set, asked last, has arrived: had the wrong one led to a mail, it would stand before it.
    assert len(await house.mails(parent.address, 1)) == 1


async def test_all_facts_in_the_first_mail_need_no_second(house: House) -> None:
    parent = ordinary_parents(house.families())[3]
    await house.send("allatonce@x.example", f"{FRENCH}\n{parent.facts()}")
    assert await house.mails("allatonce@x.example", 1)
    assert code_in((await house.mails(parent.address, 1))[0])


async def test_from_a_mailbox_on_file_that_the_border_vouches_for_no_facts_are_asked(house: House) -> None:
    parent = ordinary_parents(house.families())[4]
    await house.send(parent.address, ENGLISH, signed_in=True)
    mails = await house.mails(parent.address, 2)
    assert sum(bool(CODE.search(words(mail).replace("\xa0", " "))) for mail in mails) == 1


async def test_the_same_mailbox_unvouched_is_asked_for_the_facts(house: House) -> None:
    parent = ordinary_parents(house.families())[5]
    await house.send(parent.address, FRENCH)
    [asked] = await house.mails(parent.address, 1)
    assert not CODE.search(words(asked))
    case = await house.case_where(intent="no_security_code")
    assert case["stage"] == "collecting"


async def test_a_self_created_account_gets_the_validation_mail(house: House) -> None:
    parent: Parent = ordinary_parents(house.families(), "self_created")[0]
    await house.send("welcome@x.example", f"Le courriel de bienvenue n'est jamais arrivé.\n{parent.facts()}")
    [credential] = await house.mails(parent.address, 1)
    assert "/town/portal/" in words(credential)


async def test_a_house_killed_in_the_middle_goes_on_where_it_was(tmp_path: Path) -> None:
    state, stranger = tmp_path / "state", "patient@x.example"
    async with open_house(state) as house:
        parent = ordinary_parents(house.families())[0]
        await house.send(stranger, FRENCH)
        [asked] = await house.mails(stranger, 1)
        await house.kill()
    async with open_house(state, house.base) as again:
        assert len(await again.get("/town/cases")) == 1
        await again.send(stranger, parent.facts(), answering=asked)
        assert code_in((await again.mails(parent.address, 1))[0])
        assert len(await again.get("/town/cases")) == 1
