#!/bin/sh
# Search papers. Words, "phrases" and fields such as title: can be mixed; a parameter that nobody knows is refused by name.
SITE=${COTERIE:-http://127.0.0.1:8000}
curl -sf --get "$SITE/api/v1/papers/" \
  --data-urlencode 'search=title:scaling "language"' --data page_size=5 --data count=on
