"""Where the bytes of a file are, as a sign: an icon, its tone and a few words."""

from app.domain.notes import BlobState
from app.language import tr
from app.queries.contacts import AttachmentRow
from ui.desk import SyncLink
from ui.sync_status import FileNews, FileState
from ui.widgets.photo_strip import Sign


def sign_of(file: AttachmentRow, sync: SyncLink | None = None) -> Sign | None:
    """None where it is here and on the server; `sync` knows what is under way just now."""
    if sync and (news := sync.moving.get(file.sha256)):
        return _under_way(news)
    return _stored(file, sync) if file.blob is BlobState.STORED else _awaited(file, sync)


def _under_way(news: FileNews) -> Sign:
    if news.state is FileState.SENDING:
        return Sign("cloud-upload", "info", tr("Sending {percent}%", percent=news.percent))
    return Sign("cloud-download", "info", tr("Coming {percent}%", percent=news.percent))


def _awaited(file: AttachmentRow, sync: SyncLink | None) -> Sign:
    """The server does not have it."""
    if file.here and sync and file.sha256 in sync.refused:
        return Sign("circle-alert", "bad", tr("Too large"))
    if file.here:
        return Sign("cloud-upload", "warn", tr("To upload"))
    if file.damaged:
        return Sign("circle-alert", "bad", tr("Add again"))
    return Sign("cloud-off", "neutral", tr("Not sent yet"))


def _stored(file: AttachmentRow, sync: SyncLink | None) -> Sign | None:
    if file.here:
        return None
    if sync and file.sha256 in sync.coming:
        return Sign("cloud-download", "info", tr("Coming…"))
    if file.damaged:
        return Sign("cloud-download", "warn", tr("Fetch again"))
    return Sign("cloud-download", "accent", tr("Download"))
