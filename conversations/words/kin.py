"""The words by which a parent speaks of themselves, and of a child; patterns over plain text."""

from __future__ import annotations

CHILD = (
    r"(?:petite?[- ]?fille|petit[- ]?fils|belle[- ]fille|beau[- ]fils|filles?|fils|enfants?|garcons?|gars|bebe|ados?"
    r"|jumeaux|jumelles?|neveu|niece|pupille|eleves?|child(?:ren)?|kids?|sons?|daughters?|boys?|girls?|twins"
    r"|grand[- ]?(?:child(?:ren)?|sons?|daughters?)|step[- ]?(?:sons?|daughters?)|students?|toddler|teen(?:ager)?)"
)
PARENT = (
    r"(?:meres?|mamans?|mamie|peres?|papas?|parents?|belle[- ]mere|beau[- ]pere|grand[- ]?(?:mere|pere|mother|father|ma)"
    r"|tuteur|tutrice|mothers?|mom|mum|mommy|fathers?|dads?|daddy|(?:legal )?guardian|step[- ]?(?:mother|father|mom|dad)"
    r"|responsable)"
)
TITLE = r"(?:mme|madame|m\.|mr\.?|mrs\.?|ms\.?|miss|monsieur|mlle|dr\.?|docteur)"
STAFF = (
    r"(?:enseignant|prof|titulaire|educatr|educateur|direct|secretair|teacher|principal|educator|coach|medecin|doctor"
    r"|surveillant|ami|amie|friend|voisin|classmate)"
)
