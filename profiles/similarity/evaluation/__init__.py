"""Evaluation of similar authors: protocols that hide something known and ask whether it is found. No Django.

*Future co-authors* (`future`): what came before a day is given; of an author with at least three papers by then, who are those
first written with afterwards? Existing co-authors are no answer. It rewards closeness in the network. *Split half* (`halves`):
an author's papers in two random halves; does one half find the other among all? It rewards fidelity to one's own words.

Neither is "similarity" itself, so agreement in subject, coverage and the worst hub stand beside them (`lists`), and every
figure beside those of plainer methods in the same run (`methods`). Intervals are bootstraps over authors, 95 % (`figures`).
"""

from profiles.similarity.evaluation.figures import Figure, Protocol, Row
from profiles.similarity.evaluation.future import future_coauthors
from profiles.similarity.evaluation.halves import split_half
from profiles.similarity.evaluation.known import Known
from profiles.similarity.evaluation.lists import Lists, describe_lists

__all__ = ["Figure", "Known", "Lists", "Protocol", "Row", "describe_lists", "future_coauthors", "split_half"]
