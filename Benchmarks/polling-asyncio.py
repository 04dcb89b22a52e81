#!/usr/bin/env python3
"""Polls the feeds of an OPML list with asyncio and aiohttp, as one would write it in Python.

Items are appended to a JSON Lines file; ETag and Last-Modified are kept in an SQLite file for the next poll.
"""

import argparse
import asyncio
import json
import sqlite3
import sys
import xml.etree.ElementTree as ElementTree

import aiohttp

CONCURRENCY = 64
BATCH = 500


class Validators:
    """What the server said of each feed, written in batches after the items that came with it."""

    def __init__(self, path, items):
        self.items = items
        self.database = sqlite3.connect(path)
        self.database.execute("PRAGMA journal_mode = WAL")
        self.database.execute(
            "CREATE TABLE IF NOT EXISTS feed (url TEXT PRIMARY KEY, etag TEXT, modified TEXT) WITHOUT ROWID")
        rows = self.database.execute("SELECT url, etag, modified FROM feed")
        self.known = {url: validators for url, *validators in rows}
        self.changed = []

    def headers(self, url):
        etag, modified = self.known.get(url, (None, None))
        headers = {"If-None-Match": etag, "If-Modified-Since": modified}
        return {name: value for name, value in headers.items() if value}

    def keep(self, url, headers):
        self.changed.append((url, headers.get("ETag"), headers.get("Last-Modified")))
        if len(self.changed) >= BATCH:
            self.commit()

    def commit(self):
        self.items.flush()
        with self.database:
            self.database.executemany("INSERT OR REPLACE INTO feed VALUES (?, ?, ?)", self.changed)
        self.changed.clear()


def item(entry, content):
    return {
        "id": entry.get("id"),
        "url": entry.get("link"),
        "title": entry.get("title"),
        "author": entry.get("author"),
        "published": entry.get("published"),
        "tags": [tag["term"] for tag in entry.get("tags", [])],
        "content": content,
    }


def feedparser_items(options):
    import feedparser

    def parse(body, headers):
        feed = feedparser.parse(body, response_headers=headers, **options)
        return [item(entry, entry.get("summary")) for entry in feed.entries]

    return parse


def fastfeedparser_items():
    import fastfeedparser

    def parse(body, headers):
        return [item(entry, entry.get("description")) for entry in fastfeedparser.parse(body).entries]

    return parse


PARSERS = {
    "feedparser": lambda: feedparser_items({}),
    "feedparser-raw": lambda: feedparser_items({"sanitize_html": False, "resolve_relative_uris": False}),
    "fastfeedparser": fastfeedparser_items,
}


async def addresses(session, opml):
    async with session.get(opml) as response:
        response.raise_for_status()
        outlines = ElementTree.fromstring(await response.read()).iter("outline")
    return [outline.get("xmlUrl") for outline in outlines if outline.get("xmlUrl")]


async def poll(session, url, parse, validators, items):
    async with session.get(url, headers=validators.headers(url)) as response:
        if response.status == 304:
            return
        response.raise_for_status()
        headers = {"content-location": url, "content-type": response.headers.get("Content-Type", "")}
        for record in parse(await response.read(), headers):
            items.write(json.dumps(record, ensure_ascii=False) + "\n")
        validators.keep(url, response.headers)


async def worker(session, urls, parse, validators, items):
    """Takes feed after feed from what all workers share; returns how many failed."""
    failures = 0
    for url in urls:
        try:
            await poll(session, url, parse, validators, items)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            print(f"{url}: {error!r}", file=sys.stderr)
            failures += 1
    return failures


async def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("parser", choices=PARSERS)
    arguments.add_argument("opml", help="address of the list of feeds")
    arguments.add_argument("state", help="SQLite file")
    arguments.add_argument("out", help="JSON Lines file")
    given = arguments.parse_args()

    parse = PARSERS[given.parser]()
    connector = aiohttp.TCPConnector(limit=CONCURRENCY)
    with open(given.out, "a", encoding="utf-8") as items:
        validators = Validators(given.state, items)
        async with aiohttp.ClientSession(connector=connector) as session:
            urls = iter(await addresses(session, given.opml))
            workers = (worker(session, urls, parse, validators, items) for _ in range(CONCURRENCY))
            failures = sum(await asyncio.gather(*workers))
        validators.commit()
    return 1 if failures else 0


sys.exit(asyncio.run(main()))
