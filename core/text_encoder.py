"""The sentence encoder: Korean and English text to vectors, with ONNX Runtime."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelUnavailable

WEIGHTS, TOKENIZER = "e5-small-koen-q4.onnx", "tokenizer.json"
MAX_TOKENS = 512
DIMENSIONS = 384
FloatArray = NDArray[np.float32]


class TextEncoder:
    """multilingual-e5-small for Korean and English; loads itself at first use; safe to call from several threads."""

    def __init__(self, model_dir: Path, threads: int = 2) -> None:
        """Takes the folder that holds the weights and the tokenizer; nothing is read before the first use."""
        self._model_dir = model_dir
        self._threads = threads
        self._lock = threading.Lock()
        self._loaded: tuple[Any, Any, str] | None = None  # session and tokenizer, whose packages are imported late

    def identity(self) -> str:
        """First 8 hex digits of the SHA-256 of weights and tokenizer; raises ModelUnavailable."""
        return self._load()[2]

    def encode_query(self, text: str) -> FloatArray:
        """(384,) of length 1; raises ModelUnavailable."""
        vector: FloatArray = self._encode([f"query: {text}"])[0]
        return vector

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        """(n, 384), each row of length 1, in the order given; raises ModelUnavailable."""
        return self._encode([f"passage: {text}" for text in texts])

    def _encode(self, texts: Sequence[str]) -> FloatArray:
        """One text at a time: measured faster than batches, which pay for padding."""
        session, tokenizer, _ = self._load()
        vectors: FloatArray = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for number, text in enumerate(texts):
            ids = np.array([tokenizer.encode(text).ids], dtype=np.int64)
            try:
                vectors[number] = session.run(["embedding"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0]
            except Exception as error:  # ONNX Runtime's errors share no base class
                raise ModelUnavailable("text encoder failed") from error
        return vectors

    def _load(self) -> tuple[Any, Any, str]:
        with self._lock:
            if self._loaded is None:
                self._loaded = _open(self._model_dir, self._threads)
            return self._loaded


def _open(model_dir: Path, threads: int) -> tuple[Any, Any, str]:
    """Session, tokenizer and identity."""
    import onnxruntime  # noqa: PLC0415 (keeps `import core` cheap)
    from tokenizers import Tokenizer  # noqa: PLC0415

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # idle threads must not burn a core
    options.enable_cpu_mem_arena = False  # the arena never gives memory of the longest batch back
    try:
        digest = hashlib.sha256((model_dir / TOKENIZER).read_bytes())
        with (model_dir / WEIGHTS).open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
        session = onnxruntime.InferenceSession(model_dir / WEIGHTS, options, providers=["CPUExecutionProvider"])
        tokenizer = Tokenizer.from_file(str(model_dir / TOKENIZER))
    except Exception as error:  # neither library's errors share a base class
        raise ModelUnavailable(f"no usable text encoder in {model_dir.name}") from error
    tokenizer.enable_truncation(MAX_TOKENS)
    return session, tokenizer, digest.hexdigest()[:8]
