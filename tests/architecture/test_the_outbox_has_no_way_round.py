"""Use cases change entities through the session, where every change is seen and queued."""

import ast
from pathlib import Path

import pytest

SERVICES = sorted((Path(__file__).parents[2] / "app" / "services").glob("*.py"))
STATEMENTS = {"update", "insert", "delete", "text"}
SHORT_CUTS = {
    "exec_driver_sql",
    "bulk_save_objects",
    "bulk_insert_mappings",
    "bulk_update_mappings",
    "absorb",
}


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_a_use_case_writes_no_statement_of_its_own(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))

    imported = {
        name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
        for name in node.names
    }
    called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not imported & STATEMENTS
    assert not called & SHORT_CUTS
