"""A site below a path (SITE_URL=https://example.org/lab): the real server, walked over every type of page."""

from __future__ import annotations

import gzip
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx
import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import Resolver404, resolve
from justhtml import JustHTML

from papers.http.addresses import absolute_url, check_prefix, path_within
from tests.browser.pages import PAGES, PAPER, PROFILE

# What only programs read; pages name nearly all of it, too.
FOR_PROGRAMS = [
    "/api/v1/",
    "/api/v1/papers/?page_size=2",
    f"/api/v1{PROFILE}similar/",
    "/api/v1/schema/?format=json",
    "/oai?verb=Identify",
    "/oai?verb=ListRecords&metadataPrefix=oai_dc",
    "/sitemap.xml",
    "/robots.txt",
    "/llms.txt",
    "/opensearch.xml",
    "/opensearch/suggestions?q=tom",
    "/papers.bib",
    f"{PROFILE[:-1]}.md",
    f"{PROFILE}network.graphml",
    f"{PAPER}linkset/",
    "/decisions/feed/",
    "/builds/feed/",
    "/static/js/suggest.js",
]
OTHERWISE = {PAGES["not found"]: {404}, PAGES["wrong filter"]: {400}, "/api/v1/suggestions/": {401}}
OF_EACH_KIND = 2  # addresses of the same view with the same parameters that are asked for
ADDRESSES = {"href", "src", "action", "formaction", "hx-get", "hx-post", "data-suggest"}
CREDENTIALS = {"DJANGO_SUPERUSER_USERNAME": "ada", "DJANGO_SUPERUSER_PASSWORD": "a long password of ada"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site with the seed profile, served below /lab."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}/lab"
    environment = {
        **os.environ,
        "DATA_DIR": str(tmp_path_factory.mktemp("lab")),
        "DATABASE_URL": "",
        "SITE_URL": url,
        "API_RATE": "100000/min",
        "OAI_RATE": "100000/min",
        "DJANGO_SUPERUSER_EMAIL": "",
        **CREDENTIALS,
    }
    for command in (["prepare_site"], ["createsuperuser", "--noinput"]):
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=settings.BASE_DIR,
            env=environment,
            check=True,
            capture_output=True,
            timeout=300,
        )
    server = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--port", str(port), "--workers", "1"],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 120
        while not is_up(url):
            assert time.monotonic() < until and server.poll() is None
            time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait(60)


def is_up(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz").status_code == 200
    except httpx.TransportError:
        return False


def links_in(response: httpx.Response) -> set[str]:
    """Every address of this host that an answer names: in attributes, and absolute ones wherever they stand."""
    origin = "http://{}:{}".format(*response.url.netloc.decode().split(":"))
    body = gzip.decompress(response.content).decode() if response.url.path.endswith(".gz") else response.text
    found = set()
    if response.headers["Content-Type"].startswith("text/html"):
        page = JustHTML(body, sanitize=False)
        for element in page.query("*"):
            is_posted = (element.attrs or {}).get("method", "").lower() == "post"
            names = ADDRESSES - {"action", "formaction", "hx-post"} if is_posted else ADDRESSES
            found |= {element.attrs[name] for name in names & (element.attrs or {}).keys() if element.attrs[name]}
            if is_posted:
                assert element.attrs.get("action", "/lab/").startswith(("/lab/", "?")), element.attrs
    for text in (body, response.headers.get("Link", ""), response.headers.get("Location", "")):
        found |= {link.rstrip(".,;") for link in re.findall(rf"{origin}[^\s\"'<>)\]}}`\\|*]*", unescape(text))}
    if location := response.headers.get("Location"):
        found.add(location)
    absolute = {urljoin(str(response.url), link).partition("#")[0] for link in found}
    return {link for link in absolute if link.startswith(origin)}


def kind_of(link: str) -> tuple[object, ...]:
    """The view at the address and the names of its parameters."""
    parts = urlsplit(link)
    try:
        match = resolve(parts.path.removeprefix("/lab"))
    except Resolver404:
        return (parts.path,)
    return match.view_name, *sorted({name for name, _value in parse_qsl(parts.query)})


def is_example(link: str) -> bool:
    """Whether it is a pattern for addresses, such as /arxiv/IDENTIFIER."""
    return bool(re.search(r"\{|%7B|[A-Z]{3,}(\.md)?$|/doi/DOI", link)) or link.endswith(("/arxiv/", "/papers/batch/"))


def test_every_link_leads_on_within_the_path(site: str) -> None:
    begin = [f"{site}{path}" for path in [*PAGES.values(), *FOR_PROGRAMS]]
    wanted = [f"{site}/", *begin]
    asked: Counter[tuple[object, ...]] = Counter()
    seen: set[str] = set()
    wrong: dict[str, object] = {}
    with httpx.Client(timeout=60) as client:
        while wanted:
            link = wanted.pop()
            if link in seen or (link not in begin and asked[kind_of(link)] >= OF_EACH_KIND):
                continue
            seen.add(link)
            asked[kind_of(link)] += 1
            response = client.get(link)
            if response.status_code not in OTHERWISE.get(link.removeprefix(site), {200, 301, 302}):
                wrong[link] = response.status_code
            for found in sorted(links_in(response)):
                if found != site and not found.startswith(f"{site}/"):
                    wrong[found] = f"on {link}"
                elif not is_example(found):
                    wanted.append(found)
    assert wrong == {}
    assert len(seen) > len(begin) + 50


def test_a_proxy_may_pass_the_path_on_or_take_it_off(site: str) -> None:
    origin = site.removesuffix("/lab")
    static = next(link for link in links_in(httpx.get(f"{site}/")) if link.endswith(".css"))
    for path in ("/healthz", "/readyz", "/", PAPER, "/api/v1/categories/", static.removeprefix(site)):
        whole, stripped = httpx.get(site + path), httpx.get(origin + path)
        assert (whole.status_code, stripped.status_code) == (200, 200), path
        assert whole.content == stripped.content, path
    assert httpx.get(f"{origin}/labrador/").status_code == 404
    assert httpx.get(f"{site}/api/v1/nowhere/").headers["Content-Type"] == "application/problem+json"
    redirect = httpx.get(f"{site}/papers")
    assert (redirect.status_code, redirect.headers["Location"]) == (301, "/lab/papers/")


def test_cookies_and_ways_back_stay_within_the_path(site: str) -> None:
    def paths(response: httpx.Response) -> dict[str, str]:
        cookies = [header.split("; ") for header in response.headers.get_list("Set-Cookie")]
        return {first.split("=")[0]: next(p for p in rest if p.startswith("Path=")) for first, *rest in cookies}

    response = httpx.post(f"{site}/language/", data={"language": "de"})
    assert (response.headers["Location"], paths(response)) == ("/lab/", {"django_language": "Path=/lab/"})
    response = httpx.post(f"{site}/language/", data={"language": "de", "next": "/lab/papers/"})
    assert response.headers["Location"] == "/lab/papers/"
    with httpx.Client() as client:
        response = client.get(f"{site}/admin/")
        assert response.headers["Location"] == "/lab/admin/login/?next=/lab/admin/"
        response = client.get(f"{site}/admin/login/")
        assert paths(response) == {"csrftoken": "Path=/lab/"}
        form = {"username": "ada", "password": CREDENTIALS["DJANGO_SUPERUSER_PASSWORD"], "next": "/lab/admin/"}
        form["csrfmiddlewaretoken"] = client.cookies["csrftoken"]
        response = client.post(f"{site}/admin/login/", data=form)
        assert response.headers["Location"] == "/lab/admin/"
        assert paths(response) == {
            "csrftoken": "Path=/lab/",
            "sessionid": "Path=/lab/",
            "known": "Path=/lab/admin/login/",
        }
        response = client.get(f"{site}/admin/")
        assert response.status_code == 200
        links = links_in(response)
        assert site in links and all(link == site or link.startswith(f"{site}/") for link in links)


def test_a_curator_s_messages_are_for_this_site_alone(admin_client: Client, settings: Any) -> None:
    settings.SESSION_COOKIE_PATH = "/lab/"

    group = Group.objects.create(name="readers")
    response = admin_client.post(f"/admin/auth/group/{group.pk}/change/", {"name": "all readers"})
    assert (response.status_code, response.cookies["messages"]["path"]) == (302, "/lab/")
    response = admin_client.get("/admin/auth/group/")
    assert (response.cookies["messages"].value, response.cookies["messages"]["path"]) == ("", "/lab/")


def test_a_paper_of_a_list_leads_on_in_the_list(site: str) -> None:
    def of_other_papers(address: str) -> list[str]:
        links = links_in(httpx.get(f"{site}{PAPER}?list={address}"))
        return [link for link in links if "?list=" in link and not link.startswith(f"{site}{PAPER}")]

    assert of_other_papers(f"/lab{PROFILE}")
    assert not [link for link in of_other_papers(PROFILE) if "authors" in link]  # of another site on this host


def test_the_problem_of_a_program_names_the_whole_path(site: str) -> None:
    response = httpx.get(f"{site}/api/v1/papers/?page_size=x")
    assert json.loads(response.content)["instance"] == "/lab/api/v1/papers/?page_size=x"


def test_addresses_are_made_in_one_place() -> None:
    """Who else reads SITE_URL has no path at hand, or hundreds of them at once."""
    readers = {
        "papers/http/addresses.py": "absolute_url",
        "papers/http/conditional.py": "a part of every tag",
        "papers/oai/verbs.py": "the host, which is part of identifiers",
        "papers/api/serializers.py": "of hundreds of names and papers",
        "profiles/views/markdown.py": "the text of llms.txt, with patterns of addresses",
        "profiles/views/embed.py": "whether an address is ours",
        "profiles/dataset/dumper.py": "the site's name for itself",
        "config/recipes.py": "examples that begin with it",
    }
    files = [path for app in ("papers", "profiles", "config") for path in (settings.BASE_DIR / app).rglob("*.py")]
    found = {str(path.relative_to(settings.BASE_DIR)) for path in files if "settings.SITE_URL" in path.read_text()}
    assert found == readers.keys()


@pytest.mark.parametrize(
    ("prefix", "path", "within"),
    [
        (None, "/papers/", "/papers/"),
        (None, "", "/"),
        ("/lab", "/lab/papers/", "/papers/"),
        ("/lab", "/lab", "/"),
        ("/lab", "/lab/", "/"),
        ("/lab", "/lab/lab/", "/lab/"),
        ("/lab", "/labrador/", None),
        ("/lab", "/papers/", None),
        ("/our/lab", "/our/lab/papers/", "/papers/"),
    ],
)
def test_paths_within_the_site(prefix: str | None, path: str, within: str | None, settings: Any) -> None:
    settings.FORCE_SCRIPT_NAME = prefix
    settings.SITE_URL = f"https://example.org{prefix or ''}"
    assert path_within(path) == within
    assert absolute_url(f"{prefix or ''}/papers/") == f"https://example.org{prefix or ''}/papers/"


@pytest.mark.parametrize("prefix", ["/papers", "/authors/lab", "/api", "/static", "/arxiv", "/oai"])
def test_a_path_that_is_the_site_s_own_is_refused(prefix: str, settings: Any) -> None:
    settings.FORCE_SCRIPT_NAME, settings.SITE_URL = prefix, f"https://example.org{prefix}"
    settings.STATIC_URL = f"{prefix}/static/"
    [error] = check_prefix()
    assert error.msg == (
        f"SITE_URL is 'https://example.org{prefix}', and the site has addresses of its own below "
        f"/{prefix.split('/')[1]}/."
    )


def test_other_paths_are_not(settings: Any) -> None:
    for prefix in (None, "/lab", "/paper", "/lab/papers"):
        settings.FORCE_SCRIPT_NAME = prefix
        assert check_prefix() == []
