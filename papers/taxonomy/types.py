"""Types of publications: those of CSL 1.0.2, and which of them the words of other formats mean.

https://docs.citationstyles.org/en/stable/specification.html#appendix-iii-types
"""

from __future__ import annotations

import re

TYPES = tuple(
    """article article-journal article-magazine article-newspaper bill book broadcast chapter classic collection dataset
    document entry entry-dictionary entry-encyclopedia event figure graphic hearing interview legal_case legislation
    manuscript map motion_picture musical_score pamphlet paper-conference patent performance periodical personal_communication
    post post-weblog regulation report review review-book software song speech standard thesis treaty webpage""".split()
)
PREPRINT = "article"  # CSL: "Use for preprints, working papers, and similar works posted to a platform"

# Entry types of BibTeX and biblatex, and the words of repositories, in small letters and without what stands between.
MEANING = {
    "article": "article-journal",
    "book": "book",
    "mvbook": "book",
    "bookinbook": "chapter",
    "booklet": "pamphlet",
    "collection": "book",
    "mvcollection": "book",
    "conference": "paper-conference",
    "dataset": "dataset",
    "electronic": "webpage",
    "inbook": "chapter",
    "incollection": "chapter",
    "inproceedings": "paper-conference",
    "inreference": "entry",
    "magazine": "article-magazine",
    "manual": "report",
    "mastersthesis": "thesis",
    "misc": "document",
    "mvproceedings": "book",
    "mvreference": "book",
    "newspaper": "article-newspaper",
    "online": "webpage",
    "patent": "patent",
    "periodical": "periodical",
    "phdthesis": "thesis",
    "preprint": PREPRINT,
    "proceedings": "book",
    "reference": "book",
    "report": "report",
    "review": "review",
    "software": "software",
    "standard": "standard",
    "suppbook": "chapter",
    "suppcollection": "chapter",
    "suppperiodical": "article-journal",
    "techreport": "report",
    "thesis": "thesis",
    "unpublished": "manuscript",
    "video": "motion_picture",
    "webpage": "webpage",
    "www": "webpage",
    # Repositories: of DSpace, EPrints, Zenodo, OpenAIRE and COAR.
    "bachelorthesis": "thesis",
    "bookchapter": "chapter",
    "bookpart": "chapter",
    "bookreview": "review-book",
    "bookitem": "chapter",
    "booksection": "chapter",
    "conferenceitem": "paper-conference",
    "conferencelecture": "speech",
    "conferenceobject": "paper-conference",
    "conferenceoutput": "paper-conference",
    "conferencepaper": "paper-conference",
    "conferenceposter": "paper-conference",
    "conferenceproceeding": "book",
    "conferenceproceedings": "book",
    "contributiontoperiodical": "article-magazine",
    "diplomathesis": "thesis",
    "dissertation": "thesis",
    "doctoralthesis": "thesis",
    "journalarticle": "article-journal",
    "journalcontribution": "article-journal",
    "lecture": "speech",
    "masterthesis": "thesis",
    "mathesis": "thesis",
    "monograph": "book",
    "movingimage": "motion_picture",
    "poster": "paper-conference",
    "presentation": "speech",
    "researcharticle": "article-journal",
    "researchreport": "report",
    "reviewarticle": "article-journal",
    "technicalreport": "report",
    "workingpaper": PREPRINT,
    "booksections": "chapter",
    "conferenceorworkshopitem": "paper-conference",
    "conferencepapers": "paper-conference",
    "journalarticles": "article-journal",
    "preprintsworkingpapers": PREPRINT,
    "technicaldocumentation": "report",
    "theses": "thesis",
    # OpenCitations.
    "archivaldocument": "manuscript",
    "computerprogram": "software",
    "datafile": "dataset",
    "editedbook": "book",
    "peerreview": "review",
    "postedcontent": PREPRINT,
    "proceedingsarticle": "paper-conference",
    "referencebook": "book",
    "referenceentry": "entry",
    "webcontent": "webpage",
    # RIS.
    "abst": "article-journal",
    "advs": "motion_picture",
    "aggr": "dataset",
    "ancient": "classic",
    "art": "graphic",
    "blog": "post-weblog",
    "case": "legal_case",
    "chap": "chapter",
    "chart": "figure",
    "clswk": "classic",
    "comp": "software",
    "conf": "paper-conference",
    "cpaper": "paper-conference",
    "data": "dataset",
    "dbase": "dataset",
    "dict": "entry-dictionary",
    "ebook": "book",
    "echap": "chapter",
    "edbook": "book",
    "ejour": "article-journal",
    "elec": "webpage",
    "ency": "entry-encyclopedia",
    "encyc": "entry-encyclopedia",
    "equa": "figure",
    "govdoc": "report",
    "hear": "hearing",
    "icomm": "personal_communication",
    "inpr": "article-journal",
    "jfull": "article-journal",
    "jour": "article-journal",
    "legal": "legal_case",
    "manscpt": "manuscript",
    "mgzn": "article-magazine",
    "mpct": "motion_picture",
    "music": "musical_score",
    "news": "article-newspaper",
    "pamp": "pamphlet",
    "pat": "patent",
    "pcomm": "personal_communication",
    "rprt": "report",
    "ser": "periodical",
    "slide": "speech",
    "sound": "song",
    "stand": "standard",
    "stat": "legislation",
    "thes": "thesis",
    "unbill": "bill",
    "unpb": "manuscript",
    "unpd": "manuscript",
    "web": "webpage",
    # Registries: Crossref, DataCite, OpenAlex.
    "booktrack": "chapter",
    "computationalnotebook": "software",
    "database": "dataset",
    "datapaper": "article-journal",
    "outputmanagementplan": "report",
    "reportcomponent": "chapter",
    "workflow": "software",
    # ORCID.
    "blogpost": "post-weblog",
    "cartographicmaterial": "map",
    "conferenceabstract": "paper-conference",
    "conferencepresentation": "speech",
    "dictionaryentry": "entry-dictionary",
    "dissertationthesis": "thesis",
    "encyclopediaentry": "entry-encyclopedia",
    "journalissue": "periodical",
    "lecturespeech": "speech",
    "magazinearticle": "article-magazine",
    "musicalcomposition": "musical_score",
    "newsletterarticle": "article-magazine",
    "newspaperarticle": "article-newspaper",
    "onlineresource": "webpage",
    "artisticperformance": "performance",
    "publicspeech": "speech",
    "standardsandpolicy": "standard",
    "technicalstandard": "standard",
    "website": "webpage",
}
# https://vocabularies.coar-repositories.org/resource_types/
COAR = {
    "c_2df8fbb1": "research article",
    "c_2f33": "book",
    "c_3248": "book part",
    "c_46ec": "thesis",
    "c_5794": "conference paper",
    "c_5ce6": "software",
    "c_6501": "journal article",
    "c_6670": "conference poster",
    "c_7a1f": "bachelor thesis",
    "c_8042": "working paper",
    "c_816b": "preprint",
    "c_8544": "lecture",
    "c_93fc": "report",
    "c_18gh": "technical report",
    "c_18ws": "research report",
    "c_ba08": "book review",
    "c_bdcc": "master thesis",
    "c_c94f": "conference output",
    "c_db06": "doctoral thesis",
    "c_dcae04bc": "review article",
    "c_ddb1": "dataset",
    "c_f744": "conference proceedings",
}

BY_WORDS = {frozenset(re.split("[-_]", each)): each for each in TYPES}


def type_named(text: str) -> str:
    """The type that one asks for so: by CSL's name, its words in any order ("journal article"), or as BibTeX calls it."""
    word = text.strip().lower()
    return BY_WORDS.get(frozenset(re.split(r"[-_\s]+", word)), "") or MEANING.get(word, "")


def type_of(source_type: str) -> str:
    """The type that a source's word for an entry means; one that nobody knows is a document, no word is no type."""
    return (known_type(source_type) or "document") if source_type and source_type.strip() else ""


def known_type(word: str) -> str:
    """The type that the word means, "" where it says nothing ("Text") or nobody knows it."""
    word = word.strip().lower()
    return MEANING.get(re.sub(r"[^a-z]", "", word)) or (word if word in TYPES else "")


def word_of(text: str) -> str:
    """The word for a type in what a repository prints: "info:eu-repo/semantics/doctoralThesis" is "doctoralThesis"."""
    word = text.strip().rstrip("/").rpartition("/")[2]
    word = COAR.get(word.lower(), word)
    return re.sub(r"^(?:publication-|doc-type:)", "", word)
