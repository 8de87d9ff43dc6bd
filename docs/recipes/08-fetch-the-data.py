# Fetch everything, and the next time only what is new. The manifest has the checksum of every file. Where it is 404, whoever
# runs the site has not made the files yet (manage.py dump_dataset).
import hashlib
import json
import os
from pathlib import Path
from urllib.request import urlopen

site = os.environ.get("COTERIE", "http://127.0.0.1:8000")
folder = Path(os.environ.get("FOLDER", "coterie-data"))
with urlopen(f"{site}/data/manifest.json") as answer:
    text = answer.read()
fetched = 0
for file in json.loads(text)["files"]:
    if file["format"] != "jsonl":
        continue
    path = folder / file["path"]
    if path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == file["sha256"]:
        continue
    with urlopen(f"{site}/data/{file['path']}") as answer:
        content = answer.read()
    assert hashlib.sha256(content).hexdigest() == file["sha256"], "fetch the manifest again: a new dataset is there"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    fetched += 1
(folder / "manifest.json").write_bytes(text)
print(f"{fetched} files fetched; load them with: manage.py load_dataset {folder}")
