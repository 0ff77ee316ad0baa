"""Where the photo model looked: what its pooled layers held for a class, and how that is drawn over a photo.

Source: Draelos & Carin 2020, arXiv:2011.08891 (each feature times its own gradient, so that no place is lit by what
other places hold); checked as Adebayo et al. 2018, arXiv:1810.03292, ask: other weights must give another map.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Container
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter

from core.errors import ModelUnavailable
from core.photo import EDGE_PX, decode_square
from core.photo_types import LesionPhoto, VisionResult

if TYPE_CHECKING:  # imported late: it takes seconds, and only an opened map needs it
    import torch

    from core.lesion_head import LayeredClassifier

FloatArray = NDArray[np.float32]
_log = logging.getLogger(__name__)
GRID = 16
"""Places down and across of a map."""
_STRONG, _LINE_PX = 0.5, 5
_UNLIT = 0.3
"""Share of the light that is left where the model found nothing."""


class Explainer(Protocol):
    """Something that says where it looked."""

    def explain(self, photo: LesionPhoto, name: str) -> FloatArray:
        """Where in a photo it found what speaks for a class: (h, w), 0-1; raises ModelUnavailable."""
        ...


def evidence_of(module: LayeredClassifier, pixels: FloatArray, index: int) -> FloatArray:
    """What the pooled layers held for one class: (h, w), the strongest place 1; all 0 when nothing spoke for it.

    Args:
        module: the photo model, in evaluation mode.
        pixels: (3, edge, edge), as the network sees them.
        index: the class's place among the logits.

    Raises:
        RuntimeError: the network fails.
        ValueError: a layer has no places.
    """
    import torch  # noqa: PLC0415 (late, as above)

    with torch.enable_grad():
        states = [state.detach().requires_grad_() for state in module.states(torch.from_numpy(pixels[None]))]
        if any(state.ndim != 4 for state in states):  # noqa: PLR2004 (photo, channel, down, across)
            raise ValueError("no feature map with places")
        slopes = torch.autograd.grad(module.of_states(states)[0, index], states)
    told = [(state * slope).sum(dim=1, keepdim=True) for state, slope in zip(states, slopes, strict=True)]
    # Each layer says as much as before: the sum over its places stays, whatever its grid.
    even = [torch.nn.functional.interpolate(part, (GRID, GRID), mode="area") * _places(part) for part in told]
    spoke: FloatArray = torch.stack(even).sum(dim=0)[0, 0].clamp(min=0).detach().numpy().astype(np.float32)
    strongest = float(spoke.max())
    return spoke / strongest if np.isfinite(strongest) and strongest > 0 else np.zeros_like(spoke)


def _places(part: torch.Tensor) -> int:
    return part.shape[-2] * part.shape[-1]


def evidence_png(
    photo: LesionPhoto, vision: VisionResult, explainer: Explainer, conditions: Container[str]
) -> bytes | None:
    """The square photo as PNG, lit where the model looked for the first class of its hint.

    None without a hint, when that class is no condition, and, with a log line, when the map cannot be made.
    """
    name = vision.prediction_set[0] if vision.has_hint else ""
    if name not in conditions:
        return None
    try:
        return draw_evidence(photo, explainer.explain(photo, name))
    except (ModelUnavailable, OSError, ValueError) as error:
        _log.warning("no evidence map", exc_info=error)
        return None


def draw_evidence(photo: LesionPhoto, evidence: FloatArray) -> bytes:
    """The square photo as PNG, dim but where evidence is, and a white line around its stronger half."""
    light = Image.fromarray(evidence).resize((EDGE_PX, EDGE_PX), Image.Resampling.BICUBIC)
    share = _UNLIT + (1 - _UNLIT) * np.clip(np.asarray(light), 0, 1)[..., None]
    lit = Image.fromarray((np.asarray(decode_square(photo)) * share).round().astype(np.uint8))
    strong = Image.fromarray(((np.asarray(light) >= _STRONG) * 255).astype(np.uint8))
    # A brighter place alone would hardly be seen on dark skin.
    line = ImageChops.subtract(strong.filter(ImageFilter.MaxFilter(_LINE_PX)), strong)
    lit.paste((255, 255, 255), mask=line)
    buffer = io.BytesIO()
    lit.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()
