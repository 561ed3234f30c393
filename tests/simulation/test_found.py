"""What simulated histories brought to light, each as the shortest case that shows it."""

from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from app.domain.errors import Busy
from app.persistence.database import open_engine
from app.persistence.replica import Replica
from tests.simulation.commits import Commits
from tests.simulation.founding import KEY, blank_replica
from tests.simulation.script import Script, Step
from tests.simulation.simulation import play


def test_a_load_whose_commit_failed_leaves_references_checked(tmp_path: Path) -> None:
    path = tmp_path / "replica.db"
    path.write_bytes(blank_replica())
    engine = open_engine(path, KEY)
    busy = sqlcipher.OperationalError("database is locked")
    busy.sqlite_errorcode = sqlcipher.SQLITE_BUSY
    Commits(engine, lambda: None).expect(1, busy)
    replica = Replica(engine, path, KEY)

    with pytest.raises(Busy), replica.load() as connection:
        connection.exec_driver_sql("INSERT INTO sync_state (key, value) VALUES ('a', 'b')")

    with replica.absorb() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
        assert connection.exec_driver_sql("SELECT 1 FROM sync_state WHERE key = 'a'").first() is None
    replica.close()


def test_nobody_waits_for_ever_for_a_thumbnail_that_was_cut_on_its_way_up_while_the_photo_arrived() -> None:
    steps = (
        Step("attach", "wang", 3329217740),
        Step("move_files", "wang", 69499497),
        Step("move_files", "wang", 115667448),
    )

    assert play(Script(710058, ("li", "wang", "zhao"), 2, 1, steps)).broken is None


def test_a_receipt_taken_in_during_a_first_download_does_not_end_it() -> None:
    steps = (
        Step("type_a_word", "chen", 4241099720),
        Step("add_below", "zhao", 2764475179),
        Step("sync", "chen", 1500394906),
        Step("a_long_absence", "wang", 3405989657),
        Step("begin_a_round", "zhao", 429304146),
        Step("carry", "zhao", 4219468368),
    )

    assert play(Script(300170, ("wang", "chen", "zhao"), 5, 100, steps)).broken is None


def test_what_a_newer_server_said_to_a_laptop_is_not_looked_for_on_the_disk_that_takes_its_place() -> None:
    steps = (
        Step("the_server_is_upgraded", "li's other", 3497594051),
        Step("add_below", "li", 2020099347),
        Step("move_files", "li", 95530977),
        Step("sync_twice_at_once", "li's other", 694812903),
        Step("clone_a_laptop", "li", 1437363324),
    )

    assert play(Script(64, ("li", "li's other", "zhao"), 40, 1, steps)).broken is None


def test_a_damaged_replica_is_compared_before_it_must_ask_whether_much_may_go() -> None:
    steps = (
        Step("a_bit_flips", "zhao", 4126403114),
        Step("write_much_at_once", "li's other", 1637754407),
        Step("carry", "li's other", 3798497596),
        Step("clone_a_laptop", "li's other", 1012336150),
        Step("undo", "li", 3927421317),
    )

    assert play(Script(558, ("li", "li's other", "zhao"), 2, 1, steps)).broken is None


def test_a_deletion_that_was_set_aside_and_is_taken_after_its_laptop_was_lost_took_the_words_with_it() -> (
    None
):
    steps = (
        Step("type_a_word", "li", 3833793795),
        Step("delete", "li", 173872269),
        Step("poison", "li", 3431355718),
        Step("new_laptop", "li", 2904107140),
    )

    assert play(Script(310578, ("li", "wang", "chen"), 40, 3, steps)).broken is None


def test_the_head_of_a_copied_laptop_may_fall_once_more_where_the_copy_has_not_met_the_restored_server() -> (
    None
):
    steps = (
        Step("move_a_state", "li", 1399174531),
        Step("copy_of_the_server", "zhao", 2036132225),
        Step("type_over_what_was_shown", "li", 3373750282),
        Step("crash_of_the_server", "li's other", 203325643),
        Step("restore_of_the_server", "li's other", 8755501),
        Step("full_disk", "li's other", 854972154),
        Step("clone_a_laptop", "li", 3405078843),
    )

    assert play(Script(311045, ("li", "li's other", "zhao"), 40, 1, steps)).broken is None


def test_a_refusal_that_comes_late_to_one_of_two_processes_does_not_make_the_laptop_begin_again() -> None:
    steps = (
        Step("copy_of_the_server", "li's other", 2942152688),
        Step("add_below", "li", 80286737),
        Step("sync", "li", 2124010332),
        Step("fail_over", "li's other", 1190802652),
        Step("a_long_absence", "li", 1728026681),
        Step("sync_twice_at_once", "li", 2787896195),
    )

    assert play(Script(311759, ("li", "li's other", "zhao"), 40, 1, steps)).broken is None


def test_a_copy_of_a_damaged_laptop_is_a_damaged_one() -> None:
    steps = (Step("a_bit_flips", "li", 742230315), Step("clone_a_laptop", "li", 20130343))

    assert play(Script(311877, ("li", "li's other", "zhao"), 5, 3, steps)).broken is None


def test_an_addition_to_a_row_that_has_changed_hands_meanwhile_waits_in_a_conflict() -> None:
    steps = (
        Step("use_parts", "li's other", 1026487992),
        Step("grant", "zhao", 4097065834),
        Step("begin_a_round", "zhao", 767023052),
        Step("a_long_absence", "li's other", 892063528),
    )

    assert play(Script(314482, ("li", "li's other", "zhao"), 2, 100, steps)).broken is None


def test_a_download_brings_a_record_of_ones_own_as_a_colleague_has_written_on_in_it() -> None:
    steps = (
        Step("sync", "zhao", 3660880658),
        Step("add_below", "zhao", 1442095515),
        Step("crash_in_a_round", "zhao", 329068232),
        Step("crash_in_a_round", "chen", 263819730),
        Step("a_long_absence", "wang", 1901337314),
        Step("type_a_word", "chen", 2999584341),
    )

    assert play(Script(315335, ("wang", "chen", "zhao"), 3, 3, steps)).broken is None


def test_what_was_lent_and_ended_here_and_is_lent_anew_comes_back_by_comparison() -> None:
    steps = (
        Step("type_a_word", "wang", 1611229486),
        Step("poison", "wang", 2677277647),
        Step("type_a_word", "li", 4271650622),
        Step("lend", "wang", 1344690960),
        Step("hear_pokes", "li", 3932187327),
        Step("hear_pokes", "wang", 2642538359),
        Step("a_long_absence", "wang", 3278020953),
        Step("lend", "wang", 2896399945),
        Step("sync_twice_at_once", "wang", 143998162),
    )

    assert play(Script(316427, ("li", "wang", "chen"), 2, 100, steps)).broken is None


def test_who_was_in_the_midst_of_a_round_when_the_faults_stopped_asks_again_after_it() -> None:
    steps = (
        Step("type_a_word", "li", 763035746),
        Step("sync", "li", 3434947579),
        Step("the_server_is_upgraded", "wang", 4177998132),
        Step("type_a_word", "wang", 3004684991),
        Step("sync", "chen", 3778588745),
        Step("type_a_word", "chen", 2184734231),
        Step("begin_a_round", "chen", 1296861054),
        Step("sync", "wang", 2394910603),
        Step("sync", "li", 2841564026),
    )

    assert play(Script(334101, ("li", "wang", "chen"), 5, 1, steps)).broken is None
