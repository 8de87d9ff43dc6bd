"""The site's public part as files, and a site made from them.

`tables` says what each table holds, `rows` reads it from the database, `files` writes and reads packed files with their
checksums; `dumping` and `loading` put the two together. What visitors can't see is in none of it.
"""
