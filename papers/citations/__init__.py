"""Papers in the formats that reference managers and spreadsheets read: BibTeX, RIS, CSL-JSON, CSV, formatted citations.

    works = works_of(papers)                 # papers/citations/from_papers.py: the shown byline, names in parts, plain values
    text = "".join(FORMATS["bib"].write(works))

`Work` holds what a citation needs; each format is a pure function from works to text.
"""

from papers.citations.formats import FORMATS, Format
from papers.citations.work import Contributor, Work

__all__ = ["FORMATS", "Contributor", "Format", "Work"]
