"""Charts: a Vega-Lite specification and the rows of a view make an inline SVG that needs no script and no request."""

from __future__ import annotations

import functools
import html
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import vl_convert

CHARTS = Path(__file__).parent / "charts"
COUNTIES = Path(__file__).parent / "lan.geojson"
LOCALE = {"decimal": ",", "thousands": "\N{NO-BREAK SPACE}", "grouping": [3], "currency": ["", " kr"], "minus": "−"}
# What a screen reader reads of a chart is its title and description; the marks keep their values for the tests.
ROLE = re.compile(r' role="graphics-\w+"| aria-roledescription="[^"]*"| aria-hidden="true"| pointer-events="none"')
COORDINATE = re.compile(r"(data-label=\"[^\"]*\")|(\d+\.\d)\d+")
OPENING = re.compile(r"<svg [^>]*?(width=\"[\d.]+\" height=\"[\d.]+\" viewBox=\"[^\"]*\")[^>]*>")


def svg(name: str, values: Sequence[Mapping[str, Any]], words: tuple[str, str], ident: str, **settings: Any) -> str:
    """An SVG of `charts/<name>.vl.json` with its data; `words` are title and description, `settings` fill `@names`."""
    drawn = vl_convert.vegalite_to_svg(
        _specification(name, values, settings), allowed_base_urls=[], format_locale=LOCALE
    )
    drawn = ROLE.sub("", drawn).replace(" aria-label=", " data-label=")
    drawn = COORDINATE.sub(lambda found: found[1] or found[2], drawn)
    drawn = drawn.replace('id="clip', f'id="{ident}-clip').replace("url(#clip", f"url(#{ident}-clip")
    title, description = (html.escape(text) for text in words)
    head = (
        rf'<svg \1 role="img" aria-labelledby="{ident}-title {ident}-text">'
        rf'<title id="{ident}-title">{title}</title><desc id="{ident}-text">{description}</desc>'
    )
    return OPENING.sub(head, drawn, count=1)


def png(name: str, values: Sequence[Mapping[str, Any]], **settings: Any) -> bytes:
    """The same as a picture, for what is printed."""
    return vl_convert.vegalite_to_png(
        _specification(name, values, settings), scale=3, allowed_base_urls=[], format_locale=LOCALE
    )


def _specification(name: str, values: Sequence[Mapping[str, Any]], settings: Mapping[str, Any]) -> str:
    specification = _filled(_read(name), settings)
    specification["data"] = {"values": list(values)}
    specification["config"] = _read("config")
    return json.dumps(specification)


def counties(values: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The counties as shapes, each with what is known of the region that has the same code."""
    return [{**feature, **values.get(feature["id"], {})} for feature in _counties()]


def _filled(part: Any, settings: Mapping[str, Any]) -> Any:
    if isinstance(part, dict):
        return {key: _filled(value, settings) for key, value in part.items()}
    if isinstance(part, list):
        return [_filled(value, settings) for value in part]
    return settings[part[1:]] if isinstance(part, str) and part.startswith("@") else part


def _read(name: str) -> dict[str, Any]:
    return json.loads((CHARTS / f"{name}.vl.json").read_text(encoding="utf-8"))


@functools.cache
def _counties() -> list[dict[str, Any]]:
    return json.loads(COUNTIES.read_text(encoding="utf-8"))["features"]
