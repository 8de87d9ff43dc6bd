"""Style sheets as they are served: whole, hashed, without comments."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import call_command


def test_the_style_sheet_is_served_without_its_comments(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]  # ours alone
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "config.staticfiles.StaticFiles"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    source = (settings.BASE_DIR / "static" / "css" / "coterie.css").read_text()
    served = [path.read_text() for path in (tmp_path / "css").glob("coterie*.css")]
    assert len(served) == 2  # under its name and under that with its hash
    for sheet in served:
        assert "/*" not in sheet
        assert sheet.count("{") == source.count("{")
        assert 0.5 * len(source) < len(sheet) < len(source)
