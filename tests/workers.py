"""The processes of `python -m tests`: no two share a data folder, and the long files come first."""

from __future__ import annotations

import os

import pytest

if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    # Before the settings are read. A child of a test has a folder from it, and no use for this.
    os.environ["DATA_DIR"] = os.path.join(os.environ["DATA_DIR"], worker)  # noqa: PTH118


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with kills or a browser first: one of them at the end would keep one process busy and the others idle."""
    long = {item.path for item in items if any(map(item.get_closest_marker, ("kills", "browser")))}
    items.sort(key=lambda item: item.path not in long)
