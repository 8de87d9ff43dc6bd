"""The co-author network as a picture whose names are links, and as GraphML and CSV."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from io import BytesIO
from xml.etree import ElementTree

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from papers.display.plots import MOST_SERIES, REST
from papers.http.addresses import absolute_url
from papers.http.csv_download import csv_response
from profiles.lookup import author_or_redirect
from profiles.models import Author
from profiles.statistics.network import HEIGHT, WIDTH, Network, label_of, network_of
from profiles.statistics.summaries import LARGEST_TEAM

TIES_A_PERSON = 3  # drawn of each: more lines hide each other. GraphML and CSV have all.
THICKNESSES = [(1, 1), (2, 2), (5, 3), (10, 4), (20, 5)]  # papers together from which a line is so thick


@dataclass(frozen=True, slots=True)
class Dot:
    """A person as the picture draws them; `label_y` is where the name stands, below the dot."""

    author: Author
    url: str
    label: str
    papers: int
    x: float
    y: float
    radius: float
    label_y: float
    group: int | None
    colour: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """Those of one colour; the last has no number but all small groups."""

    number: int
    colour: int
    dots: list[Dot]


@require_safe
def author_network(request: HttpRequest, slug: str) -> HttpResponse:
    """Whom an author writes with, and who of those write with each other."""
    author = author_or_redirect(request, slug, "author-network")
    if isinstance(author, HttpResponse):
        return author
    network = network_of(author)
    dots = dots_of(network)
    groups: dict[int, list[Dot]] = defaultdict(list)
    for dot in dots[1:]:
        groups[min(dot.group or 0, MOST_SERIES)].append(dot)
    context = {
        "author": author,
        "network": network,
        "middle": dots[0],
        "dots": dots[1:],
        "lines": lines_of(network),
        "groups": [Group(number + 1, colour_of(number), found) for number, found in sorted(groups.items())],
        "width": WIDTH,
        "height": HEIGHT,
        "largest_team": LARGEST_TEAM,
    }
    return render(request, "profiles/author/network.html", context)


def dots_of(network: Network) -> list[Dot]:
    return [
        Dot(
            node.author,
            node.author.get_absolute_url(),
            label_of(node.author),
            node.papers,
            node.x,
            node.y,
            node.radius,
            round(node.y + node.radius + 13, 1),
            node.group,
            None if node.group is None else colour_of(node.group),
        )
        for node in network.nodes
    ]


def colour_of(group: int) -> int:
    return group + 1 if group < MOST_SERIES else REST


def lines_of(network: Network) -> list[tuple[str, int, str]]:
    """The lines as paths, (kind, thickness, path): all from the middle, and of the others each person's strongest."""
    strongest: dict[int, int] = defaultdict(int)
    paths: dict[tuple[str, int], list[str]] = defaultdict(list)
    for one, two, papers in sorted(network.ties, key=lambda tie: (-tie[2], tie)):
        if one:
            strongest[one] += 1
            strongest[two] += 1
            if min(strongest[one], strongest[two]) > TIES_A_PERSON:
                continue
        thickness = max(thick for least, thick in THICKNESSES if papers >= least)
        a, b = network.nodes[one], network.nodes[two]
        paths["tie" if one else "spoke", thickness].append(f"M{a.x:g} {a.y:g}L{b.x:g} {b.y:g}")
    return [(kind, thickness, "".join(found)) for (kind, thickness), found in sorted(paths.items())]


@require_safe
def author_network_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The ties, a line each: who, who, and on how many papers."""
    author = author_or_redirect(request, slug, "author-network-csv")
    if isinstance(author, HttpResponse):
        return author
    network = network_of(author)
    people = [node.author for node in network.nodes]
    rows = [
        (people[one].name, people[one].public_id, people[two].name, people[two].public_id, papers)
        for one, two, papers in network.ties
    ]
    return csv_response(f"{author.slug}-network", ("name", "author", "other_name", "other_author", "papers"), rows)


@require_safe
def author_network_graphml(request: HttpRequest, slug: str) -> HttpResponse:
    """The network for Gephi, Cytoscape, networkx and the like."""
    author = author_or_redirect(request, slug, "author-network-graphml")
    if isinstance(author, HttpResponse):
        return author
    response = HttpResponse(graphml(network_of(author)), content_type="application/graphml+xml")
    response["Content-Disposition"] = f'attachment; filename="{author.slug}-network.graphml"'
    return response


NODE_KEYS = {"label": "string", "url": "string", "papers": "int", "group": "int", "x": "double", "y": "double"}


def graphml(network: Network) -> bytes:
    """GraphML (graphml.graphdrawing.org) of the network; nodes are public ids, the weight of an edge is papers together."""
    root = ElementTree.Element("graphml", xmlns="http://graphml.graphdrawing.org/xmlns")
    for name, kind in NODE_KEYS.items():
        ElementTree.SubElement(root, "key", {"id": name, "for": "node", "attr.name": name, "attr.type": kind})
    ElementTree.SubElement(root, "key", {"id": "weight", "for": "edge", "attr.name": "weight", "attr.type": "int"})
    graph = ElementTree.SubElement(root, "graph", id="coauthors", edgedefault="undirected")
    for node in network.nodes:
        element = ElementTree.SubElement(graph, "node", id=node.author.public_id)
        values = {
            "label": node.author.name,
            "url": absolute_url(node.author.get_absolute_url()),
            "papers": node.papers,
            "group": None if node.group is None else node.group + 1,
            "x": node.x,
            "y": node.y,
        }
        for name, value in values.items():
            if value is not None:
                ElementTree.SubElement(element, "data", key=name).text = str(value)
    for one, two, papers in network.ties:
        ends = {"source": network.nodes[one].author.public_id, "target": network.nodes[two].author.public_id}
        ElementTree.SubElement(ElementTree.SubElement(graph, "edge", ends), "data", key="weight").text = str(papers)
    file = BytesIO()
    ElementTree.ElementTree(root).write(file, encoding="utf-8", xml_declaration=True)
    return file.getvalue()
