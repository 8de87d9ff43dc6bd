"""How the API answers, whatever it is asked about: which fields, in which format, how fresh, which sample, in which groups.

`views` has the base of every view; the other modules know one subject each. What is answered stands in the apps' api.py.
"""
