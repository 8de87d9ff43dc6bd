"""The API's framework: fields, formats, freshness, samples and groups of an answer, whatever it is about.

`views` has the base of every view; the other modules know one subject each. What is answered stands in the apps' api.py.
"""
