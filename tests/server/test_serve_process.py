"""The server as operators run it: a process that says where it listens and stops when told to."""

import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from app.domain.ids import new_id
from app.domain.organisation import Role
from sync.pages import read_page
from sync.server.database import Database
from sync.server.people import add_person
from sync.server.tenants import create_tenant
from sync.server.territories import seed

ROOT = Path(__file__).parent.parent.parent
PASSWORD = "correct horse"
ENDED = (1,) if sys.platform == "win32" else (0, -signal.SIGTERM)


@pytest.fixture
def prepared(database_url: str) -> str:
    """A server with one user, ready to be served."""
    database = Database(database_url)
    with database.write() as connection:
        tenant = create_tenant(connection, "Maker")
        seed(connection, tenant)
    add_person(database, tenant, login="wang", name="王工", role=Role.ENGINEER, password=PASSWORD)
    database.close()
    return database_url


@contextmanager
def process(url: str, folder: Path, *options: str) -> Generator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "sync.server.main", "serve", "--database", url, *options]
    environment = os.environ | {"ROUNDTRIP_HOME": str(folder), "ROUNDTRIP_LANGUAGE": "en"}
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log, text=True
        )
    try:
        yield server
    finally:
        server.kill()
        server.communicate()


def test_a_served_day_from_sign_in_to_an_orderly_end(prepared: str, tmp_path: Path):
    with process(prepared, tmp_path, "--port", "0") as server:
        assert server.stdout
        said, _, url = server.stdout.readline().strip().rpartition(" ")
        assert said == "listening on"

        laptop = {"device_id": new_id().hex, "device_name": "Laptop"}
        tokens = requests.post(
            f"{url}/v1/auth/sign-in", json={"login": "wang", "password": PASSWORD} | laptop, timeout=60
        ).json()
        bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
        page = read_page(requests.get(f"{url}/v1/sync/pull", headers=bearer, timeout=60).content)
        with requests.get(f"{url}/v1/sync/events", headers=bearer, stream=True, timeout=60) as events:
            assert next(events.iter_lines(chunk_size=1)) == f"data: {page.end.head}".encode()
            server.send_signal(signal.SIGTERM)  # while someone listens

            assert server.wait(30) in ENDED

    log = (tmp_path / "log").read_text("utf-8")
    assert tokens["user_id"] in log
    assert "Traceback" not in log
    assert not [secret for secret in ("wang", "王工", PASSWORD, tokens["access_token"]) if secret in log]
