"""Feeds: the items of RSS 2.0 and the entries of Atom, such as Google Merchant Center reads.

No feed needs a document type, and every danger of XML lies in one: bombs of entities, and files and addresses
of others. So a declaration of one ends the reading. That takes one method here, where `defusedxml` would be
one more library; what remains is bounded by the bytes that are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree.ElementTree import ParseError, XMLParser

from devstack.catalogs import Note
from devstack.catalogs.opening import BLOCK, MAX_RECORD, Unreadable, opened
from devstack.catalogs.texts import Fields, add_value
from devstack.catalogs.wrong import Wrong

_ITEMS = frozenset({"item", "entry"})
_GOOGLE = "base.google.com/ns/1.0}"


def records(path: Path, _note: Note) -> Iterator[tuple[str, Fields]]:
    """The items by names without a namespace; raises `Unreadable` where XML breaks, behind those before."""
    items, broken, count = _Items(), None, 0
    parser = XMLParser(target=items)  # noqa: S314 nothing is left of its dangers without a document type
    with opened(path) as file:
        while file.peek(1)[:1].isspace():  # as some shops' own programs write it, and no parser reads it
            file.read(1)
        while not broken and (block := file.read(BLOCK)):
            broken = _fed(parser, block)
            items.unread += len(block)
            for item in items.taken():
                count += 1
                yield f"{path}, item {count}", item
            if items.unread > MAX_RECORD:
                broken = Unreadable(Wrong.TOO_LONG, f"item {count + 1}")
        if broken := broken or _ended(parser):
            raise broken
    if not count:
        raise Unreadable(Wrong.NO_ITEMS)


def _fed(parser: XMLParser, block: bytes) -> Unreadable | None:
    try:
        parser.feed(block)
    except ParseError as error:
        return Unreadable(Wrong.BROKEN_XML, detail=str(error))
    except Unreadable as error:
        return error
    except (LookupError, ValueError) as error:
        return Unreadable(Wrong.WRONG_ENCODING, detail=str(error))
    return None


def _ended(parser: XMLParser) -> Unreadable | None:
    try:
        parser.close()
    except ParseError as error:
        return Unreadable(Wrong.BROKEN_XML, detail=str(error))
    return None


class _Items:
    """The parser's target: keeps the items that ended, and of the one that is open its own elements only.

    Google's elements go before others of the same name: an entry of Atom has an `id` of its own. `unread` are
    bytes since the last end of an item or of an element above.
    """

    def __init__(self) -> None:
        self.unread = 0
        self._done: list[Fields] = []
        self._item: Fields | None = None
        self._others: Fields = {}
        self._depth = 0
        self._words: list[str] = []

    def taken(self) -> list[Fields]:
        """The items that ended since the last call."""
        done, self._done = self._done, []
        return done

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        """Called where an element begins."""
        if self._item is None:
            if _local(tag) in _ITEMS:
                self._item, self._others, self._depth = {}, {}, 0
            return
        self._depth += 1
        if self._depth == 1:
            self._words = []

    def data(self, words: str) -> None:
        """Called with texts, in pieces."""
        if self._item is not None and self._depth == 1:
            self._words.append(words)

    def end(self, tag: str) -> None:
        """Called where an element ends."""
        if self._item is None or self._depth == 0:
            self.unread = 0
        if self._item is None:
            return
        if self._depth == 0:
            self._done.append(self._others | self._item)
            self._item = None
        elif self._depth == 1:
            fields = self._item if _GOOGLE in tag else self._others
            add_value(fields, _local(tag), "".join(self._words).strip())
        self._depth -= 1

    def doctype(self, *_declared: object) -> None:
        """Called where a document type is declared, before anything in it is read."""
        raise Unreadable(Wrong.XML_DOCTYPE)

    def close(self) -> None:
        """Called at the end."""


def _local(tag: str) -> str:
    return tag.rpartition("}")[2].lower()
