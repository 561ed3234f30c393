"""Marks in a text what is not in another one."""

import html
from difflib import SequenceMatcher

ALIKE = 0.6
"""Below this likeness a text is a rewrite: marks on single characters would only be noise."""


def marked(base: str, text: str, colour: str) -> str:
    """`text` as HTML, with what `base` does not have on a ground of `colour`."""
    matcher = SequenceMatcher(None, base, text, autojunk=False)
    if not base or matcher.real_quick_ratio() < ALIKE or matcher.ratio() < ALIKE:
        return _escaped(text)
    parts = []
    for tag, _, _, start, end in matcher.get_opcodes():
        part = _escaped(text[start:end])
        parts.append(part if tag == "equal" else f'<span style="background:{colour}">{part}</span>')
    return "".join(parts)


def _escaped(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")
