"""No two modules need each other: not in a function, not for a type either."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "simulator"


def test_no_module_imports_one_that_imports_it() -> None:
    """Also where the import stands in a function or under TYPE_CHECKING, which import-linter would let pass."""
    assert list(circles(graph())) == []


def test_the_search_finds_a_circle() -> None:
    found = list(circles({"a": {"b"}, "b": {"c", "d"}, "c": {"a"}, "d": set()}))
    assert found == [["a", "b", "c"]]


def graph() -> dict[str, set[str]]:
    """Every module, and the modules that it imports anywhere in its text."""
    modules = {module_name(path): path for path in PACKAGE.rglob("*.py")}
    return {name: imported(path, name, modules) for name, path in modules.items()}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path, name: str, modules: Mapping[str, Path]) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            inside = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= inside & modules.keys() or {node.module}
    return found & modules.keys() - {name}


def circles(edges: Mapping[str, set[str]]) -> Iterator[list[str]]:
    """The sets of modules that reach each other (Kosaraju: two walks, the second against the arrows)."""
    order: list[str] = []
    seen: set[str] = set()
    for start in edges:
        walk(start, edges, seen, order)
    backwards: dict[str, set[str]] = {name: set() for name in edges}
    for name, targets in edges.items():
        for target in targets:
            backwards[target].add(name)
    seen = set()
    for start in reversed(order):
        together: list[str] = []
        walk(start, backwards, seen, together)
        if len(together) > 1:
            yield sorted(together)


def walk(start: str, edges: Mapping[str, set[str]], seen: set[str], order: list[str]) -> None:
    """Depth first; each name is put into ``order`` when everything behind it is done."""
    if start in seen:
        return
    seen.add(start)
    for target in sorted(edges[start]):
        walk(target, edges, seen, order)
    order.append(start)
