"""Passages are found by meaning and by words, from an index that is whole or not served at all."""

from __future__ import annotations

import itertools
import multiprocessing
import shutil
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from chromadb import PersistentClient
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings as ChromaSettings
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ModelUnavailable
from core.knowledge import KnowledgeBase, load_knowledge
from core.retrieval import PassageIndex, PassageQuery, word_tokens
from core.types import Lang

ROOT = Path(__file__).parents[2]
QUIET = ChromaSettings(anonymized_telemetry=False, chroma_otel_collection_endpoint="")
VOCABULARY = """
[[site_group]]
id = "body"
ko = "몸"
en = "Body"
[[symptom_group]]
id = "skin"
ko = "피부"
en = "Skin"
[[body_site]]
id = "face"
group = "body"
ko = "얼굴"
en = "Face"
[[symptom]]
id = "blisters"
group = "skin"
ko = "물집"
en = "Blisters"
[[symptom]]
id = "welts"
group = "skin"
ko = "부푼 발진"
en = "Welts"
[[medicine]]
id = "salve"
ko = "연고"
en = "Salve"
"""
COUNTRY = """
[country.{name}]
name = {{ ko = "나라", en = "Country" }}
time_zones = []
mentions = []
emergency = {{ ko = "119", en = "119" }}
numbers = ["119"]
same_day = {{ ko = "오늘.", en = "Today." }}
ask = {{ ko = "물어보세요.", en = "Ask." }}
phone = {{ ko = "병원", en = "the clinic" }}
sources = ["test"]
"""
SECTIONS = ("summary", "looks", "course", "contagion", "home_care", "do_not", "see_doctor", "call_119")
ARTICLES = {
    "chickenpox": ("수두", "Chickenpox", "blisters", "물집이 생기고 딱지가 앉아요", "Blisters form and crust over"),
    "hives": ("두드러기", "Hives", "welts", "부풀었다가 몇 시간 뒤 사라져요", "Welts rise and vanish within hours"),
    "scabies": ("옴", "Scabies", "blisters", "밤에 손가락 사이가 몹시 가려워요", "Fingers itch badly at night"),
}


class LetterEncoder:
    """A stand-in of the encoder's shape: a text's vector counts its pairs of letters."""

    def __init__(self) -> None:
        self.embedded = 0

    def identity(self) -> str:
        """A fixed name."""
        return "letters"

    def encode_query(self, text: str) -> np.ndarray:
        """The text's vector."""
        counts = np.zeros(64, dtype=np.float32)
        for first, second in itertools.pairwise(text):
            counts[(ord(first) * 31 + ord(second)) % 64] += 1
        return counts / (np.linalg.norm(counts) or 1.0)

    def encode_passages(self, texts: Sequence[str]) -> np.ndarray:
        """The texts' vectors."""
        self.embedded += len(texts)
        return np.stack([self.encode_query(text) for text in texts])


class BrokenEncoder(LetterEncoder):
    """An encoder whose weights are missing."""

    def identity(self) -> str:
        """Never known."""
        raise ModelUnavailable("no weights")

    def encode_query(self, text: str) -> np.ndarray:
        """Never had."""
        raise ModelUnavailable(text)


def write_kb(folder: Path, chickenpox_course: str = "일주일쯤 가요") -> KnowledgeBase:
    """A knowledge base of three short articles."""
    (folder / "conditions").mkdir(parents=True, exist_ok=True)
    (folder / "vocabulary.toml").write_text(VOCABULARY, encoding="utf-8")
    (folder / "danger_signs.toml").write_text("danger_sign = []\n", encoding="utf-8")
    countries = "".join(COUNTRY.format(name=name) for name in ("kr", "anywhere"))
    (folder / "countries.toml").write_text(countries, encoding="utf-8")
    (folder / "sources.toml").write_text(
        '[source.test]\ntitle = "t"\nurl = "https://example.org"\npublisher = "p"\nread = 2026-11-01\nlicence = "l"\n',
        encoding="utf-8",
    )
    for name, (korean, english, symptom, looks_ko, looks_en) in ARTICLES.items():
        texts = {"looks": (looks_ko, looks_en)}
        if name == "chickenpox":
            texts["course"] = (chickenpox_course, "It lasts a week")
        body = "".join(
            f"\n## {section}\n- ko: {korean} {section}: {texts.get(section, ('보통이에요', 'as usual'))[0]}.\n"
            f"  en: {english} {section}: {texts.get(section, ('보통이에요', 'as usual'))[1]}.\n  source: test\n"
            for section in SECTIONS
        )
        head = (
            f'id = "{name}"\nname = {{ ko = "{korean}", en = "{english}" }}\nsynonyms = {{}}\nicd10 = "X"\n'
            'age_months = { typical = [0, 216], possible = [0, 216] }\nhow_common = "common"\ncontagious = false\n'
            'departments = ["paediatrics"]\nusual_urgency = "routine"\nbody_sites = { usual = ["face"] }\n'
            f'review = "needs_clinician_review"\n[symptoms]\nusual = ["{symptom}"]\n'
        )
        (folder / f"conditions/{name}.md").write_text(f"+++\n{head}+++\n{body}", encoding="utf-8")
    return load_knowledge(folder)


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """The three short articles."""
    return write_kb(tmp_path_factory.mktemp("kb"))


def collections(data_dir: Path) -> dict[str, int]:
    """Name → number of rows of each collection on disk."""
    client = PersistentClient(data_dir / "chroma", QUIET)
    return {found.name: found.count() for found in client.list_collections()}


def ask(index: PassageIndex, text: str, lang: Lang = Lang.KO, **wishes) -> list[str]:
    """Ids of the passages found."""
    return [item.passage.id for item in index.retrieve_passages(PassageQuery(text=text, lang=lang, **wishes))]


def test_the_fitting_passage_comes_first(knowledge, tmp_path):
    """Words of a passage find it, in each language, four at most and not all of one condition."""
    index = PassageIndex(knowledge, LetterEncoder(), tmp_path)
    assert ask(index, "밤에 손가락 사이가 가려워해요")[0] == "scabies.looks.ko"
    assert ask(index, "welts that vanish within hours", Lang.EN)[0] == "hives.looks.en"
    found = ask(index, "수두")
    assert len(found) == 4
    assert sum(name.startswith("chickenpox") for name in found) == 2
    assert index.dropped == ()


def test_asked_conditions_and_sections_come_first(knowledge, tmp_path):
    """A boost moves passages up, a restriction leaves the others out."""
    index = PassageIndex(knowledge, LetterEncoder(), tmp_path)
    assert ask(index, "얼마나 가요?", conditions=("hives",), sections=("course",))[0] == "hives.course.ko"
    only = ask(index, "수두 물집", conditions=("scabies",), sections=("looks", "course"), is_restricted=True)
    assert set(only) == {"scabies.looks.ko", "scabies.course.ko"}
    assert ask(index, "수두", conditions=("unheard_of",), is_restricted=True) == []
    assert ask(index, "수두", count=0) == []


def test_the_same_query_gives_the_same_answer(knowledge, tmp_path):
    """Two indexes agree, also on passages that fit equally."""
    first, second = (PassageIndex(knowledge, LetterEncoder(), tmp_path / name) for name in "ab")
    for text in ("보통이에요", "zzz", "물집"):
        assert ask(first, text, count=12) == ask(second, text, count=12) == ask(first, text, count=12)


def test_without_the_encoder_words_decide_and_it_is_said(knowledge, tmp_path):
    """Missing weights cost meaning, not the answer."""
    index = PassageIndex(knowledge, BrokenEncoder(), tmp_path)
    found = index.retrieve_passages(PassageQuery(text="밤에 가려워요", lang=Lang.KO))
    assert found[0].passage.id == "scabies.looks.ko"
    assert found[0].similarity is None
    assert index.dropped == ("text_encoder:model_unavailable",)


def test_a_second_start_embeds_nothing(knowledge, tmp_path):
    """The index on disk is used again."""
    ask(PassageIndex(knowledge, LetterEncoder(), tmp_path), "수두")
    again = LetterEncoder()
    assert ask(PassageIndex(knowledge, again, tmp_path), "수두")
    assert again.embedded == 0


def test_an_edited_article_costs_only_its_own_passages(tmp_path):
    """A new content hash rebuilds the index, reuses unchanged passages and removes the old collection."""
    before = write_kb(tmp_path / "kb")
    ask(PassageIndex(before, LetterEncoder(), tmp_path), "수두")
    after = write_kb(tmp_path / "kb", "열흘쯤 가요")
    encoder = LetterEncoder()
    assert ask(PassageIndex(after, encoder, tmp_path), "수두 열흘")[0] == "chickenpox.course.ko"
    assert encoder.embedded == 1
    assert collections(tmp_path) == {f"mochicare-{after.content_hash}-letters": len(list(after.passages()))}


def test_a_half_built_collection_is_never_served(knowledge, tmp_path):
    """A collection with the right name and too few rows is built anew, and what a crash left behind goes."""
    encoder = LetterEncoder()
    ask(PassageIndex(knowledge, encoder, tmp_path), "수두")
    client = PersistentClient(tmp_path / "chroma", QUIET)
    name = f"mochicare-{knowledge.content_hash}-letters"
    client.get_collection(name, embedding_function=None).delete(ids=["hives.looks.ko"])
    client.create_collection("mochicare-building", embedding_function=None)
    assert ask(PassageIndex(knowledge, LetterEncoder(), tmp_path), "부풀었다가 사라져요")[0] == "hives.looks.ko"
    assert collections(tmp_path) == {name: len(list(knowledge.passages()))}


def test_a_corrupt_index_is_built_anew(knowledge, tmp_path):
    """Rubbish where the database should be costs a rebuild, on disk."""
    (tmp_path / "chroma").mkdir()
    (tmp_path / "chroma/chroma.sqlite3").write_bytes(b"not a database" * 500)
    index = PassageIndex(knowledge, LetterEncoder(), tmp_path)
    assert ask(index, "부풀었다가 사라져요")[0] == "hives.looks.ko"
    assert index.dropped == ()
    assert len(collections(tmp_path)) == 1


def test_a_file_where_the_index_folder_should_be_is_replaced(knowledge, tmp_path):
    """Even a file in the folder's place is no obstacle."""
    (tmp_path / "chroma").write_text("?")
    index = PassageIndex(knowledge, LetterEncoder(), tmp_path)
    assert ask(index, "수두")
    assert index.dropped == ()


def test_lost_vectors_are_built_anew(knowledge, tmp_path):
    """A folder whose vectors are gone while its table of contents stands is not served."""
    ask(PassageIndex(knowledge, LetterEncoder(), tmp_path), "수두")
    SharedSystemClient.clear_system_cache()
    for folder in (tmp_path / "chroma").iterdir():
        if folder.is_dir():
            shutil.rmtree(folder)
    index = PassageIndex(knowledge, LetterEncoder(), tmp_path)
    assert ask(index, "부풀었다가 사라져요")[0] == "hives.looks.ko"
    assert index.dropped == ()


def test_an_index_removed_under_way_is_opened_anew(knowledge, tmp_path):
    """Another version of the app may remove the collection while this one runs."""
    index = PassageIndex(knowledge, LetterEncoder(), tmp_path)
    ask(index, "수두")
    client = PersistentClient(tmp_path / "chroma", QUIET)
    client.delete_collection(f"mochicare-{knowledge.content_hash}-letters")
    assert ask(index, "부풀었다가 사라져요")[0] == "hives.looks.ko"
    assert index.dropped == ()


def test_an_unwritable_folder_keeps_the_index_in_memory(knowledge, tmp_path, caplog):
    """Where nothing can be written the index works all the same, and the log says so."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    index = PassageIndex(knowledge, LetterEncoder(), blocked / "data")
    assert ask(index, "부풀었다가 사라져요")[0] == "hives.looks.ko"
    assert index.dropped == ()
    assert "stays in memory" in caplog.text


def test_threads_that_start_together_build_once(knowledge, tmp_path):
    """Eight indexes opened at the same moment on one folder embed each passage once."""
    encoders = [LetterEncoder() for _ in range(8)]
    start = threading.Barrier(8)

    def open_and_ask(encoder: LetterEncoder) -> list[str]:
        start.wait()
        return ask(PassageIndex(knowledge, encoder, tmp_path), "부풀었다가 사라져요")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(open_and_ask, encoders))
    assert all(answer == answers[0] for answer in answers)
    assert sum(encoder.embedded for encoder in encoders) == len(list(knowledge.passages()))


def ask_in_process(knowledge: KnowledgeBase, data_dir: Path, start, answers) -> None:
    """One process that opens the index when all are ready."""
    encoder = LetterEncoder()
    index = PassageIndex(knowledge, encoder, data_dir)
    start.wait()
    answers.put((ask(index, "부풀었다가 사라져요"), encoder.embedded, index.dropped))


def test_processes_that_start_together_build_once(knowledge, tmp_path, monkeypatch):
    """Two processes opened at the same moment on one folder embed each passage once and agree."""
    # A new process runs the main module again, which a page test may have replaced by a page.
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
    context = multiprocessing.get_context("spawn")
    start, answers = context.Barrier(2), context.Queue()
    workers = [context.Process(target=ask_in_process, args=(knowledge, tmp_path, start, answers)) for _ in range(2)]
    for worker in workers:
        worker.start()
    first, second = answers.get(timeout=120), answers.get(timeout=120)
    for worker in workers:
        worker.join()
    assert first[0] == second[0]
    assert {first[1], second[1]} == {0, len(list(knowledge.passages()))}
    assert first[2] == second[2] == ()


def test_nobody_waits_while_the_index_is_built(knowledge, tmp_path):
    """While one thread embeds, another gets what words alone can find, and is told so."""
    embedding, finish = threading.Event(), threading.Event()

    class SlowEncoder(LetterEncoder):
        def encode_passages(self, texts: Sequence[str]) -> np.ndarray:
            embedding.set()
            assert finish.wait(60)
            return super().encode_passages(texts)

    index = PassageIndex(knowledge, SlowEncoder(), tmp_path)
    builder = threading.Thread(target=ask, args=(index, "수두"))
    builder.start()
    assert embedding.wait(60)
    found = index.retrieve_passages(PassageQuery(text="부풀었다가 사라져요", lang=Lang.KO))
    assert found[0].passage.id == "hives.looks.ko"
    assert index.dropped == ("passage_index:building",)
    finish.set()
    builder.join()
    ask(index, "수두")
    assert index.dropped == ()


@pytest.mark.parametrize("text", ["", "   ", "?!", "😀😀", "123", "\0", "\u200b"])
def test_a_query_without_words_finds_nothing(knowledge, tmp_path, text):
    """Nothing is asked, so nothing is found, and nothing breaks."""
    assert ask(PassageIndex(knowledge, LetterEncoder(), tmp_path), text) == []


@pytest.mark.parametrize("text", ["水ぼうそう", "수두 " * 2_500, "a" * 5_000, "\ud800수두", "﷽" * 900])
def test_any_text_can_be_asked(knowledge, tmp_path, text):
    """Other scripts, very long texts and broken characters give some answer."""
    assert len(ask(PassageIndex(knowledge, LetterEncoder(), tmp_path), text)) <= 4


def test_an_empty_knowledge_base_finds_nothing(knowledge, tmp_path):
    """No articles, no passages, no error."""
    empty = KnowledgeBase(
        vocabulary=knowledge.vocabulary, conditions={}, general={}, sources={}, countries={}, content_hash="0"
    )
    assert ask(PassageIndex(empty, LetterEncoder(), tmp_path), "수두") == []


def test_particles_and_compounds_share_pairs():
    """Korean words with particles overlap with the bare word; English words lose their endings."""
    assert set(word_tokens("두드러기")) < set(word_tokens("두드러기가"))
    assert word_tokens("옴") == ["옴"]
    assert word_tokens("The blisters itched") == word_tokens("blister itching")


@given(st.text(max_size=200))
@settings(max_examples=200)
def test_tokens_hold_no_spaces(text):
    """Whatever is typed falls into plain tokens."""
    assert all(token and not token.isspace() for token in word_tokens(text))
