"""Words that are no part of a name, in both languages, without accents."""

from __future__ import annotations

STOP = frozenset(
    """
    a a-t-elle a-t-il above accepte accepted acces access accord account actif activation actuellement
    address adresse affiche afin after ai aide aime aine ainee all allait allant aller allo alors also
    am an ancien ancienne and android annee annule annuler ans answer aout apparait appel appelee
    appelle apple apres are as aspen assez assistance at attend attending attends attention aucun aucune
    august aujourd'hui aura aurait aussi autre avait avant avec avenue avez avez-vous avons avril ayant
    ayez bas be because been being below besoin best bien bienvenue birth birthday blocked bloque
    bloquee bloques bon bonjour bonne bonsoir born both bravo brother bus but by c'est cadet cadette
    called can can't canada cancel car case ce cela cell celle cellulaire celui centre cependant cepeo
    ces cet cette change changed changer chaque cher chere cheres chers chez child child's children
    choix chrome ci-dessous ci-dessus ci-joint class classe code codes coince coincee comme commence
    commencera comment compte concernant concerning confirmation cordialement correct correcte could
    couldn't courriel d'acces d'accord d'activation d'apres d'avance d'ecole d'habitude d'inscription
    d'un d'une dans data date daughter daughter's day ddn dear december decembre deja demande denied
    depuis dernier derniere details deux did didn't different dimanche directeur directrice dit do dob
    docteur doctor does doesn't dois don't donc donnees dont dossier dr du e-mail ecole ecoles ecrire
    ecrit ecrite ecrits elementaire eleve eleves elle elles email en encore enfant enfants enfin
    enregistre enregistree enseignant enseignante entre entree envoye equipe erreur error est est-ce et
    ete etes etre eu eue ex exact exacte exactement existe facts faire fais fait faites false famille
    family father father's faut faux february fevrier fille filles fils firefox first fois following for
    form found francais frequentait frequente frequentes frere friday from full garcon genial getting
    given gives gmail go goes google got grade grand great had half has have having he he's hein hello
    help her here hers hi hier him his hotmail how however i i'd i'll i'm i've ici idk if il ils in
    inconnu inconnue incorrect info information informations infos inscrire inscrit inscrite invalid
    invalide invitation ipad iphone is isn't it it's its j'ai j'aimerais j'attends j'avais j'essaie
    j'etais jamais january janvier jardin je jeudi jeune juillet juin july jumeau jumeaux jumelle
    jumelles june junior just kid kids kind kindergarten l'adresse l'ai l'aide l'an l'application
    l'autre l'avez l'ecole l'eleve l'enfant l'enseignant l'enseignante last legal leur lien ligne line
    link login looking lost lui lundi m m'a m'aider m'avez m'envoyer ma madame maiden mail maintenant
    mais mal malheureusement maman mardi mariage matches maternelle me meilleures meme merci mercredi
    mere mes message mettre microsoft miss missing mme mobile moi mom mon monday monsieur monteur month
    montre mot mother mother's mr mrs ms my n'a n'ai n'arrive n'est n'etait n'existe naissance name
    named names nb ne nee need nes never new news niveau no nom nombre nommee non nos not note notez
    notre nous nous-memes nouveau nouveau-ne nouvelle november novembre now number numero objet october
    octobre of ok okay on one only ont ontario option or other ottawa ou oui our outlook par parce
    pardon parent parents parfait parmi pas password pays people perdu perdue pere perfect person petit
    petite peu peut peuvent peux phone please pls plus plutot plz portail portal pour pourquoi pourriez
    pourriez-vous pouvez pouvez- precedent precise prematernelle prenom prenomme prenommee prenoms
    presentement principal problem probleme prochain prochaine prof professeur ps public publique puis
    qu'elle qu'elles qu'il qu'ils qu'on quand que quel quelle question questions qui quoi re received
    recemment recevoir recevons recois recoit reconnu recu refuse refusee regarding regards rejected
    rejete renseignements renvoyer reply reponse resend reset reste restent reussi rien right rue
    s'appelle s'il s'inscrire sa safari said sais sait salut salutations same samedi sans saturday says
    school score se secondaire secretaire secretary security semaine semble senior sent septembre sera
    service ses seul seule she she's should signe similar since sincerely sincerement sister site soeur
    soi son son's sont sorry sous start started starts still stop stp street student student's students
    subject such suis suite suivant suivante suivantes suivants sujet sunday super support sur sure
    surname svp system ta teacher team tel telegram telephone thank thanks that that's the their them
    then there there's these they third this those thursday today toi toujours tous tout toute toutefois
    tres tried trois trop trouve true try trying tu tuesday twins two un une unfortunately unknown
    urgence urgent used user utilise va vais validation vendredi verifier very veuillez veut veux via
    viens vient voici voila vos votre voudrais voulais voulait vous vrai vraiment want wants was we
    wednesday well went were what what's when where which who whose why windows wish with without won't
    would written wrong yahoo year years yes yesterday you your zero
    """.split()
)
"""Plain words that end a name, or that none begins with."""
