"""The sentence encoder gives vectors of length 1, or says that it cannot."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.errors import ModelUnavailable
from core.text_encoder import TextEncoder

ROOT = Path(__file__).parents[2]


def test_missing_weights_are_model_unavailable(tmp_path):
    """The real encoder says which error it is when its folder is empty or its files are rubbish."""
    with pytest.raises(ModelUnavailable):
        TextEncoder(tmp_path).identity()
    (tmp_path / "tokenizer.json").write_text("{}")
    (tmp_path / "e5-small-koen-q4.onnx").write_bytes(b"rubbish")
    with pytest.raises(ModelUnavailable):
        TextEncoder(tmp_path).encode_query("수두")


@pytest.mark.slow
def test_the_encoder_gives_unit_vectors_for_any_length():
    """Vectors have length 1, also for texts over the limit, and a question is nearer to its answer than to another."""
    encoder = TextEncoder(ROOT / "models/text", threads=1)
    question = encoder.encode_query("아기 볼이 빨개요")
    near, far, long = encoder.encode_passages(["볼이 붉어져요.", "자동차 타이어를 갈아 끼워요.", "수두 " * 3_000])
    assert np.allclose([np.linalg.norm(vector) for vector in (question, near, far, long)], 1.0, atol=1e-3)
    assert question @ near > question @ far
