"""Writes the test vectors of document format 1 from the text of docs/format.md alone.

    python3 docs/vectors/make.py            write docs/vectors/*.json
    python3 docs/vectors/make.py --check    compare the files with what would be written

Needs Python 3.11 and nothing else. The output depends on nothing but these files: no clock, no random numbers, no zlib
encoder. codec.py writes changes, reader.py reads them strictly, model.py decides what a card accepts and shows; texts.py,
changes.py, stories.py, cards.py and chunks.py hold the vectors, and assert that each of them breaks the rule it claims to break and no
other. README.md lists how unclear places of the text were read.
"""

import json
import sys
from pathlib import Path

sys.dont_write_bytecode = True

import cards  # noqa: E402
import changes  # noqa: E402
import chunks  # noqa: E402
import texts  # noqa: E402

FILES = {
    "paths.json": texts.paths,
    "keys.json": texts.keys,
    "ids.json": texts.ids,
    "order.json": texts.order,
    "changes.json": changes.changes,
    "cards.json": cards.cards,
    "chunks.json": chunks.chunks,
}


def main():
    folder, stale = Path(__file__).resolve().parent, []
    for name, build in FILES.items():
        data = (json.dumps(build(), indent=1) + "\n").encode()
        file = folder / name
        if sys.argv[1:] == ["--check"]:
            if not file.exists() or file.read_bytes() != data:
                stale.append(name)
        else:
            file.write_bytes(data)
    if stale:
        sys.exit("not what make.py writes: " + ", ".join(stale))


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit(__doc__)
    main()
