"""Chinese is complete: every text of the program and every label of the domain."""

import pytest

from app.domain.entity import Entity, fields, name_of
from app.domain.options import Option
from app.domain.registry import ENTITIES
from app.language import tr, use_language
from resources.catalogue import problems, texts


@pytest.fixture(autouse=True)
def chinese():
    use_language("zh_CN")
    yield
    use_language("zh_CN")


def test_no_text_lacks_its_translation() -> None:
    assert problems() == []


@pytest.mark.parametrize("entity", ENTITIES, ids=name_of)
def test_every_field_has_a_label_in_both_languages(entity: type[Entity]) -> None:
    untranslated = [
        name
        for name, spec in fields(entity).items()
        if not spec.label or tr(spec.label) == spec.label or not tr(spec.label).strip()
    ]

    assert untranslated == []


def test_every_option_has_a_label() -> None:
    labels = [option.label for options in Option.__subclasses__() for option in options]

    assert labels
    assert set(labels) <= texts()
