"""Our own texts in the user's language: English message ids, translated with gettext.

Labels, messages, exports and PDFs all pass through here; Qt's own texts use Qt's catalogues.
"""

import gettext
from functools import cache
from importlib.resources import as_file, files

DOMAIN = "roundtrip"
LANGUAGES = {"zh_CN": "简体中文", "en": "English"}
DEFAULT = "zh_CN"

_language = DEFAULT


def use_language(language: str) -> None:
    """Texts asked for from now on are in `language`; an unknown one means English."""
    global _language
    _language = language if language in LANGUAGES else "en"


def current_language() -> str:
    """The code of the language in use."""
    return _language


def tr(message: str, **facts: object) -> str:
    """`message` in the user's language, its {gaps} filled with `facts`."""
    translated = _catalogue(_language).gettext(message) if message else ""
    return translated.format(**facts) if facts else translated


def tr_in(language: str, message: str) -> str:
    """`message` in `language`, for reading what was written in another one than the user's."""
    return _catalogue(language).gettext(message)


def msgid(message: str) -> str:
    """Marks a constant as translatable; it is translated where it is shown."""
    return message


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    with as_file(files("resources") / "locale") as folder:
        return gettext.translation(DOMAIN, folder, [language], fallback=True)
