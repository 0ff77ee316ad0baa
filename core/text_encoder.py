"""The sentence encoder: Korean and English text to vectors, with ONNX Runtime."""

from __future__ import annotations

import hashlib
import threading
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelUnavailable

WEIGHTS, TOKENIZER, VECTORS = "e5-small-koen-q4.onnx", "tokenizer.json", "vectors.npz"
MAX_TOKENS = 512
DIMENSIONS = 384
FloatArray = NDArray[np.float32]


def text_digest(text: str) -> str:
    """16 hex digits that change when the text does."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


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
        """(n, 384), each row of length 1, in the order given; raises ModelUnavailable.

        Vectors that these weights made before, kept in `vectors.npz`, are taken from there.
        """
        known = self._prepared()
        digests = [text_digest(text) for text in texts]
        missing = [place for place, digest in enumerate(digests) if digest not in known]
        fresh = self._encode([f"passage: {texts[place]}" for place in missing])
        known = {**known, **{digests[place]: vector for place, vector in zip(missing, fresh, strict=True)}}
        return np.stack([known[digest] for digest in digests]) if digests else fresh

    def prepared_passages(self, texts: Sequence[str]) -> FloatArray:
        """(n, 384), as `encode_passages`, but zeros where no vector was prepared; raises ModelUnavailable."""
        known, nothing = self._prepared(), np.zeros(DIMENSIONS, dtype=np.float32)
        return np.stack([known.get(text_digest(text), nothing) for text in texts])

    def prepare_passages(self, texts: Sequence[str]) -> int:
        """Makes `vectors.npz` hold the vectors of exactly these texts; the number of texts that had to be encoded.

        Raises:
            ModelUnavailable: the weights cannot be used.
            OSError: the folder cannot be written.
        """
        known, digests = self._prepared(), sorted({text_digest(text): text for text in texts}.items())
        names = [digest for digest, _ in digests]
        if names != sorted(known):
            vectors = self.encode_passages([text for _, text in digests]).astype(np.float16)
            np.savez(
                self._model_dir / VECTORS,
                digests=np.array(names, dtype="S16"),
                vectors=vectors,
                encoder=np.array(self.identity()),
            )
        return sum(name not in known for name in names)

    def _prepared(self) -> dict[str, FloatArray]:
        """Digest → vector of length 1; empty when other weights made them or the file cannot be read."""
        try:
            with np.load(self._model_dir / VECTORS) as kept:
                if str(kept["encoder"]) != self.identity():
                    return {}
                vectors = kept["vectors"].astype(np.float32)
                vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
                return {digest.decode(): vector for digest, vector in zip(kept["digests"], vectors, strict=True)}
        except (OSError, ValueError, KeyError, zipfile.BadZipFile):
            return {}

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
                self._loaded = open_text_model(self._model_dir / WEIGHTS, self._model_dir / TOKENIZER, self._threads)
            return self._loaded


def open_text_model(weights: Path, tokenizer_file: Path, threads: int) -> tuple[Any, Any, str]:
    """ONNX Runtime's session, the tokenizer, and 8 hex digits that change with either; raises ModelUnavailable."""
    import onnxruntime  # noqa: PLC0415 (keeps `import core` cheap)
    from tokenizers import Tokenizer  # noqa: PLC0415

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # idle threads must not burn a core
    options.enable_cpu_mem_arena = False  # the arena never gives memory of the longest batch back
    try:
        digest = hashlib.sha256(tokenizer_file.read_bytes())
        with weights.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
        session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
        tokenizer = Tokenizer.from_file(str(tokenizer_file))
    except Exception as error:  # neither library's errors share a base class
        raise ModelUnavailable(f"no usable {weights.name}") from error
    tokenizer.enable_truncation(MAX_TOKENS)
    return session, tokenizer, digest.hexdigest()[:8]
