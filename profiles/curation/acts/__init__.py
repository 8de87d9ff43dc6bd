"""The acts of curators. Each names whom it is about, says itself in a sentence, and changes the rows.

`check` is the one place that says what the act may be: forms, API and admin make acts and show what it raises at the field that
it names. `apply` checks, then changes the rows, in the transaction of ../service.py.
"""

from papers.bylines import Name
from profiles.curation.acts.authors import Edit, NotSame, RemoveIdentifier, SetIdentifier, SetVerdict
from profiles.curation.acts.authorships import Assign, Move, Split
from profiles.curation.acts.base import Act, ActContext, named_author, parsed, with_surname
from profiles.curation.acts.merging import Merge, MergeMany
from profiles.curation.acts.names import AddName, Rename, SetVisibility
from profiles.curation.acts.paper_merging import MergePapers, PartPaper, own_words, paper_merge_direction
from profiles.curation.acts.paper_pairs import PapersDiffer
from profiles.curation.acts.papers import AddPaper, SetPaperField, SetPaperHidden
from profiles.curation.acts.slugs import ChangeAddress, RetireAddress

__all__ = [
    "Act",
    "ActContext",
    "AddName",
    "AddPaper",
    "Assign",
    "ChangeAddress",
    "Edit",
    "Merge",
    "MergeMany",
    "MergePapers",
    "Move",
    "Name",
    "NotSame",
    "PapersDiffer",
    "PartPaper",
    "RemoveIdentifier",
    "Rename",
    "RetireAddress",
    "SetIdentifier",
    "SetPaperField",
    "SetPaperHidden",
    "SetVerdict",
    "SetVisibility",
    "Split",
    "named_author",
    "own_words",
    "paper_merge_direction",
    "parsed",
    "with_surname",
]
