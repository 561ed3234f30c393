"""Each field is declared once; table, stored form and validation follow for every entity."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from app.domain import rules
from app.domain.entity import (
    CATALOGUE,
    Entity,
    fields,
    from_stored,
    name_of,
    parents,
    stored_values,
    to_stored,
)
from app.domain.errors import RuleViolation
from app.domain.fields import GROUP_LABELS, Kind, Policy
from app.domain.ids import new_id
from app.domain.registry import CATALOGUE_ENTITIES, ENTITIES, entity_named, own_root, parent_of
from tests.strategies import records

per_entity = pytest.mark.parametrize("entity", ENTITIES, ids=name_of)
# One database serves all examples: each row has an id of its own.
few = settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = create_engine("sqlite://")
    Entity.metadata.create_all(engine)
    yield engine
    engine.dispose()


@per_entity
@few
@given(data=st.data())
def test_a_valid_record_survives_the_database(entity: type[Entity], engine: Engine, data: Any) -> None:
    record = data.draw(records(entity))
    row = entity(id=new_id(), root_id=CATALOGUE, **record)

    with Session(engine) as session, session.begin():
        session.add(row)
        session.flush()
        key = row.id
    with Session(engine) as session:
        read = session.get_one(entity, key)

        assert {name: getattr(read, name) for name in fields(entity)} == record


@per_entity
@few
@given(data=st.data())
def test_the_stored_form_is_the_wire_form(entity: type[Entity], engine: Engine, data: Any) -> None:
    stored = to_stored(entity, data.draw(records(entity)))
    key = new_id()

    with engine.begin() as connection:
        # Raw names and values, as a pull applies them: no type converts anything.
        table = entity.__table__
        connection.exec_driver_sql(
            f"INSERT INTO {table.name} (id, root_id, rev, {', '.join(f'[{n}]' for n in stored)})"
            f" VALUES (?, ?, 0{', ?' * len(stored)})",
            (key.hex, CATALOGUE.hex, *stored.values()),
        )
    with Session(engine) as session:
        assert stored_values(session.get_one(entity, key)) == stored
    assert all(value is None or isinstance(value, str | int) for value in stored.values())


@per_entity
@few
@given(data=st.data())
def test_stored_values_read_back_as_they_were(entity: type[Entity], data: Any) -> None:
    record = data.draw(records(entity))

    assert from_stored(entity, to_stored(entity, record)) == record


@per_entity
@few
@given(data=st.data())
def test_a_valid_record_passes_every_check(entity: type[Entity], data: Any) -> None:
    record = data.draw(records(entity))

    rules.check_complete(entity, record)
    assert rules.check_stored(entity, to_stored(entity, record)) == record


@per_entity
def test_a_required_field_may_not_be_empty(entity: type[Entity]) -> None:
    for name, spec in fields(entity).items():
        if not spec.required:
            rules.check(entity, {name: None})
            continue
        with pytest.raises(RuleViolation) as refused:
            rules.check(entity, {name: None})
        assert refused.value.code == "field.required"
        assert refused.value.facts["field"] == name


@per_entity
def test_a_value_of_another_kind_is_refused(entity: type[Entity]) -> None:
    for name in fields(entity):
        for stranger in (object(), b"bytes", 1.5, ["list"]):
            with pytest.raises(RuleViolation, match=r"field\.malformed"):
                rules.check(entity, {name: stranger})


@per_entity
def test_a_text_longer_than_declared_is_refused(entity: type[Entity]) -> None:
    for name, spec in fields(entity).items():
        assert (spec.max_length is not None) == (spec.kind in (Kind.TEXT, Kind.LONG_TEXT))
        if spec.max_length is not None:
            rules.check(entity, {name: "长" * spec.max_length})
            with pytest.raises(RuleViolation, match=r"field\.too_long"):
                rules.check(entity, {name: "长" * (spec.max_length + 1)})


@per_entity
def test_a_reference_points_to_an_entity_there_is(entity: type[Entity]) -> None:
    for spec in fields(entity).values():
        if spec.target is not None:
            assert spec.kind is Kind.REFERENCE
            assert name_of(entity_named(spec.target)) == spec.target


@per_entity
def test_fields_of_one_group_are_merged_as_one(entity: type[Entity]) -> None:
    groups = [spec.group for spec in fields(entity).values()]

    for spec in fields(entity).values():
        assert (spec.policy is Policy.GROUP) == (spec.group is not None)
        assert spec.group is None or groups.count(spec.group) > 1


@per_entity
def test_a_state_leads_only_to_states_there_are(entity: type[Entity]) -> None:
    for spec in fields(entity).values():
        assert bool(spec.edges) == (spec.policy is Policy.TRANSITION)
        for now, nexts in spec.edges.items():
            assert {now, *nexts} <= set(spec.options)


@per_entity
def test_the_table_holds_a_column_per_field(entity: type[Entity]) -> None:
    columns = {column.name: column for column in entity.__table__.columns}

    assert set(columns) == {"id", "root_id", "rev", *fields(entity)}
    assert all(columns[name].nullable != spec.required for name, spec in fields(entity).items())


@per_entity
def test_every_row_finds_its_root(entity: type[Entity]) -> None:
    key = new_id()
    seen = [entity]

    while (above := parent_of(seen[-1])) is not None:
        assert fields(seen[-1])[above[0]].required
        seen.append(entity_named(above[1]))
        assert len(seen) < 6

    # Conflicts alone take the root of the row they are about.
    assert own_root(seen[-1], key) is not None or name_of(entity) == "conflict"
    assert len(list(parents(entity))) <= 1


@per_entity
def test_the_catalogue_hangs_below_no_customer(entity: type[Entity]) -> None:
    if entity in CATALOGUE_ENTITIES:
        assert own_root(entity, new_id()) == CATALOGUE
        assert parent_of(entity) is None


def test_parents_are_registered_before_their_children() -> None:
    for position, entity in enumerate(ENTITIES):
        if above := parent_of(entity):
            assert ENTITIES.index(entity_named(above[1])) < position


def test_an_unknown_field_is_refused_by_name() -> None:
    with pytest.raises(RuleViolation, match=r"field\.unknown") as refused:
        rules.check(entity_named("customer"), {"favourite_colour": "green"})

    assert refused.value.facts == {"field": "favourite_colour"}


def test_a_choice_of_a_newer_version_stays_readable() -> None:
    assert from_stored(entity_named("visit"), {"type": "hologram"}) == {"type": "hologram"}


def test_every_group_of_fields_has_a_name_of_its_own():
    groups = {spec.group for entity in ENTITIES for spec in fields(entity).values() if spec.group}

    assert groups == set(GROUP_LABELS)
