"""The square: numbers to box and back, and the component's contract."""

# ruff: noqa: PLC0415 (AppTest runs a page function by its source, away from this file's imports)

from __future__ import annotations

import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest
from streamlit_extras.image_crop import image_crop

from components.crop import CENTRED, MIN_SIZE, SquareChoice, choice_of, is_same, square_of
from core.photo_types import CropBox

PERCENT = st.integers(0, 100)
RATIO = st.floats(0.3, 3)


@given(st.integers(MIN_SIZE, 100), PERCENT, PERCENT, RATIO)
def test_choice_is_a_square_inside_the_photo(size: int, across: int, down: int, ratio: float) -> None:
    """Whatever the sliders say, the box lies in the photo and is as wide as high in pixels."""
    box = square_of(SquareChoice(size, across, down), ratio)
    assert min(box.left, box.top) >= 0
    assert max(box.left + box.width, box.top + box.height) <= 1 + 1e-9
    assert box.width * ratio == pytest.approx(box.height)


@given(st.integers(MIN_SIZE, 98), PERCENT, PERCENT, RATIO)
def test_sliders_show_the_square_they_made(size: int, across: int, down: int, ratio: float) -> None:
    """A square made by the sliders reads back as the same numbers, so that no change is seen where there is none."""
    chosen = SquareChoice(size, across, down)
    assert choice_of(square_of(chosen, ratio), ratio) == chosen


def test_middle_is_the_largest_centred_square() -> None:
    """On a photo twice as wide as high, the middle half of its width."""
    assert square_of(CENTRED, 2.0) == CropBox(left=0.25, top=0.0, width=0.5, height=1.0)


def test_nearly_equal_boxes_are_the_same() -> None:
    """A difference of a pixel is no change; one of a hundredth is."""
    box = CropBox(left=0.1, top=0.1, width=0.5, height=0.5)
    assert is_same(box, CropBox(left=0.101, top=0.1, width=0.5, height=0.5))
    assert not is_same(box, CropBox(left=0.11, top=0.1, width=0.5, height=0.5))


def test_image_crop_still_takes_what_we_give() -> None:
    """The library's signature has every parameter that `components/crop.py` uses."""
    parameters = inspect.signature(image_crop).parameters
    assert {"image", "aspect", "min_width", "min_height", "initial_crop", "rule_of_thirds", "key"} <= set(parameters)


def test_image_crop_starts_with_the_square_it_was_given() -> None:
    """Before anybody touches it, the component returns its first square in fractions of the photo."""

    def page() -> None:
        import streamlit
        from PIL import Image
        from streamlit_extras.image_crop import image_crop

        start = {"x": 0.25, "y": 0.1, "width": 0.5, "height": 0.5}
        bounds = image_crop(Image.new("RGB", (200, 200), "pink"), aspect=1, initial_crop=start, key="crop")
        streamlit.text(f"{bounds['x']:.2f} {bounds['y']:.2f} {bounds['width']:.2f} {bounds['height']:.2f}")

    at = AppTest.from_function(page, default_timeout=30).run()
    assert not at.exception
    assert at.text[0].value == "0.25 0.10 0.50 0.50"
