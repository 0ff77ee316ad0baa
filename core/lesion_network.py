"""Runs the photo model's network: pixels in, logits out, and where it found what speaks for a class."""

from __future__ import annotations

import hashlib
import logging
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelUnavailable
from core.evidence_map import evidence_of

FloatArray = NDArray[np.float32]
WEIGHTS, EXPORTED = "model.safetensors", "model.onnx"
HEAD = "head.npz"
_FILES = ("config.json", WEIGHTS, HEAD)
_log = logging.getLogger(__name__)


class Network(Protocol):
    """The photo model's network, by whichever library runs it."""

    def logits(self, pixels: Sequence[FloatArray]) -> FloatArray:
        """(n, k) logits of pictures of (3, edge, edge); raises ModelUnavailable."""
        ...


def open_network(models_dir: Path, folder: str, classes: tuple[str, ...], threads: int) -> Network:
    """ONNX Runtime with the exported network, or, with a log line, torch with the checkpoint; raises as torch does."""
    try:
        return OnnxNetwork(models_dir, folder, classes, threads)
    except ModelUnavailable as error:
        _log.warning("the photo model runs on torch, several times slower", exc_info=error)
        return TorchNetwork(models_dir, folder, classes, threads)


class OnnxNetwork:
    """The same network as `models/training/export_lesion.py` wrote it, several times faster."""

    def __init__(self, models_dir: Path, folder: str, classes: tuple[str, ...], threads: int) -> None:
        """Reads the network; raises ModelUnavailable where it is missing, changed, or made from other weights."""
        import onnxruntime  # noqa: PLC0415 (late: a case without a photo does not need it)

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.add_session_config_entry("session.force_spinning_stop", "1")  # idle threads must not burn a core
        path = f"{folder}/{EXPORTED}"
        try:
            require_hashes(models_dir, [path])
            session = onnxruntime.InferenceSession(models_dir / path, options, providers=["CPUExecutionProvider"])
            told = session.get_modelmeta().custom_metadata_map
            expected = {"classes": ",".join(classes), "weights": weights_of(models_dir, folder)}
        except Exception as error:  # ONNX Runtime's errors share no base class
            raise ModelUnavailable("exported photo model") from error
        if told != expected:
            raise ModelUnavailable("photo model exported from other weights")
        self._session = session

    def logits(self, pixels: Sequence[FloatArray]) -> FloatArray:
        """(n, k) logits, one photo after the other to keep memory low; raises ModelUnavailable."""
        try:
            rows = [self._session.run(["logits"], {"pixel_values": photo[None]})[0] for photo in pixels]
        except Exception as error:  # as above
            raise ModelUnavailable("photo model") from error
        logits: FloatArray = np.concatenate(rows)
        return logits


class TorchNetwork:
    """The checkpoint as `transformers` reads it: the reference, and what explains itself."""

    def __init__(self, models_dir: Path, folder: str, classes: tuple[str, ...], threads: int) -> None:
        """Reads the weights, once their files are those of the manifest.

        Raises:
            ValueError: a file is not the one that the manifest lists, or holds other classes.
            OSError, ImportError, KeyError, RuntimeError: a file or a library is missing or broken.
        """
        import torch  # noqa: PLC0415 (late: it takes seconds, and a case without a photo does not need it)
        from transformers.utils import logging  # noqa: PLC0415

        from core.lesion_head import drop_idle_gates, load_classifier  # noqa: PLC0415

        require_hashes(models_dir, [f"{folder}/{name}" for name in _FILES])
        torch.set_num_threads(threads)
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        module = load_classifier(models_dir / folder)
        if tuple(module.network.config.id2label.values()) != classes or len(module.bias) != len(classes):
            raise ValueError("classes of weights and calibration differ")
        drop_idle_gates(module)
        self.module = module

    def logits(self, pixels: Sequence[FloatArray]) -> FloatArray:
        """(n, k) logits, one photo after the other to keep memory low; raises ModelUnavailable."""
        import torch  # noqa: PLC0415 (late, as above)

        try:
            with torch.inference_mode():
                rows = [self.module(torch.from_numpy(photo[None])).numpy() for photo in pixels]
        except RuntimeError as cause:
            raise ModelUnavailable("photo model") from cause
        logits: FloatArray = np.concatenate(rows)
        return logits

    def evidence(self, pixels: FloatArray, index: int) -> FloatArray:
        """Where in the picture the network found what speaks for a class: (h, w), 0-1; raises ModelUnavailable."""
        try:
            return evidence_of(self.module, pixels, index)
        except (RuntimeError, ValueError) as cause:
            raise ModelUnavailable("photo model") from cause


def listed_hashes(models_dir: Path) -> dict[str, str]:
    """Path → SHA-256 as `manifest.toml` lists them; raises OSError, ValueError or KeyError where it is broken."""
    listed = tomllib.loads((models_dir / "manifest.toml").read_text(encoding="utf-8"))["file"]
    return {entry["path"]: entry["sha256"] for entry in listed}


def weights_of(models_dir: Path, folder: str) -> str:
    """The SHA-256 of network and head, as `manifest.toml` lists them; raises as `listed_hashes`."""
    listed = listed_hashes(models_dir)
    return " ".join(listed[f"{folder}/{name}"] for name in (WEIGHTS, HEAD))


def require_hashes(models_dir: Path, paths: Sequence[str]) -> None:
    """Nothing, when each file is what `manifest.toml` says.

    Raises:
        ValueError: a file is not listed or has changed.
        OSError: a file is missing.
    """
    expected = listed_hashes(models_dir)
    for path in paths:
        if hashlib.sha256((models_dir / path).read_bytes()).hexdigest() != expected.get(path):
            raise ValueError(f"{path} is not the file that manifest.toml lists")
