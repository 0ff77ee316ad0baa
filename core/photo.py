"""One way to make a photo ready: decode, turn upright, strip metadata, cut a square, measure it.

Training, serving and evaluation all come through `render_photo`, so a model never sees pixels made another way.
"""

from __future__ import annotations

import base64
import contextlib
import io
import math
import subprocess
import sys
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from core import heif_worker
from core.errors import (
    CareError,
    NotAnImage,
    PhotoTooBlurred,
    PhotoTooBright,
    PhotoTooDark,
    PhotoTooLarge,
    PhotoTooSmall,
)
from core.photo_types import CropBox, LesionPhoto, PhotoQuality, RawUpload

MAX_UPLOAD_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000
EDGE_PX = 384
ORIGINAL_EDGE_PX = 1600
JPEG_QUALITY = 88
DATA_URI_BYTES = 60_000

# Limits of the quality gate; the command that measured them, and what each costs, are in models/README.md.
MIN_SIDE_PX = 96
MIN_SHARPNESS = 0.145
MIN_BRIGHTNESS = 40.0
MAX_BRIGHTNESS = 222.0

_RANGE_FLOOR = 24.0  # luminance steps below which a range is grain and uneven light rather than skin
_SKIN_CB, _SKIN_CR = (77, 127), (133, 173)
_JPEG_SCANS_MAX = 64
_END_OF_IMAGE, _START_OF_SCAN, _FILLER = 0xD9, 0xDA, 0xFF
_BARE_MARKERS = frozenset({0x00, 0x01, *range(0xD0, 0xD9)})  # these carry no length
_ORIENTATION_TAG = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = frozenset({5, 6, 7, 8})
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"})


class _Square(NamedTuple):
    """A square cut in pixels of an upright photo."""

    left: int
    top: int
    side: int


def prepare_photo(upload: RawUpload, crop: CropBox | None = None) -> LesionPhoto:
    """The photo made ready, once it has passed the quality gate.

    Args:
        upload: JPEG, PNG, WebP or HEIC bytes; the file's name is not trusted.
        crop: advice, clamped and made square in pixels; None is the centred square.

    Raises:
        PhotoRefused: its subclass says why.
    """
    photo, side_px = _render(upload, crop)
    require_quality(photo.quality, side_px)
    return photo


def render_photo(upload: RawUpload, crop: CropBox | None = None) -> LesionPhoto:
    """The photo made ready without the quality gate, as training and evaluation need it.

    Raises:
        NotAnImage: the bytes are no picture.
        PhotoTooLarge: over 10 MB or 50 megapixels.
    """
    return _render(upload, crop)[0]


def crop_again(photo: LesionPhoto, crop: CropBox | None) -> LesionPhoto:
    """The same photo with another square cut out of `original_jpeg`.

    Raises:
        PhotoRefused: the new square fails the quality gate.
    """
    cut = prepare_photo(RawUpload(name="original.jpg", data=photo.original_jpeg), crop)
    return replace(cut, original_jpeg=photo.original_jpeg)


def require_quality(quality: PhotoQuality, side_px: int) -> None:
    """Nothing, when a photo of this quality can be read.

    Args:
        quality: measured on the square.
        side_px: side of the square before it was scaled to 384.

    Raises:
        PhotoRefused: too small, too dark, too bright or too blurred, in this order.
    """
    if side_px < MIN_SIDE_PX:
        raise PhotoTooSmall
    if quality.brightness < MIN_BRIGHTNESS:
        raise PhotoTooDark
    if quality.brightness > MAX_BRIGHTNESS:
        raise PhotoTooBright
    if quality.sharpness < MIN_SHARPNESS:
        raise PhotoTooBlurred


def measure_quality(square: Image.Image) -> PhotoQuality:
    """What can be measured on a square RGB picture of at least 9 × 9.

    Source of the skin colour range: Chai & Ngan 1999, doi:10.1109/76.767122 (Cb 77–127, Cr 133–173).
    """
    luma, cb, cr = (np.asarray(band, dtype=np.float32) for band in square.convert("YCbCr").split())
    skin = (cb >= _SKIN_CB[0]) & (cb <= _SKIN_CB[1]) & (cr >= _SKIN_CR[0]) & (cr <= _SKIN_CR[1])
    return PhotoQuality(sharpness=_sharpness(luma), brightness=float(luma.mean()), skin_share=float(skin.mean()))


def small_data_uri(photo: LesionPhoto) -> str:
    """The square as a WebP data URI of at most 60,000 characters, for a language model."""
    with Image.open(io.BytesIO(photo.square_png), formats=["PNG"]) as square:
        for quality in (80, 60, 40, 20, 5):
            buffer = io.BytesIO()
            square.save(buffer, "WEBP", quality=quality)
            uri = "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
            if len(uri) <= DATA_URI_BYTES:
                break
    return uri


def decode_square(photo: LesionPhoto) -> Image.Image:
    """The square as a 384 × 384 RGB picture."""
    with Image.open(io.BytesIO(photo.square_png), formats=["PNG"]) as square:
        return square.convert("RGB")


def _render(upload: RawUpload, crop: CropBox | None) -> tuple[LesionPhoto, int]:
    """The photo, and the side of its square in the upload's own pixels."""
    file_format = _sniff(upload.data)
    try:
        upright, width, height = _decode(upload.data, file_format, crop)
    except CareError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as cause:
        raise PhotoTooLarge from cause
    # Decoders meet hostile bytes here and raise nearly anything; all of it means the same to a parent.
    except Exception as cause:
        raise NotAnImage from cause
    cut = _square(crop, upright.width, upright.height)
    box = (cut.left, cut.top, cut.left + cut.side, cut.top + cut.side)
    square = upright.resize((EDGE_PX, EDGE_PX), Image.Resampling.BICUBIC, box=box)
    photo = LesionPhoto(
        square_png=_png(square),
        original_jpeg=_jpeg(upright),
        crop=CropBox(
            left=cut.left / upright.width,
            top=cut.top / upright.height,
            width=cut.side / upright.width,
            height=cut.side / upright.height,
        ),
        quality=measure_quality(square),
    )
    return photo, round(cut.side * max(width, height) / max(upright.size))


def _sniff(data: bytes) -> str:
    """Pillow's name of the format that the first bytes tell.

    Raises:
        PhotoTooLarge: more than 10 MB.
        NotAnImage: none of JPEG, PNG, WebP and HEIC.
    """
    if len(data) > MAX_UPLOAD_BYTES:
        raise PhotoTooLarge
    if data.startswith(b"\xff\xd8\xff"):
        if _count_scans(data) > _JPEG_SCANS_MAX:
            raise NotAnImage
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        return "HEIF"
    raise NotAnImage


def _count_scans(data: bytes) -> int:
    """Scans of a JPEG: thousands of tiny ones in a small file would keep the decoder busy for minutes."""
    scans, at = 0, 2
    while scans <= _JPEG_SCANS_MAX:
        at = data.find(b"\xff", at)
        if at < 0 or at + 4 > len(data) or data[at + 1] == _END_OF_IMAGE:
            break
        marker = data[at + 1]
        if marker == _FILLER or marker in _BARE_MARKERS:
            at += 1 if marker == _FILLER else 2
            continue
        scans += marker == _START_OF_SCAN
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return scans


def _decode(data: bytes, file_format: str, crop: CropBox | None) -> tuple[Image.Image, int, int]:
    """The upright RGB picture without metadata, scaled down as far as harmless, and its size as uploaded."""
    if file_format == "HEIF":
        data, file_format = _heif_to_png(data), "PNG"
    with Image.open(io.BytesIO(data), formats=[file_format]) as image:
        width, height = image.size
        if width * height > MAX_PIXELS:
            raise PhotoTooLarge
        orientation = _orientation(image)
        if orientation in _SIDEWAYS:
            width, height = height, width
        scale = _harmless_scale(crop, width, height)
        if file_format == "JPEG" and scale < 1:
            image.draft(image.mode, (math.ceil(image.width * scale), math.ceil(image.height * scale)))
        image.load()
        target = _scaled(image.size, scale * max(width, height) / max(image.size))
        profile = image.info.get("icc_profile")
        rgb = _to_srgb(_shrink(_eight_bit(image), target), profile)
    if orientation in _TURNS:
        rgb = rgb.transpose(_TURNS[orientation])
    rgb.info = {}
    return rgb, width, height


def _heif_to_png(data: bytes) -> bytes:
    """The HEIC turned upright, as PNG; decoded in a process of its own, since damaged files crash the decoder.

    Raises:
        PhotoTooLarge: over 50 megapixels.
        NotAnImage: the decoder failed, crashed or took more than 20 s.
    """
    command = [sys.executable, "-P", heif_worker.__file__, str(MAX_PIXELS)]
    done = subprocess.run(command, input=data, capture_output=True, timeout=20, check=False)  # noqa: S603 (our own)
    if done.returncode == heif_worker.TOO_LARGE:
        raise PhotoTooLarge
    if done.returncode != 0:
        raise NotAnImage
    return done.stdout


def _orientation(image: Image.Image) -> int:
    """EXIF orientation 1–8; 1 where there is none or it is broken."""
    with contextlib.suppress(Exception):
        return int(image.getexif().get(_ORIENTATION_TAG, 1))
    return 1


def _harmless_scale(crop: CropBox | None, width: int, height: int) -> float:
    """Scale ≤ 1 that leaves 1600 px for looking back and 384 px in the square."""
    side = _square(crop, width, height).side
    return min(1.0, max(ORIGINAL_EDGE_PX / max(width, height), EDGE_PX / side))


def _scaled(size: tuple[int, int], scale: float) -> tuple[int, int]:
    """The size times the scale, never enlarged, at least one pixel each way."""
    ratio = min(1.0, scale)
    return max(1, round(size[0] * ratio)), max(1, round(size[1] * ratio))


def _shrink(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture at that size."""
    if size == image.size:
        return image
    return image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)


def _eight_bit(image: Image.Image) -> Image.Image:
    """The picture in a mode of 8 bits a band without transparency: L, RGB or CMYK."""
    if image.mode.startswith("I"):
        return Image.fromarray((np.asarray(image).clip(0, 65535) >> 8).astype(np.uint8))
    if image.has_transparency_data:
        colours = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), colours).convert("RGB")
    return image if image.mode in {"L", "RGB", "CMYK"} else image.convert("RGB")


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture in sRGB; a broken colour profile is ignored."""
    if profile:
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, _srgb(), outputMode="RGB")
            if converted is not None:
                return converted
    return image.convert("RGB")


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    """The sRGB profile."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _square(crop: CropBox | None, width: int, height: int) -> _Square:
    """The square nearest to the advice that lies within the picture."""
    short = min(width, height)
    if crop is None or not _is_usable(crop):
        return _Square((width - short) // 2, (height - short) // 2, short)
    side = min(short, max(1, round(max(crop.width * width, crop.height * height))))
    left = round((crop.left + crop.width / 2) * width - side / 2)
    top = round((crop.top + crop.height / 2) * height - side / 2)
    return _Square(min(max(left, 0), width - side), min(max(top, 0), height - side), side)


def _is_usable(crop: CropBox) -> bool:
    """True when the box is made of finite numbers of a sensible size and has an area."""
    edges = (crop.left, crop.top, crop.width, crop.height)
    return (
        all(map(math.isfinite, edges))
        and max(map(abs, edges)) <= 1e6  # noqa: PLR2004 (far outside; keeps the sums exact)
        and min(crop.width, crop.height) > 0
    )


def _sharpness(luma: NDArray[np.float32]) -> float:
    """Strongest bends of luminance at a third of the size (99.9th percentile of its Laplacian) over its range.

    Unlike the plain variance of the Laplacian it spares smooth skin and small photos, and is not misled by grain.
    """
    edge = luma.shape[0] // 3
    small = luma[: 3 * edge, : 3 * edge].reshape(edge, 3, edge, 3).mean(axis=(1, 3))
    centre = small[1:-1, 1:-1]
    bends = np.abs(small[:-2, 1:-1] + small[2:, 1:-1] + small[1:-1, :-2] + small[1:-1, 2:] - 4 * centre)
    low, high = np.percentile(small, (1, 99))
    return float(np.percentile(bends, 99.9) / (high - low + _RANGE_FLOOR))


def _png(square: Image.Image) -> bytes:
    """The picture as PNG bytes; fast rather than small."""
    buffer = io.BytesIO()
    square.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def _jpeg(upright: Image.Image) -> bytes:
    """The picture as JPEG bytes, longest side ≤ 1600 px."""
    buffer = io.BytesIO()
    size = _scaled(upright.size, ORIGINAL_EDGE_PX / max(upright.size))
    _shrink(upright, size).save(buffer, "JPEG", quality=JPEG_QUALITY)
    return buffer.getvalue()
