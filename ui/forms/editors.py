"""Which editor edits which kind of field; a kind without one fails a test."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from app.domain.fields import Field, Kind
from ui.forms.choice_editors import ChoiceEditor, CurrencyEditor, FlagEditor
from ui.forms.editor import Editor
from ui.forms.lookup import Lookup
from ui.forms.place_editors import GROUP, LEVELS, PlaceEditor
from ui.forms.reference_editor import ReferenceEditor
from ui.forms.text_editors import LongTextEditor, NumberEditor, TagsEditor, TextEditor
from ui.forms.time_editors import DayEditor, InstantEditor

CURRENCY = "currency"

EDITORS: Mapping[Kind, Callable[[Field, Lookup | None], Editor]] = MappingProxyType(
    {
        Kind.TEXT: lambda spec, lookup: TextEditor(spec),
        Kind.LONG_TEXT: lambda spec, lookup: LongTextEditor(spec),
        Kind.WHOLE: lambda spec, lookup: NumberEditor(spec),
        Kind.QUANTITY: lambda spec, lookup: NumberEditor(spec),
        Kind.MONEY: lambda spec, lookup: NumberEditor(spec),
        Kind.FLAG: lambda spec, lookup: FlagEditor(spec),
        Kind.DAY: lambda spec, lookup: DayEditor(spec),
        Kind.INSTANT: lambda spec, lookup: InstantEditor(spec),
        Kind.CHOICE: lambda spec, lookup: ChoiceEditor(spec),
        Kind.TAGS: lambda spec, lookup: TagsEditor(spec),
        Kind.REFERENCE: ReferenceEditor,
    }
)


def editor_for(name: str, spec: Field, lookup: Lookup | None = None) -> Editor:
    """An editor for field `name`, ready to stand anywhere."""
    if name == CURRENCY:
        return CurrencyEditor(spec)
    if name in LEVELS and spec.group == GROUP:
        return PlaceEditor(spec)
    return EDITORS[spec.kind](spec, lookup)
