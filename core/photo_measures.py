"""What can be measured of a rash in a photo without any model: where skin is redder than the skin around it.

Everything is relative to skin of the same photo, in ratios of light: `ln(red / green)` rises with blood and pigment,
and neither shade nor skin tone changes differences of it. What cannot be told honestly is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from core.photo import decode_square
from core.photo_types import LesionPhoto

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Mask = NDArray[np.bool_]

EDGE = 128
"""Pixels a side of the picture that is measured: a third of the prepared square."""
_SHRINK, _RIM = 3, 3
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
_RED_OF_SKIN, _BLUE_OF_SKIN, _DARKEST = (0.06, 3.0), 0.6, 0.008
_REACH, _ROUNDS = 14, 4
_LEAST, _LEAST_OF_AREAS, _NOISES, _NORMAL_MAD = 0.13, 0.25, 2.6, 1.4826

# Gates, chosen on photos of many tones so that shade, lips and backgrounds say nothing rather than something wrong.
_SKIN_SHARE, _SEPARATION, _DOUBTFUL = 0.6, 3.2, 0.4
_AREA_PX, _RING_IN_SKIN, _SHADE, _CUT_OFF, _EDGE_STEP = 6, 0.7, 1.6, 0.8, 0.09
_SHARES = (0.003, 0.6)
_SPOT_SHARE, _PATCH_SHARE, _LEAST_SPOTS, _MANY_SPOTS, _OUTNUMBER = 0.02, 0.75, 3, 8, 2
_ASPECT, _FILLED = 0.36, 0.55
_CORE = 0.75  # of an area's mean excess: about half its height, which is where an eye puts the edge
_PURPLE, _BROWN = 0.55, -0.5


class Colour(StrEnum):
    """How an area differs from the skin around it."""

    REDDER = "redder"
    BROWNER = "browner"
    PURPLER = "purpler"


class Pattern(StrEnum):
    """How what stands out is spread."""

    SPOTS = "spots"
    PATCH = "patch"
    PATCHES = "patches"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoDescription:
    """What was measured of the area that differs from the skin around it, in one photo."""

    colour: Colour
    """How it differs."""
    contrast: float
    """How much, as the difference of `ln(red / green)`, > 0; 0.2 is faint, 0.6 strong."""
    share: float
    """Share of the skin that can be seen, 0–1."""
    pattern: Pattern
    """Spots, one patch, or several."""
    count: int
    """Separate areas, ≥ 1; areas that touch count as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Light:
    """The photo in logarithms of light, each EDGE × EDGE."""

    red: FloatArray
    blue: FloatArray
    luminance: FloatArray
    skin: Mask


@dataclass(frozen=True, slots=True, kw_only=True)
class _Areas:
    """Areas that differ, and those of them that can be trusted."""

    labels: IntArray
    sizes: IntArray
    trusted: Mask


def measure_photo(photo: LesionPhoto) -> PhotoDescription | None:
    """What stands out in a photo; None when nothing does, or when it cannot be told from shade and background."""
    light = _light(photo)
    if light.skin.mean() < _SKIN_SHARE:
        return None
    usual, noise = _usual_skin(light)
    if not usual.any():
        return None
    excess = np.where(light.skin, light.red - _around(light.red, usual), 0.0)
    differs = light.skin & (excess > max(_LEAST, _NOISES * noise))
    areas = _areas(light, differs, noise)
    if not _can_be_told(areas):
        return None
    kept = areas.trusted[areas.labels] & (excess > _CORE * _means(excess, areas.labels, len(areas.sizes))[areas.labels])
    share, contrast = float(kept.sum() / light.skin.sum()), float(excess[kept].mean())
    sizes = areas.sizes[areas.trusted]
    pattern = _pattern(sizes)
    least = max(_SEPARATION * excess[light.skin & ~differs].std(), 0 if pattern is Pattern.SPOTS else _LEAST_OF_AREAS)
    if not _SHARES[0] <= share <= _SHARES[1] or contrast < least:
        return None
    bluer = float((light.blue - _around(light.blue, usual))[kept].mean())
    return PhotoDescription(
        colour=_colour(contrast, bluer), contrast=contrast, share=share, pattern=pattern, count=len(sizes)
    )


def _can_be_told(areas: _Areas) -> bool:
    """True when what can be trusted outweighs the rest: by area, or as many spots against few other areas."""
    others = (areas.sizes >= _AREA_PX) & ~areas.trusted
    others[0] = False
    trusted, doubtful = areas.sizes[areas.trusted], areas.sizes[others]
    if not trusted.size:
        return False
    is_many = trusted.size >= _MANY_SPOTS and trusted.size >= _OUTNUMBER * doubtful.size
    return bool(doubtful.sum() <= _DOUBTFUL * trusted.sum()) or (is_many and _pattern(trusted) is Pattern.SPOTS)


def _light(photo: LesionPhoto) -> _Light:
    """The photo in ratios of light, and where it shows skin, its rims left out."""
    values = np.asarray(decode_square(photo).reduce(_SHRINK), dtype=np.float64) / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4) + 0.006  # noqa: PLR2004 (sRGB)
    logs = np.log(linear)
    red = _mean(logs[..., 0] - logs[..., 1], 1)
    blue = _mean(logs[..., 2] - logs[..., 1], 1)
    luminance = _mean(np.log(linear @ _LUMINANCE), 1)
    skin = (red > _RED_OF_SKIN[0]) & (red < _RED_OF_SKIN[1]) & (blue < _BLUE_OF_SKIN) & (luminance > np.log(_DARKEST))
    return _Light(red=red, blue=blue, luminance=luminance, skin=_mean(skin.astype(np.float64), _RIM) > 1 - 1e-9)


def _usual_skin(light: _Light) -> tuple[Mask, float]:
    """Pixels that look like most of the skin around them, and how much these still vary."""
    excess = _off_surface(light.red, light.skin)
    noise = _spread(excess, light.skin)
    usual = _near(excess, light.skin, max(0.08, 1.5 * noise), noise)
    for _ in range(_ROUNDS):
        if not usual.any():
            break
        excess = light.red - _around(light.red, usual)
        noise = _spread(excess, usual)
        usual = _near(excess, light.skin, max(0.07, 1.6 * noise), noise)
    return usual, noise


def _near(excess: FloatArray, skin: Mask, above: float, noise: float) -> Mask:
    """Skin little above and not far below what is usual; more may lie above, since rashes are redder."""
    near: Mask = skin & (excess < above) & (excess > -3 * noise - 0.1)
    return near


def _off_surface(values: FloatArray, mask: Mask) -> FloatArray:
    """Values over a curved surface through most of the pixels."""
    y, x = np.mgrid[:EDGE, :EDGE] / (EDGE / 2) - 1
    terms = np.stack([np.ones_like(x), x, y, x * y, x * x, y * y], axis=-1)
    used, excess = mask, values
    for _ in range(2 * _ROUNDS):
        if used.sum() < EDGE:
            break
        known = terms[used]
        excess = values - terms @ (np.linalg.pinv(known.T @ known) @ (known.T @ values[used]))
        spread = _spread(excess, used)
        used = mask & (excess < 1.5 * spread) & (excess > -2.5 * spread)
    return excess


def _spread(values: FloatArray, mask: Mask) -> float:
    """A standard deviation that outliers do not move."""
    return float(_NORMAL_MAD * np.median(np.abs(values[mask]))) + 1e-3


def _around(values: FloatArray, mask: Mask) -> FloatArray:
    """The smooth mean of the masked pixels around each pixel; of all of them where none is near."""
    weight, total = mask.astype(np.float64), np.where(mask, values, 0.0)
    for _ in range(3):
        weight, total = _mean(weight, _REACH), _mean(total, _REACH)
    near = weight > 1e-6  # noqa: PLR2004 (sums of zeros are not quite zero)
    return np.where(near, total / np.where(near, weight, 1.0), values[mask].mean())


def _areas(light: _Light, differs: Mask, noise: float) -> _Areas:
    """Connected areas; trusted when skin lies around them, their edge is a step, and they are not shade or lips."""
    labels = connected(differs)
    sizes = np.bincount(labels.ravel())
    near, ring = _rings(labels)
    plain = light.skin & ~differs
    around, in_skin = _sums(ring, np.ones(ring.shape), len(sizes)), _sums(ring, plain, len(sizes))
    outside = np.where(plain, ring, 0)
    redder = _means(light.red, labels, len(sizes)) - _means(light.red, outside, len(sizes))
    brighter = _means(light.luminance, labels, len(sizes)) - _means(light.luminance, outside, len(sizes))
    border = np.where(_mean((labels > 0).astype(np.float64), 2) < 1 - 1e-9, labels, 0)
    step = _means(light.red, border, len(sizes)) - _means(light.red, np.where(light.skin, near, 0), len(sizes))
    frame = np.pad(np.zeros((EDGE - 2, EDGE - 2)), 1, constant_values=1)
    trusted = (sizes >= _AREA_PX) & (in_skin >= _RING_IN_SKIN * around) & (redder > max(_LEAST, 2.2 * noise))
    trusted &= (step > _EDGE_STEP) & (brighter > -_SHADE * redder)
    trusted &= _is_compact(labels, sizes) | (sizes <= _SPOT_SHARE * EDGE * EDGE)
    trusted &= _sums(labels, frame, len(sizes)) < _CUT_OFF * np.sqrt(sizes)
    trusted[0] = False
    return _Areas(labels=labels, sizes=sizes, trusted=trusted)


def _is_compact(labels: IntArray, sizes: IntArray) -> Mask:
    """True of areas that are neither long nor branching, as lips, creases and gaps between toes are."""
    down, across = np.mgrid[:EDGE, :EDGE].astype(np.float64)
    down -= _means(down, labels, len(sizes))[labels]
    across -= _means(across, labels, len(sizes))[labels]
    high, wide, tilt = (
        _means(product, labels, len(sizes)) for product in (down * down, across * across, down * across)
    )
    # The ellipse with the same second moments: the squares of its half axes are four times these two numbers.
    middle = (high + wide) / 2 + 1 / 12
    apart = np.sqrt((high - wide) ** 2 / 4 + tilt**2)
    minor, major = middle - apart, middle + apart
    filled = sizes / (4 * np.pi * np.sqrt(minor * major))
    compact: Mask = (minor >= (_ASPECT * _ASPECT) * major) & (filled >= _FILLED)
    return compact


def _sums(labels: IntArray, values: FloatArray | Mask, count: int) -> FloatArray:
    """Sum of the values in each area, by its number."""
    return np.asarray(
        np.bincount(labels.ravel(), weights=values.ravel().astype(np.float64), minlength=count), dtype=np.float64
    )


def _means(values: FloatArray, labels: IntArray, count: int) -> FloatArray:
    """Mean of the values in each area, by its number; 0 where it has no pixels."""
    means: FloatArray = _sums(labels, values, count) / np.maximum(np.bincount(labels.ravel(), minlength=count), 1)
    return means


def connected(mask: Mask) -> IntArray:
    """Number of the connected area of each pixel, diagonals included, 1 and up; 0 outside the mask."""
    labels = np.where(mask, np.arange(1, mask.size + 1).reshape(mask.shape), 0)
    while True:
        grown = np.where(mask, _highest(labels, corners=True), 0)
        grown = np.append(0, grown.ravel())[grown]  # each takes its leader's leader
        if (grown == labels).all():
            break
        labels = grown
    numbers: IntArray = np.unique(np.append(0, labels), return_inverse=True)[1][1:]
    return numbers.reshape(mask.shape)


def _rings(labels: IntArray) -> tuple[IntArray, IntArray]:
    """Pixels one to three outside each area, and those two to six outside, by its number."""
    grown = near = _outward(labels)
    ring = np.zeros_like(labels)
    for reach in range(2, 7):
        wider = _outward(grown)
        ring = np.where(grown == 0, wider, ring)
        grown = wider
        near = grown if reach == 3 else near  # noqa: PLR2004 (three pixels)
    return np.where(labels == 0, near, 0), ring


def _outward(labels: IntArray) -> IntArray:
    """Areas grown by one pixel into what belongs to none."""
    return np.where(labels > 0, labels, _highest(labels, corners=False))


def _highest(labels: IntArray, *, corners: bool) -> IntArray:
    """The highest number among each pixel and its neighbours."""
    high, wide = labels.shape
    padded, highest = np.pad(labels, 1), labels
    for down in range(3):
        for across in range(3):
            if corners or down == 1 or across == 1:
                highest = np.maximum(highest, padded[down : down + high, across : across + wide])
    return highest


def _mean(values: FloatArray, reach: int) -> FloatArray:
    """The mean of the square of 2 × reach + 1 pixels around each pixel; edges are repeated."""
    for axis in (0, 1):
        ends = [(0, 0), (0, 0)]
        ends[axis] = (reach + 1, reach)
        padded = np.pad(values, ends, mode="edge")
        sums = np.cumsum(np.moveaxis(padded, axis, 0), axis=0)
        values = np.moveaxis(sums[2 * reach + 1 :] - sums[: -2 * reach - 1], 0, axis) / (2 * reach + 1)
    return values


def _pattern(sizes: IntArray) -> Pattern:
    """Spots when there are three or more small areas and no large one; one patch when one holds most of it."""
    if len(sizes) >= _LEAST_SPOTS and sizes.max() <= _SPOT_SHARE * EDGE * EDGE:
        return Pattern.SPOTS
    return Pattern.PATCH if sizes.max() >= _PATCH_SHARE * sizes.sum() else Pattern.PATCHES


def _colour(redder: float, bluer: float) -> Colour:
    """Blood takes blue and green alike, pigment more of the blue, blood that lies deep less of it."""
    if bluer > _PURPLE * redder:
        return Colour.PURPLER
    return Colour.BROWNER if bluer < _BROWN * redder else Colour.REDDER
