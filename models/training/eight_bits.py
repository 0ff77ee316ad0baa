"""An embedding in 8 bits, for a network whose products are quantised when it is exported."""

from __future__ import annotations

import torch


class EightBitEmbedding(torch.nn.Module):
    """Rows of an embedding in 8 bits, each with its own scale."""

    def __init__(self, weight: torch.Tensor) -> None:
        super().__init__()
        scale = weight.abs().amax(1, keepdim=True).clamp_min(1e-8) / 127
        self.register_buffer("rows", torch.round(weight / scale).to(torch.int8))
        self.register_buffer("scale", scale)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """The rows of these ids."""
        return self.rows[ids].float() * self.scale[ids]
