"""Keeps the message catalogue complete: collects what the program says, compiles the translations.

Used in development only (`poe messages`, `poe translations`); the program reads the compiled files.
Texts come from calls of `tr` and `msgid`, and from the labels of the domain's fields and options.
"""

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from app.domain.entity import fields
from app.domain.fields import GROUP_LABELS
from app.domain.options import Option
from app.domain.registry import ENTITIES
from app.language import DOMAIN

ROOT = Path(__file__).parent.parent
PO = ROOT / "resources" / "locale" / "zh_CN" / "LC_MESSAGES" / f"{DOMAIN}.po"
MO = PO.with_suffix(".mo")
GAP = re.compile(r"\{(\w+)")
CALLS = ("tr", "msgid")


def texts() -> set[str]:
    """Every English text the program may show."""
    return {text for text in (*_called(), *_declared()) if text}


def _called() -> Iterator[str]:
    for package in ("app", "ui", "sync"):
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in CALLS and node.args:
                    yield from _constants(node.args[0])


def _constants(said: ast.expr) -> Iterator[str]:
    """The texts an argument may be; a look-up such as `labels["status"]` is none."""
    if isinstance(said, ast.IfExp):
        yield from (*_constants(said.body), *_constants(said.orelse))
    elif isinstance(said, ast.Constant) and isinstance(said.value, str):
        yield said.value


def _declared() -> Iterator[str]:
    for entity in ENTITIES:
        yield from (spec.label for spec in fields(entity).values())
    yield from GROUP_LABELS.values()
    for options in Option.__subclasses__():
        yield from (option.label for option in options)


def read_catalogue() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="zh_CN", domain=DOMAIN)


def compiled(catalogue: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def problems() -> list[str]:
    """What keeps the catalogue from being complete; empty when all is well."""
    catalogue = read_catalogue()
    found = [
        f"not translated: {text!r}" for text in sorted(texts()) if not _translation(catalogue, text).strip()
    ]
    found += [
        f"gaps differ: {message.id!r} / {message.string!r}"
        for message in catalogue
        if message.id and message.string and _gaps(message.id) != _gaps(message.string)
    ]
    if MO.read_bytes() != compiled(catalogue):
        found.append(f"{MO.name} is older than {PO.name}: run `poe messages`")
    return found


def update() -> None:
    """Take up new texts, let go of those no longer said, and compile."""
    catalogue = read_catalogue()
    wanted = texts()
    for gone in [message.id for message in catalogue if message.id and message.id not in wanted]:
        catalogue.delete(gone)
    for text in wanted:
        if text not in catalogue:
            catalogue.add(text)
    with PO.open("wb") as file:
        write_po(file, catalogue, sort_output=True, width=110)
    MO.write_bytes(compiled(catalogue))


def _translation(catalogue: Catalog, text: str) -> str:
    message = catalogue.get(text)
    return str(message.string) if message else ""


def _gaps(text: object) -> set[str]:
    return set(GAP.findall(str(text)))


if __name__ == "__main__":
    if "--check" not in sys.argv:
        update()
    complaints = problems()
    print("\n".join(complaints) or f"{PO.name}: every text is translated.")
    sys.exit(bool(complaints))
