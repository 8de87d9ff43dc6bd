"""Works that are hard to write down, for the tests of every format."""

from __future__ import annotations

from datetime import date

from papers.citations import Contributor, Work
from papers.text.dates import PartialDate

WAERDEN = Contributor(
    "Bartel L. van der Waerden", "van der Waerden", "Bartel L.", url="http://127.0.0.1:8000/authors/w/"
)
KING = Contributor("Martin Luther King Jr", "King", "Martin Luther", "Jr")
PLATO = Contributor("Plato", "Plato")
LIGO = Contributor("LIGO Scientific Collaboration", is_group=True)

PREPRINT = Work(
    identifier="0801.1021",
    arxiv_id="0801.1021",
    title=r"On $\{x_1\}$ & 50% of BERT's {\it na\"ive} {#}_tags_ for Einstein ~ \foo^2",
    url="http://127.0.0.1:8000/papers/0801.1021/",
    source_url="https://arxiv.org/abs/0801.1021",
    abstract="First paragraph with $\\alpha$.\nSecond\x07 one.",
    authors=(WAERDEN, KING, PLATO, LIGO),
    categories=("hep-th", "math.AG"),
    subjects=("High Energy Physics - Theory", "Algebraic Geometry"),
    type="article",
    published=PartialDate(date(2008, 1, 7)),
    updated=date(2008, 1, 28),
)
ARTICLE = Work(
    identifier="hep-th/9901001",
    arxiv_id="hep-th/9901001",
    title="Strings",
    url="http://127.0.0.1:8000/papers/hep-th/9901001/",
    source_url="https://arxiv.org/abs/hep-th/9901001",
    authors=(Contributor("A. Rand and Sons", "Rand and Sons", "A."), Contributor("A. Bee", "Bee", "A.")),
    is_complete=False,
    categories=("hep-th",),
    subjects=("High Energy Physics - Theory",),
    type="article",
    published=PartialDate(date(1999, 1, 4)),
    doi="10.1000/b_(2)<x>;2-#",
    journal_ref="Phys.Lett.B658:7-12,2000",
    license="https://creativecommons.org/licenses/by/4.0/",
)
BARE = Work(
    "undated-notes", "", "=HYPERLINK(1)", "http://127.0.0.1:8000/papers/undated-notes/", journal_ref="Talk, 1 & 2"
)
WORKS = [PREPRINT, ARTICLE, BARE]
