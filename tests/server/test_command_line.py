"""An operator sets up, fills, checks and mends a server with commands that say what they did."""

import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from app.domain.errors import RuleViolation
from app.domain.ids import new_id
from app.language import use_language
from sync.server.database import Database
from sync.server.main import main
from sync.server.parts import signing_key
from sync.server.settings import ServerSettings

PASSWORD = "correct horse"


@dataclass
class Said:
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Said]


@pytest.fixture
def command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Run]:
    """Runs a command as its process would, on no database in particular."""
    monkeypatch.setenv("ROUNDTRIP_HOME", str(tmp_path))
    monkeypatch.setenv("ROUNDTRIP_LANGUAGE", "en")

    def run(*arguments: str, typed: str = "") -> Said:
        monkeypatch.setattr(sys, "argv", ["roundtrip-server", *arguments])
        monkeypatch.setattr(sys, "stdin", StringIO(typed))
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Said(int(ended.value.code or 0), said.out, said.err)

    yield run
    use_language("zh_CN")


@pytest.fixture
def on_nothing(command: Run, empty_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Commands on a database without any table."""
    monkeypatch.setenv("ROUNDTRIP_DATABASE", empty_url)
    return command


@pytest.fixture
def set_up(command: Run, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Commands on a server that has been migrated."""
    monkeypatch.setenv("ROUNDTRIP_DATABASE", database_url)
    assert command("migrate").code == 0
    return command


def add_user(run: Run, login: str, *more: str) -> Said:
    return run("user", "add", login, "--name", "Wang", *more, typed=PASSWORD + "\n")


def test_a_new_server_has_the_six_regions_and_their_territories(on_nothing: Run):
    assert on_nothing("migrate").out == "The database is ready; the server is new.\n"

    listed = on_nothing("territory", "list").out
    assert [region for region in ("东北", "华北", "华东", "中南", "西南", "西北") if region in listed] == [
        "东北", "华北", "华东", "中南", "西南", "西北",
    ]  # fmt: skip
    assert "east/lifts" in listed


def test_migrating_again_changes_nothing(set_up: Run):
    before = set_up("check").out

    assert set_up("migrate").out == "The database is ready.\n"
    assert set_up("check").out == before


@pytest.mark.parametrize("arguments", [("check",), ("user", "list"), ("serve",)])
def test_commands_on_a_database_that_is_not_set_up_say_what_to_do(on_nothing: Run, arguments):
    said = on_nothing(*arguments)

    assert said.code == 1
    assert "Run “roundtrip-server migrate” first." in said.err


def test_a_database_of_a_newer_program_is_left_alone(set_up: Run, database_url: str):
    database = Database(database_url)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()

    for command in ("migrate", "check"):
        said = set_up(command)
        assert (said.code, "Install that version" in said.err) == (1, True)


def test_a_user_is_added_with_a_password_that_is_never_shown(set_up: Run, tmp_path: Path):
    (tmp_path / "password").write_text(PASSWORD + "\n", "utf-8")
    for said in (
        add_user(set_up, "wang", "--territory", "east/lifts", "--territory", "east/bikes"),
        set_up(
            "user", "add", "li", "--name", "Li", "--role", "office", "--password-file", f"{tmp_path}/password"
        ),
    ):
        assert said.code == 0
        assert PASSWORD not in said.out + said.err

    lines = set_up("user", "list").out.splitlines()
    assert [word in lines[-3] for word in ("li", "Office", "Active")] == [True] * 3
    assert "华东 · 电梯, 华东 · 自行车" in lines[-2]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("short\n", "A password has 8 to 256 characters."), ("", "A password has 8 to 256 characters.")],
)
def test_a_password_too_short_is_refused_and_no_user_is_made(set_up: Run, typed, sentence):
    said = set_up("user", "add", "wang", "--name", "Wang", typed=typed)

    assert (said.code, said.err.strip()) == (1, sentence)
    assert "wang" not in set_up("user", "list").out


def test_one_sign_in_name_is_one_persons(set_up: Run):
    add_user(set_up, "wang")

    said = add_user(set_up, "WANG")

    assert (said.code, said.err.strip()) == (1, "There is already a user “wang”.")


def test_a_disabled_user_is_listed_as_such(set_up: Run):
    add_user(set_up, "wang")

    assert set_up("user", "disable", "wang").out.strip() == "User “wang” was disabled."
    assert "Disabled" in set_up("user", "list").out
    assert set_up("user", "disable", "nobody").err.strip() == "There is no user “nobody”."


def test_a_territory_is_given_and_taken_once(set_up: Run):
    add_user(set_up, "wang")
    said = [
        set_up("territory", verb, "wang", "east/lifts").out.strip()
        for verb in ("assign", "assign", "unassign", "unassign")
    ]

    assert said == [
        "“wang” now works in “east/lifts”.",
        "“wang” already works in “east/lifts”.",
        "“wang” no longer works in “east/lifts”.",
        "“wang” does not work in “east/lifts”.",
    ]
    assert set_up("territory", "assign", "wang", "mars/lifts").code == 1


def test_a_territory_of_a_new_region_can_be_worked_in(set_up: Run):
    add_user(set_up, "wang")

    assert set_up("territory", "add", "mars", "lifts").code == 0
    assert set_up("territory", "add", "mars", "lifts").code == 1
    assert set_up("territory", "assign", "wang", "mars/lifts").code == 0


def test_a_laptop_nobody_knows_cannot_be_wiped(set_up: Run):
    laptop = new_id().hex

    said = set_up("device", "wipe", laptop)

    assert (said.code, laptop in said.err) == (1, True)
    assert set_up("device", "list").code == 0


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A set with two good lines and two that are not."""
    orders = (
        "BscStartDate,Asset,OriginalShorttext,PMType,Cost\n"
        "2004-07-01,A,BUCKET WON'T OPEN,PM01,183.05\n"
        "yesterday,A,TRACK LOOSE,PM01,10\n"
        "2005-03-20,B,L/H BUCKET CYL LEAKING.,PM01,407.4\n"
        "2005-03-21,C,too few cells\n"
    )
    (tmp_path / "excavators-ABC.csv").write_text(orders, "utf-8")
    (tmp_path / "excavators-cleaned-ABC.csv").write_text("BscStartDate,Asset\n", "utf-8")
    return tmp_path


def test_an_import_reports_each_bad_line_and_takes_the_rest(set_up: Run, mine: Path):
    rejects = mine / "rejects.csv"

    said = set_up("import", "excavator-work-orders", str(mine), "--rejects", str(rejects))

    assert said.code == 0
    assert "excavators-ABC.csv:3: “yesterday” in BscStartDate is not a date." in said.err
    assert "excavators-ABC.csv:5: " in said.err
    assert f"2 lines left out, see {rejects}" in said.err
    assert len(rejects.read_text("utf-8-sig").splitlines()) == 3
    assert "service_order: 2 rows agree with the log." in set_up("check").out


def test_importing_twice_changes_nothing_even_where_people_edited(set_up: Run, mine: Path):
    command = ("import", "excavator-work-orders", str(mine), "--rejects", str(mine / "r.csv"))
    new = set_up(*command).out
    before = set_up("check").out

    assert new.startswith("7 rows new")
    assert set_up(*command).out.startswith("0 rows new")
    assert set_up("check").out == before


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("atlantis", "."), "There is no set “atlantis”"),
        (("excavator-work-orders", "/nowhere"), "excavators-ABC.csv is missing in /nowhere."),
    ],
)
def test_an_import_that_cannot_begin_says_why(set_up: Run, arguments, sentence):
    said = set_up("import", *arguments)

    assert said.code == 1
    assert sentence in said.err


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("UPDATE territory SET name = 'x' WHERE name LIKE '华东%电梯'", "territory: 1 rows differ"),
        ("DELETE FROM sync_commit WHERE seq = 1", "History: 1 commits up to number 1"),
        ("UPDATE sync_row SET rev = 7 WHERE entity = 'region'", "region: 6 rows differ"),
    ],
)
def test_a_check_finds_what_was_done_behind_the_servers_back(set_up: Run, database_url: str, damage, found):
    database = Database(database_url)
    with database.write() as connection:
        connection.execute(text(damage))
    database.close()

    said = set_up("check")

    assert said.code == 1
    assert found in said.err


def test_a_check_that_mends_publishes_what_was_changed_behind_the_servers_back(
    set_up: Run, database_url: str
):
    database = Database(database_url)
    with database.write() as connection:
        connection.execute(text("UPDATE territory SET name = 'x' WHERE name LIKE '华东%电梯'"))
    database.close()

    said = set_up("check", "--mend")

    assert said.code == 0
    assert "1 rows published anew." in said.out
    assert set_up("check").code == 0


def test_the_operator_reads_chinese_where_the_system_is_chinese(set_up: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ROUNDTRIP_LANGUAGE", "zh_CN")

    assert set_up("user", "disable", "wang").err.strip() == "没有用户“wang”。"


@pytest.mark.parametrize(
    ("address", "code", "sentence"),
    [
        ("what", 1, "“what:…” is not a database address."),
        ("oracle9://x", 1, "“oracle9:…” is not a database address."),
        ("postgresql://nobody:geheim@127.0.0.1:1/x", 3, "The database cannot be reached: "),
        ("sqlite:////proc/nowhere/server.db", 1, "/proc/nowhere"),
    ],
)
def test_a_database_that_cannot_be_opened_is_said_without_its_password(command: Run, address, code, sentence):
    said = command("migrate", "--database", address)

    assert said.code == code
    assert sentence in said.err
    assert "geheim" not in said.out + said.err


def test_an_address_in_use_is_said_plainly(set_up: Run):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = set_up("serve", "--port", str(port))

    assert said.code == 1
    assert f"127.0.0.1 port {port} cannot be used: " in said.err


def test_settings_that_make_no_sense_are_named(command: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ROUNDTRIP_PUSH_LIMIT", "much")

    said = command("migrate")

    assert (said.code, said.err.strip()) == (1, "These settings are not understood: ROUNDTRIP_PUSH_LIMIT")


def test_a_command_that_does_not_exist_is_a_usage_error(command: Run):
    assert command("fly").code == 2


def test_the_signing_key_is_made_once_and_kept(database: Database):
    settings = ServerSettings()
    keys = {database.transact(lambda connection: signing_key(connection, settings)) for _ in range(2)}

    assert [len(key) for key in keys] == [32]


def test_a_signing_key_of_the_operators_own_must_be_long_enough(database: Database):
    short, long = (ServerSettings(signing_key=SecretStr("k" * length)) for length in (31, 32))

    assert database.transact(lambda connection: signing_key(connection, long)) == b"k" * 32
    with pytest.raises(RuleViolation):
        database.transact(lambda connection: signing_key(connection, short))


def test_a_given_key_is_read_from_a_file_of_secrets(tmp_path: Path):
    (tmp_path / "ROUNDTRIP_SIGNING_KEY").write_text("k" * 40, "utf-8")

    key = ServerSettings(_secrets_dir=tmp_path).signing_key

    assert key is not None
    assert key.get_secret_value() == "k" * 40
    assert "kkk" not in repr(key)
