"""What the house is held to, beyond what ruff, mypy and import-linter see."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from core import types
from core.messages import LOCALE_DIR

ROOT = Path(__file__).parents[1]
LAYERS = ("app.py", "pages", "components", "core")
MAX_FILE, MAX_PAGE, MAX_FUNCTION = 400, 60, 30
TOP_LEVEL = {
    *("app.py", "pages", "components", "core", "kb", "models", "tests", "requirements.txt", "README.md"),
    *("LICENSE", "Makefile", "pyproject.toml", "packages.txt"),
}
UNKEPT = {".git", ".venv", "var", "__pycache__", ".hypothesis"}
TEXTS = {".py", ".md", ".toml", ".txt", ".po", ".sh", ".json", ".jsonl", ".csv", ""}
MACHINE_PATH = re.compile(r"(?<![\w./])/(?:work|root|home|Users|farm|opt)/")
CONTRAST = 4.5  # WCAG 2.2, success criterion 1.4.3


def files(*parts: str, suffixes: frozenset[str] = frozenset({".py"})) -> list[Path]:
    """Kept files below these parts of the repository, sorted."""
    found = []
    for part in parts:
        path = ROOT / part
        found += [path] if path.is_file() else path.rglob("*")
    return sorted(f for f in found if f.is_file() and f.suffix in suffixes and is_kept(f))


def is_kept(path: Path) -> bool:
    """True unless git ignores the file."""
    parts = path.relative_to(ROOT).parts
    return not UNKEPT & set(parts) and not any(p.endswith("_cache") for p in parts) and path.name != "secrets.toml"


@cache
def tree(path: Path) -> ast.Module:
    """The file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def place(path: Path, node: ast.AST | None = None) -> str:
    """`file:line`, as an editor opens it."""
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a file."""
    yield from (n for n in ast.walk(tree(path)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, without the docstring: explaining is not what makes a function long."""
    lines = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function) is not None:
        lines -= function.body[0].end_lineno - function.body[0].lineno + 1
    return lines


def dotted(node: ast.AST) -> str:
    """`a.b.c` of an attribute or a name, "" of anything else."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def imported(path: Path) -> Iterator[tuple[ast.AST, str]]:
    """Each import with the full name of what it brings."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def names(path: Path) -> set[str]:
    """Every name, attribute and imported name that the code speaks of."""
    found = {name.rpartition(".")[2] for _, name in imported(path)}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
    return found


# Size


def test_files_are_short() -> None:
    """No Python file is longer than 400 lines, no page longer than 60."""
    limits = {f: MAX_PAGE if f.parent.name == "pages" and f.parents[1] == ROOT else MAX_FILE for f in files(".")}
    lengths = {f: len(f.read_text(encoding="utf-8").splitlines()) for f in limits}
    assert [f"{place(f)} {lengths[f]} lines" for f in limits if lengths[f] > limits[f]] == []


def test_functions_are_short() -> None:
    """No function has more than 30 lines besides its docstring."""
    assert [
        f"{place(f, function)} {function.name} {code_lines(function)} lines"
        for f in files(".")
        for function in functions(f)
        if code_lines(function) > MAX_FUNCTION
    ] == []


# Documentation


def test_every_field_of_a_value_is_documented() -> None:
    """Each field of a public dataclass in core has a line that says what it holds."""
    bare = []
    for f in files("core"):
        for node in ast.walk(tree(f)):
            is_value = isinstance(node, ast.ClassDef) and not node.name.startswith("_")
            if is_value and any("dataclass" in ast.unparse(mark) for mark in node.decorator_list):
                bare += [
                    place(f, field)
                    for field, after in zip(node.body, [*node.body[1:], None], strict=True)
                    if isinstance(field, ast.AnnAssign)
                    and not ast.unparse(field.target).startswith("_")
                    and not (isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant))
                ]
    assert bare == []


def test_every_test_states_its_fact() -> None:
    """Each test has a docstring."""
    tests = ((f, function) for f in files("tests") for function in functions(f) if function.name.startswith("test_"))
    assert [place(f, function) for f, function in tests if not ast.get_docstring(function)] == []


def test_glossary_names_every_level() -> None:
    """README's glossary holds each urgency and each severity by its id."""
    glossary = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## Glossary")[2]
    assert [level for level in [*types.Urgency, *types.Severity] if f"`{level.value}`" not in glossary] == []


# One way through the house


def test_core_reads_no_environment_clock_or_chance() -> None:
    """Only `python -m core` reads them; elsewhere in core they come through a parameter, at most as its default."""
    forbidden = re.compile(
        r"os\.(environ|getenv|putenv|urandom)|(random|secrets|uuid\.uuid[14])\b|time\.\w+"
        r"|(\w+\.)*(datetime|date)\.(now|utcnow|today)"
    )
    found = []
    for f in files("core"):
        if f.name == "__main__.py":
            continue
        found += [place(f, node) for node, name in imported(f) if forbidden.match(name)]
        allowed = {id(inner) for default in defaults(f) for inner in ast.walk(default)}
        attributes = (n for n in ast.walk(tree(f)) if isinstance(n, ast.Attribute) and id(n) not in allowed)
        found += [place(f, node) for node in attributes if forbidden.fullmatch(dotted(node))]
    assert found == []


def defaults(path: Path) -> Iterator[ast.AST]:
    """Default values of parameters and of dataclass fields."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.arguments):
            yield from (d for d in (*node.defaults, *node.kw_defaults) if d is not None)
        elif isinstance(node, ast.ClassDef):
            yield from (field.value for field in node.body if isinstance(field, ast.AnnAssign) and field.value)


@pytest.mark.parametrize(
    ("owner", "words"),
    [
        ("session.py", {"session_state"}),
        ("resources.py", {"cache_resource", "environ", "getenv"}),
    ],
)
def test_one_file_owns_it(owner: str, words: set[str]) -> None:
    """Session state is touched by session.py alone; the environment and lasting resources by resources.py alone."""
    others = [f for f in files("app.py", "pages", "components") if f != ROOT / "components" / owner]
    assert [place(f) for f in others if words & names(f)] == []


def test_one_file_reads_secrets() -> None:
    """Streamlit's secrets are read by resources.py alone."""
    others = [f for f in files("app.py", "pages", "components") if f.name != "resources.py"]
    assert [place(f, n) for f in others for n in ast.walk(tree(f)) if dotted(n) == "st.secrets"] == []


def test_drawing_never_calls_the_model_or_the_store() -> None:
    """Components other than resources.py bring in no model, no store and no use case."""
    working = re.compile(r"core\.(assembly|assessment|chat|composer|conversation|retrieval|store|vision)\b")
    others = [f for f in files("components") if f.name != "resources.py"]
    assert [place(f, node) for f in others for node, name in imported(f) if working.match(name)] == []


def test_the_frame_is_never_imported() -> None:
    """Nothing brings in app.py, a page or a training recipe."""
    frame = re.compile(r"(app|pages|models)\b")
    assert [place(f, node) for f in files(*LAYERS) for node, name in imported(f) if frame.match(name)] == []


# Words


def marked_strings() -> dict[str, str]:
    """Each user-facing string in the code → where it stands.

    Read from the syntax tree, since before Python 3.12 gettext's extractors do not look inside f-strings.
    """
    found = {}
    for f in files(*LAYERS):
        for node in ast.walk(tree(f)):
            if isinstance(node, ast.Call) and dotted(node.func) in {"_", "N_", "translate"}:
                at = 1 if dotted(node.func) == "translate" else 0
                text = node.args[at] if len(node.args) > at else None
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    found.setdefault(text.value, place(f, node))
    return found


def korean() -> Catalog:
    """The Korean catalogue."""
    with (LOCALE_DIR / "ko.po").open("rb") as file:
        return read_po(file, locale="ko", abort_invalid=True)


def test_every_string_has_its_korean() -> None:
    """The strings in the code and those of the catalogue are the same."""
    code, catalogue = marked_strings(), {message.id for message in korean() if message.id}
    assert {text: where for text, where in code.items() if text not in catalogue} == {}
    assert catalogue - set(code) == set()


def test_every_korean_string_is_whole() -> None:
    """Each is there, none is marked as fuzzy, and its placeholders are those of the English."""
    broken = (m for m in korean() if m.fuzzy or not m.string or fields(m.id) != fields(m.string))
    assert [message.id for message in broken if message.id] == []


def fields(text: str) -> set[str]:
    """Names of the placeholders."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


# The repository


def test_top_level_holds_what_was_agreed() -> None:
    """Nothing new stands at the top of the repository, least of all a lock file that would hide requirements.txt."""
    kept = {p.name for p in ROOT.iterdir() if not p.name.startswith((".", "__"))}
    assert kept - TOP_LEVEL - {"var"} == set()


def test_no_machine_path_is_written_down() -> None:
    """No kept text names a folder of somebody's machine."""
    texts = files(".", suffixes=frozenset(TEXTS))
    assert [place(f) for f in texts if MACHINE_PATH.search(f.read_text(encoding="utf-8", errors="ignore"))] == []


def test_requirements_name_every_import_exactly() -> None:
    """Whatever the app imports stands in requirements.txt, and each line there is one exact version."""
    lines = [re.sub(r"\s*#.*", "", line) for line in (ROOT / "requirements.txt").read_text().splitlines()]
    pins = [line for line in lines if line]
    assert [line for line in pins if not re.fullmatch(r"[a-z0-9-]+==[0-9][0-9.]*", line)] == []
    pinned = {line.partition("==")[0] for line in pins}
    used = {name.partition(".")[0] for f in files(*LAYERS) for _, name in imported(f)}
    foreign = used - set(sys.stdlib_module_names) - {"app", "pages", "components", "core"}
    owners = packages_distributions()
    assert {m for m in foreign if not {d.lower().replace("_", "-") for d in owners.get(m, [])} & pinned} == set()


# The screen


def luminance(colour: str) -> float:
    """Relative luminance of `#RRGGBB`, 0–1 (WCAG 2.2, definition of relative luminance)."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1–21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_theme_can_be_read(mode: str) -> None:
    """Text, links, captions and the words on primary buttons stand out by 4.5:1 in both themes."""
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"][mode]
    page, box, text = theme["backgroundColor"], theme["secondaryBackgroundColor"], theme["textColor"]
    pairs = [(text, page), (text, box), (theme["linkColor"], page), ("#FFFFFF", theme["primaryColor"])]
    pairs += [(blend(text, ground), ground) for ground in (page, box)]
    assert {pair: round(contrast(*pair), 2) for pair in pairs if contrast(*pair) < CONTRAST} == {}


def blend(text: str, ground: str, share: float = 0.6) -> str:
    """The colour of Streamlit's captions and placeholders: text at 60 % over the ground."""
    mixed = (round(share * int(text[i : i + 2], 16) + (1 - share) * int(ground[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{channel:02X}" for channel in mixed)
