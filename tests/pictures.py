"""Pictures made by program: skin with and without a rash, things that are no skin, and files that break decoders."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

FAIR, BROWN, DARK = (226, 184, 160), (176, 124, 92), (104, 70, 52)
"""Skin colours."""
HEIC = Path(__file__).parent / "data" / "phone.heic"
"""`spots` upright, 240 × 320 with a blue bar on top, stored on its side with a place in its metadata."""


def skin(edge: int = 800, tone: tuple[int, int, int] = FAIR, seed: int = 7) -> Image.Image:
    """A field of skin with pores, fine lines and uneven light."""
    rng = np.random.default_rng(seed)
    light = Image.fromarray(rng.integers(96, 160, (5, 5), dtype=np.uint8)).resize(
        (edge, edge), Image.Resampling.BICUBIC
    )
    field = np.array(tone) * (0.82 + np.asarray(light)[..., None] / 700)
    field = field + rng.normal(0, 5, (edge, edge, 1))
    picture = Image.fromarray(np.clip(field, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    shade = tuple(int(band * 0.8) for band in tone)
    for x, y in rng.uniform(0, edge, (edge // 3, 2)):
        draw.line((x, y, x + rng.normal(0, 14), y + rng.normal(0, 14)), fill=shade, width=1)
    return picture


def spots(edge: int = 800, tone: tuple[int, int, int] = FAIR, count: int = 24, seed: int = 7) -> Image.Image:
    """Skin with red spots."""
    rng = np.random.default_rng(seed)
    picture = skin(edge, tone, seed)
    draw = ImageDraw.Draw(picture)
    for x, y, size in rng.uniform((0, 0, edge / 80), (edge, edge, edge / 22), (count, 3)):
        draw.ellipse((x - size, y - size, x + size, y + size), fill=_redder(tone))
        core = size / 3
        draw.ellipse((x - core, y - core, x + core, y + core), fill=_redder(tone, 0.45))
    return picture


def ring(edge: int = 800, tone: tuple[int, int, int] = FAIR) -> Image.Image:
    """Skin with one red ring."""
    picture = skin(edge, tone)
    box = (edge * 0.25, edge * 0.25, edge * 0.75, edge * 0.75)
    ImageDraw.Draw(picture).ellipse(box, outline=_redder(tone), width=edge // 18)
    return picture


def patch(edge: int = 800, tone: tuple[int, int, int] = FAIR, seed: int = 7) -> Image.Image:
    """Skin with a red patch of ragged edge."""
    rng = np.random.default_rng(seed)
    picture = skin(edge, tone)
    angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    reach = edge * rng.uniform(0.2, 0.32, 40)
    points = [(edge / 2 + r * np.cos(a), edge / 2 + r * np.sin(a)) for a, r in zip(angles, reach, strict=True)]
    ImageDraw.Draw(picture).polygon(points, fill=_redder(tone))
    return picture


def blurred(picture: Image.Image, radius: float = 20) -> Image.Image:
    """The picture out of focus."""
    return picture.filter(ImageFilter.GaussianBlur(radius))


def relit(picture: Image.Image, gain: float) -> Image.Image:
    """The picture under more or less light, clipped at white."""
    return picture.point(lambda value: min(255, round(value * gain)))


def cat(edge: int = 800) -> Image.Image:
    """A drawn cat on a cushion."""
    picture = Image.new("RGB", (edge, edge), (92, 128, 150))
    draw, unit = ImageDraw.Draw(picture), edge / 16
    draw.rounded_rectangle((unit, 11 * unit, 15 * unit, 15 * unit), unit, fill=(140, 40, 70))
    for side in (-1, 1):
        draw.polygon([((8 + side * x) * unit, y * unit) for x, y in ((1.2, 5), (4.2, 1), (4.4, 7))], fill=(70, 66, 62))
    draw.ellipse((3.5 * unit, 3.5 * unit, 12.5 * unit, 12 * unit), fill=(84, 78, 72))
    for x in (6.2, 9.8):
        draw.ellipse(((x - 0.9) * unit, 6 * unit, (x + 0.9) * unit, 8 * unit), fill=(170, 210, 80))
        draw.ellipse(((x - 0.3) * unit, 6 * unit, (x + 0.3) * unit, 8 * unit), fill=(10, 10, 10))
    draw.polygon([(7.5 * unit, 8.6 * unit), (8.5 * unit, 8.6 * unit), (8 * unit, 9.2 * unit)], fill=(220, 130, 140))
    for side in (-1, 1):
        for lift in (-0.6, 0, 0.6):
            draw.line((8 * unit, 9.4 * unit, (8 + side * 5) * unit, (9.2 + lift) * unit), fill=(235, 235, 235), width=3)
    return _grainy(picture)


def toy(edge: int = 800) -> Image.Image:
    """Stacked building blocks."""
    picture = Image.new("RGB", (edge, edge), (236, 232, 222))
    draw, unit = ImageDraw.Draw(picture), edge // 8
    for row, colours in enumerate(
        [("red", "gold"), ("royalblue", "limegreen", "red"), ("gold", "royalblue", "orange")]
    ):
        for place, colour in enumerate(colours):
            left, top = unit + place * 2 * unit, (2 * row + 1) * unit
            draw.rectangle((left, top, left + 2 * unit, top + 2 * unit), fill=colour, outline="black", width=4)
            for stud in (0.2, 1.2):
                box = (left + stud * unit, top - unit / 4, left + (stud + 0.6) * unit, top)
                draw.rectangle(box, fill=colour, outline="black", width=3)
    return _grainy(picture)


def screenshot(edge: int = 800) -> Image.Image:
    """A screen of a messenger."""
    picture = Image.new("RGB", (edge, edge), (178, 199, 217))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, edge, edge // 12), fill=(30, 30, 34))
    for row in range(7):
        left, top = (edge // 3 if row % 2 else edge // 24), edge // 8 + row * edge // 8
        colour = (250, 228, 76) if row % 2 else (255, 255, 255)
        draw.rounded_rectangle((left, top, left + edge * 0.6, top + edge // 11), 16, fill=colour)
        for line in range(2):
            for word in range(6):
                at = left + 20 + word * edge * 0.09
                draw.rectangle((at, top + 16 + line * 26, at + edge * 0.07, top + 28 + line * 26), fill=(40, 40, 40))
    return picture


def noise(edge: int = 800, seed: int = 3) -> Image.Image:
    """Coloured noise."""
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (edge, edge, 3), dtype=np.uint8))


def plain(edge: int = 800, colour: tuple[int, int, int] = (0, 0, 0)) -> Image.Image:
    """One colour."""
    return Image.new("RGB", (edge, edge), colour)


def encoded(picture: Image.Image, file_format: str = "JPEG", **options: object) -> bytes:
    """The picture as a file."""
    buffer = io.BytesIO()
    picture.save(buffer, file_format, **options)
    return buffer.getvalue()


def phone_jpeg(picture: Image.Image, orientation: int = 6) -> bytes:
    """A JPEG as a phone writes it: pixels lying on their side, and a place in its metadata."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "PhoneMaker"
    exif.get_ifd(0x8825).update({1: "N", 2: (37.0, 33.0, 59.0), 3: "E", 4: (126.0, 58.0, 41.0)})
    return encoded(picture, exif=exif, comment=b"taken at home")


def cmyk_jpeg(picture: Image.Image) -> bytes:
    """A JPEG for print."""
    return encoded(picture.convert("CMYK"))


def sixteen_bit_png(picture: Image.Image) -> bytes:
    """A grey PNG of 16 bits a pixel that uses the whole range."""
    return encoded(Image.fromarray(np.asarray(picture.convert("L")).astype(np.uint16) * 257), "PNG")


def transparent_png(picture: Image.Image) -> bytes:
    """A PNG that can be seen through outside a disc in its middle."""
    mask = Image.new("L", picture.size, 0)
    ImageDraw.Draw(mask).ellipse((0, 0, *picture.size), fill=255)
    seen = picture.copy()
    seen.putalpha(mask)
    return encoded(seen, "PNG")


def animated_webp(pictures: Sequence[Image.Image]) -> bytes:
    """A WebP that moves."""
    return encoded(pictures[0], "WEBP", save_all=True, append_images=list(pictures[1:]), duration=100)


def bomb_png(width: int = 60_000, height: int = 60_000) -> bytes:
    """A few bytes that claim to be a huge picture."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1_000_000)
    chunks = [(b"IHDR", header), (b"IDAT", body), (b"IEND", b"")]
    packed = (struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def many_scans_jpeg(scans: int = 2000) -> bytes:
    """A progressive JPEG whose last scan is repeated, which keeps a decoder busy."""
    data = encoded(spots(64), progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * scans + data[-2:]


def _redder(tone: tuple[int, int, int], by: float = 0.7) -> tuple[int, int, int]:
    """The colour of inflamed skin of this tone."""
    return min(255, int(tone[0] * 1.02)), int(tone[1] * by * 0.85), int(tone[2] * by * 0.85)


def _grainy(picture: Image.Image) -> Image.Image:
    """The picture with a camera's grain."""
    grain = np.random.default_rng(5).normal(0, 6, (*picture.size[::-1], 3))
    return Image.fromarray(np.clip(np.asarray(picture) + grain, 0, 255).astype(np.uint8))
