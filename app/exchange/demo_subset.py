"""Cuts the demo's data out of the full sets: python -m app.exchange.demo_subset FOLDER_OF_SETS.

Kept are whole lines, byte for byte and in their order, chosen by a number in the line itself; the
demo imports them with the readers of the full sets. The archive holds the lines of each file under
its set's name and is the same for the same sets.
"""

import io
import sys
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from zstandard import ZstdCompressor, ZstdDecompressor

from app.exchange.sets import SETS

SHIPPED = Path(__file__).parents[2] / "resources" / "demo" / "sets.tar.zst"
SETS_IN_DEMO = ("adventureworks", "nyc-elevators")
_EVERY_PERSON, _EVERY_BLOCK = 12, 9

Keep = Callable[[Sequence[bytes]], bool]


def build(sets: Path, target: Path = SHIPPED) -> None:
    """Write the archive of the demo's lines of the sets below `sets`."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name in SETS_IN_DEMO:
            keep = _people_kept(sets / name) if name == "adventureworks" else _ELEVATORS
            for file in SETS[name].files:
                data = b"".join(_lines(sets / name / file, keep.get(file)))
                member = tarfile.TarInfo(f"{name}/{file}")  # no time, no owner: the same bytes each time
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))
    target.write_bytes(ZstdCompressor(level=19).compress(stream.getvalue()))


def unpack(target: Path, archive: Path = SHIPPED) -> Mapping[str, Path]:
    """Unpack the demo's sets below `target`; the folder of each."""
    data = ZstdDecompressor().decompress(archive.read_bytes())
    with tarfile.open(fileobj=io.BytesIO(data)) as members:
        for member in members:
            content = members.extractfile(member)
            assert content is not None
            file = target / member.name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.read())
    return {name: target / name for name in SETS_IN_DEMO}


def _lines(file: Path, keep: tuple[bytes, Keep] | None) -> Iterator[bytes]:
    for number, line in enumerate(file.read_bytes().splitlines(keepends=True)):
        if keep is None or keep[1](line.rstrip(b"\r\n").split(keep[0])) or (number == 0 and keep[0] == b","):
            yield line


def _people_kept(folder: Path) -> Mapping[str, tuple[bytes, Keep]]:
    """All stores with their contacts, and every twelfth person who bought for himself."""
    customers = [line.split(b"\t") for line in (folder / "Customer.csv").read_bytes().splitlines()]
    contacts = [
        line.split(b"\t") for line in (folder / "BusinessEntityContact.csv").read_bytes().splitlines()
    ]
    stores = {cells[2] for cells in customers if not cells[1]}
    people = {cells[1] for cells in customers if not cells[2] and int(cells[0]) % _EVERY_PERSON == 0}
    parties = stores | people | {cells[1] for cells in contacts if cells[0] in stores}
    places = _cells(folder / "BusinessEntityAddress.csv", 1, lambda cells: cells[0] in parties)
    emails = _cells(folder / "EmailAddress.csv", 2, lambda cells: cells[0] in parties)
    bought = {cells[0] for cells in customers if cells[1] in people and not cells[2]}
    by_party: tuple[bytes, Keep] = (b"\t", lambda cells: cells[0] in parties)
    return {
        "Customer.csv": (b"\t", lambda cells: not cells[1] or (cells[1] in people and not cells[2])),
        "BusinessEntityContact.csv": (b"\t", lambda cells: cells[0] in stores),
        "BusinessEntityAddress.csv": by_party,
        "EmailAddress.csv": by_party,
        "PersonPhone.csv": by_party,
        "Address.csv": (b"\t", lambda cells: cells[0] in places),
        "AdventureWorks_Customers.csv": (b",", lambda cells: cells[7].lower() in emails),
        "AdventureWorks_Sales_2017.csv": (b",", lambda cells: cells[4] in bought),
        "ProductModelProductDescriptionCulture.csv": (b"\t", lambda cells: cells[2].strip() == b"en"),
    }


def _cells(file: Path, column: int, keep: Keep) -> set[bytes]:
    """The cells of one column of the kept lines, in small letters."""
    rows = (line.split(b"\t") for line in file.read_bytes().splitlines())
    return {cells[column].lower() for cells in rows if keep(cells)}


# Whole tax blocks, so that a building never loses some of its elevators.
_ELEVATORS: Mapping[str, tuple[bytes, Keep]] = {
    "elevators_raw-brooklyn.csv": (
        b",",
        lambda cells: cells[4].isdigit() and int(cells[4]) % _EVERY_BLOCK == 0,
    )
}

if __name__ == "__main__":
    build(Path(sys.argv[1]))
    print(f"{SHIPPED}: {SHIPPED.stat().st_size:,} bytes")
