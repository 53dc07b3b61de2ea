"""Replies as mail programs write them: what was typed now, and what must not be taken for it."""

from __future__ import annotations

from bot.letters import MARKER

OURS = f"""{MARKER}

Bonjour,

Pour vous envoyer le code, il nous faut le nom de l'enfant et sa date de naissance, merci de répondre.

Cordialement,
Le centre d'aide"""
QUOTED = "\n".join(f"> {line}".rstrip() for line in OURS.split("\n"))

OWN = "Bonjour,\n\nMa fille est Aïcha Diallo, née le 3 septembre 2015.\n\nMerci,\nFatou"

REPLIES = {
    "gmail_fr": f"{OWN}\n\nLe mar. 24 nov. 2026 à 08:12, Portail Famille <portail@cepeo.example> a écrit :\n\n{QUOTED}\n",
    "gmail_fr_narrow_space": (
        f"{OWN}\n\nLe mar. 24 nov. 2026 à 08:12, Portail Famille <portail@cepeo.example>\u202fa écrit\u00a0:\n{QUOTED}"
    ),
    "gmail_fr_wrapped": (
        f"{OWN}\n\nLe mar. 24 nov. 2026 à 08:12, Portail Famille du Conseil des écoles\n"
        f"<portail.famille@cepeo.example>\na écrit :\n\n{QUOTED}"
    ),
    "gmail_en": f"{OWN}\n\nOn Tue, Nov 24, 2026 at 8:12 AM Portail Famille <portail@cepeo.example>\nwrote:\n\n{QUOTED}",
    "apple_fr": f"{OWN}\n\nEnvoyé de mon iPhone\n\n> Le 24 nov. 2026 à 08:12, Portail <p@cepeo.example> a écrit :\n> \n{QUOTED}",
    "apple_en": f"{OWN}\n\nSent from my iPhone\n\n> On Nov 24, 2026, at 8:12 AM, Portail <p@cepeo.example> wrote:\n> \n{QUOTED}",
    "outlook_fr": (
        f"{OWN}\n\n________________________________\nDe : Portail Famille <portail@cepeo.example>\n"
        f"Envoyé : 24 novembre 2026 08:12\nÀ : Fatou Diallo <fatou@example.org>\nObjet : votre demande 12\n\n{OURS}"
    ),
    "outlook_fr_no_line": (
        f"{OWN}\n\nDe\u00a0: Portail Famille <portail@cepeo.example>\nEnvoyé\u00a0: mardi 24 novembre 2026 08:12\n"
        f"À\u00a0: Fatou Diallo\nObjet\u00a0: votre demande\n\n{OURS}"
    ),
    "outlook_en": (
        f"{OWN}\n\nFrom: Portail Famille <portail@cepeo.example>\nSent: Tuesday, November 24, 2026 8:12 AM\n"
        f"To: Fatou\nSubject: your request\n\n{OURS}"
    ),
    "outlook_old": f"{OWN}\n\n-----Message d'origine-----\nDe : Portail Famille\n\n{OURS}",
    "outlook_phone": f"{OWN}\n\nObtenez Outlook pour iOS<https://aka.ms/o0ukef>\n________________________________\nDe : P\n",
    "yahoo_fr": f"{OWN}\n\nLe mardi 24 novembre 2026 à 08 h 12 min 03 s UTC−5, Portail <p@cepeo.example> a écrit :\n\n{OURS}",
    "thunderbird_fr": f"{OWN}\n\nLe 24/11/2026 à 08:12, Portail Famille a écrit :\n{QUOTED}",
    "without_marker": f"{OWN}\n\nLe 24/11/2026 à 08:12, Portail Famille a écrit :\n> Bonjour,\n> il nous faut le nom",
    "signed": f"{OWN}\n-- \nFatou Diallo\n613 555-0101",
    "confidential": f"{OWN}\n\nAVIS DE CONFIDENTIALITÉ : ce courriel est réservé à son destinataire.",
    "nothing_else": OWN,
}

FORWARD = (
    "---------- Forwarded message ---------\nDe : Aspen <aspen@cepeo.example>\nDate: mar. 24 nov. 2026\n"
    "Subject: Aspen vous accorde la possibilité de créer un compte\n\nVotre code est périmé"
)
BETWEEN = (
    "Le 24/11/2026 à 08:12, Portail Famille a écrit :\n> 1. Votre nom de famille ?\nDiallo\n\n"
    "> 2. Le nom de votre enfant ?\nAïcha Diallo-Roy\n> 3. Sa date de naissance, telle qu'elle est au dossier de l'élève de\n"
    "l'école ?\n\n3 septembre 2015\n"
)
