"""This site as an OAI-PMH 2.0 repository: `/oai`.

The protocol is http://www.openarchives.org/OAI/openarchivesprotocol.html. From the request inwards: `arguments` reads and
checks, `provider` answers a verb, `lists` finds a page of records and `resumption` says where the next begins, `formats`
writes them, `xml` writes anything.
"""
