"""Every error the program can raise has a sentence, in both languages, that says what to do."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.errors import AppError, DiskFull, Offline, RuleViolation, SignInNeeded
from app.domain.service_orders import OrderState
from app.exchange.reasons import _REASONS
from app.language import tr, use_language
from ui.error_words import WORDS
from ui.messages import Action, explain, words_for

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"[a-z_]+(\.[a-z_]+)+")
OPERATORS = ("sync/server/commands", "sync/server/parts", "sync/server/schema", "sync/server/territories",
             "sync/server/people", "sync/server/passwords", "sync/server/devices",
             "app/exchange/organisation")  # fmt: skip
"""Modules whose errors an operator reads at the server's command line, in words of their own."""


def modules() -> Iterator[tuple[str, ast.Module]]:
    for folder in ("app", "ui", "sync"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))


def error_classes() -> set[str]:
    known = {"AppError"}
    bases = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for _, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    while more := {name for name, above in bases.items() if above & known} - known:
        known |= more
    return known


def raised_codes() -> dict[str, str]:
    """Code: the module that raises it."""
    calls = error_classes() | {"Result", "answer", "offline"}
    found: dict[str, str] = {}
    for path, tree in modules():
        if path.startswith(OPERATORS):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in calls:
                values = [*node.args, *(keyword.value for keyword in node.keywords)]
                for part in (part for value in values for part in ast.walk(value)):
                    if isinstance(part, ast.Constant) and CODE.fullmatch(str(part.value)):
                        found[str(part.value)] = path
    return found


RAISED = raised_codes()


@pytest.mark.parametrize("code", sorted(RAISED))
def test_every_code_that_is_raised_has_a_sentence(code):
    assert code in WORDS or code in _REASONS, f"raised in {RAISED[code]}"


def test_the_search_for_codes_finds_them():
    assert {"field.required", "sync.captive_portal", "replica.in_use"} <= RAISED.keys()


@pytest.mark.parametrize("code", sorted(WORDS))
def test_every_sentence_is_translated(code):
    use_language("zh_CN")

    translated = tr(WORDS[code])

    assert translated != WORDS[code]
    assert re.search(r"[\u4e00-\u9fff]", translated)
    assert set(re.findall(r"\{\w+\}", translated)) == set(re.findall(r"\{\w+\}", WORDS[code]))


def test_facts_are_shown_in_the_users_language(language):
    error = RuleViolation("state.no_edge", label="State", now=OrderState.WORKING, then=OrderState.COMPLETED)

    text = explain(error).text

    assert tr(OrderState.WORKING.label) in text
    assert tr(OrderState.COMPLETED.label) in text
    assert tr("State") in text


def test_an_error_nobody_expected_is_said_to_be_one(language):
    assert "ZeroDivisionError" in explain(ZeroDivisionError()).text


def test_a_missing_fact_does_not_break_the_message(language):
    assert "–" in explain(AppError("auth.throttled")).text


def test_a_refused_change_shows_the_servers_own_words_where_we_have_none():
    assert words_for("part.out_of_stock", {}, "Out of stock") == "Out of stock"


@pytest.mark.parametrize(
    ("error", "action", "modal"),
    [
        (Offline("sync.unreachable"), Action.RETRY, False),
        (Offline("sync.not_our_server"), Action.SETTINGS, False),
        (SignInNeeded("auth.session_ended"), Action.SIGN_IN, False),
        (DiskFull("replica.disk_full"), Action.RETRY, True),
        (RuleViolation("field.required", label="Name"), Action.NONE, False),
    ],
)
def test_a_message_offers_what_helps(error, action, modal):
    message = explain(error)

    assert (message.action, message.modal) == (action, modal)
