"""What a text in XML may not hold (https://www.w3.org/TR/xml/#charsets)."""

from __future__ import annotations

import re

# What XML 1.0 has no way to write (https://www.w3.org/TR/xml/#charsets).
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
