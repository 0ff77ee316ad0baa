"""A linear layer over the pooled layers of a network: what `core/lesion_head.py` runs, fitted here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from lesion_augment import made_up_non_skin
from lesion_data import CLASSES, LabelledPhoto, sampling_weights
from PIL import Image

from core.lesion_head import LayeredClassifier, pooled, stage_ends
from core.vision import square_to_pixels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lesion_fit import Recipe
    from numpy.typing import NDArray

DECAY, STEPS, BATCH = 0.003, 80, 16
NON_SKIN = CLASSES.index("non_skin")


def pixels_of(squares: NDArray[np.uint8], edge_px: int) -> torch.Tensor:
    """(n, 3, edge, edge), made as the product makes them."""
    return torch.from_numpy(np.stack([square_to_pixels(Image.fromarray(square), edge_px) for square in squares]))


def layers_of(network: Any, edge_px: int) -> tuple[int, ...]:  # noqa: ANN401 (an image classifier of transformers)
    """Places of the hidden states that are pooled."""
    with torch.inference_mode():
        blank = torch.zeros(1, 3, edge_px, edge_px)
        return stage_ends(network.base_model(blank, output_hidden_states=True).hidden_states)


def features_of(network: Any, squares: NDArray[np.uint8], edge_px: int) -> NDArray[np.float32]:  # noqa: ANN401
    """(n, features) pooled layers of an image classifier of `transformers`."""
    network.eval()
    layers, rows = layers_of(network, edge_px), []
    with torch.inference_mode():
        for start in range(0, len(squares), BATCH):
            pixels = pixels_of(squares[start : start + BATCH], edge_px)
            states = network.base_model(pixels, output_hidden_states=True).hidden_states
            rows.append(pooled([states[layer] for layer in layers]).numpy())
    return np.concatenate(rows)


def fitted_layer(
    features: NDArray[np.float32], photos: Sequence[LabelledPhoto]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Weight (k, features) and bias (k,) of a linear layer; scarce classes and sources count for more.

    Fitted on features of mean 0 and spread 1, which the weights given back take in.
    """
    middle, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
    learnt = torch.tensor((features - middle) / spread)
    targets = torch.tensor([photo.target for photo in photos])
    weights = torch.tensor(sampling_weights(photos), dtype=torch.float32)
    layer = torch.nn.Linear(features.shape[1], len(CLASSES))
    torch.nn.init.zeros_(layer.weight)
    torch.nn.init.zeros_(layer.bias)
    optimiser = torch.optim.LBFGS(layer.parameters(), max_iter=STEPS)

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        each = torch.nn.functional.cross_entropy(layer(learnt), targets, reduction="none")
        loss = (each * weights).sum() + DECAY * (layer.weight**2).sum()
        loss.backward()
        return loss

    optimiser.step(closure)
    weight = layer.weight.detach().numpy() / spread
    return weight, layer.bias.detach().numpy() - weight @ middle


def with_head(
    network: Any,  # noqa: ANN401 (an image classifier of transformers)
    squares: NDArray[np.uint8],
    photos: Sequence[LabelledPhoto],
    recipe: Recipe,
) -> LayeredClassifier:
    """The network with a head that was fitted on these photos, and on made-up pictures of no skin."""
    rng = np.random.default_rng(recipe.seed)
    made = np.stack([made_up_non_skin(rng) for _ in range(max(1, round(recipe.made_up_for_head * len(photos))))])
    none = LabelledPhoto(path="", label="", target=NON_SKIN, source="made up", group="", tone="", licence="")
    features = [features_of(network, pictures, recipe.serve_px) for pictures in (squares, made)]
    weight, bias = fitted_layer(np.concatenate(features), [*photos, *[none] * len(made)])
    return LayeredClassifier(
        network, layers_of(network, recipe.serve_px), torch.from_numpy(weight), torch.from_numpy(bias)
    ).eval()
