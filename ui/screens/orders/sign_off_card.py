"""What the customer signed: the signature, by whom, and what he said."""

from app.language import tr
from app.queries.order_card import OrderCard
from ui.formats import moment
from ui.layout import clear, column, row
from ui.screens.orders.words import mark_glyph
from ui.theme import theme
from ui.widgets.cards import Card
from ui.widgets.labels import label
from ui.widgets.signature_pad import HEIGHT, WIDTH, SignaturePad

SHARE = 0.5


class SignOffCard(Card):
    """Hidden while nobody has signed."""

    def __init__(self) -> None:
        super().__init__(tr("Customer sign-off"))
        self._pad = SignaturePad()
        self._pad.setFixedSize(theme.px(WIDTH * SHARE), theme.px(HEIGHT * SHARE))
        self._name = label("", "strong", wrap=True)
        self._title = label("", "label", "text2", wrap=True)
        self._at = label("", "caption", "text3")
        self._mark = row(spacing=0)
        self._opinion = label("", "body", wrap=True)
        when = row(self._at, self._mark, None, spacing=6)
        texts = column(self._name, self._title, when, self._opinion, None, spacing=3)
        self.body.addLayout(row(self._pad, (texts, 1), spacing=16))

    def show_card(self, card: OrderCard) -> None:
        signed = card.sign_off
        self.setVisible(signed is not None)
        if signed is None:
            return
        self._pad.show_strokes(signed.strokes)
        self._name.setText(signed.signer_name)
        self._title.setText(signed.signer_title or "")
        self._title.setVisible(bool(signed.signer_title))
        self._at.setText(moment(signed.signed_at))
        clear(self._mark)
        if sign := mark_glyph(signed.mark):
            self._mark.addWidget(sign)
        self._opinion.setText(signed.opinion or "")
        self._opinion.setVisible(bool(signed.opinion))
