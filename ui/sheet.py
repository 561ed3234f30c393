"""The one style sheet, generated from the tokens; fonts are never set here (see theme.py)."""

from string import Template

from ui.tokens import Palette

_SIZES = (14, 16, 18, 20, 22, 28, 30)
# Qt draws square corners without a word where a radius exceeds half the height: keep them below it.
_SHEET = Template("""
QWidget#page { background: $app; }
QFrame#rail { background: $rail; border: 0; border-right: 1px solid $border; }
QFrame#topbar { background: $surface; border: 0; border-bottom: 1px solid $border; }
QFrame#master { background: $surface; border: 0; border-right: 1px solid $border; }
QFrame[card="true"] { background: $surface; border: 1px solid $border; border-radius: 10px; }
QFrame[popup="true"] { background: $surface; border: 1px solid $border; border-radius: 12px; }
QFrame[line="true"] { background: $divider; border: 0; max-height: 1px; min-height: 1px; }
QFrame[notice="warn"] { background: $warnSoft; border: 1px solid $warnLine; border-radius: 8px; }
QFrame[notice="bad"] { background: $badSoft; border: 1px solid $badLine; border-radius: 8px; }
QFrame[notice="accent"] { background: $accentSoft; border: 1px solid $accentLine; border-radius: 8px; }
QFrame[notice="ok"] { background: $okSoft; border: 1px solid $okLine; border-radius: 8px; }
QFrame[toast="true"] { background: $text; border: 0; border-radius: 8px; }
QFrame[toast="true"] QLabel { color: $surface; }
QFrame[toast="true"] QPushButton { background: transparent; border: 1px solid transparent; color: $surface; }
QFrame[toast="true"] QPushButton:hover { border-color: $surface; }
QFrame[toast="true"] QPushButton:focus { border: 2px solid $surface; }
QDialog { background: $app; }

QLabel { background: transparent; }
QLabel[tone="text2"] { color: $text2; } QLabel[tone="text3"] { color: $text3; }
QLabel[tone="accent"] { color: $accent; } QLabel[tone="ok"] { color: $ok; }
QLabel[tone="warn"] { color: $warn; } QLabel[tone="bad"] { color: $bad; }
QLabel[tone="info"] { color: $info; }
QLabel[key="true"] { background: $surface; border: 1px solid $border; border-bottom-width: 2px;
  border-radius: 4px; padding: 0 5px; color: $text3; }

QPushButton { min-height: $px20; padding: 5px 12px; border-radius: 6px; border: 1px solid $border;
  background: $surface; color: $text; }
QPushButton:hover { background: $hover; } QPushButton:pressed { background: $pressed; }
QPushButton:focus { border: 2px solid $accent; padding: 4px 11px; }
QPushButton:disabled { color: $disabled; background: $sunken; }
QPushButton::menu-indicator { width: 0; image: none; }
QPushButton[kind="primary"] { background: $accent; border: 1px solid $accent; color: $onAccent; }
QPushButton[kind="primary"]:hover { background: $accentHover; border-color: $accentHover; }
QPushButton[kind="primary"]:pressed { background: $accentPressed; }
QPushButton[kind="primary"]:focus { border: 2px solid $text; }
QPushButton[kind="primary"]:disabled { background: $pressed; border-color: $pressed; color: $disabled; }
QPushButton[kind="danger"] { background: $surface; border: 1px solid $badLine; color: $bad; }
QPushButton[kind="danger"]:hover { background: $badSoft; }
QPushButton[kind="danger"]:focus { border: 2px solid $bad; padding: 4px 11px; }
QPushButton[kind="warn"] { background: $surface; border: 1px solid $warnLine; color: $warn; }
QPushButton[kind="warn"]:hover { background: $warnSoft; }
QPushButton[kind="warn"]:focus { border: 2px solid $warn; padding: 4px 11px; }
QPushButton[kind="ghost"] { background: transparent; border-color: transparent; color: $text2; }
QPushButton[kind="ghost"]:hover { background: $hover; }
QPushButton[kind="ghost"]:focus { border: 2px solid $accent; }
QPushButton[kind="link"] { background: transparent; border: 1px solid transparent; color: $accent;
  padding: 2px 4px; min-height: $px16; }
QPushButton[kind="link"]:hover { background: $accentSoft; }
QPushButton[kind="link"]:focus { border: 2px solid $accent; padding: 1px 3px; }
QPushButton[kind="link"]:disabled { color: $disabled; }
QPushButton[kind="fact"] { background: transparent; border: 0; color: $accent; padding: 2px 0;
  text-align: left; }
QPushButton[kind="fact"]:hover, QPushButton[kind="fact"]:focus { background: $accentSoft;
  text-decoration: underline; }
QPushButton[kind="filter"] { border-radius: $pill; padding: 3px 11px; min-height: $px18; max-height: $px18;
  color: $text2; background: $surface; }
QPushButton[kind="filter"]:hover { background: $hover; }
QPushButton[kind="filter"]:checked { background: $accentSoft; border-color: $accentLine; color: $accent; }
QPushButton[kind="filter"]:focus { border: 2px solid $accent; padding: 2px 10px; }
QPushButton[icononly="true"] { padding: 0;
  min-width: $px30; max-width: $px30; min-height: $px30; max-height: $px30; }
QPushButton[icononly="true"]:focus { padding: 0;
  min-width: $px28; max-width: $px28; min-height: $px28; max-height: $px28; }

QLineEdit, QComboBox { min-height: $px22; padding: 4px 10px; border: 1px solid $control; border-radius: 6px;
  background: $surface; color: $text; selection-background-color: $accent; selection-color: $onAccent; }
QLineEdit:hover, QComboBox:hover { border-color: $text3; }
QLineEdit:focus, QComboBox:focus { border: 2px solid $accent; padding: 3px 9px; }
QLineEdit:disabled, QComboBox:disabled, QLineEdit[readOnly="true"] { background: $sunken;
  border-color: $border; color: $text2; }
QLineEdit[invalid="true"], QComboBox[invalid="true"], QPlainTextEdit[invalid="true"] {
  border: 1px solid $bad; }
QLineEdit[invalid="true"]:focus, QComboBox[invalid="true"]:focus, QPlainTextEdit[invalid="true"]:focus {
  border: 2px solid $bad; }
QLineEdit[search="true"] { background: $sunken; border-color: $border; border-radius: 8px; color: $text; }
QLineEdit[search="true"]:focus { background: $surface; border-color: $accent; }
QLineEdit[bare="true"] { border: 0; background: transparent; padding: 6px 2px; }
QComboBox { padding-right: 28px; combobox-popup: 0; } QComboBox:focus { padding-right: 27px; }
QComboBox QLineEdit, QComboBox QLineEdit:focus { border: 0; padding: 0; min-height: 0;
  background: transparent; }
QComboBox::drop-down { border: 0; width: 28px; } QComboBox::down-arrow { image: none; }
QComboBox QAbstractItemView { border: 1px solid $border; background: $surface; padding: 4px; }
QComboBox QAbstractItemView::item { min-height: $px30; padding: 0 8px; border-radius: 4px; }
QComboBox QAbstractItemView::item:hover { background: $hover; }
QComboBox QAbstractItemView::item:selected { background: $accentSoft; color: $text; }
QListView[choices="true"] { border: 1px solid $border; padding: 4px; }
QListView[choices="true"]::item { min-height: $px28; padding: 0 8px; border-radius: 4px; }
QListView[choices="true"]::item:hover { background: $hover; }
QListView[choices="true"]::item:selected { background: $accentSoft; color: $text; }
QPlainTextEdit { border: 1px solid $control; border-radius: 6px; background: $surface; padding: 5px 7px;
  color: $text; selection-background-color: $accent; selection-color: $onAccent; }
QPlainTextEdit:hover { border-color: $text3; }
QPlainTextEdit:focus { border: 2px solid $accent; padding: 4px 6px; }
QPlainTextEdit:disabled, QPlainTextEdit[readOnly="true"] { background: $sunken; border-color: $border;
  color: $text2; }

QCheckBox, QRadioButton { spacing: 8px; color: $text; }
QCheckBox:disabled, QRadioButton:disabled { color: $disabled; }
QCheckBox::indicator { width: $px16; height: $px16; border: 1px solid $control; border-radius: 4px;
  background: $surface; }
QCheckBox::indicator:checked, QCheckBox::indicator:indeterminate { background: $accent;
  border-color: $accent; }
QCheckBox::indicator:focus { border: 2px solid $accent; width: 14px; height: 14px; }
QCheckBox::indicator:checked:focus { border-color: $text; }
QCheckBox::indicator:disabled { border-color: $border; background: $sunken; }
QCheckBox::indicator:checked:disabled { border-color: $disabled; background: $disabled; }
QRadioButton::indicator { width: 16px; height: 16px; border: 1px solid $control; border-radius: 8px;
  background: $surface; }
QRadioButton::indicator:checked { border: 5px solid $accent; width: 8px; height: 8px; background: $onAccent; }
QRadioButton::indicator:focus { border-color: $accent; }

QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab { padding: 9px 2px 8px 2px; margin-right: 22px; border: 0; border-bottom: 2px solid transparent;
  color: $text2; background: transparent; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $accent; border-bottom: 2px solid $accent; }
QTabBar::tab:focus { border-bottom: 3px solid $accent; }

QAbstractItemView { border: 0; outline: 0; background: $surface; color: $text;
  selection-background-color: $accentSoft; selection-color: $text; }
QTableView { gridline-color: transparent; alternate-background-color: $sunken; }
QTableView[cards="true"], QTableView[cards="true"]::item:selected, QTableView[cards="true"]::item:hover {
  selection-background-color: transparent; background: transparent; border: 0; }
QHeaderView { background: $surface; border: 0; }
QHeaderView::section { background: $surface; color: $text3; border: 0; border-bottom: 1px solid $border;
  padding: 7px 12px; }
QHeaderView::section:first { padding-left: 16px; }
QHeaderView::section:hover { background: $hover; color: $text; }
QTableCornerButton::section { background: $surface; border: 0; }

QProgressBar { border: 0; border-radius: 3px; background: $pressed; min-height: 6px; max-height: 6px; }
QProgressBar::chunk { border-radius: 3px; background: $accent; }
QScrollArea { border: 0; background: transparent; }
QScrollArea > QWidget > QWidget#scrolled { background: transparent; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $scroll; border-radius: 3px; margin: 3px;
  min-height: 32px; min-width: 32px; }
QScrollBar::handle:hover { background: $control; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: $border; }
QToolTip { background: $text; color: $surface; border: 0; padding: 4px 8px; }
QMenu { background: $surface; border: 1px solid $border; padding: 4px; }
QMenu::item { padding: 7px 28px 7px 12px; border-radius: 4px; color: $text; }
QMenu::item:selected { background: $hover; } QMenu::item:disabled { color: $disabled; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: $divider; margin: 4px 8px; }
QCalendarWidget QWidget#qt_calendar_navigationbar { background: $surface; }
QCalendarWidget QToolButton { background: transparent; border: 0; border-radius: 6px; padding: 6px 8px;
  color: $text; }
QCalendarWidget QToolButton:hover { background: $hover; }
QCalendarWidget QToolButton:focus { border: 2px solid $accent; padding: 4px 6px; }
QCalendarWidget QAbstractItemView { selection-background-color: $accent; selection-color: $onAccent; }
""")


def sheet(palette: Palette, scale: float = 1.0) -> str:
    """The style sheet in the colours of `palette`, its controls as high as texts at `scale` need."""
    sizes = {f"px{size}": f"{round(size * scale)}px" for size in _SIZES}
    pill = (round(18 * scale) + 2 * 3 + 2) // 2  # half the height of a filter, its padding and border
    return _SHEET.substitute(palette, **sizes, pill=f"{pill}px")
