"""The site's public part as files, and a site made from them.

`schema` says what each table holds, `export_…` reads it from the database, `files` writes and reads packed files with their
checksums; `dumper` and `loader` put the two together. What visitors can't see is in none of it: `shown_names` has the names.
"""
