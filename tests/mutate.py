"""How many small faults the tests find: `python tests/mutate.py [--rules] [--code]`, both when neither is named.

`--rules` changes `kb/red_flags.toml` in memory, one place at a time, and calls the tests of rules and questions as
plain functions, without those that draw examples. `--code` changes one place of a module in a copy of the repository
and runs the tests that belong to it. Survivors are printed with their place. A changed rule that survives is shown with
a child whom it judges differently; without such a child it is equivalent and does not count. Fails below 90 %.

Own code, since the rules are data that no tool knows, and one that leaves out constants outside functions (mutmut 3)
leaves out the limits of fever and age.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from core import red_flags  # noqa: E402 (the path comes first)
from core.facts import Facts, gather_facts  # noqa: E402
from core.red_flags import RedFlags  # noqa: E402
from core.screening import danger_questions  # noqa: E402
from core.types import Answer, SymptomReport  # noqa: E402
from tests.core import test_red_flags, test_screening  # noqa: E402
from tests.core.test_red_flags import KB, NO_WORDS, RULES, SOURCES, VOCABULARY  # noqa: E402

ENOUGH = 0.9
NEVER = "age_months < 0"
STEPS = {"age_months": (1 / 30.4, -1 / 30.4, 1.0, -1.0), "temperature_c": (0.1, -0.1, 1.0, -1.0)}
"""A day and a month; a tenth and a whole degree."""
TESTS = {
    "core/facts.py": ("test_facts.py", "test_red_flags.py"),
    "core/red_flags.py": ("test_red_flags.py", "test_facts.py"),
    "core/screening.py": ("test_screening.py",),
}
OPPOSITE = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
}

PATIENT = """
from hypothesis import settings
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
"""
"""A busy machine finds no faults."""

Change = tuple[str, str, Callable[[ast.AST], object]]
"""Kind, what is changed in words, and the change of a node in place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """The original with one fault."""

    kind: str
    place: str
    """`file:line`."""
    fault: str
    """What is changed, in words."""
    text: object
    """The changed source of a module, or the changed content of the rules' file."""
    owner: str = ""
    """The rule or derived fact that is changed."""


def edits(
    source: str, mode: str, changes: Callable[[ast.AST], Iterable[Change]]
) -> Iterator[tuple[str, int, str, str]]:
    """Each change of each node: kind, line, what is changed, the source after it."""
    skipped = set(unchanged(ast.parse(source, mode=mode)))
    for number, node in enumerate(ast.walk(ast.parse(source, mode=mode))):
        for kind, fault, change in changes(node) if number not in skipped else ():
            tree = ast.parse(source, mode=mode)
            change(next(other for place, other in enumerate(ast.walk(tree)) if place == number))
            yield kind, getattr(node, "lineno", 1), fault, ast.unparse(ast.fix_missing_locations(tree))


def unchanged(tree: ast.AST) -> Iterator[int]:
    """Numbers of the nodes that say nothing at run time: docstrings, annotations and decorators."""
    quiet: set[int] = set()
    for number, node in enumerate(ast.walk(tree)):
        parts = [
            getattr(node, "annotation", None),
            getattr(node, "returns", None),
            *getattr(node, "decorator_list", ()),
        ]
        parts += [node.value] if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) else []
        quiet |= {id(inner) for part in parts if part is not None for inner in ast.walk(part)}
        if id(node) in quiet:
            yield number


def swap(node: ast.BoolOp) -> None:
    """`and` for `or`, and `or` for `and`."""
    node.op = OPPOSITE[type(node.op)]()


# Rules


def rule_changes(node: ast.AST) -> Iterator[Change]:
    """The faults of an expression."""
    if isinstance(node, ast.BoolOp):
        kind = "alternative dropped" if isinstance(node.op, ast.Or) else "conjunct dropped"
        for place, part in enumerate(node.values):
            yield kind, f"without {ast.unparse(part)}", lambda other, place=place: other.values.pop(place)
        yield "and/or swapped", f"swapped in {ast.unparse(node)[:60]}", swap
    elif isinstance(node, ast.Compare):
        for step in STEPS[node.left.id]:
            limit = max(round(node.comparators[0].value + step, 3), 0)
            change = partial(lambda limit, other: setattr(other.comparators[0], "value", limit), limit)
            yield "threshold shifted", f"{ast.unparse(node)} is {limit}", change


def rule_mutants() -> Iterator[Mutant]:
    """Every changed content of the rules' file."""
    path = KB / "red_flags.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    data = tomllib.loads("\n".join(lines))
    ladder = [name for name in data["levels"] if name != red_flags.UNTOLD]
    for name, when in data["derived"].items():
        line = 1 + next(number for number, text in enumerate(lines) if text.startswith(f"{name} = "))
        for kind, place, fault, after in expressions(when):
            content = {**data, "derived": {**data["derived"], name: after}}
            yield Mutant(kind=kind, place=f"{at(path, line, place)} {name}", fault=fault, text=content, owner=name)
    for index, rule in enumerate(data["rule"]):
        top = next(number for number, text in enumerate(lines) if text == f'id = "{rule["id"]}"')
        line = 1 + next(number for number in range(top, len(lines)) if lines[number].startswith("when = "))
        found = [(kind, place, fault, {"when": after}) for kind, place, fault, after in expressions(rule["when"])]
        step = ladder.index(rule["level"]) if rule["level"] in ladder else len(ladder) + 1
        others = [ladder[other] for other in (step - 1, step + 1) if 0 <= other < len(ladder)]
        found += [("level changed", 1, f"{level} for {rule['level']}", {"level": level}) for level in others]
        for kind, place, fault, after in found:
            content = {**data, "rule": [*data["rule"][:index], {**rule, **after}, *data["rule"][index + 1 :]]}
            where = f"{at(path, line, place)} {rule['id']}"
            yield Mutant(kind=kind, place=where, fault=fault, text=content, owner=rule["id"])


def expressions(when: str) -> Iterator[tuple[str, int, str, str]]:
    """Every changed expression, and the one that never holds."""
    yield from edits(f"({when})", "eval", rule_changes)
    yield "never holds", 1, "never holds", NEVER


def at(path: Path, line: int, place: int = 1) -> str:
    """`file:line`, the place counted from the line."""
    return f"{path.relative_to(ROOT)}:{line + place - 1}"


def load(data: object) -> RedFlags:
    """Rules from a changed content of their file."""
    with patch.object(red_flags, "read_toml", lambda *_: red_flags._RedFlags.model_validate(data)):
        return red_flags.load_red_flags(KB, VOCABULARY, SOURCES)


def cases(module: ModuleType) -> Iterator[Callable[[], None]]:
    """Each case of each test that needs no fixture and draws no examples, ready to be called."""
    for name, test in vars(module).items():
        if not name.startswith("test_") or hasattr(test, "is_hypothesis_test"):
            continue
        rows: list[dict[str, object]] = [{}]
        for mark in getattr(test, "pytestmark", ()):
            names = [mark.args[0]] if isinstance(mark.args[0], str) else mark.args[0]
            values = [value if len(names) > 1 else (value,) for value in mark.args[1]]
            rows = [row | dict(zip(names, value, strict=True)) for row in rows for value in values]
        if set(rows[0]) == set(inspect.signature(test).parameters):
            yield from (partial(test, **row) for row in rows)


def is_found(rules: RedFlags, tests: Iterable[Callable[[], None]]) -> bool:
    """True when a test fails with these rules."""
    triage = replace(test_screening.TRIAGE, rules=rules)
    with patch.object(test_red_flags, "RULES", rules), patch.object(test_screening, "TRIAGE", triage):
        for test in tests:
            try:
                test()
            except (Exception, pytest.fail.Exception):  # noqa: BLE001 (whatever stops a test is a fault found)
                return True
    return False


def enough(node: ast.AST, derived: dict[str, str]) -> set[frozenset[str]]:
    """Sets of facts, each of which makes an expression true, without derived facts; together they say all of it."""
    if isinstance(node, ast.BoolOp):
        parts = [enough(value, derived) for value in node.values]
        return (
            set.union(*parts) if isinstance(node.op, ast.Or) else {frozenset().union(*some) for some in product(*parts)}
        )
    name = ast.unparse(node)
    told = set() if name in derived and name not in VOCABULARY.symptoms else {frozenset({name})}
    return told | (enough(ast.parse(f"({derived[name]})", mode="eval").body, derived) if name in derived else set())


def child(told: frozenset[str]) -> Facts:
    """The facts of a child of whom just this is told; for a group of symptoms, the last of it."""
    limits = {name: [float(fact.split()[2]) for fact in told if fact.startswith(name)] for name in STEPS}
    groups = {f"any_{term.group}": name for name, term in VOCABULARY.symptoms.items()}
    symptoms = (groups.get(fact, fact) for fact in told)
    report = SymptomReport(
        age_months=min(limits["age_months"]) - 0.001 if limits["age_months"] else None,
        temperature_c=max(limits["temperature_c"], default=None),
        feels_hot="feels_hot" in told,
        symptoms=tuple(name for name in symptoms if name in VOCABULARY.symptoms),
        danger_signs={name: Answer.YES for name in told if name in VOCABULARY.danger_signs},
        body_sites=tuple(fact.removeprefix("at_") for fact in told if fact.startswith("at_")),
    )
    conditions = [fact.removeprefix("condition_") for fact in told if fact.startswith("condition_")]
    return gather_facts(report, NO_WORDS, VOCABULARY, conditions)


def verdict(rules: RedFlags, facts: Facts, is_question: bool) -> object:  # noqa: FBT001 (one of two sights)
    """What a child's parent would see: the questions, or the rules that match with their levels."""
    if is_question:
        return danger_questions(rules, VOCABULARY, SymptomReport(), facts)
    return [(rule.id, rule.level and rule.level.id) for rule in rules.matches(facts)]


def difference(mutant: Mutant) -> str | None:
    """What is told of a child whom the changed rules judge differently; None when there is no such child."""
    rules = load(mutant.text)
    questions = {sign.id: sign.when for sign in VOCABULARY.danger_signs.values()}
    for content in (mutant.text, tomllib.loads((KB / "red_flags.toml").read_text(encoding="utf-8"))):
        derived = content["derived"]
        named = {rule["id"]: rule["when"] for rule in content["rule"]}
        for owner, when in (named | questions).items():
            if owner != mutant.owner and mutant.owner not in reached(when, derived):
                continue
            for told in enough(ast.parse(f"({when})", mode="eval").body, derived):
                facts, is_question = child(told), owner in questions
                if verdict(rules, facts, is_question) != verdict(RULES, facts, is_question):
                    return f"differs for {' + '.join(sorted(told))} ({owner})"
    return None


def reached(when: str, derived: dict[str, str]) -> set[str]:
    """Every name that an expression rests on."""
    names = {node.id for node in ast.walk(ast.parse(f"({when})", mode="eval")) if isinstance(node, ast.Name)}
    return names.union(*(reached(derived[name], derived) for name in names if name in derived))


def try_rules() -> tuple[Counter[str], Counter[str]]:
    """All and found faults of the rules by kind; equivalent ones do not count."""
    tests = [*cases(test_red_flags), *cases(test_screening)]
    if is_found(RULES, tests):
        sys.exit("the tests fail before anything is changed")
    total, found = Counter(), Counter()
    for mutant in rule_mutants():
        is_killed = is_found(load(mutant.text), tests)
        witness = None if is_killed else difference(mutant)
        if not is_killed:
            print(f"{mutant.place}: {mutant.fault}: {witness or 'equivalent'}", flush=True)
        total[mutant.kind] += is_killed or witness is not None
        found[mutant.kind] += is_killed
    return total, found


# Code


def code_changes(node: ast.AST) -> Iterator[Change]:
    """The faults of a node of a module."""
    said = ast.unparse(node)[:60].replace("\n", " ")
    match node:
        case ast.Compare():
            yield "comparison", said, lambda other: other.ops.__setitem__(0, OPPOSITE[type(other.ops[0])]())
        case ast.BoolOp():
            yield "and/or", said, swap
        case ast.UnaryOp(op=ast.Not()):
            yield "not removed", said, lambda other: setattr(other, "operand", ast.UnaryOp(ast.Not(), other.operand))
        case ast.Return(value=ast.expr()) if said != "return None":
            yield "return value", said, lambda other: setattr(other, "value", ast.Constant(None))
        case ast.Constant(value=bool()):
            yield "constant", said, lambda other: setattr(other, "value", not other.value)
        case ast.Constant(value=int() | float()):
            yield "constant", f"{said} + 1", lambda other: setattr(other, "value", other.value + 1)
            yield "constant", f"{said} - 1", lambda other: setattr(other, "value", other.value - 1)
        case ast.Constant(value=str()):
            yield "constant", said, lambda other: setattr(other, "value", f"x{other.value}")


def passes(folder: Path, tests: Iterable[str]) -> bool:
    """True when these test files pass in a copy of the repository; those that draw examples come last."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--hypothesis-seed=0"]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    for some in ("not hypothesis", "hypothesis"):
        run = [*command, "-m", some, *(f"tests/core/{name}" for name in tests)]
        done = subprocess.run(run, cwd=folder, env=environment, capture_output=True, check=False)
        if done.returncode not in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
            return False
    return True


def try_code() -> tuple[Counter[str], Counter[str]]:
    """All and found faults of the modules by kind."""
    total, found = Counter(), Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("core", "kb", "tests/core"):
            shutil.copytree(ROOT / part, folder / part)
        for part in ("pyproject.toml", "tests/conftest.py"):
            shutil.copy2(ROOT / part, folder / part)
        with (folder / "tests/conftest.py").open("a", encoding="utf-8") as file:
            file.write(PATIENT)
        for module, tests in TESTS.items():
            source = (ROOT / module).read_text(encoding="utf-8")
            if not passes(folder, tests):
                sys.exit(f"the tests of {module} fail before anything is changed")
            for kind, line, fault, text in edits(source, "exec", code_changes):
                (folder / module).write_text(text, encoding="utf-8")
                is_killed = not passes(folder, tests)
                total[kind] += 1
                found[kind] += is_killed
                if not is_killed:
                    print(f"{module}:{line}: {kind}: {fault}", flush=True)
            (folder / module).write_text(source, encoding="utf-8")
    return total, found


def show(name: str, total: Counter[str], found: Counter[str]) -> bool:
    """Prints found and all faults by kind; True when enough were found."""
    for kind in total:
        print(f"{name} {kind:<20} {found[kind]:>4}/{total[kind]}")
    share = found.total() / total.total()
    print(f"{name} {'all':<20} {found.total():>4}/{total.total()} = {share:.1%}", flush=True)
    return share >= ENOUGH


def main() -> None:
    """Runs what was asked for, the rules first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", action="store_true")
    parser.add_argument("--code", action="store_true")
    options = parser.parse_args()
    is_enough = True
    if options.rules or not options.code:
        is_enough &= show("rules", *try_rules())
    if options.code or not options.rules:
        is_enough &= show("code", *try_code())
    sys.exit(0 if is_enough else "fewer than 90 % found")


if __name__ == "__main__":
    main()
