"""Names that families of a French-language board in Ontario bear, for the sample board."""

MOTHERS = tuple(
    """
    Amélie Nathalie Chantal Geneviève Marie-Ève Fatou Aminata Nadia Rania Guerline Mireille Sophie
    Josée Isabelle Valérie Ngozi Yasmine Leïla Solange Béatrice Océane Claire-Marie Catherine Ximena
    Hélène Françoise Zoé
    """.split()
)
FATHERS = tuple(
    """
    Marc Jean-François Étienne Luc Mamadou Ousmane Karim Elie Wilner Jean-Baptiste Stéphane Benoît
    André Mathieu Sébastien Chukwu Rachid Georges François Gaël Loïc Jonathan Daniel Patrick Olivier
    Ibrahima Björn
    """.split()
)
GIRLS = tuple(
    """
    Aïcha Léa Emma Maélie Anne-Sophie Inès Zoé Chloé Jade Noémie Adèle Mariama Éloïse Rosalie
    Camille Naïma Lou Béatrice Anaïs Florence Maya Juliette Livia Sarah Romane
    """.split()
)
BOYS = tuple(
    """
    Émile Noah Liam Félix Samuel Zacharie Théo Gabriel Moussa Adam Jacob Étienne Malik Raphaël Loïc
    Hugo Nathan Amadou Édouard Louis-Philippe Ayoub Xavier Thomas Elliot Mathis
    """.split()
)
LAST_NAMES = (
    *"""
        Tremblay Gagnon Bouchard Côté Lefebvre Lévesque Bélanger Pelletier Fortin Ouellette Diallo
        Ndiaye Traoré Sow Koné Haddad Khoury Mansour Benali Cherkaoui Pierre-Louis Désir Jean-Charles
        Toussaint Okafor Nguyen Lalonde Séguin Charbonneau Sauvé Roy Gauthier Lapointe Beaulieu
        Cœurjoly Müller Bergeron Thériault Larocque
    """.split(),
    "D'Amours",
    "St-Jean",
    "de la Cruz",
    "Ben Ali",
    "El-Khoury",
    "Mac Donald",
    "L'Heureux",
    "Van Damme",
    "O'Brien",
)
"""Plain, accented, compound, with particles, apostrophes and ligatures."""
SCHOOLS = (
    "École élémentaire publique Mauril-Bélanger",
    "École élémentaire publique Francojeunesse",
    "École élémentaire publique Gabrielle-Roy",
    "École élémentaire publique Jeanne-Sauvé",
    "École élémentaire publique Marie-Curie",
    "École élémentaire publique Michaëlle-Jean",
    "École élémentaire publique Le Prélude",
    "École élémentaire publique L'Odyssée",
    "École élémentaire publique Séraphin-Marion",
    "École élémentaire publique Charlotte-Lemieux",
    "École élémentaire publique Trille des Bois",
    "École élémentaire publique Julie-Payette",
)
SECONDARY_SCHOOLS = (
    "École secondaire publique De La Salle",
    "École secondaire publique Omer-Deslauriers",
    "École secondaire publique Gisèle-Lalonde",
    "École secondaire publique Louis-Riel",
    "École secondaire publique Pierre-Elliott-Trudeau",
    "École secondaire publique Maurice-Lapointe",
)
DOMAINS = ("courriel.example", "famille.example", "boite.example", "mail.example")
