"""The words by which a parent speaks of themselves, and of a child; patterns over plain text."""

from __future__ import annotations

CHILD = (
    r"(?:petite?[- ]?fille|petit[- ]?fils|belle[- ]fille|beau[- ]fils|filles?|fils|enfants?|garcons?|gars|bebe"
    r"|ados?|jumeaux|jumelles?|neveu|niece|pupille|eleves?|child(?:ren)?|kids?|sons?|daughters?|boys?|girls?"
    r"|twins|grand[- ]?(?:child(?:ren)?|sons?|daughters?)|step[- ]?(?:sons?|daughters?)|students?|toddler"
    r"|teen(?:ager)?)"
)
PARENT = (
    r"(?:meres?|mamans?|mamie|peres?|papas?|parents?|belle[- ]mere|beau[- ]pere"
    r"|grand[- ]?(?:mere|pere|mother|father|ma)|tuteur|tutrice|mothers?|mom|mum|mommy|fathers?|dads?|daddy"
    r"|(?:legal )?guardian|step[- ]?(?:mother|father|mom|dad)|responsable)"
)
TITLE = r"(?:mme|madame|m\.|mr\.?|mrs\.?|ms\.?|miss|monsieur|mlle|dr\.?|docteur)"
STAFF = (
    r"(?:enseignant|prof|titulaire|educatr|educateur|direct|secretair|teacher|principal|educator|coach|medecin"
    r"|doctor|surveillant|ami|amie|friend|voisin|classmate)"
)
BORN = r"(?:nee+s?\b|ne\(e\)|nes?\s(?=(?:le|en|a|au|the|\d)\b)|nes?$|born\b)"
"""`né` without its accent is also `ne`, which denies: what follows tells."""
