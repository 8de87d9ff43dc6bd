"""One address of every type of page; what holds for all of them is asked of each of these."""

from __future__ import annotations

PROFILE = "/authors/tom-henighan/"
PAPER = "/papers/2001.08361/"
PAGES = {
    "home": "/",
    "authors": "/authors/",
    "authors by name": "/authors/?q=tom&category=cs.CL",
    "profile": PROFILE,
    "narrowed profile": f"{PROFILE}?year=2022&coauthor=sam-mccandlish",
    "publications": f"{PROFILE}publications/",
    "publications by type": f"{PROFILE}publications/?by=type&authors=all",
    "similar": f"{PROFILE}similar/",
    "statistics": f"{PROFILE}statistics/",
    "network": f"{PROFILE}network/",
    "embedded": f"{PROFILE}embed/",
    "two authors": f"{PROFILE}with/sam-mccandlish/",
    "compare": "/compare/?one=tom&two=sam-mccandlish",
    "people for a topic": "/people/?q=scaling+laws",
    "papers": "/papers/",
    "narrowed papers": "/papers/?q=language&category=cs.CL&year=2022",
    "paper": PAPER,
    "paper in a list": f"{PAPER}?list={PROFILE}",
    "similar papers": f"{PAPER}similar/",
    "new": "/new/",
    "changes": "/changes/",
    "categories": "/categories/",
    "category": "/categories/cs.LG/",
    "search": "/search/?q=scaling+laws",
    "nothing found": "/search/?q=zzzz",
    "about": "/about/",
    "quality": "/quality/",
    "suggestion": "/suggest/?author=tom-henighan",
    "not found": "/nowhere/",
    "wrong filter": f"{PROFILE}?year=abc",
}
# The same templates with other rows: one run of the HTML checker takes them along, axe takes seconds for each.
VARIANTS = {"authors by name", "publications by type", "narrowed papers", "paper in a list", "nothing found"}
