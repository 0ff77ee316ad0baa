"""Chroma, embedded: one collection of passage vectors for each state of the knowledge base, never served half built."""

from __future__ import annotations

import fcntl
import logging
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from core.text_encoder import text_digest
from core.types import Lang, Passage

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

FloatArray = NDArray[np.float32]
Embed = Callable[[Sequence[str]], FloatArray]
PREFIX = "mochicare-"
"""What the names of all our collections begin with."""
BUILDING = f"{PREFIX}building"
_EXACT = 4_096  # neighbours the index keeps in view: more than there are passages, so that no search is approximate
_GUARD = threading.Lock()  # Chroma's table of open databases is not safe to change from two threads
_log = logging.getLogger(__name__)


class VectorStoreFailed(Exception):
    """The index cannot be read or built."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A passage and what of it is turned into a vector."""

    passage: Passage
    """Its id is unique among the entries."""
    text: str
    """What is embedded."""

    @property
    def digest(self) -> str:
        """Changes when the text does."""
        return text_digest(self.text)


class Vectors:
    """One complete collection of passage vectors."""

    def __init__(self, collection: Collection, counts: dict[Lang, int]) -> None:
        self._collection = collection
        self._counts = counts

    def similarities(self, vector: FloatArray, lang: Lang) -> dict[str, float]:
        """Passage id → cosine with the vector, for every passage of a language; raises VectorStoreFailed."""
        with _as_failure("search"):
            found = self._collection.query(
                query_embeddings=vector[np.newaxis],
                n_results=self._counts[lang],
                where={"lang": lang.value},
                include=["distances"],
            )
        distances = found["distances"] or [[]]
        return {name: 1.0 - distance for name, distance in zip(found["ids"][0], distances[0], strict=True)}


class VectorStore:
    """Chroma's database in a folder or on a server, or in memory where neither can be had."""

    def __init__(self, data_dir: Path, server: str | None = None) -> None:
        """Takes the folder, and the address of a server to use instead; nothing is opened or written before `open`."""
        self._data_dir = data_dir
        self._server = server

    def open(self, name: str, entries: Sequence[Entry], embed: Embed) -> Vectors:
        """The complete collection of this name, built if need be; collections of other names are removed.

        Processes and threads that open at the same time wait for the first one and then share its work.

        Args:
            name: changes when the passages or the encoder do; what stands after its last `-` names the encoder.
            entries: all passages.
            embed: (n, d) vectors of texts, rows of length 1.

        Raises:
            VectorStoreFailed: neither the folder nor memory can hold the collection.
        """
        counts = {lang: sum(entry.passage.lang is lang for entry in entries) for lang in Lang}
        folder = self._data_dir / "chroma"
        try:
            with _GUARD, _folder_lock(self._data_dir):
                if self._server is not None:
                    return Vectors(_complete(_remote(self._server), name, entries, embed), counts)
                try:
                    return Vectors(_complete(_client(folder), name, entries, embed), counts)
                except VectorStoreFailed as error:
                    _log.warning("the passage index is broken and is built anew", exc_info=error)
                    _forget(folder)
                    return Vectors(_complete(_client(folder), name, entries, embed), counts)
        except (OSError, VectorStoreFailed) as error:
            _log.warning("the passage index stays in memory: its folder or server cannot be used", exc_info=error)
        with _GUARD:
            return Vectors(_complete(_client(None), name, entries, embed), counts)


def _complete(client: ClientAPI, name: str, entries: Sequence[Entry], embed: Embed) -> Collection:
    """The collection of this name with as many rows as there are entries."""
    with _as_failure("open"):
        # A server may hold collections of other programs.
        old = {found.name: found for found in client.list_collections() if found.name.startswith(PREFIX)}
        if name in old and old[name].count() == len(entries) and _answers(old[name], entries):
            return old[name]
        known = {digest: vector for found in old.values() for digest, vector in _reusable(found, name)}
    missing = [entry for entry in entries if entry.digest not in known]
    fresh = embed([entry.text for entry in missing]) if missing else ()
    known |= {entry.digest: vector for entry, vector in zip(missing, fresh, strict=True)}
    with _as_failure("build"):
        for unwanted in old:
            client.delete_collection(unwanted)
        built = client.create_collection(
            BUILDING, embedding_function=None, configuration={"hnsw": {"space": "cosine", "ef_search": _EXACT}}
        )
        step = client.get_max_batch_size()
        for start in range(0, len(entries), step):
            part = entries[start : start + step]
            built.add(
                ids=[entry.passage.id for entry in part],
                embeddings=np.stack([known[entry.digest] for entry in part]),
                metadatas=[_metadata(entry) for entry in part],
            )
        built.modify(name=name)  # only now can it be found under its name
        return built


def _metadata(entry: Entry) -> dict[str, str]:
    passage = entry.passage
    return {
        "condition": passage.condition,
        "section": passage.section,
        "lang": passage.lang.value,
        "digest": entry.digest,
    }


def _reusable(collection: Collection, name: str) -> Iterator[tuple[str, FloatArray]]:
    """Digest and vector of each row that the same encoder made, so that an edited article costs only its own rows."""
    if collection.name.rpartition("-")[2] != name.rpartition("-")[2]:
        return
    rows = collection.get(include=["embeddings", "metadatas"])
    vectors, metadatas = rows["embeddings"], rows["metadatas"]
    if vectors is not None and metadatas is not None:
        for vector, metadata in zip(vectors, metadatas, strict=True):
            yield str((metadata or {}).get("digest")), np.asarray(vector, dtype=np.float32)


def _answers(collection: Collection, entries: Sequence[Entry]) -> bool:
    """True when the vectors can be read and searched, which a count alone does not show."""
    if not entries:
        return True
    first = collection.get(ids=[entries[0].passage.id], include=["embeddings"])["embeddings"]
    if first is None or len(first) == 0:
        return False
    return bool(collection.query(query_embeddings=np.asarray(first), n_results=1, include=[])["ids"][0])


def _client(folder: Path | None) -> ClientAPI:
    """Chroma on a folder, in memory for None; says nothing to anyone."""
    import chromadb  # noqa: PLC0415 (keeps `import core` cheap)
    from chromadb.config import Settings as ChromaSettings  # noqa: PLC0415

    quiet = ChromaSettings(anonymized_telemetry=False, chroma_otel_collection_endpoint="")
    with _as_failure("start"):
        return chromadb.EphemeralClient(quiet) if folder is None else chromadb.PersistentClient(folder, quiet)


def _remote(address: str) -> ClientAPI:
    """Chroma on a server; says nothing to anyone else."""
    import chromadb  # noqa: PLC0415 (keeps `import core` cheap)
    from chromadb.config import Settings as ChromaSettings  # noqa: PLC0415

    parts = urlsplit(address)
    is_secure = parts.scheme == "https"
    quiet = ChromaSettings(anonymized_telemetry=False, chroma_otel_collection_endpoint="")
    with _as_failure("connect"):
        return chromadb.HttpClient(
            parts.hostname or "", parts.port or (443 if is_secure else 8000), is_secure, settings=quiet
        )


def _forget(folder: Path) -> None:
    """Removes a broken database, on disk and from Chroma's table of open ones."""
    from chromadb.api.shared_system_client import SharedSystemClient  # noqa: PLC0415

    SharedSystemClient.clear_system_cache()
    shutil.rmtree(folder, ignore_errors=True)
    folder.unlink(missing_ok=True)


@contextmanager
def _folder_lock(data_dir: Path) -> Iterator[None]:
    """Holds the folder against other processes."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "chroma.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _as_failure(what: str) -> Iterator[None]:
    """Turns whatever Chroma raises into VectorStoreFailed."""
    try:
        yield
    except Exception as error:
        raise VectorStoreFailed(what) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # Chroma's Rust core panics on some broken files
            raise
        raise VectorStoreFailed(what) from error
