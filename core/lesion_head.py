"""The photo model's last step: what its last layer says, and what the mean and spread of several layers say.

Much of what a fine-tuned network knows of skin stands in its middle layers, which a layer over the last one alone does
not see; `models/README.md` has both side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoModelForImageClassification

from core.lesion_network import HEAD

_ROOT_FROM = 1e-6
"""Keeps the slope of the root finite at zero."""


class LayeredClassifier(torch.nn.Module):
    """An image classifier with one more linear layer, over the pooled values of several of its layers."""

    weight: torch.Tensor
    bias: torch.Tensor

    def __init__(self, network: Any, layers: Sequence[int], weight: torch.Tensor, bias: torch.Tensor) -> None:  # noqa: ANN401
        """Takes an image classifier of `transformers`, places among its hidden states, (k, features) and (k,)."""
        super().__init__()
        self.network, self.layers = network, tuple(layers)
        self.register_buffer("weight", weight)
        self.register_buffer("bias", bias)

    def forward(self, pixel_values: torch.Tensor) -> torch.Tensor:
        """Logits (n, k) for pixels (n, 3, edge, edge)."""
        return self.of_states(self.states(pixel_values))

    def states(self, pixel_values: torch.Tensor) -> list[torch.Tensor]:
        """The chosen hidden states and, last, the last layer, each (n, channels, down, across)."""
        told = self.network.base_model(pixel_values, output_hidden_states=True)
        return [*(told.hidden_states[layer] for layer in self.layers), told.last_hidden_state]

    def of_states(self, states: Sequence[torch.Tensor]) -> torch.Tensor:
        """Logits (n, k) from what `states` gives: the mean of log-probabilities by the last layer and by the others."""
        by_last: torch.Tensor = self.network.classifier(states[-1].mean((2, 3)))
        by_others = torch.nn.functional.linear(pooled(states[:-1]), self.weight, self.bias)
        return (by_last.log_softmax(dim=1) + by_others.log_softmax(dim=1)) / 2


def pooled(states: Sequence[torch.Tensor]) -> torch.Tensor:
    """(n, features): mean and spread over the places of each hidden state, with the root taken of their size."""
    parts = [part for state in states for part in (state.mean((2, 3)), state.std((2, 3)))]
    values = torch.cat(parts, dim=1)
    return values.sign() * (values.abs() + _ROOT_FROM).sqrt()


def stage_ends(states: Sequence[torch.Tensor]) -> tuple[int, ...]:
    """Places of the hidden states to pool: the last of each stage but the first two, and the last of all."""
    widths = [state.shape[1] for state in states[:-1]]
    ends = [place for place, width in enumerate(widths) if place + 1 == len(widths) or widths[place + 1] != width]
    return (*ends[2:], len(states) - 1)


def load_classifier(folder: Path) -> LayeredClassifier:
    """The checkpoint of a folder with its head, in evaluation mode.

    Raises:
        OSError, ValueError, KeyError, RuntimeError: a file is missing or broken.
    """
    network: Any = AutoModelForImageClassification.from_pretrained(folder, local_files_only=True)  # Any: as it is typed
    with np.load(folder / HEAD, allow_pickle=False) as head:
        weight, bias = (torch.from_numpy(head[name]) for name in ("weight", "bias"))
        return LayeredClassifier(network, head["layers"].tolist(), weight, bias).eval()


def drop_idle_gates(classifier: LayeredClassifier) -> None:
    """Nothing; squeeze-excite steps that multiply by one, as all of a Lite checkpoint do, are no longer computed.

    What is saved afterwards lacks them, and `transformers` would draw them anew: only for a network that is run.
    """
    for block in classifier.network.base_model.encoder.blocks:
        opened = block.squeeze_excite.expand
        if not opened.weight.any() and bool((opened.bias.sigmoid() == 1).all()):
            block.squeeze_excite = torch.nn.Identity()


def save_head(classifier: LayeredClassifier, folder: Path) -> None:
    """Nothing; writes what stands above the network into the folder."""
    np.savez(
        folder / HEAD,
        layers=np.array(classifier.layers),
        weight=classifier.weight.numpy(),
        bias=classifier.bias.numpy(),
    )
