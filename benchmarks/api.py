"""Cost of pages and answers of the API, beside a view that answers three bytes, and its growth with the site.

    DATA_DIR=/srv/site python -m benchmarks.api [--larger /srv/larger] [--kept] [--requests 60] [--only WORD] [--json FILE]

Starts the site's own server (granian, one worker, two threads) on a free port with limits lifted, asks each kind of address
by turns over one kept connection, and reads the CPU time of the server's processes before and after. Rounds go through all
kinds in turn, so that a busy neighbour spoils all alike; the median round of five counts. A kind is up to five addresses (of
authors with thirty papers or the next number below, and of their papers), pages deep in a list are reached by their cursor.
Every answer is made anew, unless --kept lets the site give again what it made a moment ago.

With --larger the same is asked of a second site in the same rounds, and `growth` is its CPU divided by the first one's.

    … --external 'datasette serve {database} --port {port}' --external-path '/coterie.json?_shape=array&sql=…'

asks another program that serves the same SQLite file; without a path, datasette's for the rows of the first page.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks.serving import Asked, Server, free_port, measured, site

SUBJECTS = 5
PAPERS_OF_AN_AUTHOR = 30
TRIVIAL = "trivial view"
EXTERNAL = "the other program, 25 papers"
COLUMNS = (
    "identifier,arxiv_id,title,abstract,abstract_is_cut,byline,byline_is_complete,collaborations,categories,published,updated,"
    "versions,doi,journal_ref,comments,license,source,modified_at"
)
SAME_ROWS = f"select {COLUMNS} from papers_paper where not is_deleted order by sort_day desc, id desc limit 25"
DATASETTE = f"/coterie.json?_shape=array&sql={quote(SAME_ROWS)}"


def results(server: Server, address: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(server.get(address)[1])["results"]
    return rows


def cursor_of(server: Server, address: str, number: int) -> str:
    """The cursor of the page of 25 with this number, or of the last full one, found by walking there with large pages."""
    at, cursor, behind = f"{address}?page_size=200&fields={'identifier' if 'papers' in address else 'id'}", "", 0
    while behind + 200 <= 25 * (number - 1):
        following = json.loads(server.get(at)[1])["next"]
        if not following:
            break
        at, behind = "/api/" + following.split("/api/", 1)[1], behind + 200
        cursor = following.split("cursor=")[1].split("&")[0]
    return cursor


def kinds(server: Server, deep: int) -> dict[str, tuple[list[str], dict[str, str]]]:
    """By name the addresses of a kind and the headers they are asked with."""
    papers, authors = "/api/v1/papers/?page_size=25", "/api/v1/authors/?page_size=25"
    found = results(server, f"/api/v1/authors/?page_size={SUBJECTS}&paper_count_max={PAPERS_OF_AN_AUTHOR}")
    slugs = [author["slug"] for author in found]
    ids = [results(server, f"/api/v1/authors/{slug}/papers/?page_size=1")[0]["identifier"] for slug in slugs]
    pairs = [(slug, results(server, f"/api/v1/authors/{slug}/similar/?page_size=1")) for slug in slugs]
    compared = [f"/authors/{slug}/with/{rows[0]['author']['slug']}/" for slug, rows in pairs if rows]
    of_papers, of_authors = cursor_of(server, "/api/v1/papers/", deep), cursor_of(server, "/api/v1/authors/", deep)
    tag = {"If-None-Match": server.get(papers)[2]["etag"]}

    def of(template: str, values: list[str]) -> list[str]:
        return [template.format(quote(value)) for value in values]

    plain = {
        TRIVIAL: ["/healthz"],
        "API papers": [papers],
        f"API papers, page {deep:,}": [f"{papers}&cursor={of_papers}"],
        "API papers without bylines": [papers + "&omit=byline"],
        "API papers of a category": [papers + "&category=cs.LG", papers + "&category=math.CO"],
        "API papers by words": of(papers + "&q={}", ["graph", "learning", "complexity of algorithms"]),
        "API papers by words, newest first": of(papers + "&ordering=-published&q={}", ["graph", "learning"]),
        "API papers by year, counted": ["/api/v1/papers/?group_by=year"],
        "API a sample of 25": ["/api/v1/papers/?sample=25&seed=7"],
        "API one paper": of("/api/v1/papers/{}/", ids),
        "API authors": [authors],
        f"API authors, page {deep:,}": [f"{authors}&cursor={of_authors}"],
        "API authors by name": of(authors + "&q={}", ["smith", "wang", "maria"]),
        "API autocomplete": of("/api/v1/authors/autocomplete/?q={}", ["smi", "wan", "john s"]),
        "API one author": of("/api/v1/authors/{}/", slugs),
        "API an author's papers": of("/api/v1/authors/{}/papers/?page_size=25", slugs),
        "API similar authors": of("/api/v1/authors/{}/similar/", slugs),
        "API co-authors": of("/api/v1/authors/{}/coauthors/", slugs),
        "API statistics": of("/api/v1/authors/{}/statistics/", slugs),
        "API similarity links": ["/api/v1/similarity-links/?page_size=25"],
        "API categories": ["/api/v1/categories/"],
        "API builds": ["/api/v1/builds/"],
        "page: home": ["/"],
        "page: profile": of("/authors/{}/", slugs),
        "page: similar authors": of("/authors/{}/similar/", slugs),
        "page: two compared": compared,
        "page: statistics": of("/authors/{}/statistics/", slugs),
        "page: network": of("/authors/{}/network/", slugs),
        "page: authors": ["/authors/"],
        "page: authors by name": of("/authors/?q={}", ["smith", "wang", "maria"]),
        "page: papers": ["/papers/"],
        f"page: papers, page {deep:,}": [f"/papers/?page={of_papers}"],
        "page: papers by words": of("/papers/?q={}", ["graph", "learning", "complexity of algorithms"]),
        "page: search": of("/search/?q={}", ["graph", "learning", "smith"]),
        "page: paper": of("/papers/{}/", ids),
        "page: similar papers": of("/papers/{}/similar/", ids),
        "page: categories": ["/categories/"],
        "page: category": ["/categories/cs.LG/", "/categories/math.CO/"],
        "page: new": ["/new/"],
        "page: changes": ["/changes/"],
        "page: quality": ["/quality/"],
        "file: an author's BibTeX": of("/authors/{}/papers.bib", slugs),
        "file: a paper's BibTeX": of("/papers/{}.bib", ids),
        "feed: author": of("/authors/{}/feed/", slugs),
        "feed: category": ["/categories/cs.LG/feed/"],
    }
    special = {
        "API papers, 304": ([papers], tag),
        "API papers, gzip": ([papers], {"Accept-Encoding": "gzip"}),
        "page: profile, 304": ([f"/authors/{slugs[0]}/"], page_tag(server, f"/authors/{slugs[0]}/")),
    }
    return {name: (addresses, {}) for name, addresses in plain.items() if addresses} | special


def page_tag(server: Server, address: str) -> dict[str, str]:
    """The condition under which a page that was asked for before is not sent again; none where pages are not kept."""
    server.get(address)
    tag = server.get(address)[2].get("etag")
    return {"If-None-Match": tag} if tag else {}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--larger", type=Path, help="DATA_DIR of a larger site, to say how costs grow")
    parser.add_argument("--requests", type=int, default=60, help="of each kind")
    parser.add_argument("--page", type=int, default=1000, help="the deep page's number")
    parser.add_argument("--only", default="", help="kinds whose name holds this")
    parser.add_argument("--kept", action="store_true", help="what was made may be given again, as sites do")
    parser.add_argument("--external", default="", help="command that serves {database} on {port}")
    parser.add_argument("--external-path", default=DATASETTE, help="what it is asked for")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    folders = [Path(os.environ["DATA_DIR"]), *([given.larger] if given.larger else [])]
    servers: list[Server] = []
    try:
        asked: dict[str, Asked] = {}
        for place, folder in enumerate(folders):
            servers.append(server := site(folder, 500 if given.kept else 0))
            for name, (addresses, headers) in kinds(server, given.page).items():
                if name == TRIVIAL or given.only in name:
                    asked[f"{place}{name}"] = (server, addresses, headers)
        if given.external:
            port, database = free_port(), folders[0] / "coterie.sqlite3"
            command = shlex.split(given.external.format(database=database, port=port))
            servers.append(other := Server(command, port, "/"))
            asked[f"0{EXTERNAL}"] = (other, [given.external_path], {})
        # Each kind of both sites one after the other: what else the machine does changes within a minute.
        asked = dict(sorted(asked.items(), key=lambda row: (row[0][1:] != TRIVIAL, row[0][1:], row[0])))
        found = measured(asked, given.requests)
    finally:
        for server in servers:
            server.close()
    table = rows(found, with_growth=len(folders) > 1)
    print("\n".join(line(name, row) for name, row in table.items()))
    if given.json:
        given.json.write_text(json.dumps(table, indent=1) + "\n")


def rows(found: dict[str, dict[str, float]], *, with_growth: bool) -> dict[str, dict[str, float]]:
    """By kind its figures with the ratio to the trivial view's CPU, and on a larger site the growth."""
    table = {}
    trivial = found[f"0{TRIVIAL}"]["cpu"]
    for key, row in found.items():
        if key[0] == "0":
            table[key[1:]] = {**row, "ratio": row["cpu"] / trivial, "per CPU second": 1000 / row["cpu"]}
            if with_growth and (larger := found.get(f"1{key[1:]}")):
                table[key[1:]] |= {"larger": larger["cpu"], "growth": larger["cpu"] / row["cpu"]}
    return table


def line(name: str, row: dict[str, float]) -> str:
    growth = f" → {row['larger']:7.2f} CPU ms, {row['growth']:.2f} times" if "growth" in row else ""
    return (
        f"{name:36}{row['ms']:8.2f} ms{row['cpu']:8.2f} CPU ms{row['per CPU second']:7.0f}/CPU s"
        f"{row['ratio']:7.1f} × trivial{growth}"
    )


if __name__ == "__main__":
    main()
