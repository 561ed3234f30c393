"""Where the bytes of a file are, as a sign: an icon, its tone and a few words."""

from app.domain.notes import BlobState
from app.language import tr
from app.queries.contacts import AttachmentRow
from ui.desk import SyncLink
from ui.widgets.photo_strip import Sign


def sign_of(file: AttachmentRow, sync: SyncLink | None = None) -> Sign | None:
    """None where it is here and on the server; `sync` knows what is under way just now."""
    if file.blob is BlobState.PENDING:
        if not file.here:
            return Sign("cloud-off", "neutral", tr("Not sent yet"))
        if sync and file.sha256 in sync.refused:
            return Sign("circle-alert", "bad", tr("Too large"))
        return Sign("cloud-upload", "warn", tr("To upload"))
    if file.here:
        return None
    if sync and file.sha256 in sync.coming:
        return Sign("cloud-download", "info", tr("Coming…"))
    return Sign("cloud-download", "accent", tr("Download"))
