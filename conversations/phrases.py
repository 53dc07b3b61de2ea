"""Every sentence that the help line can say, by name; `conversations.texts` holds the words."""

from __future__ import annotations

from enum import StrEnum


class Phrase(StrEnum):
    """The name of something to say; each has French and English words with the same blanks."""

    # Around a letter.
    LETTER_OPENING = "letter_opening"
    LETTER_CLOSING = "letter_closing"
    LETTER_NOTICE = "letter_notice"

    # Opening moves.
    WELCOME = "welcome"
    WELCOME_BACK = "welcome_back"
    SOMEBODY_ANSWERS = "somebody_answers"
    CLARIFY = "clarify"
    CLARIFY_OPEN = "clarify_open"
    SECOND_REQUEST_KEPT = "second_request_kept"
    NEXT_REQUEST = "next_request"
    OUT_OF_SCOPE = "out_of_scope"
    OTHER_LANGUAGE = "other_language"

    # Facts.
    ASK_FACTS = "ask_facts"
    ASK_MISSING_FACTS = "ask_missing_facts"
    ASK_AGAIN = "ask_again"
    WHY_FACTS = "why_facts"
    ASK_PARENT_LAST_NAME = "ask_parent_last_name"
    ASK_PARENT_FIRST_NAME = "ask_parent_first_name"
    ASK_CHILD_NAME = "ask_child_name"
    ASK_BIRTH_DATE = "ask_birth_date"
    ASK_SCHOOL = "ask_school"
    ASK_WHICH_DAY = "ask_which_day"
    FACT_PARENT_LAST_NAME = "fact_parent_last_name"
    FACT_PARENT_FIRST_NAME = "fact_parent_first_name"
    FACT_CHILD_NAME = "fact_child_name"
    FACT_BIRTH_DATE = "fact_birth_date"
    FACT_SCHOOL = "fact_school"
    FACT_WHICH_DAY = "fact_which_day"
    REFUSED_MIXED_SCRIPTS = "refused_mixed_scripts"
    REFUSED_IMPOSSIBLE_DATE = "refused_impossible_date"
    REFUSED_FUTURE_DATE = "refused_future_date"
    REFUSED_TWO_DIGIT_YEAR = "refused_two_digit_year"
    REFUSED_TOO_LONG = "refused_too_long"
    REFUSED_FORM = "refused_form"
    RECAP = "recap"
    WHAT_TO_CORRECT = "what_to_correct"
    UNDERSTOOD = "understood"

    # The one answer, and what follows it.
    UNIFORM_ANSWER = "uniform_answer"
    CHECK_JUNK = "check_junk"
    FOLLOW_UP = "follow_up"
    CLOSED_KINDLY = "closed_kindly"
    YOU_ARE_WELCOME = "you_are_welcome"
    CANCELLED = "cancelled"
    NOTHING_OPEN = "nothing_open"

    # To a person.
    A_PERSON_ANSWERS = "a_person_answers"
    A_PERSON_LOOKS = "a_person_looks"
    NOT_UNDERSTOOD_PERSON = "not_understood_person"
    DETAILS_KEPT = "details_kept"
    WITH_A_PERSON = "with_a_person"
    BACK_WITH_THE_HELPER = "back_with_the_helper"

    # Short names of requests, as choices.
    WANT_NO_SECURITY_CODE = "want_no_security_code"
    WANT_CODE_REJECTED = "want_code_rejected"
    WANT_LAST_NAME_REJECTED = "want_last_name_rejected"
    WANT_INVITATION_LINK_BROKEN = "want_invitation_link_broken"
    WANT_VALIDATION_EMAIL_MISSING = "want_validation_email_missing"
    WANT_VALIDATION_LINK_BROKEN = "want_validation_link_broken"
    WANT_REQUIRED_FIELDS = "want_required_fields"
    WANT_ADMIN_REVIEW_MESSAGE = "want_admin_review_message"
    WANT_SIGN_IN_TROUBLE = "want_sign_in_trouble"
    WANT_CHANGE_LANGUAGE = "want_change_language"
    WANT_MOBILE_APP = "want_mobile_app"
    WANT_EMAIL_ADDRESS_CHANGED = "want_email_address_changed"
    WANT_NEW_PARENT = "want_new_parent"
    WANT_SEVERAL_CHILDREN = "want_several_children"
    WANT_SECOND_GUARDIAN = "want_second_guardian"
    WANT_HOW_TO_ACTIVATE = "want_how_to_activate"
    WANT_PORTAL_UNAVAILABLE = "want_portal_unavailable"
    WANT_WRONG_RECORD = "want_wrong_record"
    WANT_CASE_STATUS = "want_case_status"
    WANT_PRIVACY_REQUEST = "want_privacy_request"
    WANT_HUMAN = "want_human"
