"""What a curator can decide. Each act names whom it is about, says itself in a sentence, and changes the rows.

`apply` raises Refused before it changes anything that it may not; decide.py runs it in a transaction, keeps which rows went
from what to what, and brings up to date what follows from them.
"""

from papers.bylines import Name
from profiles.curation.acts.authors import Edit, NotSame, RemoveIdentifier, SetIdentifier, SetVerdict
from profiles.curation.acts.authorships import Assign, Move, Split
from profiles.curation.acts.base import Act, ActContext, parsed, with_surname
from profiles.curation.acts.merging import Merge, MergeMany
from profiles.curation.acts.names import AddName, Rename, SetVisibility
from profiles.curation.acts.slugs import ChangeAddress, RetireAddress

__all__ = [
    "Act",
    "ActContext",
    "AddName",
    "Assign",
    "ChangeAddress",
    "Edit",
    "Merge",
    "MergeMany",
    "Move",
    "Name",
    "NotSame",
    "RemoveIdentifier",
    "Rename",
    "RetireAddress",
    "SetIdentifier",
    "SetVerdict",
    "SetVisibility",
    "Split",
    "parsed",
    "with_surname",
]
