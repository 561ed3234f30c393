"""The default organisation: six regions, the product lines of the real sets, their territories.

Ids follow from the codes, so a server that sets up a tenant and an import that needs a territory
agree without asking each other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from app.domain.errors import RuleViolation
from app.domain.organisation import ProductLine, Region, Territory
from app.exchange.rows import Row, catalogue_row, row_id

_SOURCE = "organisation"

REGIONS = {
    "northeast": "东北",
    "north": "华北",
    "east": "华东",
    "south_central": "中南",
    "southwest": "西南",
    "northwest": "西北",
}
PRODUCT_LINES = {
    "machines": "数控机床",
    "lifts": "电梯",
    "bikes": "自行车",
    "excavators": "挖掘机",
}


@dataclass(frozen=True)
class Organisation:
    """Regions and product lines by code; a territory is one of each."""

    regions: Mapping[str, str]
    product_lines: Mapping[str, str]

    def region(self, code: str) -> UUID:
        if code not in self.regions:
            raise RuleViolation("organisation.no_region", region=code)
        return row_id(_SOURCE, Region, code)

    def product_line(self, code: str) -> UUID:
        if code not in self.product_lines:
            raise RuleViolation("organisation.no_product_line", line=code)
        return row_id(_SOURCE, ProductLine, code)

    def territory(self, region: str, product_line: str) -> UUID:
        self.region(region), self.product_line(product_line)
        return row_id(_SOURCE, Territory, f"{region}/{product_line}")

    def rows(self) -> Iterator[Row]:
        """Everything above, as catalogue rows; what the tenant already has is to be left alone."""
        for position, (code, name) in enumerate(self.regions.items(), start=1):
            yield catalogue_row(_SOURCE, Region, code, {"code": code, "name": name, "position": position})
        for code, name in self.product_lines.items():
            yield catalogue_row(_SOURCE, ProductLine, code, {"code": code, "name": name})
        for region, region_name in self.regions.items():
            for line, line_name in self.product_lines.items():
                values = {
                    "name": f"{region_name} · {line_name}",
                    "region_id": self.region(region),
                    "product_line_id": self.product_line(line),
                }
                yield catalogue_row(_SOURCE, Territory, f"{region}/{line}", values)


DEFAULT = Organisation(REGIONS, PRODUCT_LINES)
