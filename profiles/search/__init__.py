"""Search over the names of authors: the words of names (words), keeping the index (index), asking it (find).

The index is kept by explicit calls in the transaction that changes names, and `check` says whether it was.
"""

from profiles.search.find import hidden_matching, matching, search_authors
from profiles.search.index import check, create_index, drop_index, index_authors, rebuild

__all__ = [
    "check",
    "create_index",
    "drop_index",
    "hidden_matching",
    "index_authors",
    "matching",
    "rebuild",
    "search_authors",
]
