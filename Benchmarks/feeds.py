"""Times feed readers of Python on documents of the feed benchmark.

    feeds.py READER FOLDER SHAPE ...

Prints a line for each shape: its name and MB/s of CPU time, the fastest of three readings. Of a slow reader it is
enough to see the first items. Ends with status 3 if the reader is not installed.
"""

import importlib
import pathlib
import sys
import time


def read_fastfeedparser(reader, document):
    return len(reader.parse(document).entries)


def read_feedparser(reader, document):
    # Not sanitised, as here.
    return len(reader.parse(document, sanitize_html=False).entries)


READERS = {"fastfeedparser": (read_fastfeedparser, 1.0), "feedparser": (read_feedparser, 0.02)}


def part(document, share):
    """The first items of the document, and its end."""
    if share == 1.0:
        return document
    name = b"entry" if b"<entry>" in document[:10_000] else b"item"
    last = document.rfind(b"</" + name + b">")
    cut = document.rfind(b"</" + name + b">", 0, int(len(document) * share))
    end = len(b"</" + name + b">")
    return document[: cut + end] + document[last + end :]


def main():
    name, folder, *shapes = sys.argv[1:]
    try:
        reader = importlib.import_module(name)
    except ImportError:
        sys.exit(3)
    read, share = READERS[name]
    for shape in shapes:
        document = part((pathlib.Path(folder) / f"{shape}.xml").read_bytes(), share)
        best = float("inf")
        for _ in range(3):
            start = time.process_time()
            count = read(reader, document)
            best = min(best, time.process_time() - start)
        assert count > 0, "no items"
        print(f"{shape}\t{len(document) / best / 1e6:.2f}", flush=True)


main()
