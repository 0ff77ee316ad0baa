"""Every upload is made ready in one way, or refused with a reason."""

from __future__ import annotations

import base64
import io
import math
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from core import photo as subject
from core.errors import (
    NotAnImage,
    PhotoRefused,
    PhotoTooBlurred,
    PhotoTooBright,
    PhotoTooDark,
    PhotoTooLarge,
    PhotoTooSmall,
)
from core.photo import crop_again, decode_square, measure_quality, prepare_photo, render_photo, small_data_uri
from core.photo_types import CropBox, RawUpload
from tests import pictures

SPOTS = pictures.encoded(pictures.spots())
BLUE = (40, 90, 200)


def upload(data: bytes, name: str = "photo.jpg") -> RawUpload:
    """An upload of these bytes."""
    return RawUpload(name=name, data=data)


def opened(data: bytes) -> Image.Image:
    """The picture in these bytes."""
    return Image.open(io.BytesIO(data))


def with_blue_top(width: int = 900, height: int = 600) -> Image.Image:
    """Spots with a blue bar on top, so that up can be told."""
    picture = pictures.spots(max(width, height)).crop((0, 0, width, height))
    picture.paste(BLUE, (0, 0, width, height // 8))
    return picture


def is_blue(pixel: tuple[int, ...]) -> bool:
    """True for the bar's colour, give or take compression."""
    return max(abs(a - b) for a, b in zip(pixel, BLUE, strict=True)) < 25


# What is taken


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(SPOTS, id="jpeg"),
        pytest.param(pictures.encoded(pictures.spots(), progressive=True), id="progressive jpeg"),
        pytest.param(pictures.encoded(pictures.spots().convert("L")), id="grey jpeg"),
        pytest.param(pictures.cmyk_jpeg(pictures.spots()), id="cmyk jpeg"),
        pytest.param(pictures.encoded(pictures.spots(), "PNG"), id="png"),
        pytest.param(pictures.encoded(pictures.spots().convert("P"), "PNG"), id="palette png"),
        pytest.param(pictures.encoded(pictures.spots().convert("P"), "PNG", transparency=0), id="see-through palette"),
        pytest.param(pictures.sixteen_bit_png(pictures.spots()), id="16-bit png"),
        pytest.param(pictures.transparent_png(pictures.spots()), id="png with alpha"),
        pytest.param(pictures.encoded(pictures.spots(), "WEBP"), id="webp"),
        pytest.param(pictures.animated_webp([pictures.spots(), pictures.cat()]), id="animated webp"),
        pytest.param(pictures.HEIC.read_bytes(), id="heic"),
        pytest.param(pictures.encoded(pictures.spots(tone=pictures.BROWN)), id="brown skin"),
        pytest.param(pictures.encoded(pictures.spots(tone=pictures.DARK)), id="dark skin"),
        pytest.param(pictures.encoded(pictures.skin()), id="skin without a rash"),
        pytest.param(pictures.encoded(pictures.ring()), id="ring"),
        pytest.param(pictures.encoded(pictures.patch()), id="patch"),
        pytest.param(pictures.encoded(pictures.cat()), id="cat"),
    ],
)
def test_picture_becomes_a_square_without_metadata(data: bytes) -> None:
    """Whatever the format, the model gets 384 × 384 RGB and the parent a JPEG of at most 1600 px."""
    ready = prepare_photo(upload(data))
    square, original = opened(ready.square_png), opened(ready.original_jpeg)
    assert (square.format, square.mode, square.size) == ("PNG", "RGB", (384, 384))
    assert (original.format, original.mode) == ("JPEG", "RGB")
    assert max(original.size) <= 1600
    assert not (square.info.keys() | original.info.keys()) & {"exif", "icc_profile", "comment", "xmp"}


def test_name_is_not_trusted() -> None:
    """A PNG called .txt is a picture, a text called .jpg is none."""
    assert prepare_photo(upload(pictures.encoded(pictures.spots(), "PNG"), "notes.txt"))
    with pytest.raises(NotAnImage):
        prepare_photo(upload("수두인가요?".encode(), "rash.jpg"))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photo_is_turned_upright(orientation: int) -> None:
    """All eight EXIF orientations end with the same side up, and the place where it was taken is gone."""
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    upright = with_blue_top()
    lying = upright.transpose(Image.Transpose(back[orientation])) if orientation in back else upright
    data = pictures.phone_jpeg(lying, orientation)
    ready = prepare_photo(upload(data))
    original = opened(ready.original_jpeg)
    assert original.size == upright.size
    assert is_blue(original.getpixel((450, 20)))
    assert b"PhoneMaker" in data
    assert b"PhoneMaker" not in ready.original_jpeg + ready.square_png
    assert b"taken at home" not in ready.original_jpeg + ready.square_png


def test_heic_of_a_phone_is_turned_upright_once() -> None:
    """A HEIC that lies on its side and says so twice is turned once, and its metadata is gone."""
    ready = prepare_photo(upload(pictures.HEIC.read_bytes(), "IMG_0001.HEIC"))
    original = opened(ready.original_jpeg)
    assert original.size == (240, 320)
    assert is_blue(original.getpixel((120, 10)))
    assert b"PhoneMaker" in pictures.HEIC.read_bytes()
    assert b"PhoneMaker" not in ready.original_jpeg + ready.square_png


def test_see_through_parts_become_white() -> None:
    """Alpha is laid on white, not on black."""
    ready = render_photo(upload(pictures.transparent_png(pictures.spots())))
    assert decode_square(ready).getpixel((2, 2)) == (255, 255, 255)


def test_sixteen_bits_keep_their_range() -> None:
    """A 16-bit picture is scaled, not clipped to white."""
    eight = measure_quality(pictures.spots(384).convert("L").convert("RGB"))
    sixteen = render_photo(upload(pictures.sixteen_bit_png(pictures.spots(384)))).quality
    assert sixteen.brightness == pytest.approx(eight.brightness, abs=1.0)


def test_print_colours_look_as_on_screen() -> None:
    """A CMYK photo keeps its colours, not their negative."""
    screen, printed = (
        render_photo(upload(make(pictures.spots(384)))).quality for make in (pictures.encoded, pictures.cmyk_jpeg)
    )
    assert printed.brightness == pytest.approx(screen.brightness, abs=12)


def test_first_frame_of_a_moving_webp_is_used() -> None:
    """A moving picture counts as its first frame."""
    moving = render_photo(upload(pictures.animated_webp([pictures.spots(), pictures.plain()])))
    assert moving.quality.brightness > 100


def test_colour_profile_is_applied_and_a_broken_one_ignored() -> None:
    """Colours are brought to sRGB; a profile that cannot be read changes nothing."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain, same, broken = (
        render_photo(upload(pictures.encoded(pictures.spots(), "PNG", icc_profile=p))).square_png
        for p in (None, profile, b"not a profile")
    )
    assert plain == same == broken


# What is refused


@pytest.mark.parametrize(
    ("data", "error"),
    [
        pytest.param(b"", NotAnImage, id="0 bytes"),
        pytest.param(b"hello", NotAnImage, id="text"),
        pytest.param(SPOTS[: len(SPOTS) // 2], NotAnImage, id="truncated jpeg"),
        pytest.param(SPOTS[:20], NotAnImage, id="header only"),
        pytest.param(pictures.encoded(pictures.spots(), "PNG")[:5000], NotAnImage, id="truncated png"),
        pytest.param(pictures.encoded(pictures.spots(), "WEBP")[:5000], NotAnImage, id="truncated webp"),
        pytest.param(pictures.HEIC.read_bytes()[:3000], NotAnImage, id="truncated heic"),
        pytest.param(b"\0\0\0\x1cftypheic" + b"\0" * 500, NotAnImage, id="empty heic"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + SPOTS, NotAnImage, id="jpeg with png's first bytes"),
        pytest.param(pictures.encoded(pictures.spots(), "GIF"), NotAnImage, id="gif"),
        pytest.param(pictures.encoded(pictures.spots(), "BMP"), NotAnImage, id="bmp"),
        pytest.param(pictures.encoded(pictures.spots(), "TIFF"), NotAnImage, id="tiff"),
        pytest.param(pictures.many_scans_jpeg(), NotAnImage, id="thousands of scans"),
        pytest.param(pictures.bomb_png(), PhotoTooLarge, id="bomb of 3,600 megapixels"),
        pytest.param(pictures.bomb_png(12_000, 12_000), PhotoTooLarge, id="bomb of 144 megapixels"),
        pytest.param(pictures.bomb_png(7_200, 7_200), PhotoTooLarge, id="bomb of 52 megapixels"),
        pytest.param(SPOTS + b"\0" * 10 * 1024 * 1024, PhotoTooLarge, id="over 10 MB"),
        pytest.param(pictures.encoded(pictures.spots(1)), PhotoTooSmall, id="one pixel"),
        pytest.param(pictures.encoded(pictures.spots(90)), PhotoTooSmall, id="90 px"),
        pytest.param(pictures.encoded(pictures.spots().resize((4000, 60))), PhotoTooSmall, id="a sliver"),
        pytest.param(pictures.encoded(pictures.plain()), PhotoTooDark, id="all black"),
        pytest.param(pictures.encoded(pictures.relit(pictures.spots(), 0.15)), PhotoTooDark, id="dark"),
        pytest.param(pictures.encoded(pictures.plain(colour=(255, 255, 255))), PhotoTooBright, id="all white"),
        pytest.param(pictures.encoded(pictures.relit(pictures.spots(), 3)), PhotoTooBright, id="washed out"),
        pytest.param(pictures.encoded(pictures.blurred(pictures.spots())), PhotoTooBlurred, id="blurred"),
        pytest.param(pictures.encoded(pictures.plain(colour=(200, 160, 140))), PhotoTooBlurred, id="one colour"),
    ],
)
def test_unusable_upload_is_refused_with_its_reason(data: bytes, error: type[PhotoRefused]) -> None:
    """Each unusable file is refused within a second, and the error says why."""
    started = time.perf_counter()
    with pytest.raises(error):
        prepare_photo(upload(data))
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize("tone", [pictures.FAIR, pictures.BROWN, pictures.DARK])
def test_blurred_photo_is_refused_on_every_skin(tone: tuple[int, int, int]) -> None:
    """Sharpness is told apart on fair and on dark skin alike."""
    assert prepare_photo(upload(pictures.encoded(pictures.spots(tone=tone))))
    with pytest.raises(PhotoTooBlurred):
        prepare_photo(upload(pictures.encoded(pictures.blurred(pictures.spots(tone=tone)))))


# Cropping


def test_default_crop_is_the_centred_square() -> None:
    """Without advice the square is as large as it can be, in the middle."""
    ready = prepare_photo(upload(pictures.encoded(with_blue_top())))
    assert ready.crop == CropBox(left=pytest.approx(1 / 6), top=0, width=pytest.approx(2 / 3), height=1)


def test_crop_is_square_in_pixels() -> None:
    """Advice that is no square in pixels becomes one around its middle."""
    ready = prepare_photo(upload(SPOTS), CropBox(left=0.2, top=0.3, width=0.4, height=0.2))
    assert ready.crop == CropBox(left=0.2, top=0.2, width=0.4, height=0.4)


def test_crop_shows_what_was_framed() -> None:
    """The square holds the part of the photo that the parent framed."""
    top = render_photo(upload(pictures.encoded(with_blue_top())), CropBox(left=0, top=0, width=0.05, height=0.075))
    assert is_blue(decode_square(top).getpixel((192, 192)))


def test_crop_again_cuts_from_the_kept_original() -> None:
    """Cropping again starts from the whole photo and leaves it as it is."""
    small = prepare_photo(upload(pictures.encoded(with_blue_top())), CropBox(left=0.5, top=0.5, width=0.3, height=0.45))
    again = crop_again(small, None)
    assert again.original_jpeg == small.original_jpeg
    assert again.crop == prepare_photo(upload(pictures.encoded(with_blue_top()))).crop


def test_tiny_crop_of_a_large_photo_keeps_its_pixels() -> None:
    """A small square is cut from full resolution, not from a copy that was scaled down first."""
    large = pictures.spots(2400)
    ready = prepare_photo(
        upload(pictures.encoded(large, quality=95)), CropBox(left=0.4, top=0.4, width=0.1, height=0.1)
    )
    cut = large.crop((960, 960, 1200, 1200)).resize((384, 384), Image.Resampling.BICUBIC)
    assert ready.quality.sharpness == pytest.approx(measure_quality(cut).sharpness, rel=0.1)


@given(
    box=st.builds(CropBox, **dict.fromkeys(("left", "top", "width", "height"), st.floats())),
    size=st.sampled_from([(900, 600), (600, 900), (300, 300), (1, 1)]),
)
@settings(max_examples=60)
def test_no_crop_breaks_it(box: CropBox, size: tuple[int, int]) -> None:
    """Any numbers, infinite or not, give a square within the photo."""
    cut = render_photo(upload(pictures.encoded(with_blue_top(*size))), box).crop
    assert 0 <= cut.left <= cut.left + cut.width <= 1 + 1e-9
    assert 0 <= cut.top <= cut.top + cut.height <= 1 + 1e-9
    assert math.isclose(cut.width * size[0], cut.height * size[1])


# Hostile bytes


@given(
    start=st.sampled_from([b"", SPOTS[:400], b"\x89PNG\r\n\x1a\n", b"RIFF0000WEBP", b"\0\0\0\x1cftypheic"]),
    rest=st.binary(max_size=2000),
)
@settings(max_examples=300)
def test_random_bytes_are_refused_politely(start: bytes, rest: bytes) -> None:
    """Bytes of any kind raise nothing but a refusal."""
    with pytest.raises(PhotoRefused):
        prepare_photo(upload(start + rest))


@given(cuts=st.lists(st.tuples(st.integers(0, 2**31), st.integers(0, 255)), min_size=1, max_size=12))
@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "whole",
    [
        pytest.param(pictures.phone_jpeg(pictures.spots(200)), id="jpeg"),
        pytest.param(pictures.encoded(pictures.spots(120), "PNG"), id="png"),
        pytest.param(pictures.encoded(pictures.spots(200), "WEBP"), id="webp"),
        pytest.param(pictures.HEIC.read_bytes(), id="heic"),
    ],
)
def test_damaged_file_is_prepared_or_refused(whole: bytes, cuts: list[tuple[int, int]]) -> None:
    """A file with some bytes changed is still a photo or is refused; nothing else happens."""
    data = bytearray(whole)
    for place, value in cuts:
        data[place % len(data)] = value
    try:
        ready = prepare_photo(upload(bytes(data)))
    except PhotoRefused:
        return
    assert opened(ready.square_png).size == (384, 384)


# Measures and the copy for a language model


def test_quality_is_measured_on_the_square() -> None:
    """Sharper is higher, brighter is higher, and skin is told from blocks."""
    sharp, soft = (measure_quality(p) for p in (pictures.spots(384), pictures.blurred(pictures.spots(384), 6)))
    assert sharp.sharpness > subject.MIN_SHARPNESS > soft.sharpness
    assert measure_quality(pictures.plain(384, (60, 60, 60))).brightness == pytest.approx(60, abs=1)
    for tone in (pictures.FAIR, pictures.BROWN, pictures.DARK):
        assert measure_quality(pictures.spots(384, tone)).skin_share > 0.6
    assert measure_quality(pictures.toy(384)).skin_share < 0.3


@pytest.mark.parametrize("picture", [pictures.spots(), pictures.noise()])
def test_data_uri_is_small(picture: Image.Image) -> None:
    """Even noise fits into 60 kB, as a WebP that opens."""
    uri = small_data_uri(render_photo(upload(pictures.encoded(picture))))
    head, _, body = uri.partition(",")
    assert head == "data:image/webp;base64"
    assert len(uri) <= 60_000
    assert opened(base64.b64decode(body)).size == (384, 384)


def test_same_bytes_give_the_same_photo() -> None:
    """Preparing is deterministic to the byte."""
    assert prepare_photo(upload(SPOTS)) == prepare_photo(upload(SPOTS))


def test_twelve_megapixel_photo_is_quick() -> None:
    """A phone's photo is ready in well under a second on one core."""
    data = pictures.encoded(pictures.spots(1000).resize((4000, 3000)), quality=85)
    started = time.perf_counter()
    prepare_photo(upload(data))
    assert time.perf_counter() - started < 2
