"""What may have to be asked or said before there is a main window."""

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QLineEdit, QMessageBox

from app.language import msgid, tr
from ui.layout import column, row
from ui.messages import explain
from ui.theme import theme
from ui.widgets.banner import Banner
from ui.widgets.buttons import button
from ui.widgets.labels import label

_OFFERS = {"replica.damaged": msgid("Repair from the last backup")}
_AFRESH = msgid("Set aside and download again")
_QUIT = msgid("Quit")


class Notice(QMessageBox):
    """Something that ends the start; it says why and what to do."""

    @classmethod
    def of(cls, error: Exception) -> "Notice":
        message = explain(error)
        return cls(QMessageBox.Icon.Warning, f"Roundtrip – {message.title}", message.text)


class Question(QMessageBox):
    """A way out is offered; nothing is done unless it is chosen."""

    @classmethod
    def over(
        cls,
        error: Exception,
        *,
        yes: Callable[[], object],
        no: Callable[[], object],
        refuse: str = _QUIT,
    ) -> "Question":
        message = explain(error)
        made = cls(QMessageBox.Icon.Warning, f"Roundtrip – {message.title}", message.text)
        agree = _OFFERS.get(str(getattr(error, "code", "")), _AFRESH)
        accepted = made.addButton(tr(agree), QMessageBox.ButtonRole.AcceptRole)
        made.setDefaultButton(made.addButton(tr(refuse), QMessageBox.ButtonRole.RejectRole))
        made.finished.connect(lambda _: yes() if made.clickedButton() is accepted else no())
        return made


class Passphrase(QDialog):
    """Asks for the passphrase that stands in for a keyring; a new one is asked twice."""

    def __init__(
        self,
        given: Callable[[str], object],
        *,
        new: bool,
        refused: Callable[[], object],
        problem: Exception | None = None,
    ) -> None:
        super().__init__()
        self._given, self._new = given, new
        self.setWindowTitle("Roundtrip 往返")
        self.setMinimumWidth(theme.px(440))
        self._first = self._line(tr("Passphrase"))
        self._again = self._line(tr("Passphrase again"))
        self._again.setVisible(new)
        why = (
            tr("This computer has no keyring. Choose a passphrase of at least 12 characters: it alone opens "
               "the data on this computer, and nobody can restore it.")
            if new
            else tr("Enter the passphrase that opens the data on this computer.")
        )  # fmt: skip
        self._problem = column()
        if problem is not None:
            self._problem.addWidget(Banner(explain(problem).text, "bad"))
        go_on = button(tr("Continue"), kind="primary", clicked=self._submit)
        leave = button(tr("Quit"), clicked=self.reject)
        self.setLayout(
            column(
                label(tr("Passphrase"), "title"), label(why, "body", "text2", wrap=True), self._problem,
                self._first, self._again, 6, row(None, leave, go_on), margins=(24, 20, 24, 18), spacing=10,
            )
        )  # fmt: skip
        self.rejected.connect(refused)
        self._first.returnPressed.connect(self._submit)
        self._again.returnPressed.connect(self._submit)

    def _submit(self) -> None:
        text = self._first.text()
        if not text or (self._new and text != self._again.text()):
            self._problem.addWidget(Banner(tr("The two passphrases differ."), "bad"))
            self._first.setFocus()
            return
        self.accept()
        self._given(text)

    def _line(self, name: str) -> QLineEdit:
        line = QLineEdit()
        line.setEchoMode(QLineEdit.EchoMode.Password)
        line.setPlaceholderText(name)
        line.setAccessibleName(name)
        return line
