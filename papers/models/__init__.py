"""The facts of sources: subjects, papers with their byline as printed, and the runs that read them.

Nothing here knows of people; who the printed names belong to is the opinion of `profiles`.
"""

from papers.models.builds import Build, BuildQuerySet
from papers.models.categories import Category, CategoryQuerySet, PaperCount, TypeCount
from papers.models.collaborations import Collaboration, PaperCollaboration
from papers.models.duplicates import DistinctPapers, PaperSuggestion, PaperSuggestionQuerySet
from papers.models.papers import ARXIVS, OF_OTHERS, SEED, Paper, PaperCategory, PaperDoi, PaperQuerySet, next_revision
from papers.models.sources import EarlierIdentifier, SourceRecord, SupersededRecord, TitleKey

__all__ = [
    "ARXIVS",
    "OF_OTHERS",
    "SEED",
    "Build",
    "BuildQuerySet",
    "Category",
    "CategoryQuerySet",
    "Collaboration",
    "DistinctPapers",
    "EarlierIdentifier",
    "Paper",
    "PaperCategory",
    "PaperCollaboration",
    "PaperCount",
    "PaperDoi",
    "PaperQuerySet",
    "PaperSuggestion",
    "PaperSuggestionQuerySet",
    "SourceRecord",
    "SupersededRecord",
    "TitleKey",
    "TypeCount",
    "next_revision",
]
