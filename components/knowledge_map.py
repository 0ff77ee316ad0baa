"""The articles as a map: what reads alike lies together, and what tells close ones apart."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from html import escape
from math import hypot
from pathlib import Path
from typing import Any

import streamlit as st

from components.article import SOON, pair_card
from components.i18n import _
from components.keys import Keys
from core.knowledge import Article, Condition, KnowledgeBase
from core.knowledge_map import HOW_COMMON, ClosePair, KnowledgeMap, draw_map, kept_vectors, separation
from core.types import Lang, Urgency

HEIGHT_PX = 430
PAIRS_IN_SIGHT = 8
_TAP, _GENERAL = "tapped", "general"
# Colours that stand out from both themes' grounds by 3:1; the shape tells the same to who sees no colour.
_LOOKS = {
    Urgency.EMERGENCY: ("#D5392F", "triangle-up", "▲"),
    Urgency.URGENT_SAME_DAY: ("#C8620A", "diamond", "◆"),
    Urgency.SOON_24H: ("#A67C00", "square", "■"),
    Urgency.ROUTINE: ("#3B82C4", "triangle-down", "▼"),
    Urgency.SELF_CARE: ("#3C9257", "circle", "●"),
    _GENERAL: ("#8C7A86", "cross", "✚"),
}
_UNLIT, _LONGEST_LINE, _MARGIN = 0.3, 0.25, 0.04
_FONT_PX, _NAME_PX, _POINT_PX, _PHONE_PX = 13, 140, 10, 340
_LINE_SHARE = 16 / HEIGHT_PX
Spec = dict[str, Any]  # a piece of Vega-Lite
_AXIS: Spec = {"type": "quantitative", "axis": None, "scale": {"domain": [-_MARGIN, 1 + _MARGIN], "nice": False}}
_PLACE: Spec = {"x": {"field": "x", **_AXIS}, "y": {"field": "y", **_AXIS}}
_LINE: Spec = {
    "mark": {"type": "rule", "strokeWidth": 1.5, "opacity": 0.7, "color": "#A08D79"},
    "encoding": {**_PLACE, "x2": {"field": "x2"}, "y2": {"field": "y2"}},
}


@st.cache_data(show_spinner=False, max_entries=2, hash_funcs={KnowledgeBase: lambda held: held.content_hash})
def knowledge_map(knowledge: KnowledgeBase, text_dir: Path) -> KnowledgeMap:
    """The map of one state of the knowledge base, drawn once a process."""
    return draw_map(knowledge, kept_vectors(text_dir))


def explore_map(drawn: KnowledgeMap, knowledge: KnowledgeBase, lang: Lang, keys: Keys) -> None:
    """The map with one article picked by name or by tap, and below it the same in words."""
    if not drawn.places:
        st.info(_("The map is not ready. Articles can be read and searched all the same."))
        return
    focus = _focus(drawn, knowledge, lang, keys)
    picked: Any = st.vega_lite_chart(  # Streamlit types what a chart returns by its options alone
        spec=_chart(drawn, knowledge, lang, focus),
        key=keys("map.chart"),
        on_select="rerun",
        selection_mode=_TAP,
        alt=_("Map of all articles. The list below says the same in words."),
    )
    _legend()
    st.caption(_("Tap a point. Near each other: described alike. A line: a question tells the two apart."))
    _follow_tap(picked, keys)
    _in_words(drawn, knowledge, lang, focus)


def _focus(drawn: KnowledgeMap, knowledge: KnowledgeBase, lang: Lang, keys: Keys) -> str | None:
    """The article picked by name, or by the last tap, which the box then shows."""
    names = {place.article: knowledge.article(place.article).names[lang] for place in drawn.places}
    ids = sorted(names, key=lambda name: names[name].casefold())
    noted: str | None = keys.last("map.focus", None)
    chosen = st.selectbox(
        _("Find on the map"),
        ids,
        index=keys.start("map.article", ids.index(noted) if noted in names else None),
        format_func=lambda name: names[name],
        placeholder=_("Type to search"),
        key=keys("map.article"),
    )
    if chosen != noted:
        keys.note("map.focus", chosen)
        keys.renew("map.chart")  # a point tapped before must be free to be tapped again
    return chosen


def _follow_tap(picked: Any, keys: Keys) -> None:  # noqa: ANN401 (as above)
    """Puts a newly tapped article into the box."""
    points = picked["selection"].get(_TAP, []) if picked else []
    tapped = points[0].get("id") if points else None
    before: str | None = keys.last("map.chart", None)
    if tapped is not None and tapped != before:
        keys.note("map.chart", tapped)
        keys.note("map.focus", tapped)
        keys.renew("map.article")
        st.rerun()


def _in_words(drawn: KnowledgeMap, knowledge: KnowledgeBase, lang: Lang, focus: str | None) -> None:
    """Close pairs with their question: those of the article picked, or the closest of all."""
    if focus is not None:
        name = knowledge.article(focus).names[lang]
        st.subheader(_("Close to “{name}”", name=name), anchor=False)
        for pair in drawn.near(focus):
            pair_card([pair.partner(focus)], (focus, pair.partner(focus)), knowledge, lang)
        return
    st.subheader(_("Easily mistaken for each other"), anchor=False)
    asked = _asked(drawn.pairs, knowledge, lang)
    for pair in asked[:PAIRS_IN_SIGHT]:
        pair_card([pair.one, pair.other], (pair.one, pair.other), knowledge, lang)
    with st.expander(_("Show {count} more", count=len(asked) - PAIRS_IN_SIGHT)):
        for pair in asked[PAIRS_IN_SIGHT:]:
            pair_card([pair.one, pair.other], (pair.one, pair.other), knowledge, lang)


def _asked(pairs: Sequence[ClosePair], knowledge: KnowledgeBase, lang: Lang) -> list[ClosePair]:
    """The pairs with a question that tells them apart."""
    return [pair for pair in pairs if separation(knowledge, pair.one, pair.other, lang) is not None]


def _chart(drawn: KnowledgeMap, knowledge: KnowledgeBase, lang: Lang, focus: str | None) -> Spec:
    """Lines between close pairs, a point an article, and names around the one picked, as Vega-Lite."""
    near = drawn.near(focus) if focus else ()
    pairs = _asked(near, knowledge, lang) if focus else _short(_asked(drawn.pairs, knowledge, lang), drawn)
    lit = {focus, *(pair.partner(focus) for pair in near)} if focus else set()
    points = _points(drawn, knowledge, lang, lit)
    tap = {"name": _TAP, "select": {"type": "point", "fields": ["id"], "nearest": True, "toggle": False}}
    names = {"mark": {"type": "text", "fontSize": _FONT_PX, "limit": _NAME_PX, "color": _text_colour()}}
    layers: list[Spec] = [
        {"data": {"values": _lines(drawn, pairs)}, **_LINE},
        {"data": {"values": points}, "params": [tap], **_dots()},
        {
            "data": {"values": _labels(sorted(points, key=lambda point: _weight(point, knowledge, focus)), focus)},
            **names,
            "encoding": {
                "x": {"field": "middle", **_AXIS},
                "y": {"field": "level", **_AXIS},
                "text": {"field": "name"},
            },
        },
    ]
    return {"height": HEIGHT_PX, "layer": layers, "config": {"view": {"stroke": None}}}


def _dots() -> Spec:
    """Points by how soon each is usually seen; faint when they are not near the one picked."""
    looks = [[look[part] for look in _LOOKS.values()] for part in range(2)]
    by_kind = {"field": "kind", "type": "nominal", "legend": None}
    return {
        "mark": {"type": "point", "filled": True, "size": 80},
        "encoding": {
            **_PLACE,
            "color": {**by_kind, "scale": {"domain": list(_LOOKS), "range": looks[0]}},
            "shape": {**by_kind, "scale": {"domain": list(_LOOKS), "range": looks[1]}},
            "opacity": {"field": "opacity", "type": "quantitative", "scale": None},
            "tooltip": {"field": "name", "type": "nominal", "title": _("Article")},
        },
    }


def _legend() -> None:
    """What colours and shapes mean: the chart's own legend is too pale to read and too wide for a phone."""
    signs = (
        f'<span style="white-space: nowrap"><span style="color: {colour}" aria-hidden="true">{sign}</span> '
        f"{escape(_kind_name(kind))}</span>"
        for kind, (colour, _shape, sign) in _LOOKS.items()
    )
    st.html(f'<p style="font-size: 0.875rem; margin: 0">{" &nbsp; ".join(signs)}</p>')


def _points(drawn: KnowledgeMap, knowledge: KnowledgeBase, lang: Lang, lit: Collection[str]) -> list[Spec]:
    """What is known of each point."""
    points: list[Spec] = []
    for place in drawn.places:
        article = knowledge.article(place.article)
        kind = article.usual_urgency if isinstance(article, Condition) else _GENERAL
        opacity = 1 if place.article in lit or not lit else _UNLIT
        point = {"id": article.id, "name": _short_name(article, lang), "kind": kind, "opacity": opacity}
        points.append({**point, "x": place.x, "y": place.y})
    return points


def _lines(drawn: KnowledgeMap, pairs: Sequence[ClosePair]) -> list[Spec]:
    """Both ends of each pair."""
    spots = {place.article: place for place in drawn.places}
    ends = ((spots[pair.one], spots[pair.other]) for pair in pairs)
    return [{"x": one.x, "y": one.y, "x2": other.x, "y2": other.y} for one, other in ends]


def _short(pairs: Sequence[ClosePair], drawn: KnowledgeMap) -> list[ClosePair]:
    """The pairs that the plane could keep together: long lines would hide what they cross."""
    spots = {place.article: place for place in drawn.places}
    gaps = {
        pair: hypot(spots[pair.one].x - spots[pair.other].x, spots[pair.one].y - spots[pair.other].y) for pair in pairs
    }
    return [pair for pair in pairs if gaps[pair] <= _LONGEST_LINE]


def _weight(point: Spec, knowledge: KnowledgeBase, focus: str | None) -> tuple[bool, bool, int]:
    """Orders points by who needs their name most: what was picked, what is near it, what is usual."""
    article = knowledge.article(point["id"])
    usual = HOW_COMMON.index(article.how_common) if isinstance(article, Condition) else len(HOW_COMMON)
    return point["id"] != focus, point["opacity"] < 1, usual


def _labels(points: Sequence[Spec], focus: str | None) -> list[Spec]:
    """Names over or under their points, the picked one's and as many more as fit on a phone, first come first."""
    bright = [point for point in points if point["opacity"] == 1]
    kept: list[Spec] = []
    for point in bright:
        letters = sum(0.55 if letter.isascii() else 1 for letter in point["name"])
        width = min(_NAME_PX, letters * _FONT_PX) / _PHONE_PX
        middle = min(max(point["x"], width / 2 - _MARGIN), 1 + _MARGIN - width / 2)
        for level in (point["y"] + _LINE_SHARE, point["y"] - _LINE_SHARE):
            label = {**point, "middle": middle, "level": level, "width": width}
            others = [other for other in (*kept, *bright) if other["id"] != point["id"]]
            if point["id"] == focus or not any(_is_over(label, other) for other in others):
                kept.append(label)
                break
    return kept


def _is_over(label: Spec, other: Spec) -> bool:
    """True when a name would cover another name or a point."""
    beside, above = other.get("middle", other["x"]), other.get("level", other["y"])
    width = other.get("width", _POINT_PX / _PHONE_PX)
    tall = _LINE_SHARE if "level" in other else 0.8 * _LINE_SHARE
    return bool(abs(label["level"] - above) < tall and abs(label["middle"] - beside) < (label["width"] + width) / 2)


def _text_colour() -> str:
    """The theme's own colour of text: the chart would keep black on black."""
    kind = "dark" if st.context.theme.type == "dark" else "light"
    return str(st.get_option(f"theme.{kind}.textColor"))


def _short_name(article: Article, lang: Lang) -> str:
    """The article's name without what stands in brackets."""
    return article.names[lang].partition("(")[0].strip()


def _kind_name(kind: str) -> str:
    """What the legend calls a kind of article."""
    return _("care and questions of every day") if kind == _GENERAL else _(SOON[Urgency(kind)].text)
