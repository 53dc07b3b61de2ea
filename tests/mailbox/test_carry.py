"""Parcels of the courier as mails in a parent's mailbox."""

from __future__ import annotations

import email
from email.policy import default

import pytest

from bot.errors import OutcomeUnknown, ProviderRefused
from bot.mailbox.carry import ReplyCarrier
from bot.mailbox.send import Post
from sandbox.mail import MailTown
from tests.mailbox.makers import HELP_LINE, THREADS
from tests.mailbox.scripted import SmtpScript, at_port, scripted
from tests.mailbox.test_render import parcel


async def test_a_reply_arrives_under_the_id_that_its_receipt_names() -> None:
    async with MailTown() as town:
        post = Post(at_port(town.smtp_port, user=HELP_LINE))
        receipt = await ReplyCarrier(post, HELP_LINE, THREADS).carry(parcel())
        [raw] = await town.wait_for("fatou@example.org", 1)
        await post.close()
    message = email.message_from_bytes(raw, policy=default)
    assert message["Message-ID"] == receipt.message_id
    assert THREADS.conversation_of(receipt.message_id) == 12
    assert message["From"] == HELP_LINE


async def test_a_second_try_after_an_unknown_outcome_carries_the_same_id() -> None:
    script = SmtpScript(end=SmtpScript.CUT)
    async with scripted(script) as port:
        post = Post(at_port(port, user=""))
        carrier = ReplyCarrier(post, HELP_LINE, THREADS)
        with pytest.raises(OutcomeUnknown):
            await carrier.carry(parcel())
        script.answers["END"] = "250 taken"
        await carrier.carry(parcel())
        await post.close()
    first, second = (email.message_from_bytes(raw)["Message-ID"] for raw in script.taken)
    assert first == second


async def test_a_parcel_that_cannot_be_a_mail_is_refused_before_anybody_connects() -> None:
    script = SmtpScript()
    async with scripted(script) as port:
        carrier = ReplyCarrier(Post(at_port(port)), HELP_LINE, THREADS)
        with pytest.raises(ProviderRefused):
            await carrier.carry(parcel(to="a@b.example\r\nBcc: evil@bad.example"))
    assert not script.connections
