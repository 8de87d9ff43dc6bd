"""Static files as they are served: style sheets of our own without their comments and spaces, hashed names, gzip."""

from __future__ import annotations

from typing import Any

import rcssmin
from django.core.files.base import ContentFile, File
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


def without_comments(sheet: str) -> str:
    """The same style sheet for browsers."""
    return str(rcssmin.cssmin(sheet))


class StaticFiles(CompressedManifestStaticFilesStorage):
    def create_compressor(self, **options: Any) -> Compressor:
        """Gzip alone: Brotli, which is there for answers, takes thirty times as long for a sixth less."""
        return Compressor(use_brotli=False, **options)

    def _save(self, name: str, content: File[Any]) -> str:
        if name.startswith("css/") and name.endswith(".css"):
            content.seek(0)  # its hash was made of it
            content = ContentFile(without_comments(content.read().decode()).encode())
        saved: str = super()._save(name, content)
        return saved
