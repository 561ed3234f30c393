"""What a server of the next release would say: a column more in some tables, and a table that is new.

Only the bytes on the line are changed. The new table's rows are in no digest, which is left out for that.
"""

from dataclasses import dataclass, field

import orjson

ENTITY, COLUMN = "contact", "fax"
PLANET = "planet"


@dataclass
class NewerServer:
    """What it said to one laptop: contacts with a fax, and planets by the root they belong to."""

    faxes: dict[str, str] = field(default_factory=dict)

    def says(self, body: bytes) -> bytes:
        """A page as it would send it."""
        header, *lines, (_, end) = map(orjson.loads, body.splitlines())
        columns = header[1]["columns"]
        if ENTITY in columns:
            columns[ENTITY] = [COLUMN, *columns[ENTITY]]
        columns[PLANET] = ["name"]
        header[1]["schema"] += 1
        end = {name: fact for name, fact in end.items() if name != "digest"}
        said = [header, *(new for line in lines for new in self._line(line)), ["end", end]]
        return b"".join(orjson.dumps(line) + b"\n" for line in said)

    def _line(self, line: list[object]) -> list[list[object]]:
        match line:
            case ["put", str(entity), str(row_id), root, seq, rev, list(values)] if entity == ENTITY:
                self.faxes[row_id] = f"fax {row_id[-6:]}"
                planet = ["put", PLANET, row_id, root, seq, 1, [f"planet {rev}"]]
                return [["put", entity, row_id, root, seq, rev, [self.faxes[row_id], *values]], planet]
        return [line]
