"""The queue of possible duplicates: which authors may be one person, how likely and why.

`candidates` and `score` think, without Django; `people_compared`, `paper_words` and `kept_pairs` read what is compared and
keep it for the next run; `everything` and `update` fill the queue; `finding` chooses between them.
"""
