"""A first download over HTTP: the manifest, the segments it names, and who may have them."""

import hashlib
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.domain.customers import Contact
from app.domain.ids import new_id
from app.domain.organisation import Role
from sync.server.caller import Caller
from sync.server.segments import Segment
from sync.server.snapshots import LIFETIME, Snapshots
from sync.snapshot import read_segment
from tests.server.served import Laptop, Served
from tests.server.test_sign_in import code
from tests.server.world import World


@pytest.fixture
def anna(served: Served) -> Laptop:
    served.world.add_customer(served.world.north)
    return served.laptop().signed_in()


def manifest(laptop: Laptop, **asked: str) -> dict[str, Any]:
    """All of it: `asked` says from where on."""
    said: dict[str, Any] = laptop.call("GET", "/v1/sync/snapshot", params=asked).json()
    while not said["complete"]:
        again = {"cursor": said["cursor"], "after": said["after"]}
        more = laptop.call("GET", "/v1/sync/snapshot", params=again).json()
        said = {**more, "segments": said["segments"] + more["segments"]}
    return said


def last_segment(laptop: Laptop) -> str:
    """One with a customer in it; the catalogue comes first."""
    return f"/v1/sync/segments/{manifest(laptop)['segments'][-1]['sha256']}"


def rows(laptop: Laptop, said: dict[str, Any]) -> set[str]:
    contents = [laptop.call("GET", f"/v1/sync/segments/{one['sha256']}").content for one in said["segments"]]
    return {line[2] for content in contents for lines in read_segment(content)[1].values() for line in lines}


def test_the_segments_hold_what_a_pull_from_nothing_would_and_pulls_go_on_there(
    served: Served, anna: Laptop
) -> None:
    said = manifest(anna)
    pulled = anna.call("GET", "/v1/sync/pull", params={"limit": 10_000}).text
    later = anna.call("GET", "/v1/sync/pull", params={"cursor": said["cursor"]})
    end = json.loads(later.text.splitlines()[-1])[1]

    assert sum(one["rows"] for one in said["segments"]) == len(rows(anna, said)) == pulled.count('["put",')
    assert said["total"] == len(rows(anna, said))
    assert '["put",' not in later.text
    assert end["head"] > 0
    assert anna.call("GET", "/v1/sync/pull", params={"cursor": end["cursor"]}).status_code == 204


def test_a_segment_is_named_by_the_hash_of_its_bytes(anna: Laptop) -> None:
    path = last_segment(anna)

    answer = anna.call("GET", path)

    assert hashlib.sha256(answer.content).hexdigest() == path.rpartition("/")[2]
    assert answer.headers["etag"] == f'"{path.rpartition("/")[2]}"'


def test_a_cut_segment_is_asked_for_from_where_it_was_cut(anna: Laptop) -> None:
    path = last_segment(anna)
    whole = anna.call("GET", path).content

    rest = anna.call("GET", path, headers={"Range": "bytes=100-"})

    assert (rest.status_code, rest.content) == (206, whole[100:])


def test_nobody_else_is_given_it(served: Served, anna: Laptop) -> None:
    path = last_segment(anna)
    colleague = served.laptop(served.person(Role.ENGINEER, served.world.south)).signed_in()
    manifest(colleague)

    assert code(colleague.call("GET", path)) == (404, "sync.segment_unknown")
    assert served.laptop().call("GET", path).status_code == 401
    assert anna.call("GET", path).status_code == 200


def test_nor_is_she_herself_once_something_in_it_is_out_of_her_view(served: Served) -> None:
    lost = served.world.add_customer(served.world.north)
    anna = served.laptop().signed_in()
    said = manifest(anna)
    path = f"/v1/sync/segments/{said['segments'][-1]['sha256']}"

    served.world.edit(lost, territory_id=served.world.south)

    assert code(anna.call("GET", path)) == (409, "sync.snapshot_stale")
    again = anna.call("GET", "/v1/sync/snapshot", params={"cursor": said["cursor"]})
    assert code(again) == (409, "sync.snapshot_stale")
    assert lost not in rows(anna, manifest(anna))


@pytest.mark.parametrize("sha256", ["f" * 64, "..%2f..%2fserver.db", "x"])
def test_what_was_never_cut_is_not_there(anna: Laptop, sha256: str) -> None:
    assert anna.call("GET", f"/v1/sync/segments/{sha256}").status_code in (400, 404)


def caller(world: World) -> Caller:
    return Caller(UUID(world.tenant), UUID(world.anna), new_id())


def cut_all(snapshots: Snapshots, who: Caller, token: str = "") -> tuple[str, tuple[Segment, ...]]:
    said = snapshots.manifest(who, token, "")
    assert said.complete
    return said.cursor, said.segments


def test_cut_again_at_the_same_commit_what_did_not_change_is_the_same(world: World, tmp_path: Path) -> None:
    rossi = world.add_customer(world.north)
    who = caller(world)
    cursor, before = cut_all(inline(world, tmp_path), who)
    world.add(Contact, rossi, customer_id=rossi, name="Li", is_primary=0)

    again, after = cut_all(inline(world, tmp_path), who, cursor)

    assert again == cursor
    assert before[0] == after[0]  # the catalogue
    assert before[1] != after[1]


def test_old_copies_are_removed(world: World, tmp_path: Path) -> None:
    world.add_customer(world.north)
    now = [0.0]
    snapshots = Snapshots(world.database, tmp_path / "cut", lambda: now[0], start=lambda work: work())
    cut_all(snapshots, caller(world))
    first = set((tmp_path / "cut").iterdir())
    now[0] = LIFETIME + 1

    cut_all(snapshots, caller(world))

    assert len(first) == len(set((tmp_path / "cut").iterdir())) == 1
    assert first.isdisjoint((tmp_path / "cut").iterdir())


def inline(world: World, folder: Path) -> Snapshots:
    return Snapshots(world.database, folder / "cut", lambda: 0.0, start=lambda work: work())
