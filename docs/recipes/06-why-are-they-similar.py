# Why two authors are similar. The contributions of the evidence add up to the score.
import json
import os
from urllib.request import urlopen

site = os.environ.get("COTERIE", "http://127.0.0.1:8000")
with urlopen(f"{site}/api/v1/authors/tom-henighan/similar/?page_size=3") as answer:
    links = json.load(answer)["results"]
for link in links:
    print(f"{link['score']:.3f} {link['author']['name']}")
    for part in link["evidence"]["parts"][:4]:
        print(f"    {part['contribution']:.3f} {part['kind']} {part['label']}")
    assert abs(sum(part["contribution"] for part in link["evidence"]["parts"]) - link["score"]) < 1e-5
