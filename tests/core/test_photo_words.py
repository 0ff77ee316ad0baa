"""Photos in words: what is measured agrees with what was painted, on every skin, and doubt says nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image, ImageDraw, ImageFilter

from core.photo import render_photo
from core.photo_measures import Colour, Pattern, PhotoDescription, connected, measure_photo
from core.photo_types import LesionPhoto, RawUpload
from core.photo_words import compare_in_words, describe_photos, photos_in_words
from core.types import Lang
from tests import pictures

TONES = [pictures.FAIR, pictures.BROWN, pictures.DARK]
BLOOD, FAINT, DEEP, PIGMENT = (1.0, 0.55, 0.55), (0.98, 0.78, 0.78), (0.8, 0.5, 0.68), (0.88, 0.7, 0.5)
"""How much of red, green and blue light an area keeps."""
SPOTS = PhotoDescription(colour=Colour.REDDER, contrast=0.4, share=0.1, pattern=Pattern.SPOTS, count=20)


def painted(tone: tuple[int, int, int], keeps: Sequence[float], count: int, radius: int = 16) -> Image.Image:
    """Skin with discs of another colour on a grid, none touching another or the edge."""
    picture, mask = pictures.skin(tone=tone), Image.new("L", (800, 800), 0)
    side = int(np.ceil(np.sqrt(count)))
    for place in range(count):
        x, y = (int((at + 0.5) * 800 / side) for at in divmod(place, side))
        ImageDraw.Draw(mask).ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    other = Image.fromarray((np.asarray(picture) * np.asarray(keeps)).astype(np.uint8))
    return Image.composite(other, picture, mask.filter(ImageFilter.GaussianBlur(2)))


def ready(picture: Image.Image) -> LesionPhoto:
    """The picture as the app prepares it."""
    return render_photo(RawUpload(name="photo.png", data=pictures.encoded(picture, "PNG")))


def measured(picture: Image.Image) -> PhotoDescription:
    """What is measured of it, which must be something."""
    found = measure_photo(ready(picture))
    assert found is not None
    return found


@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize("count", [4, 9, 25, 49])
def test_spots_are_counted_on_every_skin(tone: tuple[int, int, int], count: int) -> None:
    """Separate spots are counted to within a tenth, and their share of the skin to within two fifths."""
    found = measured(painted(tone, BLOOD, count))
    assert (found.pattern, found.colour) == (Pattern.SPOTS, Colour.REDDER)
    assert abs(found.count - count) <= count / 10
    assert found.share == pytest.approx(count * np.pi * 16**2 / 800**2, rel=0.4)


@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize(("keeps", "colour"), [(BLOOD, "redder"), (DEEP, "purpler"), (PIGMENT, "browner")])
def test_colour_is_told_relative_to_the_skin(tone: tuple[int, int, int], keeps: Sequence[float], colour: str) -> None:
    """The same change of light is called the same on fair, brown and dark skin."""
    assert measured(painted(tone, keeps, 1, 150)).colour == colour


@pytest.mark.parametrize("tone", TONES)
def test_one_patch_is_one_patch(tone: tuple[int, int, int]) -> None:
    """A single large area is a patch with about the share that was painted."""
    found = measured(painted(tone, BLOOD, 1, 200))
    assert (found.pattern, found.count) == (Pattern.PATCH, 1)
    assert found.share == pytest.approx(np.pi / 16, rel=0.2)


def test_two_patches_are_several() -> None:
    """Two large areas are neither spots nor one patch."""
    assert measured(painted(pictures.FAIR, BLOOD, 4, 90)).pattern is Pattern.PATCHES


@pytest.mark.parametrize("gain", [0.55, 0.8, 1.1])
def test_light_does_not_change_what_is_measured(gain: float) -> None:
    """Dimmer or brighter light leaves count and pattern alone."""
    picture = painted(pictures.BROWN, BLOOD, 16)
    plain, lit = measured(picture), measured(pictures.relit(picture, gain))
    assert (lit.pattern, lit.count, lit.colour) == (plain.pattern, plain.count, plain.colour)


def test_a_shadow_across_the_skin_is_no_area() -> None:
    """Skin of which a part lies in shade has nothing that stands out."""
    shade = np.ones((800, 800, 1))
    shade[:, 500:] = 0.45
    soft = Image.fromarray((shade[..., 0] * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(12))
    dim = np.asarray(pictures.skin()) * (np.asarray(soft)[..., None] / 255)
    assert measure_photo(ready(Image.fromarray(dim.astype(np.uint8)))) is None


@pytest.mark.parametrize(
    "picture",
    [
        *(pytest.param(pictures.skin(tone=tone), id=f"plain skin {tone}") for tone in TONES),
        pytest.param(pictures.cat(), id="cat"),
        pytest.param(pictures.toy(), id="toy"),
        pytest.param(pictures.screenshot(), id="screenshot"),
        pytest.param(pictures.noise(), id="noise"),
        pytest.param(pictures.plain(), id="black"),
        pytest.param(pictures.plain(colour=(255, 255, 255)), id="white"),
        pytest.param(pictures.plain(colour=pictures.FAIR), id="one colour"),
        pytest.param(pictures.plain(1), id="one pixel"),
    ],
)
def test_what_shows_no_area_is_not_described(picture: Image.Image) -> None:
    """Healthy skin and things give no words at all."""
    assert measure_photo(ready(picture)) is None
    assert photos_in_words(describe_photos([ready(picture)]), Lang.EN) == ""


def test_a_hand_on_a_sheet_is_not_described() -> None:
    """Where less than six tenths of the picture is skin, edges and shade mislead, so nothing is said."""
    sheet = Image.new("RGB", (800, 800), (225, 228, 232))
    sheet.paste(painted(pictures.FAIR, BLOOD, 9).resize((560, 560)), (120, 120))
    assert measure_photo(ready(sheet)) is None


@given(arrays.arrays(np.bool_, (13, 17), elements=st.booleans()))
def test_areas_agree_with_a_walk_from_pixel_to_pixel(mask: np.ndarray) -> None:
    """Two pixels have the same number just when a walk through the mask joins them."""
    labels, seen, number = connected(mask), np.zeros(mask.shape, int), 0
    for start in zip(*np.nonzero(mask), strict=True):
        if seen[start]:
            continue
        number += 1
        waiting = deque([start])
        while waiting:
            y, x = waiting.popleft()
            if 0 <= y < 13 and 0 <= x < 17 and mask[y, x] and not seen[y, x]:
                seen[y, x] = number
                waiting.extend((y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1))
    pairs = set(zip(labels.ravel().tolist(), seen.ravel().tolist(), strict=True))
    assert len(pairs) == number + (not mask.all())
    assert len({one for one, _ in pairs}) == len({other for _, other in pairs}) == len(pairs)


# Words


def test_description_says_that_it_was_measured() -> None:
    """Count, colour and share stand in one line that calls itself a measurement, in both languages."""
    assert photos_in_words([SPOTS], Lang.EN) == (
        "Measured in the photo by a program, not a finding: about 20 spots redder than the skin around them, "
        "about a tenth of the skin that can be seen."
    )
    assert photos_in_words([SPOTS], Lang.KO) == (
        "진단이 아니라 프로그램이 사진에서 잰 값이에요: 주변 피부보다 더 붉은 점 약 20개, 보이는 피부의 약 10분의 1."
    )


def test_each_of_several_photos_has_its_words() -> None:
    """Photos are numbered as they were given; one that could not be measured is left out."""
    patch = replace(SPOTS, pattern=Pattern.PATCH, colour=Colour.PURPLER, share=0.35)
    said = photos_in_words([SPOTS, None, patch], Lang.EN)
    assert "photo 1: about 20 spots redder" in said
    assert "photo 2" not in said
    assert "photo 3: one area more purple than the skin around it, about a third" in said
    assert photos_in_words([None, None], Lang.EN) == ""


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"count": 40}, "more spots (about 20 before, about 40 now)"),
        ({"count": 8}, "fewer spots (about 20 before, about 8 now)"),
        ({"share": 0.3}, "takes up more"),
        ({"share": 0.04}, "takes up less"),
        ({"contrast": 0.7}, "stands out more"),
        ({"contrast": 0.2}, "paler"),
        ({"count": 24, "share": 0.12}, "about the same"),
        ({"pattern": Pattern.PATCH, "count": 1}, "about the same"),
    ],
)
def test_later_photo_is_compared_with_the_earlier(change: dict[str, object], words: str) -> None:
    """Only differences beyond what light and distance usually make are called differences."""
    said = compare_in_words(SPOTS, replace(SPOTS, **change), Lang.EN)
    assert words in said
    assert said.startswith("Measured against the earlier photo:")


@pytest.mark.parametrize(("before", "now"), [(None, SPOTS), (SPOTS, None)])
def test_nothing_is_compared_that_was_not_measured(before: PhotoDescription, now: PhotoDescription) -> None:
    """Without both measurements there is no comparison."""
    assert compare_in_words(before, now, Lang.KO) == ""


def test_fading_spots_are_called_paler() -> None:
    """The same spots in a fainter colour are measured as paler, not as fewer."""
    before, now = (measured(painted(pictures.BROWN, keeps, 16, 24)) for keeps in (BLOOD, FAINT))
    said = compare_in_words(before, now, Lang.EN)
    assert "paler" in said
    assert "fewer" not in said
