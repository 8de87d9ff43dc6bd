"""The site's own BibTeX read back: what a list said of a paper is what the export says of it."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from papers.citations import FORMATS
from papers.citations.from_papers import works_of
from papers.ingest.readers import open_source
from papers.ingest.records import PaperRecord
from papers.models import Paper

pytestmark = pytest.mark.django_db

LIST = r"""
@inproceedings{talk, author = {Example, Ada and van der Sample, Jr, Ben A. and {ABCD Collaboration} and others},
  title = {Things of {Z} \& more},
  booktitle = {Proc. of {Things} \& Co}, editor = {Sample, Ben and {W3C Group}}, pages = {1--2}, year = 2019, month = may,
  publisher = {Press \& Sons}, address = {Town}, series = {LNT}, volume = 7, number = {3}, isbn = {978-3-16-148410-0},
  doi = {10.1000/1_2}, url = {https://example.org/a_b?c=1&d=2}, url2 = {https://example.org/2},
  pdf = {https://example.org/x.pdf}, code = {https://example.org/code}, keywords = {one, {two, too}, three},
  note = {Best paper}, abstract = {First.

  Second.}}
@article{article, author = {Example, Ada}, title = {Other things}, journal = {J. {T}hings}, volume = {376}, number = {2133},
  eid = {20170001}, year = 2018, month = feb, day = 3, issn = {1234-5678}, language = {german}, doi = {10.1000/3}}
@phdthesis{thesis, author = {Example, Ada}, title = {A thesis of things}, school = {Univ. of Town}, address = {Town},
  year = 2017, url = {https://example.org/thesis}}
@techreport{report, author = {Example, Ada}, title = {A report of things}, institution = {Town Lab}, number = {TR-1},
  year = 2016, month = jun}
@book{book, author = {Example, Ada}, title = {A book of things}, publisher = {Press}, edition = {2}, series = {Things},
  number = {12}, year = 2015}
@collection{edited, editor = {Sample, Ben}, title = {A volume of things}, maintitle = {All things},
  publisher = {Press}, year = 2015}
@misc{preprint, author = {Example, Ada}, title = {A preprint of things}, eprint = {1901.00001}, archivePrefix = {arXiv},
  primaryClass = {math.CO}, year = 2019}
@article{server, author = {Example, Ada}, title = {A second preprint of things}, journal = {arXiv preprint arXiv:1902.00001},
  year = 2019}
@article{both, author = {Example, Ada}, title = {A preprint that appeared}, journal = {J. Things}, volume = 3, pages = {7},
  eprint = {1903.00001}, archivePrefix = {arXiv}, primaryClass = {math.CO}, doi = {10.1000/5}, year = 2020}
@online{page, author = {Example, Ada}, title = {Things on a page}, url = {https://example.org/page}, date = {2020-03}}
@unpublished{notes, author = {Example, Ada}, title = {Things never printed}, note = {Lecture notes}, year = 2011}
@incollection{chapter, author = {Example, Ada}, title = {A chapter of things}, booktitle = {Book of Things},
  publisher = {Press}, year = 2012}
@patent{patent, author = {Example, Ada}, title = {A patent of things}, number = {US123}, year = 2013}
@software{software, author = {Example, Ada}, title = {Software of things}, url = {https://example.org/sw}, year = 2014}
@manual{manual, title = {Manual of things}, organization = {Things Ltd}, number = {M1}, year = 2014}
@article{undated, author = {Example, Ada}, title = {Undated things}, journal = {J. Things}}
"""


def read(path: Path, text: str) -> dict[str, PaperRecord]:
    path.write_text(text, encoding="utf-8")
    with open_source(path) as source:
        return {found.giver: found for _, _, found in source if isinstance(found, PaperRecord)}


def test_an_export_read_back_says_what_the_list_said(tmp_path: Path) -> None:
    given = read(tmp_path / "list.bib", LIST)
    assert len(given) == LIST.count("\n@")
    call_command("import_papers", str(tmp_path / "list.bib"), stdout=StringIO())
    exported = "".join(FORMATS["bib"].write(works_of(Paper.objects.order_by("id"))))
    found = read(tmp_path / "export.bib", exported)
    assert found == given  # field by field; keys and warnings don't count there
    assert [record.warnings for record in found.values()] == [()] * len(given)
