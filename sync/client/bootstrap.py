"""Brings a replica that no pull can bring up to date to where pulls go on: a snapshot, by segments.

What has been applied stays applied, and what has come of a segment stays kept, however a round ends;
the next one asks for the rest. The pull that follows brings what happened meanwhile.
"""

from collections.abc import Generator

from app.domain.errors import Offline, SyncRefused
from app.persistence.snapshot_load import SnapshotLoad
from sync.client.dialogue import AskSegment, AskSnapshot, Piece, Reply, Request, SegmentUnknown, SnapshotStale
from sync.client.news import Progress, Tell
from sync.snapshot import Listed, Manifest, is_whole

MOST_SNAPSHOTS = 5
"""A server whose snapshots do not last is left to the next round."""

MOST_FETCHES = 3


def load_snapshot(load: SnapshotLoad, tell: Tell) -> Generator[Request, Reply, int]:
    """How many rows came."""
    came = 0
    for _ in range(MOST_SNAPSHOTS):
        try:
            came += yield from _load_segments(load, tell)
        except SnapshotStale:
            load.begin_anew()
        except SegmentUnknown:
            continue
        else:
            tell(load.finish())
            return came
    raise Offline("sync.snapshot_stale")


def _load_segments(load: SnapshotLoad, tell: Tell) -> Generator[Request, Reply, int]:
    standing = load.standing()
    cursor, applied = standing.cursor, set(standing.applied)
    named: dict[str, int] = {}
    came = news = 0
    after, complete = "", False
    while not complete:
        manifest = yield AskSnapshot(cursor, after)
        assert isinstance(manifest, Manifest)
        if not cursor:
            load.begin(manifest.cursor)
        cursor, after, complete = manifest.cursor, manifest.after, manifest.complete
        for listed in manifest.segments:
            named[listed.sha256] = listed.rows
            if listed.sha256 not in applied:
                content = yield from _fetch(load, listed)
                changes = load.apply(listed.sha256, content, manifest.total)
                applied.add(listed.sha256)
                came += listed.rows
                news += 1
                if news.bit_count() == 1:  # screens read anew more and more rarely
                    tell(changes)
            tell(Progress(sum(named.values()), manifest.total))
    return came


def _fetch(load: SnapshotLoad, listed: Listed) -> Generator[Request, Reply, bytes]:
    """The segment, whole and verified; one that is damaged is fetched again."""
    content = load.piece(listed.sha256)
    for _ in range(MOST_FETCHES):
        while len(content) < listed.size:
            piece = yield AskSegment(listed.sha256, len(content))
            assert isinstance(piece, Piece)
            if not piece.content:
                raise Offline("sync.cut")
            content += piece.content
            if len(content) < listed.size:
                load.keep_piece(listed.sha256, content)
        if is_whole(content, listed.sha256):
            return content
        content = b""
        load.keep_piece(listed.sha256, content)
    raise SyncRefused("sync.garbled")
