"""AdventureWorks: shops and people who bought bicycles, the bicycles sold to them, and the catalogue.

Stores and individuals become customers; vendors and employees stay out, for they are neither. The
person table was too large for the set, so a person's name comes from the file of customers by
e-mail address; where that has none, the e-mail address itself stands in. A store's contacts show
their given name in their e-mail address only. Sales territories become territories of ours: an
American one the region at the same point of the compass, the other countries the rest.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

from app.domain.assets import Asset
from app.domain.customers import Contact, Customer, Gender, Industry, LifecycleStage, Site
from app.domain.entity import Entity
from app.domain.errors import RuleViolation
from app.domain.products import Product
from app.exchange.files import Folder, Record
from app.exchange.organisation import Organisation
from app.exchange.rows import BadRow, Row, customer_row, row_id
from app.exchange.sets import adventureworks_products
from app.exchange.sets.adventureworks_products import PRODUCT_FILES, SOURCE, table

_CUSTOMERS = "AdventureWorks_Customers.csv"
_SALES = "AdventureWorks_Sales_2017.csv"
_SKUS = "AdventureWorks_Products.csv"
_TABLES = (
    "Address", "AddressType", "BusinessEntityAddress", "BusinessEntityContact", "ContactType",
    "CountryRegion", "Customer", "EmailAddress", "PersonPhone", "SalesTerritory", "StateProvince", "Store",
)  # fmt: skip
FILES = (*(f"{name}.csv" for name in _TABLES), *PRODUCT_FILES, _CUSTOMERS, _SKUS, _SALES)
_US_DATE = "%m/%d/%Y"
_BIKES = ("1", "2", "3")  # the subcategories of whole bicycles

_REGIONS = {
    "Northwest": "northwest",
    "Northeast": "northeast",
    "Central": "south_central",
    "Southwest": "southwest",
    "Southeast": "east",
    "Canada": "north",
    "France": "east",
    "Germany": "northeast",
    "Australia": "south_central",
    "United Kingdom": "northwest",
}
_GENDERS = {"F": Gender.FEMALE, "M": Gender.MALE}


def read(folder: Folder, organisation: Organisation) -> Iterator[Row | BadRow]:
    """The catalogue, the customers with all below them, then the bicycles they bought."""
    yield from organisation.rows()
    yield from adventureworks_products.read(folder, organisation)
    parties = _Parties.load(folder, organisation)
    stores = {record["BusinessEntityID"]: record for record in table(folder, "Store")}
    owners: dict[str, UUID] = {}
    for record in table(folder, "Customer"):
        if record["StoreID"] and record["PersonID"]:
            continue  # the store's buyer, who stands among its contacts
        rows = parties.store(record, stores) if record["StoreID"] else parties.individual(record)
        for item in record.attempt(rows):
            if isinstance(item, Row) and item.entity is Customer:
                owners[record["CustomerID"]] = item.id
            yield item
    yield from _bicycles(folder, owners)


@dataclass(frozen=True)
class _Parties:
    """Stores and people with what other tables know about them."""

    territories: Mapping[str, UUID]
    addresses: Mapping[str, list[dict[str, str]]]
    emails: Mapping[str, str]
    phones: Mapping[str, str]
    people: Mapping[str, Record]
    contacts: Mapping[str, list[tuple[str, str]]]

    @classmethod
    def load(cls, folder: Folder, organisation: Organisation) -> "_Parties":
        roles = {record["ContactTypeID"]: record["Name"] for record in table(folder, "ContactType")}
        contacts = defaultdict(list)
        for record in table(folder, "BusinessEntityContact"):
            contacts[record["BusinessEntityID"]].append(
                (record["PersonID"], roles.get(record["ContactTypeID"], ""))
            )
        return cls(
            {
                record["TerritoryID"]: organisation.territory(_REGIONS[record["Name"]], "bikes")
                for record in table(folder, "SalesTerritory")
            },
            _addresses(folder),
            {record["BusinessEntityID"]: record["EmailAddress"] for record in table(folder, "EmailAddress")},
            {record["BusinessEntityID"]: record["PhoneNumber"] for record in table(folder, "PersonPhone")},
            {record["EmailAddress"].lower(): record for record in _named(folder)},
            contacts,
        )

    def store(self, record: Record, stores: Mapping[str, Record]) -> Iterator[Row]:
        party = record["StoreID"]
        if party not in stores:
            raise RuleViolation("cell.unknown", column="StoreID", value=party)
        store = stores[party]
        values = self._customer(record, party) | _survey(store["Demographics"])
        values |= {"name": store["Name"], "industry": Industry.TRADE}
        yield customer_row(SOURCE, Customer, party, values)
        yield from self._sites(party, self.addresses.get(party, ()))
        for position, (person, role) in enumerate(self.contacts.get(party, ())):
            email = self.emails.get(person, "")
            values = {
                "customer_id": _id(Customer, party),
                "name": re.sub(r"\d+$", "", email.partition("@")[0]).capitalize(),
                "job_title": role,
                "phone": self.phones.get(person),
                "email": email,
                "is_primary": position == 0,
            }
            yield customer_row(SOURCE, Contact, f"{party}/{person}", values)

    def individual(self, record: Record) -> Iterator[Row]:
        party = record["PersonID"]
        email = self.emails.get(party, "")
        person = self.people.get(email.lower())
        name = f"{person['FirstName']} {person['LastName']}".title() if person else email
        values = self._customer(record, party) | {"name": name, "industry": Industry.OTHER}
        yield customer_row(
            SOURCE, Customer, party, values | {"phone": self.phones.get(party), "email": email}
        )
        yield from self._sites(party, self.addresses.get(party, ())[1:])
        if person:
            values = {
                "customer_id": _id(Customer, party),
                "name": name,
                "job_title": person["Occupation"],
                "phone": self.phones.get(party),
                "email": email,
                "is_primary": True,
                "gender": _GENDERS.get(person["Gender"]),
                "birthday_on": person.day("BirthDate", _US_DATE),
            }
            yield customer_row(SOURCE, Contact, party, values)

    def _customer(self, record: Record, party: str) -> dict[str, Any]:
        if record["TerritoryID"] not in self.territories:
            raise RuleViolation("cell.unknown", column="TerritoryID", value=record["TerritoryID"])
        address = dict(next(iter(self.addresses.get(party, ())), {}))
        country = address.pop("country", None)
        address.pop("type", None)
        return address | {
            "code": record["AccountNumber"],
            "territory_id": self.territories[record["TerritoryID"]],
            "lifecycle_stage": LifecycleStage.ORDERED,
            "labels": frozenset({country}) if country else None,
        }

    def _sites(self, party: str, addresses: Any) -> Iterator[Row]:
        for address in addresses:
            values = {name: part for name, part in address.items() if name not in ("country", "type")}
            values |= {"customer_id": _id(Customer, party), "name": address["type"]}
            yield customer_row(SOURCE, Site, f"{party}/{address['type']}", values)


def _addresses(folder: Folder) -> dict[str, list[dict[str, str]]]:
    countries = {record["CountryRegionCode"]: record["Name"] for record in table(folder, "CountryRegion")}
    states = {record["StateProvinceID"]: record for record in table(folder, "StateProvince")}
    types = {record["AddressTypeID"]: record["Name"] for record in table(folder, "AddressType")}
    places = {record["AddressID"]: record for record in table(folder, "Address", encoding="latin-1")}
    found = defaultdict(list)
    for record in table(folder, "BusinessEntityAddress"):
        place = places.get(record["AddressID"])
        if place is None:
            continue
        state = states[place["StateProvinceID"]]
        lines = ", ".join(filter(None, (place["AddressLine1"], place["AddressLine2"])))
        address = {
            "type": types[record["AddressTypeID"]],
            "country": countries[state["CountryRegionCode"]],
            "province": state["Name"],
            "city": place["City"],
            "street": lines,
            "postcode": place["PostalCode"],
        }
        found[record["BusinessEntityID"]].append(address)
    return found


def _survey(demographics: str) -> dict[str, Any]:
    """The store's own answers: staff, sales, and the rest as tags and a note."""
    try:
        survey = ElementTree.fromstring(demographics)
    except ElementTree.ParseError:
        raise RuleViolation("cell.xml", column="Demographics") from None
    answers = {element.tag.rpartition("}")[2]: element.text or "" for element in survey}
    shown = ("YearOpened", "SquareFeet", "Brands", "Internet", "BankName")
    return {
        "employees": _count(answers.get("NumberEmployees", "")),
        "annual_sales": _count(answers.get("AnnualSales", "")),
        "currency": "USD",
        "note": "\n".join(f"{name}: {answers[name]}" for name in shown if answers.get(name)),
    }


def _count(digits: str) -> int | None:
    return int(digits) if digits.isdecimal() else None


def _named(folder: Folder) -> Iterator[Record]:
    return folder.records(_CUSTOMERS, encoding="utf-8-sig")


def _bicycles(folder: Folder, owners: Mapping[str, UUID]) -> Iterator[Row | BadRow]:
    """A machine for every bicycle sold; a sale to a customer outside the set is a bad row."""
    skus = {record["ProductKey"]: record for record in folder.records(_SKUS)}
    for record in folder.records(_SALES):
        sku = skus.get(record["ProductKey"])
        if sku is None or sku["ProductSubcategoryKey"] in _BIKES:
            yield from record.attempt(_bicycle(record, sku, owners))


def _bicycle(record: Record, sku: Record | None, owners: Mapping[str, UUID]) -> Iterator[Row]:
    for column, known in (("ProductKey", sku), ("CustomerKey", owners.get(record["CustomerKey"]))):
        if known is None:
            raise RuleViolation("cell.unknown", column=column, value=record[column])
    assert sku is not None
    values = {
        "customer_id": owners[record["CustomerKey"]],
        "product_id": _id(Product, sku["ProductSKU"]),
        "name": sku["ProductName"],
        "serial_no": f"{record['OrderNumber']}-{record['OrderLineItem']}",
        "maker": "Adventure Works",
        "shipped_on": record.day("OrderDate", _US_DATE),
    }
    yield customer_row(SOURCE, Asset, f"{record['OrderNumber']}/{record['OrderLineItem']}", values)


def _id(entity: type[Entity], key: str) -> UUID:
    return row_id(SOURCE, entity, key)
