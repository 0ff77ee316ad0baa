"""Copies of a square made worse on purpose: what the quality gate should catch, and what it costs to let through."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageFilter

Change = Callable[[Image.Image], Image.Image]


def blurred(radius: float) -> Change:
    """Out of focus: a Gaussian of this many pixels on the 384-px square."""
    return lambda square: square.filter(ImageFilter.GaussianBlur(radius))


def grainy(radius: float) -> Change:
    """Out of focus in poor light: blurred, then with a sensor's grain of two levels."""

    def change(square: Image.Image) -> Image.Image:
        soft = np.asarray(blurred(radius)(square)) + np.random.default_rng(0).normal(0, 2, (*square.size, 1))
        return Image.fromarray(np.clip(soft, 0, 255).astype(np.uint8))

    return change


def relit(gain: float) -> Change:
    """Darker or lighter by this factor, clipped at white."""
    return lambda square: square.point(lambda value: min(255, round(value * gain)))


def shrunk(edge_px: int) -> Change:
    """Taken from too far: this many pixels, scaled up again."""
    return lambda square: square.resize((edge_px, edge_px), Image.Resampling.BICUBIC).resize(
        square.size, Image.Resampling.BICUBIC
    )


BLURRED = {f"blurred by {radius} px": blurred(radius) for radius in (1, 2, 3, 4, 6, 8)}
BLURRED |= {f"blurred by {radius} px, grainy": grainy(radius) for radius in (4, 6)}
RELIT = {f"light × {gain}": relit(gain) for gain in (0.5, 0.3, 0.2, 0.1, 1.5, 2, 3, 4)}
SHRUNK = {f"only {edge} px": shrunk(edge) for edge in (192, 160, 128, 112, 96, 64, 48)}
CHANGES: dict[str, Change] = BLURRED | RELIT | SHRUNK
