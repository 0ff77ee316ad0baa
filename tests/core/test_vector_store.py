"""The index on a real Chroma server of its own."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from chromadb import HttpClient
from chromadb.config import Settings as ChromaSettings

from core.types import Lang, Passage
from core.vector_store import Entry, VectorStore

WAIT_S = 30.0
ENTRIES = [
    Entry(
        passage=Passage(id=f"p{place}", condition="c", section="summary", lang=Lang.KO, sentences=()), text=str(place)
    )
    for place in range(3)
]
AXES = np.eye(3, dtype=np.float32)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Chroma server on loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    chroma = Path(sys.executable).with_name("chroma")
    command = [chroma, "run", "--host", "127.0.0.1", "--port", str(port), "--path", tmp_path_factory.mktemp("chroma")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            until = time.monotonic() + WAIT_S
            while time.monotonic() < until:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
            yield f"http://127.0.0.1:{port}"
        finally:
            running.terminate()


def test_index_is_kept_on_the_server(server: str, tmp_path: Path) -> None:
    """Built once there, found by the next process without a vector made again, and nothing lies in the folder."""
    built = VectorStore(tmp_path, server).open("mochicare-a-x", ENTRIES, lambda texts: AXES[: len(texts)])
    assert built.similarities(AXES[1], Lang.KO)["p1"] == pytest.approx(1)
    again = VectorStore(tmp_path, server).open("mochicare-a-x", ENTRIES, lambda texts: pytest.fail(str(texts)))
    assert again.similarities(AXES[2], Lang.KO)["p2"] == pytest.approx(1)
    assert not (tmp_path / "chroma").exists()


def test_collections_of_others_are_left_alone(server: str, tmp_path: Path) -> None:
    """Only our own old collections are removed."""
    port = int(server.rpartition(":")[2])
    client = HttpClient("127.0.0.1", port, settings=ChromaSettings(anonymized_telemetry=False))
    client.get_or_create_collection("recipes", embedding_function=None)
    VectorStore(tmp_path, server).open("mochicare-b-x", ENTRIES, lambda texts: AXES[: len(texts)])
    assert {found.name for found in client.list_collections()} == {"recipes", "mochicare-b-x"}


def test_without_the_server_the_index_stays_in_memory(tmp_path: Path) -> None:
    """An address where nobody listens costs the shared index, not the search."""
    found = VectorStore(tmp_path, "http://127.0.0.1:9").open("mochicare-c-x", ENTRIES, lambda texts: AXES[: len(texts)])
    assert found.similarities(AXES[0], Lang.KO)["p0"] == pytest.approx(1)
