# All papers of an author, oldest first. A list is read page by page: `next` leads on until it is null.
import json
import os
from urllib.request import urlopen

site = os.environ.get("COTERIE", "http://127.0.0.1:8000")
page = f"{site}/api/v1/authors/tom-henighan/papers/?page_size=10"
papers = []
while page:
    with urlopen(page) as answer:
        found = json.load(answer)
    papers += found["results"]
    page = found["next"]
for paper in sorted(papers, key=lambda paper: paper["published"] or ""):
    print(paper["published"], paper["identifier"], paper["title"])
