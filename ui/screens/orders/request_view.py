"""One service request: what the customer reported, and the order that answers it."""

from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QWidget

from app.domain.entity import fields
from app.domain.service_orders import RequestState, ServiceRequest
from app.language import tr
from app.queries.records import Record
from ui.acts import say
from ui.background import Task
from ui.desk import Desk
from ui.formats import moment, value_of
from ui.forms.form_dialog import FormDialog
from ui.layout import clear, column, row, scroll_page
from ui.messages import explain
from ui.screens.orders.lines import LINK_PADDING
from ui.screens.orders.words import mark_chips, request_chip, severity_chips
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.cards import Card
from ui.widgets.labels import label
from ui.widgets.record_header import RecordHeader
from ui.widgets.states import StateStack

SHOWN = ("customer_id", "asset_id", "contact_id", "symptom", "impact")
LINKS = {"customer_id": "customer", "asset_id": "asset", "contact_id": "contact"}
_SHORTER_TITLE = 60


class RequestView(QWidget):
    """Making an order of it is the next step while it is open."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._request_id: UUID | None = None
        self._record: Record | None = None
        self._answer: UUID | None = None
        self._asking: Task | None = None
        self._make = button(tr("Make a service order"), "clipboard-list", "primary", clicked=self._make_order)
        self._show_order = button(tr("Open the order"), "clipboard-list", clicked=self._open_order)
        self._close = button(tr("Close request"), "check", clicked=self._close_request)
        self._edit = button(tr("Edit"), "pencil", clicked=self._edit_request)
        self._header = RecordHeader("inbox", self._edit, self._close, self._show_order, self._make)
        self._lines = column(spacing=10)
        card = Card(tr("What was reported"))
        card.body.addLayout(self._lines)
        page = column(self._header, card, None, margins=(24, 18, 24, 24), spacing=14)
        self._stack = StateStack(scroll_page(page))
        self.setLayout(column(self._stack, spacing=0))

    @property
    def request_id(self) -> UUID | None:
        return self._request_id

    def show_request(self, request_id: UUID) -> None:
        self._request_id = request_id
        self._stack.show_loading()
        self.reload()

    def reload(self) -> None:
        if self._request_id is None:
            return
        if self._asking:
            self._asking.cancel()
        request_id, queries = self._request_id, self._desk.queries

        def ask() -> tuple[Record | None, UUID | None]:
            return queries.records.values(ServiceRequest, request_id), queries.orders.answering(request_id)

        self._asking = self._desk.read(ask, self._show, self._failed)

    def _show(self, found: tuple[Record | None, UUID | None]) -> None:
        record, self._answer = found
        self._record = record
        if record is None:
            words = tr("This request is not on this computer")
            self._stack.show_empty(words, tr("It was deleted, or its customer is with someone else now."))
            return
        values = record.values
        state, channel = values["state"], values["channel"]
        self._header.show_record(
            record.title[:_SHORTER_TITLE],
            [request_chip(state), *severity_chips(values["severity"]), *mark_chips(record.mark)],
            [
                ("clock", tr("reported {when}", when=moment(values["reported_at"]))),
                ("phone", tr(channel.label)),
            ],
        )
        self._make.setVisible(state is RequestState.OPEN)
        self._show_order.setVisible(self._answer is not None)
        self._close.setVisible(state is not RequestState.CLOSED)
        self._show_lines(record)
        self._stack.show_content()

    def _show_lines(self, record: Record) -> None:
        clear(self._lines)
        for name in SHOWN:
            value = record.values[name]
            if value is None:
                continue
            spec = fields(ServiceRequest)[name]
            caption = label(tr(spec.label), "label", "text3")
            caption.setFixedWidth(theme.px(150))
            text = value_of(spec, value, title=record.titles.get(name))
            if name in LINKS:
                shown = row(
                    button(text, kind="link", clicked=partial(self._desk.open, LINKS[name], value)), None
                )
                self._lines.addLayout(row(caption, (shown, 1)))
            else:
                self._lines.addLayout(row(caption, LINK_PADDING, (label(text, "body", wrap=True), 1)))

    def _failed(self, error: Exception) -> None:
        message = explain(error)
        self._stack.show_error(message.title, message.text, self.reload)

    def _make_order(self) -> None:
        assert self._record is not None
        values = self._record.values
        self._desk.create(
            "service_order",
            service_request_id=self._record.id,
            customer_id=values["customer_id"],
            asset_id=values["asset_id"],
            contact_id=values["contact_id"],
            severity=values["severity"],
            subject=values["symptom"],
        )

    def _open_order(self) -> None:
        if self._answer is not None:
            self._desk.open("service_order", self._answer)

    def _close_request(self) -> None:
        assert self._record is not None
        close = partial(self._desk.services.requests.close, self._record.id)
        self._desk.change(close, say(self._desk, tr("Request closed")))

    def _edit_request(self) -> None:
        assert self._record is not None
        record, records = self._record, self._desk.services.records

        def save(edited: dict[str, Any]) -> Any:
            return records.save(ServiceRequest, record.id, edited, seen=record.values)

        FormDialog(
            self._desk,
            self.window(),
            ServiceRequest,
            tr("Edit service request"),
            save,
            only=["asset_id", "contact_id", "channel", "severity", "symptom", "impact", "reported_at"],
            values=record.values,
            titles=record.titles,
            then=say(self._desk, tr("Saved")),
        ).open()
