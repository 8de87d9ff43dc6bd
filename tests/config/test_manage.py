from __future__ import annotations

import django.core.management
import pytest

import manage


def test_ctrl_c_while_a_command_starts_is_one_word(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(arguments: list[str]) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(django.core.management, "execute_from_command_line", stopped)
    with pytest.raises(SystemExit, match=r"^Stopped\.$"):
        manage.main()
