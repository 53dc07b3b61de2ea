"""What is remembered of a conversation between two messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Language(StrEnum):
    """The language of a message; a conversation is only ever answered in the first two."""

    FRENCH = "fr"
    ENGLISH = "en"
    MIXED = "mixed"
    OTHER = "other"


class Kind(StrEnum):
    """What a message is: a request, a move in the conversation, or neither."""

    REQUEST = "request"
    ACT = "act"
    NONE = "none"


class Care(StrEnum):
    """How a request is served."""

    RESEND = "resend"
    ANSWER = "answer"
    STAFF = "staff"
    ACT = "act"
    DECLINE = "decline"


class Intent(StrEnum):
    """What a parent can want. The names are relied on from outside."""

    NO_SECURITY_CODE = "no_security_code"
    CODE_REJECTED = "code_rejected"
    LAST_NAME_REJECTED = "last_name_rejected"
    INVITATION_LINK_BROKEN = "invitation_link_broken"
    VALIDATION_EMAIL_MISSING = "validation_email_missing"
    VALIDATION_LINK_BROKEN = "validation_link_broken"
    REQUIRED_FIELDS = "required_fields"
    ADMIN_REVIEW_MESSAGE = "admin_review_message"
    SIGN_IN_TROUBLE = "sign_in_trouble"
    CHANGE_LANGUAGE = "change_language"
    MOBILE_APP = "mobile_app"
    EMAIL_ADDRESS_CHANGED = "email_address_changed"
    NEW_PARENT = "new_parent"
    SEVERAL_CHILDREN = "several_children"
    SECOND_GUARDIAN = "second_guardian"
    HOW_TO_ACTIVATE = "how_to_activate"
    PORTAL_UNAVAILABLE = "portal_unavailable"
    WRONG_RECORD = "wrong_record"
    CASE_STATUS = "case_status"
    PRIVACY_REQUEST = "privacy_request"
    HUMAN = "human"
    GREETING = "greeting"
    THANKS = "thanks"
    AFFIRM = "affirm"
    DENY = "deny"
    CANCEL = "cancel"
    INFORM = "inform"
    OUT_OF_SCOPE = "out_of_scope"

    @property
    def care(self) -> Care:
        return _CARE[self]

    @property
    def kind(self) -> Kind:
        if self is Intent.OUT_OF_SCOPE:
            return Kind.NONE
        if self is Intent.HUMAN or self.care is Care.ACT:
            return Kind.ACT
        return Kind.REQUEST


_CARE = {
    Intent.NO_SECURITY_CODE: Care.RESEND,
    Intent.CODE_REJECTED: Care.RESEND,
    Intent.LAST_NAME_REJECTED: Care.STAFF,
    Intent.INVITATION_LINK_BROKEN: Care.RESEND,
    Intent.VALIDATION_EMAIL_MISSING: Care.RESEND,
    Intent.VALIDATION_LINK_BROKEN: Care.RESEND,
    Intent.REQUIRED_FIELDS: Care.ANSWER,
    Intent.ADMIN_REVIEW_MESSAGE: Care.ANSWER,
    Intent.SIGN_IN_TROUBLE: Care.STAFF,
    Intent.CHANGE_LANGUAGE: Care.ANSWER,
    Intent.MOBILE_APP: Care.ANSWER,
    Intent.EMAIL_ADDRESS_CHANGED: Care.STAFF,
    Intent.NEW_PARENT: Care.ANSWER,
    Intent.SEVERAL_CHILDREN: Care.ANSWER,
    Intent.SECOND_GUARDIAN: Care.ANSWER,
    Intent.HOW_TO_ACTIVATE: Care.ANSWER,
    Intent.PORTAL_UNAVAILABLE: Care.STAFF,
    Intent.WRONG_RECORD: Care.STAFF,
    Intent.CASE_STATUS: Care.ANSWER,
    Intent.PRIVACY_REQUEST: Care.STAFF,
    Intent.HUMAN: Care.STAFF,
    Intent.GREETING: Care.ACT,
    Intent.THANKS: Care.ACT,
    Intent.AFFIRM: Care.ACT,
    Intent.DENY: Care.ACT,
    Intent.CANCEL: Care.ACT,
    Intent.INFORM: Care.ACT,
    Intent.OUT_OF_SCOPE: Care.DECLINE,
}


class Fact(StrEnum):
    """The five facts of path F, in the order they are asked."""

    PARENT_LAST_NAME = "parent_last_name"
    PARENT_FIRST_NAME = "parent_first_name"
    CHILD_NAME = "child_name"
    BIRTH_DATE = "birth_date"
    SCHOOL = "school"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a parent said of themselves and one child, as typed (cap: 80 characters each)."""

    parent_last_name: str | None = None
    parent_first_name: str | None = None
    child_first_name: str | None = None
    child_last_name: str | None = None
    birth_date: date | None = None
    school: str | None = None
    birth_date_readings: tuple[date, ...] = ()
    """The days that an ambiguous date may mean; empty when there is no doubt to clear."""

    def missing(self) -> tuple[Fact, ...]:
        """The facts still to ask for, in order."""
        absent = {
            Fact.PARENT_LAST_NAME: not self.parent_last_name,
            Fact.PARENT_FIRST_NAME: not self.parent_first_name,
            Fact.CHILD_NAME: not (self.child_first_name and self.child_last_name),
            Fact.BIRTH_DATE: self.birth_date is None,
            Fact.SCHOOL: not self.school,
        }
        return tuple(fact for fact in Fact if absent[fact])


class Medium(StrEnum):
    """How the parent and the bot talk: it decides whether facts are asked all at once."""

    MAIL = "mail"
    CHAT = "chat"


class Stage(StrEnum):
    """Where a conversation stands, seen from the parent's side only.

    What the roster says of a family never moves a conversation: two parents who type the same
    words stand at the same stage, whoever they are.
    """

    NEW = "new"
    CLARIFYING = "clarifying"
    COLLECTING = "collecting"
    CONFIRMING = "confirming"
    PROMISED = "promised"
    GUIDING = "guiding"
    DETAILING = "detailing"
    WITH_STAFF = "with_staff"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Conversation:
    """One case, as the core remembers it. Kept as JSON by the store."""

    medium: Medium
    number: str = ""
    """The case number shown to the parent."""
    language: Language = Language.FRENCH
    language_known: bool = False
    stage: Stage = Stage.NEW
    intent: Intent | None = None
    """The request being served."""
    waiting: tuple[Intent, ...] = ()
    """Requests made beside it, still to be served."""
    choices: tuple[Intent, ...] = ()
    """The readings offered by the last clarifying question."""
    facts: Facts = field(default_factory=Facts)
    asked: tuple[Fact, ...] = ()
    """The facts that the last question asked for: a bare answer fills these."""
    details: tuple[str, ...] = ()
    """What the parent told for the staff, in their words."""
    sets_evaluated: int = 0
    sets_limit: int = 3
    """How many sets of facts are looked at before a person looks; the board may set another."""
    form_refusals: int = 0
    form_refusals_limit: int = 10
    misunderstood: int = 0
    remedy: int = 0
    """How many remedies of the guide were already tried for this request."""
    on_file: bool = False
    """The last message came, vouched for by our own border, from a mailbox on file (path V)."""
    promised: Intent | None = None
    """The request that the uniform answer was given to, until the parent says that the e-mail came."""
    followed_up: bool = False
    """The parent was asked whether it came."""
    acknowledged: bool = False
    """With staff: the parent heard once that a person will read, or that person is there."""
    opened_at: datetime | None = None
    last_said_at: datetime | None = None
