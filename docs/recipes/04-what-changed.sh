#!/bin/sh
# What changed since a day, deletions included. This is OAI-PMH: follow resumptionToken to the end of the list, and begin the
# next time a little before the responseDate of this time's first answer.
SITE=${COTERIE:-http://127.0.0.1:8000}
curl -sf --get "$SITE/oai" --data verb=ListIdentifiers --data metadataPrefix=oai_dc --data from=2020-01-01
