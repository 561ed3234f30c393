"""Builds the address picker's resource from the lists: python -m app.exchange.places_resource FOLDER."""

import json
import sys
from pathlib import Path

from zstandard import ZstdCompressor

from app.exchange.files import Folder
from app.exchange.rows import BadRow
from app.exchange.sets import china_regions
from app.places import RESOURCE

SHIPPED = Path(__file__).parents[2] / "resources" / RESOURCE


def build(folder: Path, target: Path = SHIPPED) -> list[BadRow]:
    """Write the tree to `target`, the same bytes for the same lists; the lines left out."""
    provinces, bad = china_regions.tree(Folder(folder, china_regions.FILES))
    text = json.dumps(china_regions.packed(provinces), ensure_ascii=False, separators=(",", ":"))
    target.write_bytes(ZstdCompressor(level=19).compress(text.encode()))
    return bad


if __name__ == "__main__":
    print(f"{len(build(Path(sys.argv[1])))} lines left out")
