"""A picture that passes for skin with a rash; no child's photo is kept here."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image


def skin_jpeg(width: int = 900, height: int = 1200, seed: int = 7) -> bytes:
    """A sharp picture with red spots on the colour of skin, as JPEG bytes."""
    draw = np.random.default_rng(seed)
    pixels = np.array([224.0, 178.0, 150.0]) + draw.normal(0, 12, (height, width, 1))
    y, x = np.mgrid[:height, :width]
    for across, down, size in draw.uniform((0.2, 0.2, 0.01), (0.8, 0.8, 0.04), (24, 3)):
        distance = (x - across * width) ** 2 + (y - down * height) ** 2
        pixels -= np.exp(-distance / (2 * (size * width) ** 2))[..., None] * np.array([20.0, 80.0, 70.0])
    buffer = io.BytesIO()
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()
