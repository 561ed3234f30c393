"""`roundtrip-server apply-file`: takes in a file that was brought on a stick."""

import os
from pathlib import Path
from typing import Annotated

import typer

from app.domain.errors import RuleViolation
from app.language import tr
from sync.carried import read_head
from sync.server.carrying import take
from sync.server.commands.opening import DatabaseOption, opened
from sync.server.commands.words import out
from sync.server.parts import assemble


def apply_file(
    file: Annotated[Path, typer.Argument(help="The file that the laptop exported.")],
    receipt: Annotated[
        Path | None, typer.Option(help="Where to write the receipt. Default: beside the file.")
    ] = None,
    database: DatabaseOption = None,
) -> None:
    """Apply the changes in a file, as if the laptop had sent them, and write the receipt it takes in.

    Applying a file again is harmless. A running server may go on; its clients hear of the changes at
    their next look.
    """
    target = receipt or file.with_name(f"{file.stem}-receipt{file.suffix}")
    if target.exists() and target.samefile(file):
        raise RuleViolation("carried.onto_itself")
    half = target.with_name(f"{target.name}.half")
    with opened(database) as found, file.open("rb") as brought:
        parts = assemble(found.settings, found.database)
        try:
            with half.open("w+b") as written:
                taken = take(parts, "apply-file", brought, written)
                written.flush()
                os.fsync(written.fileno())
            half.replace(target)
        finally:
            half.unlink(missing_ok=True)
        sender = read_head(brought).sender
    refused = sum(not result.status.accepted for result in taken.results)
    out.print(
        tr(
            "{sender}: {count} changes, {already} of them here before, {refused} refused; {files} files.",
            sender=sender, count=len(taken.results), already=taken.already, refused=refused,
            files=taken.files,
        ),
        markup=False,
    )  # fmt: skip
    out.print(tr("Receipt: {path}", path=target), markup=False)
