"""Files as they come in."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from components.photo_input import TOO_MANY, recrop, take
from core.errors import NotAnImage, PhotoTooLarge, PhotoTooSmall
from core.photo_types import CropBox
from tests.skin import skin_jpeg


@dataclass
class Given:
    """A file as a widget hands it over."""

    name: str
    data: bytes

    def getvalue(self) -> bytes:
        """All of its bytes."""
        return self.data


def test_good_photo_is_ready_for_use() -> None:
    """A photo comes out prepared, with nothing refused."""
    taken = take([Given("a.jpg", skin_jpeg(600, 800))], 3)
    assert (len(taken.photos), taken.refusals) == (1, ())


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", NotAnImage),
        (b"just text", NotAnImage),
        (skin_jpeg(600, 800)[:2000], NotAnImage),
        (b"\xff\xd8\xff" + bytes(10 * 1024 * 1024), PhotoTooLarge),
        (skin_jpeg(60, 60), PhotoTooSmall),
    ],
)
def test_file_that_cannot_be_used_is_refused_with_its_reason(data: bytes, error: type[Exception]) -> None:
    """Empty, text, cut off, too large, too small: each says why, and none crashes."""
    taken = take([Given("a.jpg", data)], 3)
    assert taken.photos == ()
    assert [refusal.message for refusal in taken.refusals] == [error.user_message]


def test_bad_file_among_good_ones_costs_only_itself() -> None:
    """The good ones are kept."""
    taken = take([Given("a.jpg", skin_jpeg(600, 800)), Given("b.jpg", b"no"), Given("c.jpg", skin_jpeg(600, 800))], 3)
    assert len(taken.photos) == 2
    assert [refusal.name for refusal in taken.refusals] == ["b.jpg"]


def test_photos_over_the_limit_are_told() -> None:
    """What does not fit is refused in words, never dropped in silence."""
    taken = take([Given(f"{number}.jpg", skin_jpeg(600, 800)) for number in range(3)], 2)
    assert len(taken.photos) == 2
    assert [refusal.message for refusal in taken.refusals] == [TOO_MANY]


def test_cropping_again_keeps_the_original() -> None:
    """However often the square is moved, the photo that it is cut from stays byte for byte the same."""
    photo = take([Given("a.jpg", skin_jpeg(600, 800))], 1).photos[0]
    cut = recrop(photo, CropBox(left=0.2, top=0.2, width=0.6, height=0.45)).photos[0]
    assert cut.original_jpeg == photo.original_jpeg
    assert cut.square_png != photo.square_png


def test_square_that_is_too_small_is_refused() -> None:
    """A square of a few pixels is told, and the old one stands."""
    photo = take([Given("a.jpg", skin_jpeg(600, 800))], 1).photos[0]
    taken = recrop(photo, CropBox(left=0, top=0, width=0.05, height=0.04))
    assert taken.photos == ()
    assert [refusal.message for refusal in taken.refusals] == [PhotoTooSmall.user_message]
