"""Changes to a training photo that should not change its label, and pictures made by program that are not skin.

Photos of one source share a size, frame, light and compression; these changes take such shortcuts away.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

if TYPE_CHECKING:
    from numpy.typing import NDArray

EDGE_PX = 384


def augment(square: NDArray[np.uint8], edge_px: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """(edge, edge, 3) copy of a square photo: another crop, turn, light, sharpness and compression."""
    image = _random_crop(Image.fromarray(square), edge_px, rng)
    image = image.transpose(Image.Transpose(int(rng.integers(0, 7)))) if rng.random() < 0.8 else image
    image = _random_light(image, rng)
    image = _random_damage(image, rng)
    return _random_erase(np.array(image), rng)


def _random_crop(image: Image.Image, edge_px: int, rng: np.random.Generator) -> Image.Image:
    """A part of 30–100 % of the area, slightly stretched, sometimes turned by a small angle."""
    if rng.random() < 0.3:
        image = image.rotate(float(rng.uniform(-20, 20)), Image.Resampling.BILINEAR, fillcolor=_mean(image))
    area = rng.uniform(0.3, 1.0) * image.width * image.height
    ratio = float(np.exp(rng.uniform(-0.22, 0.22)))
    width, height = min(image.width, (area * ratio) ** 0.5), min(image.height, (area / ratio) ** 0.5)
    left, top = rng.uniform(0, image.width - width + 1e-6), rng.uniform(0, image.height - height + 1e-6)
    box = (left, top, min(image.width, left + width), min(image.height, top + height))
    return image.resize((edge_px, edge_px), Image.Resampling.BICUBIC, box=box)


def _random_light(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """The picture under another lamp: brightness, contrast, saturation, gamma and white balance."""
    if rng.random() < 0.15:
        return image
    image = ImageEnhance.Contrast(image).enhance(float(rng.uniform(0.7, 1.35)))
    image = ImageEnhance.Color(image).enhance(float(rng.uniform(0.5, 1.5)))
    gain = rng.uniform(0.75, 1.2) * np.exp(rng.normal(0, 0.08, 3))
    gamma = float(np.exp(rng.uniform(-0.35, 0.35)))
    curve = np.clip(255 * (np.arange(256)[None] / 255) ** gamma * gain[:, None], 0, 255).astype(np.uint8)
    return image.point(curve.ravel().tolist())


def _random_damage(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """The picture as a worse camera or a web page would give it."""
    edge = image.width
    if rng.random() < 0.3:
        small = int(edge * rng.uniform(0.35, 0.9))
        image = image.resize((small, small), Image.Resampling.BILINEAR).resize((edge, edge), Image.Resampling.BICUBIC)
    if rng.random() < 0.2:
        image = image.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.3, 1.8))))
    if rng.random() < 0.15:
        image = image.filter(ImageFilter.UnsharpMask(radius=1.5, percent=int(rng.integers(40, 160))))
    if rng.random() < 0.2:
        noise = rng.normal(0, rng.uniform(2, 14), (edge, edge, 3))
        image = Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8))
    if rng.random() < 0.4:
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=int(rng.integers(25, 92)))
        image = Image.open(buffer, formats=["JPEG"]).convert("RGB")
    return image


def _random_erase(pixels: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Pixels with a patch or a border painted over now and then."""
    edge = pixels.shape[0]
    if rng.random() < 0.2:
        height, width = (rng.uniform(0.1, 0.35, 2) * edge).astype(int)
        top, left = int(rng.integers(0, edge - height)), int(rng.integers(0, edge - width))
        pixels[top : top + height, left : left + width] = rng.integers(0, 256, 3)
    if rng.random() < 0.1:
        bar = int(rng.uniform(0.03, 0.15) * edge)
        side = pixels if rng.random() < 0.5 else pixels.swapaxes(0, 1)
        side[:bar] = side[-bar:] = 0 if rng.random() < 0.6 else 255
    return pixels


def _mean(image: Image.Image) -> tuple[int, int, int]:
    """The picture's mean colour."""
    red, green, blue = np.asarray(image).reshape(-1, 3).mean(axis=0)
    return int(red), int(green), int(blue)


def made_up_non_skin(rng: np.random.Generator) -> NDArray[np.uint8]:
    """A (384, 384, 3) picture that is no photo of skin: noise, one colour, a ramp, a page, a drawing or stripes."""
    makers = (_noise, _one_colour, _ramp, _page, _drawing, _stripes)
    return makers[int(rng.integers(0, len(makers)))](rng)


def _noise(rng: np.random.Generator) -> NDArray[np.uint8]:
    """Coloured or grey noise of any grain."""
    grain = int(rng.choice([1, 2, 4, 8, 16, 32]))
    shape = (-(-EDGE_PX // grain), -(-EDGE_PX // grain), 3 if rng.random() < 0.6 else 1)
    field = np.clip(rng.normal(rng.uniform(60, 200), rng.uniform(15, 110), shape), 0, 255).astype(np.uint8)
    field = np.repeat(field, 3 // shape[2], axis=2)
    way = Image.Resampling.NEAREST if rng.random() < 0.5 else Image.Resampling.BICUBIC
    return np.array(Image.fromarray(field).resize((EDGE_PX, EDGE_PX), way))


def _one_colour(rng: np.random.Generator) -> NDArray[np.uint8]:
    """Black, white, grey or a colour that no skin has."""
    level = int(rng.integers(0, 256))
    cold = (int(rng.integers(0, 120)), int(rng.integers(60, 256)), int(rng.integers(60, 256)))
    colour = ((0, 0, 0), (255, 255, 255), (level, level, level), cold)[int(rng.integers(0, 4))]
    faint = rng.normal(0, rng.uniform(0, 5), (EDGE_PX, EDGE_PX, 1))
    return np.clip(np.array(colour) + faint, 0, 255).astype(np.uint8)


def _ramp(rng: np.random.Generator) -> NDArray[np.uint8]:
    """A smooth passage between two colours."""
    angle = rng.uniform(0, 2 * np.pi)
    y, x = np.mgrid[0 : 1 : EDGE_PX * 1j, 0 : 1 : EDGE_PX * 1j]
    along = np.clip(0.5 + (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle), 0, 1)[..., None]
    first, second = rng.integers(0, 256, (2, 3))
    return (first * along + second * (1 - along)).astype(np.uint8)


def _page(rng: np.random.Generator) -> NDArray[np.uint8]:
    """Something like a screen of text: bars, lines and boxes on a plain ground."""
    dark = rng.random() < 0.3
    ground, ink = (int(rng.integers(0, 50)), 220) if dark else (int(rng.integers(225, 256)), 30)
    page = Image.new("RGB", (EDGE_PX, EDGE_PX), (ground, ground, ground))
    draw = ImageDraw.Draw(page)
    step = int(rng.integers(9, 30))
    for y in range(step, EDGE_PX - step, step):
        x = int(rng.integers(8, 40))
        while x < EDGE_PX * rng.uniform(0.5, 1):
            word = int(rng.integers(8, 60))
            draw.rectangle((x, y, x + word, y + step // 3), fill=(ink, ink, ink))
            x += word + step // 3
    for _ in range(int(rng.integers(0, 5))):
        draw.rounded_rectangle(_box(rng), 8, fill=tuple(int(c) for c in rng.integers(0, 256, 3)))
    return np.array(page)


def _drawing(rng: np.random.Generator) -> NDArray[np.uint8]:
    """Flat shapes with outlines, as in a cartoon or on a toy."""
    picture = Image.new("RGB", (EDGE_PX, EDGE_PX), tuple(int(c) for c in rng.integers(90, 256, 3)))
    draw = ImageDraw.Draw(picture)
    for _ in range(int(rng.integers(4, 16))):
        fill = tuple(int(c) for c in rng.integers(0, 256, 3))
        line = (20, 20, 20) if rng.random() < 0.6 else None
        if rng.random() < 0.5:
            draw.ellipse(_box(rng), fill=fill, outline=line, width=int(rng.integers(1, 7)))
        else:
            points = [(float(x), float(y)) for x, y in rng.uniform(0, EDGE_PX, (int(rng.integers(3, 6)), 2))]
            draw.polygon(points, fill=fill, outline=line, width=int(rng.integers(1, 7)))
    return np.array(picture)


def _stripes(rng: np.random.Generator) -> NDArray[np.uint8]:
    """Stripes or checks, as on cloth, tiles and keyboards."""
    y, x = np.mgrid[0:EDGE_PX, 0:EDGE_PX]
    period = rng.uniform(6, 90)
    wave = np.sin(2 * np.pi * x / period) * (1 if rng.random() < 0.5 else np.sin(2 * np.pi * y / period))
    mask = (wave > 0)[..., None]
    first, second = rng.integers(0, 256, (2, 3))
    return np.where(mask, first, second).astype(np.uint8)


def _box(rng: np.random.Generator) -> tuple[float, float, float, float]:
    """A rectangle somewhere in the picture."""
    (x0, x1), (y0, y1) = np.sort(rng.uniform(0, EDGE_PX, (2, 2)), axis=1)
    return float(x0), float(y0), float(x1) + 2, float(y1) + 2
