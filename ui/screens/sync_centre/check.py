"""Check this replica: compares what is on this computer with the server, and answers in words and figures."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QWidget

from app.language import tr
from ui.desk import Desk
from ui.formats import number
from ui.screens.sync_centre.errand import ErrandDialog
from ui.sync_status import ErrandNews


class CheckDialog(ErrandDialog):
    """Follows a check to its end."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(desk, parent, desk.sync.check_replica, tr("Check this replica"))

    def words_for_progress(self, done: int, total: int) -> str:
        return tr("{done} of {total} records compared", done=number(done), total=number(total))

    def outcome(self, news: ErrandNews) -> tuple[str, str]:
        differed = news.count("fetched") + news.count("dropped")
        title = tr("Differences were mended") if differed else tr("Everything agrees")
        if news.count("parked"):
            title = tr("Some records cannot be read")
        return title, outcome_in_words(news.facts)

    def leaves_doubt(self, news: ErrandNews) -> bool:
        return news.count("parked") > 0


def check_replica(desk: Desk, parent: QWidget) -> None:
    """Begin at once: it changes nothing but what is wrong."""
    CheckDialog(desk, parent).open()


def outcome_in_words(counts: Mapping[str, Any], between: str = "\n") -> str:
    """What a check found, for the dialog and the log."""
    fetched, dropped, parked = (int(counts.get(name, 0)) for name in ("fetched", "dropped", "parked"))
    compared, differed = number(int(counts.get("compared", 0))), fetched + dropped
    said = {
        tr("{compared} records compared; none differs from the server.", compared=compared): not differed,
        tr("{compared} records compared; {count} differed.", compared=compared, count=differed): differed,
        tr("Fetched anew: {count}.", count=fetched): fetched,
        tr("Removed, because the server does not have them: {count}.", count=dropped): dropped,
        tr(
            "This version cannot read {count} of the server's records; they stay as they were.", count=parked
        ): parked,
        tr(
            "This version and the server's differ, so only revisions were compared; contents will be"
            " once both are the same."
        ): counts.get("revisions_only"),
        tr("Your unsent changes were not touched."): True,
    }
    return between.join(words for words, applies in said.items() if applies)
