"""Values that stand for a photo, and for what the photo model says of it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class RawUpload:
    """A file as the parent gave it."""

    name: str
    """File name as sent; never trusted as a type."""
    data: bytes
    """The bytes as sent, possibly empty or hostile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CropBox:
    """A square region of an upright photo, in fractions of its width and height."""

    left: float
    """0–1 from the left edge."""
    top: float
    """0–1 from the top edge."""
    width: float
    """Share of the photo's width, 0–1."""
    height: float
    """Share of the photo's height, 0–1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoQuality:
    """What was measured on a prepared square photo."""

    sharpness: float
    """Strongest bends of luminance relative to its range, ≥ 0; higher is sharper, under about 0.15 is out of focus."""
    brightness: float
    """Mean luminance, 0–255."""
    skin_share: float
    """Share of pixels with a skin-like colour, 0–1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LesionPhoto:
    """A photo made ready: upright, without metadata."""

    square_png: bytes
    """384 × 384 RGB PNG: what the model sees."""
    original_jpeg: bytes
    """Upright JPEG in the original ratio, longest side ≤ 1600 px, for looking back and cropping again."""
    crop: CropBox
    """The square that was cut out of the original."""
    quality: PhotoQuality
    """Measured on the square."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisionResult:
    """What the photo model says, or that it gives no hint."""

    in_scope: bool
    """True when the picture looks like something the model was trained on, above its threshold."""
    is_skin: bool
    """True when the picture looks like skin at all."""
    probabilities: dict[str, float] = field(default_factory=dict)
    """Calibrated probability of each model class (ids of conditions, `healthy_skin`, `other`); sums to 1."""
    no_skin: float = 0.0
    """Calibrated probability that it shows no skin, 0–1; a part of what `other` has."""
    prediction_set: tuple[str, ...] = ()
    """Conformal set of classes, most probable first; empty when there is no hint."""
    ratios: dict[str, float] = field(default_factory=dict)
    """Class → how much likelier this hint is with it than without it, > 0, measured; empty when there is no hint."""

    @property
    def has_hint(self) -> bool:
        """True when the result may move the ranking."""
        return self.is_skin and self.in_scope and bool(self.prediction_set)
