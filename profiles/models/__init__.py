"""Conclusions about people: authors and their names, which byline entry is whom, who is similar to whom.

What a machine concluded can be rebuilt at any time; every row a human decided says so and is never overwritten by one.
"""

from profiles.models.authors import Author, AuthorIdentifier, AuthorName, AuthorQuerySet, EarlierSlug
from profiles.models.corrections import Correction
from profiles.models.curation import Decision, DecisionSubject, DistinctPair
from profiles.models.duplicates import DuplicateSuggestion, DuplicateSuggestionQuerySet
from profiles.models.linking import Authorship, IdentityKey, UnassignedName
from profiles.models.similarity import AuthorTopic, SimilarityLink, TopicTerm
from profiles.models.statistics import AuthorCategory, AuthorCount, CoauthorNetwork
from profiles.models.tokens import ApiToken, KeptAnswer

__all__ = [
    "ApiToken",
    "Author",
    "AuthorCategory",
    "AuthorCount",
    "AuthorIdentifier",
    "AuthorName",
    "AuthorQuerySet",
    "AuthorTopic",
    "Authorship",
    "CoauthorNetwork",
    "Correction",
    "Decision",
    "DecisionSubject",
    "DistinctPair",
    "DuplicateSuggestion",
    "DuplicateSuggestionQuerySet",
    "EarlierSlug",
    "IdentityKey",
    "KeptAnswer",
    "SimilarityLink",
    "TopicTerm",
    "UnassignedName",
]
