"""Opens the desktop over a demo server, signed in as the first engineer."""

from app.demo.colleague import Colleague
from app.demo.stage import Stage
from app.exchange.demo_story import PEOPLE
from app.laptop import REFRESH_TOKEN
from app.main import run_on
from app.settings import Settings


def show() -> int:
    """Everything is in a temporary folder and gone when the window is closed."""
    person = PEOPLE["first"]
    print("Preparing a server with the shipped data …", flush=True)
    with Stage() as stage:
        print(f"{stage.rows:,} rows; the server runs at {stage.url}")
        print("Sign in elsewhere, too, to see both sides: " + ", ".join(p.login for p in PEOPLE.values()))
        print(f"Password for all of them: {stage.password}", flush=True)
        engineer = Colleague(person.name, person.login, stage.folder / "first")
        try:
            engineer.sign_in(stage.url, stage.password)
            engineer.sync()
            token = engineer.refresh_token
        finally:
            engineer.close()
        engineer.secrets.put(REFRESH_TOKEN, token)
        Settings(server_url=stage.url, login=person.login).save(engineer.folders)
        return run_on(engineer.folders, engineer.secrets, ["roundtrip"])
