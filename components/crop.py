"""Choosing the square: by touch, mouse or keyboard, and without any script of ours by three sliders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit_extras.image_crop import image_crop

from components.i18n import _
from components.keys import Keys
from core.photo_types import CropBox, LesionPhoto

MIN_SIZE, MIDDLE = 10, 50
_SAME = 0.004
"""Two edges closer than this share of the photo are the same; less than two pixels on a phone."""


@dataclass(frozen=True, slots=True)
class SquareChoice:
    """A square as three plain numbers, each a whole percentage."""

    size: int
    """Side, in percent of the photo's shorter side."""
    across: int
    """0 is as far left as the square goes, 100 as far right."""
    down: int
    """0 is the top, 100 the bottom."""


CENTRED = SquareChoice(100, MIDDLE, MIDDLE)


def choose_square(photo: LesionPhoto, place: int, keys: Keys) -> CropBox | None:
    """The square that the parent just chose, None while it is the photo's own."""
    drag, sliders = f"crop.drag.{place}", [f"crop.{name}.{place}" for name in ("size", "across", "down")]
    dragged = _drag(photo, drag, keys)
    if dragged is not None:
        keys.renew(*sliders)
        return dragged
    with st.expander(_("Set the square without dragging"), icon=":material/tune:", key=keys(f"crop.plain.{place}")):
        is_centred = st.button(
            _("Put it in the middle"), key=keys(f"crop.middle.{place}"), icon=":material/filter_center_focus:"
        )
        chosen = CENTRED if is_centred else _slide(photo.crop, _ratio(photo), sliders, keys)
    if chosen is None:
        return None
    keys.renew(drag, *(sliders if is_centred else ()))
    return square_of(chosen, _ratio(photo))


def square_of(choice: SquareChoice, ratio: float) -> CropBox:
    """The box of a choice on a photo whose width is `ratio` times its height."""
    side = choice.size / 100
    width, height = side * min(1.0, 1 / ratio), side * min(1.0, ratio)
    return CropBox(
        left=(1 - width) * choice.across / 100, top=(1 - height) * choice.down / 100, width=width, height=height
    )


def choice_of(box: CropBox, ratio: float) -> SquareChoice:
    """The nearest choice to a box on a photo whose width is `ratio` times its height."""
    size = round(100 * (box.width if ratio < 1 else box.height))
    return SquareChoice(min(max(size, MIN_SIZE), 100), _share(box.left, 1 - box.width), _share(box.top, 1 - box.height))


def is_same(first: CropBox, second: CropBox) -> bool:
    """True when no edge differs by more than a parent could see."""
    pairs = zip(_edges(first), _edges(second), strict=True)
    return all(abs(one - other) <= _SAME for one, other in pairs)


def _share(edge: float, room: float) -> int:
    """How far along its room an edge is, in percent; the middle when there is no room."""
    return min(max(round(100 * edge / room), 0), 100) if room > _SAME else MIDDLE


def _edges(box: CropBox) -> tuple[float, float, float, float]:
    return box.left, box.top, box.width, box.height


def _drag(photo: LesionPhoto, name: str, keys: Keys) -> CropBox | None:
    # The component takes a changed start for a new one, and would pull the square from under a finger.
    start = keys.start(name, photo.crop)
    bounds = image_crop(
        photo.original_jpeg,
        aspect=1,
        min_width=44,
        min_height=44,
        initial_crop={
            "x": start.left,
            "y": start.top,
            "width": min(start.width, 1 - start.left),
            "height": min(start.height, 1 - start.top),
        },
        rule_of_thirds=True,
        key=keys(name),
    )
    if not bounds or not bounds["width"] or not bounds["height"]:
        return None
    box = CropBox(left=bounds["x"], top=bounds["y"], width=bounds["width"], height=bounds["height"])
    # A component that was drawn anew reports its start once more; only what differs from its last report is a drag.
    if is_same(box, keys.last(name, start)):
        return None
    keys.note(name, box)
    return None if is_same(box, photo.crop) else box


def _slide(box: CropBox, ratio: float, names: Sequence[str], keys: Keys) -> SquareChoice | None:
    """What the parent set with the sliders, None while they say what the box is."""
    shown = choice_of(box, ratio)
    size, across, down = names
    chosen = SquareChoice(
        st.slider(_("Size (%)"), MIN_SIZE, 100, shown.size, key=keys(size)),
        st.slider(_("Left to right (%)"), 0, 100, shown.across, key=keys(across)),
        st.slider(_("Top to bottom (%)"), 0, 100, shown.down, key=keys(down)),
    )
    return None if chosen == shown or is_same(square_of(chosen, ratio), box) else chosen


def _ratio(photo: LesionPhoto) -> float:
    """Width of the photo over its height."""
    return photo.crop.height / photo.crop.width
