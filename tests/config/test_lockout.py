"""Who guesses passwords is locked out; the account's owner elsewhere is not."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

pytestmark = pytest.mark.django_db


def sign_in(password: str, address: str = "192.0.2.1", **headers: str) -> Any:
    client = Client(REMOTE_ADDR=address)
    return client.post("/admin/login/", {"username": "ada", "password": password, "next": "/admin/"}, headers=headers)


def test_a_tenth_wrong_password_locks_out(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    get_user_model().objects.create_superuser("ada", password="engine")
    assert sign_in("wrong").status_code == 200
    assert sign_in("engine").status_code == 302  # and what was wrong before is forgotten
    assert [sign_in("wrong").status_code for _ in range(10)] == [200] * 9 + [429]
    locked = sign_in("engine")
    assert (locked.status_code, locked.headers["Retry-After"]) == (429, "900")
    assert b"Too many wrong passwords" in locked.content
    assert sign_in("engine", "192.0.2.2").status_code == 302
    assert sign_in("engine", **{"x-forwarded-for": "192.0.2.2"}).status_code == 429


def test_visitors_cost_no_query_for_it(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert Client().get("/healthz").status_code == 200
