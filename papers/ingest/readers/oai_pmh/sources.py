"""The sources that records of OAI-PMH come from, in the words that are stored, and what tells them apart."""

from __future__ import annotations

ARXIV_SOURCE = "arxiv-oai"
OTHER_SOURCE = "oai-pmh"
OF_ARXIV = "oai:arxiv.org:"  # how arXiv's own identifiers of records begin, in small letters
