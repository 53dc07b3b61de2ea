"""The report that returns a mail which could not be delivered (RFC 3464)."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import formatdate, make_msgid

from sandbox.border import AUTHSERV_ID


def returned(raw: bytes, sender: str, recipient: str, status: str) -> bytes:
    """What the town sends to `sender` about `raw`, with the enhanced `status` (RFC 3463), such as "5.1.1"."""
    report = MIMEMultipart("report", report_type="delivery-status")
    report["From"] = f"MAILER-DAEMON@{AUTHSERV_ID}"
    report["To"] = sender
    report["Subject"] = "Undelivered Mail Returned to Sender"
    report["Date"] = formatdate()
    report["Message-ID"] = make_msgid(domain=AUTHSERV_ID)
    report["Auto-Submitted"] = "auto-replied"
    report.attach(MIMEText(f"The mail to {recipient} could not be delivered.\n"))
    report.attach(_status(recipient, status))
    report.attach(MIMEMessage(message_from_bytes(raw, policy=policy.compat32)))
    return report.as_bytes(policy=policy.compat32.clone(linesep="\r\n"))


def _status(recipient: str, status: str) -> Message:
    about_server, about_recipient = EmailMessage(), EmailMessage()
    about_server["Reporting-MTA"] = f"dns; {AUTHSERV_ID}"
    about_recipient["Final-Recipient"] = f"rfc822; {recipient}"
    about_recipient["Action"] = "failed" if status.startswith("5") else "delayed"
    about_recipient["Status"] = status
    about_recipient["Diagnostic-Code"] = f"smtp; {status} refused by the mailbox"
    part = Message()
    part["Content-Type"] = "message/delivery-status"
    part.set_payload([about_server, about_recipient])
    return part
