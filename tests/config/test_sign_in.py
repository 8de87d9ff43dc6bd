"""Who guesses passwords is slowed down, by address and by name; nobody is locked out, and nobody waits for it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from config import sign_in
from papers.http import limits

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ada(settings: Any) -> Any:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return get_user_model().objects.create_superuser("ada", password="engine")


class Clock:
    """The time as limits read it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1_000_000.0
        monkeypatch.setattr(limits.time, "time", lambda: self.now)


def tried(
    password: str, address: str = "192.0.2.1", name: str = "ada", client: Client | None = None, **headers: str
) -> Any:
    form = {"username": name, "password": password, "next": "/admin/"}
    return (client or Client()).post("/admin/login/", form, headers=headers, REMOTE_ADDR=address)


def wrong(n: int, *, address: str = "192.0.2.1", name: str = "ada", client: Client | None = None) -> list[int]:
    return [tried("wrong", address, name, client).status_code for _ in range(n)]


def test_after_some_wrong_passwords_an_address_has_one_try_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    assert wrong(1) == [200]
    assert tried("engine").status_code == 302  # and what was wrong before is forgotten
    assert wrong(11) == [200] * 9 + [429] * 2
    slowed = tried("engine")
    assert (slowed.status_code, slowed.headers["Retry-After"], slowed.headers["Cache-Control"]) == (
        429,
        "60",
        "no-store",
    )
    assert "Those were many wrong passwords" in slowed.content.decode()
    german = tried("engine", **{"accept-language": "de"}).content.decode()
    assert "Das waren viele falsche Passwörter" in german
    assert '<html lang="de"' in german
    assert tried("engine", "192.0.2.2").status_code == 302
    assert tried("engine", **{"x-forwarded-for": "192.0.2.2"}).status_code == 429
    clock.now += 61
    assert wrong(2) == [200, 429]
    clock.now += 61
    assert tried("engine").status_code == 302
    assert wrong(2) == [200] * 2


def test_other_names_are_no_new_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    Clock(monkeypatch)
    assert [tried("x", name=f"name{n}").status_code for n in range(10)] == [200] * 9 + [429]
    assert wrong(1) == [429]
    assert [wrong(1, address=f"2001:db8::{n}")[0] for n in range(10)] == [200] * 9 + [429]  # one machine has them all


def test_a_slowed_try_costs_no_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong(9)

    def fail(*_: Any, **__: Any) -> None:
        raise AssertionError("a password was compared")

    monkeypatch.setattr("django.contrib.auth.backends.ModelBackend.authenticate", fail)
    assert wrong(1) == [429]


def test_a_name_guessed_from_many_addresses_is_slowed_but_for_its_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    monkeypatch.setattr(sign_in, "FREE_FOR_A_NAME", 20)
    mine = Client()
    assert tried("engine", client=mine).status_code == 302
    mine.cookies.pop("sessionid")
    statuses = [wrong(1, address=f"192.0.2.{n}")[0] for n in range(10, 40)]
    assert statuses == [200] * 20 + [429] * 10
    assert tried("engine", "192.0.2.99").status_code == 429
    assert tried("engine", "192.0.2.99", client=mine).status_code == 302
    assert wrong(1, address="192.0.2.99", name="charles") == [200]
    clock.now += 61
    assert tried("engine", "192.0.2.99").status_code == 302


def test_a_known_browser_is_counted_by_itself_and_for_its_name_only(monkeypatch: pytest.MonkeyPatch) -> None:
    Clock(monkeypatch)
    mine = Client()
    cookie = tried("engine", client=mine).cookies["known"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/admin/login/", True, "Strict")
    mine.cookies.pop("sessionid")
    assert wrong(10) == [200] * 9 + [429]
    assert wrong(10, client=mine) == [200] * 9 + [429]
    other = Client()
    tried("engine", "192.0.2.7", client=other)
    assert wrong(1, name="charles", client=other) == [429]
    other.cookies["known"] = other.cookies["known"].value.replace("ada", "charles")
    assert wrong(1, name="charles", client=other) == [429]


def test_a_few_passwords_are_compared_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = Client()
    tried("engine", client=mine)
    places = limits.Slots("password.test", most=1, of_a_process=1)
    monkeypatch.setitem(sign_in.CHECKING, False, places)
    held = places.take()
    busy = tried("engine")
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "10")
    assert wrong(12) == [503] * 12
    assert tried("engine", client=mine).status_code == 302  # known browsers have places of their own
    assert held
    held.leave()
    assert wrong(8) == [200] * 8  # what was refused was no try


def test_visitors_cost_no_query_for_it(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert Client().get("/healthz").status_code == 200


def test_a_session_of_before_goes_on(ada: Any) -> None:
    client = Client()
    client.force_login(ada, "django.contrib.auth.backends.ModelBackend")
    assert client.get("/admin/").status_code == 200
    assert Client().login(username="ada", password="engine")
    assert not Client().login(username="ada", password="wrong")


def test_a_wrong_password_is_compared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    monkeypatch.setattr("django.contrib.auth.base_user.AbstractBaseUser.check_password", lambda *_: compared.append(1))
    wrong(1)
    assert compared == [1]
