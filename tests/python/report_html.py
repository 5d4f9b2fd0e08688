"""What the tests of the report read of a page: its figures with their keys, and its links, ids, charts and words."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

VOID = {"meta", "link", "br", "img", "hr", "input", "col"}
# Where numbers may stand that are no figures of a mart: quoted documents and codes.
QUOTED = {"blockquote", "q", "code", "svg", "style", "title", "desc"}
MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
UNKNOWN = ("..", "inte känt")


@dataclass(frozen=True)
class Figure:
    """A figure as a reader sees it, and the key of its row in the mart as the page has it."""

    page: str
    mart: str
    column: str
    key: tuple[tuple[str, Any], ...]
    text: str
    heading: str
    group: str
    label: str
    caption: str
    flags: frozenset[str]
    beside: str = ""

    @property
    def value(self) -> Decimal | str | None:
        """The figure read back from its text: a number, a month as written, or None for what is not known."""
        if self.text in UNKNOWN:
            return None
        if self.text[:3].lower() in MONTHS:
            return self.text
        return Decimal(self.text.replace("\N{NO-BREAK SPACE}", "").replace("\N{MINUS SIGN}", "-").replace(",", "."))

    @property
    def decimals(self) -> int:
        """Digits after the comma."""
        return len(self.text.partition(",")[2])


@dataclass
class Page(HTMLParser):
    """A parsed page."""

    name: str
    figures: list[Figure] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    charts: list[list[dict[str, str]]] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)
    vintages: dict[str, str] = field(default_factory=dict)
    headings: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[tuple[str, dict[str, str]]] = []
        self._table: dict[str, Any] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self._open.append((tag, found))
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "a":
            self.links.append(found["href"])
        self.addresses += [value for name, value in found.items() if name in ("src", "href", "xlink:href", "srcset")]
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "svg":
            self.charts.append([])
        if "data-label" in found:
            layer = next(attrs["class"] for _, attrs in reversed(self._open) if "role-mark" in attrs.get("class", ""))
            self.charts[-1].append(_parts(found["data-label"]) | {"layer": layer})
        if tag == "table":
            self._table = {"mart": found["data-mart"], "key": _read(found["data-key"]), "heads": [], "caption": ""}
        elif tag == "tr":
            self._row = {"key": _read(found.get("data-key", "")), "cells": [], "label": ""}
            if self._inside("thead"):
                self._table["heads"].append([])
        elif tag in ("td", "th"):
            self._cell = {"text": "", **found}
        elif tag == "data":
            self._cell = {"text": ""}

    def handle_data(self, text: str) -> None:
        tags = [tag for tag, _ in self._open]
        if "sup" in tags:
            return
        if "caption" in tags:
            self._table["caption"] += text.strip()
        elif "td" in tags or "th" in tags or "data" in tags:
            self._cell["text"] += text
        in_table = any("table" in attrs.get("class", "").split() for _, attrs in self._open)
        if ("p", {"class": "vintage"}) in self._open and in_table:
            self.vintages[self._table["caption"]] = text
        if "main" in tags and not QUOTED & set(tags) and not {"td", "th", "data", "caption"} & set(tags):
            self.prose.append(text)

    def handle_endtag(self, tag: str) -> None:
        _, found = self._open.pop()
        if tag == "data":
            key = tuple(sorted(_read(found["data-key"]).items(), key=str))
            self.figures.append(
                Figure(
                    self.name,
                    found["data-mart"],
                    found["data-column"],
                    _frozen(key),
                    self._cell["text"],
                    *[""] * 4,
                    frozenset(),
                )
            )
        elif tag == "th" and self._inside("thead"):
            self._table["heads"][-1] += [self._cell["text"].strip()] * int(self._cell.get("colspan", 1))
        elif tag == "th":
            self._row["label"] = self._cell["text"].strip()
        elif tag == "td":
            self._row["cells"].append(self._cell)
        elif tag == "tr" and not self._inside("thead"):
            self._close_row()

    def _close_row(self) -> None:
        heads = self._table["heads"]
        leaves = heads[-1] if len(heads) > 1 else heads[0][1:]
        groups = heads[0][1:] if len(heads) > 1 else [""] * len(leaves)
        assert len(leaves) == len(self._row["cells"]), (self.name, self._table["caption"])
        for cell, heading, group in zip(self._row["cells"], leaves, groups, strict=True):
            if "data-column" in cell:
                key = self._table["key"] | self._row["key"] | _read(cell.get("data-key", ""))
                self.figures.append(
                    Figure(
                        self.name,
                        self._table["mart"],
                        cell["data-column"],
                        _frozen(tuple(sorted(key.items(), key=str))),
                        cell["text"].strip(),
                        heading,
                        group,
                        self._row["label"],
                        self._table["caption"],
                        frozenset(cell.get("data-flags", "").split()),
                        " ".join(other["text"] for other in self._row["cells"] if "data-column" not in other),
                    )
                )

    def _inside(self, tag: str) -> bool:
        return any(name == tag for name, _ in self._open)


def parsed(name: str, text: str) -> Page:
    """A page read from its HTML."""
    page = Page(name)
    page.feed(re.sub(r' d="[^"]*"', "", text))  # shapes are long and tell nothing here
    assert not page._open, (name, page._open)
    return page


def _read(text: str) -> dict[str, Any]:
    return json.loads(text) if text else {}


def _frozen(key: tuple[tuple[str, Any], ...]) -> tuple[tuple[str, Any], ...]:
    return tuple((name, tuple(value) if isinstance(value, list) else value) for name, value in key)


def _parts(label: str) -> dict[str, str]:
    """The values of a mark: `month: jan; value: 291` or `Region Halland: 35,7`."""
    return dict(part.rsplit(": ", 1) for part in label.split("; "))
