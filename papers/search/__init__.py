"""Search over papers: the visitor's language (query), the words (words), an engine for each database, keeping and asking.

The index is kept by explicit calls in the transaction that stores papers, and `check` says whether it was.
"""

from papers.search.find import apart, condition, count_matches, few_matches, matching, ranked
from papers.search.index import check, create_index, drop_index, index_papers, rebuild, remove_papers, stored_rows
from papers.search.query import Query, Term, parse_query

__all__ = [
    "Query",
    "Term",
    "apart",
    "check",
    "condition",
    "count_matches",
    "create_index",
    "drop_index",
    "few_matches",
    "index_papers",
    "matching",
    "parse_query",
    "ranked",
    "rebuild",
    "remove_papers",
    "stored_rows",
]
