"""Puts an assistant together from files and settings; slow parts load themselves at first use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.assessment import Assistant, Parts
from core.chat import LanguageModel
from core.free_text import load_phrases
from core.knowledge import load_knowledge
from core.look_again import load_look_table
from core.red_flags import load_red_flags
from core.retrieval import PassageIndex
from core.sentence_search import SentenceIndex
from core.settings import Settings
from core.spending import Record
from core.support import SupportCheck
from core.text_encoder import TextEncoder
from core.topics import load_topics
from core.triage import Triage
from core.vision import LesionClassifier
from core.word_reader import WordReader


def build_assistant(
    settings: Settings, *, models_dir: Path, kb_dir: Path, clock: Callable[[], float], record: Record | None = None
) -> Assistant:
    """The assistant that these settings ask for.

    Args:
        settings: where data goes and which language model is used.
        models_dir: folder of `models/manifest.toml` with the weights.
        kb_dir: folder of the knowledge base.
        clock: seconds, monotonic, for timings.
        record: keeps how many tokens a language model used; None keeps no count.

    Raises:
        KnowledgeInvalid: the knowledge base breaks its schema.
    """
    knowledge = load_knowledge(kb_dir)
    rules = load_red_flags(kb_dir, knowledge.vocabulary, knowledge.sources)
    encoder = TextEncoder(models_dir / "text", settings.torch_threads)
    support = SupportCheck(encoder)
    return Assistant(
        Parts(
            triage=Triage(
                knowledge=knowledge,
                rules=rules,
                phrases=load_phrases(kb_dir, knowledge.vocabulary),
                reader=WordReader(models_dir / "text", settings.torch_threads),
            ),
            topics=load_topics(kb_dir),
            look_table=load_look_table(kb_dir, rules, knowledge),
            retriever=PassageIndex(knowledge, encoder, settings.data_dir, settings.chroma_host),
            sentences=SentenceIndex(knowledge, encoder),
            classifier=LesionClassifier(models_dir, settings.torch_threads),
            writer=LanguageModel(settings, clock, support, record) if settings.uses_language_model else None,
            support=support,
            clock=clock,
        )
    )
