"""What a curator can decide. Each act names whom it is about, says itself in a sentence, and changes the rows.

`carry_out` raises Refused before it changes anything that it may not; decide.py runs it in a transaction, keeps which rows went
from what to what, and brings up to date what follows from them.
"""

from papers.bylines import Name
from profiles.curation.acts.addresses import ChangeAddress, RetireAddress
from profiles.curation.acts.base import Act, Hand, parsed, with_surname
from profiles.curation.acts.merging import Merge, MergeMany
from profiles.curation.acts.names import AddName, Rename, SetVisibility
from profiles.curation.acts.people import Edit, Judge, NotSame, RemoveIdentifier, SetIdentifier
from profiles.curation.acts.places import Assign, Move, Split

__all__ = [
    "Act",
    "AddName",
    "Assign",
    "ChangeAddress",
    "Edit",
    "Hand",
    "Judge",
    "Merge",
    "MergeMany",
    "Move",
    "Name",
    "NotSame",
    "RemoveIdentifier",
    "Rename",
    "RetireAddress",
    "SetIdentifier",
    "SetVisibility",
    "Split",
    "parsed",
    "with_surname",
]
