"""Which language a short message is written in, by its small words and letters."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from conversations.model import Language
from conversations.recogniser.features import plain, words

_FRENCH = """
je j ai as avons avez ont suis es est sommes etes sont tu il elle nous vous ils elles mon ma mes votre vos notre nos
son sa ses leur leurs le la les un une des du de d l au aux ce cet cette ces qui que qu quoi dont ou et mais donc car
ne pas n plus jamais rien toujours encore deja pour avec sans dans sur sous chez par entre depuis comment pourquoi
quand combien quel quelle oui bonjour bonsoir salut merci svp stp allo courriel couriel courrier compte lien recu
recue recevoir envoyer envoyez renvoyer renvoyez securite secu enfant enfants fille fils ecole mere pere parent nom
prenom nee naissance besoin aide aidez marche fonctionne peux peut pouvez veux voudrais aimerais faire fait faut
mot passe oublie perdu changer adresse demande reponse page message bienvenue toute tout tous ca cela c y en s m t
bjr slt mrc pb pcq tjrs tjr vs pr jai jsuis cest svpl dsl desole desolee accord correct exact parfait non si
bonne journee cordialement monsieur madame connecter connexion inscrire inscription portail famille langue francais
anglais telephone deuxieme autre personne quelqu parler ici la-bas ete etait avais avait sera va vais veut trouve
voila d'accord arreter annuler annulez laissez tomber ami maintenant aujourd hui hier demain semaine jours mois
aucun aucune certains g ke pk koi jms bsn msg courriels champs etoile rouge suivante etape erreur vide expire
invalide refuse vient venu arrive arrivee rempli valider cliquer cliquez clique voir donnees effacer supprimer
""".split()
_ENGLISH = """
i im ive am is are was were be been have has had do does did don didn doesn isn can could would should will won the a
an my your his her our their its it this that these those they he she we you me him us them and or but so because
not no never nothing still yet already for with without from into about of on at in to by as if when where why how
what which who yes hi hello hey thanks thank please pls help need want get got received receive send sent resend
email emails link security child children kid kids daughter son school mother father name first last birth born
works working work doesnt dont didnt cant wont password forgot lost change address account sign login log asking
asked says say said tried try trying there here just only also another other one two new old any some all more
thx ur u r know see find found found make set up out back off over again after before since until good morning
afternoon evening regards sincerely sorry ok-ish right wrong correct stop cancel nevermind mind speak talk person
someone somebody human agent real expired invalid broken down blank opens open click clicked next step button
stuck field fields required language english french phone app mobile update wait waiting long take news today
yesterday week weeks days month year old-one husband wife ex spouse both each own delete data privacy keep
registered register enrolled enroll enrol kindergarten daughters sons never-ending mine been then than too very
""".split()
_OTHER = """
el los las una unos por para con sin mi mis su sus pero muy estoy tengo quiero necesito puedo hola gracias correo
codigo escuela hijo hija usted como donde cuando porque favor nao voce obrigado obrigada preciso meu minha filho filha
escola nao eu uma para com estou recebi mwen ou li nou pa gen genyen kod lekol pitit mesi silvouple bezwen jwenn resevwa
ki kote kijan ich nicht und der die das mein meine ist haben bitte danke kind schule ein eine wir sie fur auf il mio mia
figlio figlia scuola grazie non ho ricevuto codice salam salaam shukran marhaba inshallah merhaba okul cocuk oglum kizim
sagt wie warum waxaan ma heli koodhka iskuulka ilmahayga aku anak saya tidak terima kasih
""".split()
_LEAST_LATIN = 0.6


@cache
def _only() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Each language's words that the two others do not have."""
    french, english, other = set(_FRENCH), set(_ENGLISH), set(_OTHER)
    return (
        frozenset(french - english),
        frozenset(english - french),
        frozenset(other - english - french),
    )


def detect(text: str) -> Language:
    """The language of `text`; French where nothing tells (a name, a number, an emoji)."""
    if _is_foreign_script(text):
        return Language.OTHER
    found = words(plain(text))
    french, english, other = (_count(found, known) for known in _only())
    french += 0.5 * sum(character in "éèêëàâçùûîïôœÉÈÀÇ" for character in text[:400])
    english += sum(word.endswith("ing") or word.startswith(("th", "wh")) for word in found) * 0.5
    if other > 1 and other > 1.5 * max(french, english):
        return Language.OTHER
    return _between(french, english)


def _between(french: float, english: float) -> Language:
    if min(french, english) >= 3 and min(french, english) >= 0.4 * max(french, english):
        return Language.MIXED
    return Language.ENGLISH if english > french else Language.FRENCH


def _count(found: Iterable[str], known: frozenset[str]) -> float:
    return float(sum(word in known for word in found))


def _is_foreign_script(text: str) -> bool:
    letters = [character for character in text[:2000] if character.isalpha()]
    latin = sum(character < "\u0250" or "\u1e00" <= character < "\u1f00" for character in letters)
    return len(letters) > 2 and latin < _LEAST_LATIN * len(letters)
