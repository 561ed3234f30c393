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
    is_followed: bool = False
    """The laptop has the same release by now: contents can be compared again."""

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

    def hears(self, body: bytes) -> bytes:
        """A question about digests, as if an older release asked it: contents can not be compared then."""
        said = orjson.loads(body)
        if "schema" in said and not self.is_followed:
            said["schema"] -= 1
        return orjson.dumps(said)

    def finds(self, body: bytes) -> bytes:
        """What it answers to that: rows by name have a fax too."""
        said = orjson.loads(body)
        if ENTITY in said.get("columns", ()):
            said["columns"][ENTITY] = [COLUMN, *said["columns"][ENTITY]]
            said["rows"] = [self._line(line)[0] for line in said["rows"]]
        return orjson.dumps(said)

    def _line(self, line: list[object]) -> list[list[object]]:
        match line:
            case ["put", str(entity), str(row_id), root, seq, rev, list(values)] if entity == ENTITY:
                self.faxes[row_id] = f"fax {row_id[-6:]}"
                planet = ["put", PLANET, row_id, root, seq, 1, [f"planet {rev}"]]
                return [["put", entity, row_id, root, seq, rev, [self.faxes[row_id], *values]], planet]
        return [line]
