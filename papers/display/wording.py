"""Words for pages in the visitor's language: sentences that were made in English, numbers, shares and reasons."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from papers.identifiers import InvalidIdentifier
from papers.text.lazy_messages import Sentence

# What visitors call the types of publications (papers.taxonomy.types), each by CSL's name.
TYPE_NAMES = {
    "article": gettext_lazy("Preprint"),
    "article-journal": gettext_lazy("Journal article"),
    "article-magazine": gettext_lazy("Magazine article"),
    "article-newspaper": gettext_lazy("Newspaper article"),
    "bill": gettext_lazy("Bill"),
    "book": gettext_lazy("Book"),
    "broadcast": gettext_lazy("Broadcast"),
    "chapter": gettext_lazy("Book chapter"),
    "classic": gettext_lazy("Classical work"),
    "collection": gettext_lazy("Collection"),
    "dataset": gettext_lazy("Dataset"),
    "document": gettext_lazy("Document"),
    "entry": gettext_lazy("Entry"),
    "entry-dictionary": gettext_lazy("Dictionary entry"),
    "entry-encyclopedia": gettext_lazy("Encyclopedia entry"),
    "event": gettext_lazy("Event"),
    "figure": gettext_lazy("Figure"),
    "graphic": gettext_lazy("Image"),
    "hearing": gettext_lazy("Hearing"),
    "interview": gettext_lazy("Interview"),
    "legal_case": gettext_lazy("Court case"),
    "legislation": gettext_lazy("Law"),
    "manuscript": gettext_lazy("Manuscript"),
    "map": gettext_lazy("Map"),
    "motion_picture": gettext_lazy("Film"),
    "musical_score": gettext_lazy("Musical score"),
    "pamphlet": gettext_lazy("Pamphlet"),
    "paper-conference": gettext_lazy("Conference paper"),
    "patent": gettext_lazy("Patent"),
    "performance": gettext_lazy("Performance"),
    "periodical": gettext_lazy("Periodical"),
    "personal_communication": gettext_lazy("Personal communication"),
    "post": gettext_lazy("Post"),
    "post-weblog": gettext_lazy("Blog post"),
    "regulation": gettext_lazy("Regulation"),
    "report": gettext_lazy("Report"),
    "review": gettext_lazy("Review"),
    "review-book": gettext_lazy("Book review"),
    "software": gettext_lazy("Software"),
    "song": gettext_lazy("Audio recording"),
    "speech": gettext_lazy("Talk"),
    "standard": gettext_lazy("Standard"),
    "thesis": gettext_lazy("Thesis"),
    "treaty": gettext_lazy("Treaty"),
    "webpage": gettext_lazy("Web page"),
}


def type_name(type_of_paper: str) -> str:
    """What visitors call a type; "" for none."""
    return str(TYPE_NAMES.get(type_of_paper, type_of_paper))


def translated(text: str) -> str:
    """A `Sentence`, or a text that was marked for translators, in the visitor's language; other texts as they came."""
    if not text:
        return ""
    if isinstance(text, Sentence):
        values = {name: number(value) if isinstance(value, int) else value for name, value in text.values.items()}
        return _(text.text) % values if values else _(text.text)
    return _(text)


def why(error: InvalidIdentifier) -> str:
    """What is wrong with an identifier."""
    return f"{error.quoted}: {translated(error.reason)}"


def number(count: int) -> str:
    """The number with its thousands apart: "12,345", "12.345"."""
    return number_format(count, force_grouping=True)


def percent(share: float, digits: int = 1) -> str:
    """A share from 0 to 1 as "12.3%"."""
    # Rounded before, for number_format cuts.
    return _("%(number)s%%") % {"number": number_format(f"{100 * share:.{digits}f}", digits)}
