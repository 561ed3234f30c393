"""AdventureWorks' catalogue: what is sold, the spare parts, and the parts lists between them.

A product is what is sold or has a parts list of its own; a spare part is what is bought in or
stands in a parts list. A wheel is both: it is sold, it has spokes, and a bicycle has two.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from app.domain.entity import Entity
from app.domain.errors import RuleViolation
from app.domain.products import Product, ProductPart, SparePart
from app.exchange.files import Folder, Record
from app.exchange.organisation import Organisation
from app.exchange.rows import BadRow, Row, catalogue_row, row_id

SOURCE = "adventureworks"

# The headerless tables and their columns, in order.
_COLUMNS: Mapping[str, str] = {
    "Address": "AddressID AddressLine1 AddressLine2 City StateProvinceID PostalCode SpatialLocation rowguid"
    " ModifiedDate",
    "AddressType": "AddressTypeID Name rowguid ModifiedDate",
    "BillOfMaterials": "BillOfMaterialsID ProductAssemblyID ComponentID StartDate EndDate UnitMeasureCode"
    " BOMLevel PerAssemblyQty ModifiedDate",
    "BusinessEntityAddress": "BusinessEntityID AddressID AddressTypeID rowguid ModifiedDate",
    "BusinessEntityContact": "BusinessEntityID PersonID ContactTypeID rowguid ModifiedDate",
    "ContactType": "ContactTypeID Name ModifiedDate",
    "CountryRegion": "CountryRegionCode Name ModifiedDate",
    "Customer": "CustomerID PersonID StoreID TerritoryID AccountNumber rowguid ModifiedDate",
    "EmailAddress": "BusinessEntityID EmailAddressID EmailAddress rowguid ModifiedDate",
    "PersonPhone": "BusinessEntityID PhoneNumber PhoneNumberTypeID ModifiedDate",
    "Product": "ProductID Name ProductNumber MakeFlag FinishedGoodsFlag Color SafetyStockLevel ReorderPoint"
    " StandardCost ListPrice Size SizeUnitMeasureCode WeightUnitMeasureCode Weight DaysToManufacture"
    " ProductLine Class Style ProductSubcategoryID ProductModelID SellStartDate SellEndDate"
    " DiscontinuedDate rowguid ModifiedDate",
    "ProductDescription": "ProductDescriptionID Description rowguid ModifiedDate",
    "ProductModelProductDescriptionCulture": "ProductModelID ProductDescriptionID CultureID ModifiedDate",
    "SalesTerritory": "TerritoryID Name CountryRegionCode Group SalesYTD SalesLastYear CostYTD CostLastYear"
    " rowguid ModifiedDate",
    "StateProvince": "StateProvinceID StateProvinceCode CountryRegionCode IsOnlyStateProvinceFlag Name"
    " TerritoryID rowguid ModifiedDate",
    "Store": "BusinessEntityID Name SalesPersonID Demographics rowguid ModifiedDate",
    "UnitMeasure": "UnitMeasureCode Name ModifiedDate",
}
_CULTURES = "ProductModelProductDescriptionCulture"
PRODUCT_FILES = (
    "BillOfMaterials.csv", "Product.csv", "ProductDescription.csv", f"{_CULTURES}.csv", "UnitMeasure.csv"
)  # fmt: skip


def table(folder: Folder, name: str, *, encoding: str = "utf-8") -> Iterator[Record]:
    """The records of one of the headerless, tab-separated tables."""
    return folder.records(f"{name}.csv", _COLUMNS[name].split(), encoding=encoding, delimiter="\t")


def read(folder: Folder, organisation: Organisation) -> Iterator[Row | BadRow]:
    """Products, spare parts and the lines of today's parts lists."""
    units = {record["UnitMeasureCode"]: record["Name"] for record in table(folder, "UnitMeasure")}
    descriptions = _descriptions(folder)
    lines = [line for line in table(folder, "BillOfMaterials") if not line["EndDate"]]
    assemblies = {line["ProductAssemblyID"] for line in lines}
    fitted = {line["ComponentID"]: line["UnitMeasureCode"] for line in lines if line["ProductAssemblyID"]}
    numbers: dict[str, str] = {}
    for record in table(folder, "Product"):
        numbers[record["ProductID"]] = record["ProductNumber"]
        sold = record["FinishedGoodsFlag"] == "1" or record["ProductID"] in assemblies
        if sold:
            description = descriptions.get(record["ProductModelID"])
            yield from record.attempt(_product(record, description, organisation.product_line("bikes")))
        if not sold or record["ProductID"] in fitted:
            yield from record.attempt(_spare_part(record, units.get(fitted.get(record["ProductID"], "EA"))))
    for line in lines:
        if line["ProductAssemblyID"]:  # else the line only says that the assembly exists
            yield from line.attempt(_part_of(line, numbers))


def _descriptions(folder: Folder) -> dict[str, str]:
    """The English description of each product model."""
    texts = {r["ProductDescriptionID"]: r["Description"] for r in table(folder, "ProductDescription")}
    english = (r for r in table(folder, _CULTURES) if r["CultureID"] == "en")
    return {r["ProductModelID"]: texts.get(r["ProductDescriptionID"], "") for r in english}


def _product(record: Record, description: str | None, product_line: UUID) -> Iterator[Row]:
    values = {
        "code": record["ProductNumber"],
        "name": record["Name"],
        "product_line_id": product_line,
        "list_price": record.number("ListPrice"),
        "currency": "USD",
        "discontinued": bool(record["SellEndDate"] or record["DiscontinuedDate"]),
        "description": description,
    }
    yield _row(Product, record["ProductNumber"], values)


def _spare_part(record: Record, unit: str | None) -> Iterator[Row]:
    values = {
        "code": record["ProductNumber"],
        "name": record["Name"],
        "unit": unit,
        "price": record.number("ListPrice") or record.number("StandardCost"),
        "currency": "USD",
    }
    yield _row(SparePart, record["ProductNumber"], values)


def _part_of(line: Record, numbers: Mapping[str, str]) -> Iterator[Row]:
    for column in ("ProductAssemblyID", "ComponentID"):
        if line[column] not in numbers:
            raise RuleViolation("cell.unknown", column=column, value=line[column])
    values = {
        "product_id": row_id(SOURCE, Product, numbers[line["ProductAssemblyID"]]),
        "spare_part_id": row_id(SOURCE, SparePart, numbers[line["ComponentID"]]),
        "amount": line.number("PerAssemblyQty"),
    }
    yield _row(ProductPart, line["BillOfMaterialsID"], values)


def _row(entity: type[Entity], key: str, values: Mapping[str, Any]) -> Row:
    return catalogue_row(SOURCE, entity, key, values)
