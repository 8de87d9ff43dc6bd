"""Static files as they are served: style sheets of our own without their comments and spaces, hashed names, gzip."""

from __future__ import annotations

from typing import Any

import rcssmin
from django.core.files.base import ContentFile, File
from whitenoise.storage import CompressedManifestStaticFilesStorage


def without_comments(sheet: str) -> str:
    """The same style sheet for browsers."""
    return str(rcssmin.cssmin(sheet))


class StaticFiles(CompressedManifestStaticFilesStorage):
    def _save(self, name: str, content: File[Any]) -> str:
        if name.startswith("css/") and name.endswith(".css"):
            content.seek(0)  # its hash was made of it
            content = ContentFile(without_comments(content.read().decode()).encode())
        return super()._save(name, content)
