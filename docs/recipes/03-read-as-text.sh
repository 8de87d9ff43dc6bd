#!/bin/sh
# Read a profile as text. Every profile and paper has a Markdown twin, made for pasting and for programs that read.
SITE=${COTERIE:-http://127.0.0.1:8000}
curl -sf "$SITE/authors/tom-henighan.md"
