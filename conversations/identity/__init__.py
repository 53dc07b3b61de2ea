"""Comparing what a parent typed with what stands on file.

The address on file is the only proof: a match here sends a mail there, and tells the requester
nothing. Spelling is exact but for what people cannot help (accents, case, hyphens, particles).
"""

from conversations.identity.candidates import (
    Candidate,
    Guardian,
    MailboxHolder,
    acts_as_guardian,
    local_day,
    may_act,
    of_age,
)
from conversations.identity.judging import Judgement, judge, judge_vouched, target_keys
from conversations.identity.matching import same_name
from conversations.words.names import fold, refused_for_form
from conversations.words.schools import same_school

__all__ = [
    "Candidate",
    "Guardian",
    "Judgement",
    "MailboxHolder",
    "acts_as_guardian",
    "fold",
    "judge",
    "judge_vouched",
    "local_day",
    "may_act",
    "of_age",
    "refused_for_form",
    "same_name",
    "same_school",
    "target_keys",
]
