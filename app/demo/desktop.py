"""Opens the desktop over a demo server, signed in as the first engineer."""

import os
import signal
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.demo.colleague import Colleague
from app.demo.stage import Stage
from app.exchange.demo_story import PEOPLE
from app.laptop import REFRESH_TOKEN
from app.main import run_on
from app.settings import HOME, Settings
from ui.application import make_application

ATTENTION_MS = 200


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
        os.environ[HOME] = str(engineer.folders.data)  # where the desktop's own sync process writes
        app = make_application(["roundtrip"])
        QTimer.singleShot(0, app, partial(_leave_when_told, app))
        return run_on(app, engineer.folders, engineer.secrets)


def _leave_when_told(app: QApplication) -> None:
    """Ctrl+C in the terminal closes the window. Python hears of it only when Qt lets it speak."""
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, lambda number, _: app.exit(128 + number))
    attention = QTimer(app, interval=ATTENTION_MS)
    attention.timeout.connect(lambda: None)
    attention.start()
    print("Close the window, or press Ctrl+C here, to end the demo.", flush=True)
