"""MochiCare without a browser: `python -m core assess | ask | classify | build | evaluate | purge`."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO, TypeVar

from core.articles import GENERAL
from core.assembly import build_assistant
from core.assessment import Assistant
from core.cases import assessment_json, error_json, line_id, read_case, read_question, reply_json, vision_json
from core.errors import CareError, KnowledgeInvalid, NotAnImage
from core.photo import MAX_UPLOAD_BYTES, prepare_photo
from core.photo_study import look_at, photo_lines, read_calibration
from core.photo_types import LesionPhoto, RawUpload
from core.retrieval import prepare_vectors
from core.settings import Settings
from core.store import Store
from core.studies import STUDIES
from core.text_encoder import TextEncoder
from core.types import Assessment, Reply
from core.vision import LesionClassifier

ROOT = Path(__file__).resolve().parents[1]
PHOTOS = "photos"
Result = TypeVar("Result")


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 when all went well, 1 when any line failed."""
    options = _parser().parse_args(arguments)
    return int(options.run(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m core", description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT / "var", help="folder for the index and the database")
    commands = parser.add_subparsers(required=True)
    for name, run, what in (("assess", _assess, "cases"), ("ask", _ask, "follow-up questions")):
        command = commands.add_parser(name, help=f"{what} in, one answer a line out")
        command.add_argument("lines", metavar="FILE.jsonl", help="one JSON a line; - is standard input")
        command.add_argument("--out", type=Path, help="write here instead of standard output")
        command.set_defaults(run=run)
    classify = commands.add_parser("classify", help="photos in, what the photo model says out")
    classify.add_argument("photos", metavar="PHOTO", nargs="+")
    classify.add_argument("--json", action="store_true", help="one JSON a line")
    classify.set_defaults(run=_classify)
    evaluate = commands.add_parser("evaluate", help="how well it does on labelled lines")
    evaluate.add_argument("study", choices=sorted([*STUDIES, PHOTOS]))
    evaluate.add_argument("files", metavar="FILE.jsonl", type=Path, nargs="*")
    evaluate.add_argument("--manifest", metavar="FILE.csv", type=Path, help="of labelled photos, for `evaluate photos`")
    evaluate.set_defaults(run=_evaluate)
    commands.add_parser("build", help="check the knowledge base and build its index").set_defaults(run=_build)
    commands.add_parser("purge", help="remove what has expired").set_defaults(run=_purge)
    return parser


def _opening(options: argparse.Namespace) -> str | None:
    """Why the input or output cannot be opened, None when it can."""
    if options.lines != "-" and (Path(options.lines).is_dir() or not Path(options.lines).exists()):
        return f"{options.lines}: no such file"
    if options.out and not options.out.absolute().parent.is_dir():
        return f"{options.out}: no such folder"
    return None


def _assess(options: argparse.Namespace) -> int:
    assistant = _assistant(options)

    def answer(line: str) -> dict[str, object]:
        case = read_case(line, assistant.knowledge.vocabulary, _load_photo)
        return assessment_json(_last(assistant.assess(case), Assessment))

    return _each_line(options, answer)


def _ask(options: argparse.Namespace) -> int:
    assistant = _assistant(options)

    def answer(line: str) -> dict[str, object]:
        question = read_question(line, assistant.knowledge.vocabulary, _load_photo)
        return reply_json(question.id, _last(assistant.answer(question), Reply))

    return _each_line(options, answer)


def _classify(options: argparse.Namespace) -> int:
    classifier = LesionClassifier(ROOT / "models")
    failed = False
    for name in options.photos:
        try:
            found = vision_json(classifier.classify([_load_photo(name)]))
            line = (
                json.dumps({"id": name, **found}, ensure_ascii=False) if options.json else f"{name}: {_in_words(found)}"
            )
        except CareError as error:
            failed = True
            line = (
                json.dumps(error_json(name, error), ensure_ascii=False)
                if options.json
                else f"{name}: {error.user_message}"
            )
        print(line, flush=True)
    return int(failed)


def _build(options: argparse.Namespace) -> int:
    try:
        assistant = _assistant(options)
    except KnowledgeInvalid as error:
        print("\n".join(map(str, error.args)), file=sys.stderr)
        return 1
    knowledge = assistant.knowledge
    encoded = prepare_vectors(knowledge, TextEncoder(ROOT / "models" / "text"))
    assistant.warm_up()
    sources = [sentence.source for passage in knowledge.passages() for sentence in passage.sentences]
    general = sources.count(GENERAL) / len(sources)
    of_core = sum(name in knowledge.sources and knowledge.sources[name].is_core for name in sources) / len(sources)
    print(
        f"{len(knowledge.conditions)} conditions, {len(knowledge.general)} general articles, "
        f"{len(sources)} sentences, {len(knowledge.sources)} sources; "
        f"general {general:.1%}, core sources {of_core:.1%}; {encoded} passages new; content {knowledge.content_hash}"
    )
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    if options.study == PHOTOS:
        return _evaluate_photos(options)
    if not options.files:
        print("evaluate: name at least one FILE.jsonl", file=sys.stderr)
        return 2
    assistant = _assistant(options)
    lines = [line for file in options.files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    for line in STUDIES[options.study](assistant, lines, _load_photo):
        print(line, flush=True)
    return 0


def _evaluate_photos(options: argparse.Namespace) -> int:
    if options.manifest is None or options.files:
        print("evaluate photos: give the labelled photos as --manifest FILE.csv", file=sys.stderr)
        return 2
    models = ROOT / "models"
    skipped: list[str] = []
    try:
        calibration = read_calibration(models)
        seen = look_at(options.manifest, LesionClassifier(models).classify, calibration.classes, skipped)
    except CareError as error:
        print("; ".join(map(str, error.args)) or error.user_message, file=sys.stderr)
        return 1
    for line in (*(f"skipped: {fault}" for fault in skipped), *photo_lines(seen, calibration)):
        print(line, flush=True)
    return int(bool(skipped))


def _purge(options: argparse.Namespace) -> int:
    store = Store(options.data, lambda: datetime.now(UTC))
    print(f"{store.purge()} removed")
    store.close()
    return 0


def _assistant(options: argparse.Namespace) -> Assistant:
    settings = Settings.from_mapping({"MOCHICARE_DATA": str(options.data)})
    return build_assistant(settings, models_dir=ROOT / "models", kb_dir=ROOT / "kb", clock=time.perf_counter)


def _load_photo(name: str) -> LesionPhoto:
    path = Path(name)
    try:
        with path.open("rb") as file:
            return prepare_photo(RawUpload(name=path.name, data=file.read(MAX_UPLOAD_BYTES + 1)))
    except OSError as error:
        raise NotAnImage(f"{name}: {error.strerror}") from error


def _last(events: Iterable[object], kind: type[Result]) -> Result:
    """The last event, which carries the whole result."""
    *_, last = events
    if not isinstance(last, kind):
        raise CareError(f"ended with {type(last).__name__}")
    return last


def _each_line(options: argparse.Namespace, answer: Callable[[str], dict[str, object]]) -> int:
    """Answers each line and goes on after a bad one; 1 when any failed."""
    fault = _opening(options)
    if fault:
        print(fault, file=sys.stderr)
        return 1
    failed = False
    with _opened(options) as (lines, out):
        for line in lines:
            if not line.strip():
                continue
            try:
                result = answer(line)
            except CareError as error:
                failed, result = True, error_json(line_id(line), error)
            print(json.dumps(result, ensure_ascii=False), file=out, flush=True)
    return int(failed)


@contextmanager
def _opened(options: argparse.Namespace) -> Iterator[tuple[TextIO, TextIO]]:
    """The input and the output, closed at the end unless they are standard streams."""
    with ExitStack() as stack:
        source: TextIO = sys.stdin
        if options.lines != "-":
            source = stack.enter_context(Path(options.lines).open(encoding="utf-8", errors="replace"))
        target: TextIO = sys.stdout
        if options.out:
            target = stack.enter_context(options.out.open("w", encoding="utf-8"))
        yield source, target


def _in_words(found: dict[str, object]) -> str:
    names = found["prediction_set"]
    return ", ".join(names) if isinstance(names, list) and names else "no hint"


if __name__ == "__main__":
    sys.exit(main())
