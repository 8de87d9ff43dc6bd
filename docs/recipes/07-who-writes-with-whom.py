# Who wrote with an author, as a list of edges for a program that draws networks.
import csv
import json
import os
import sys
from urllib.request import urlopen

site = os.environ.get("COTERIE", "http://127.0.0.1:8000")
author = f"{site}/api/v1/authors/tom-henighan/"
with urlopen(author) as answer:
    name = json.load(answer)["name"]
with urlopen(f"{author}coauthors/") as answer:
    people = json.load(answer)["results"]
table = csv.writer(sys.stdout)
table.writerow(["source", "target", "papers"])
for person in people:
    table.writerow([name, person["author"]["name"], person["papers"]])
