#!/bin/sh
# Find an author. What was typed so far is enough; each answer has the id that never changes and the address.
SITE=${COTERIE:-http://127.0.0.1:8000}
curl -sf --get "$SITE/api/v1/authors/autocomplete/" --data-urlencode "q=tom hen"
