"""The command `roundtrip`: the desktop, its sync process, the demo and the self-test."""

import argparse
import signal
import sys
from importlib.metadata import version


def main(arguments: list[str] | None = None) -> int:
    """Run what the arguments ask for; each part is imported only when it is asked for."""
    options = _parser().parse_args(sys.argv[1:] if arguments is None else arguments)
    if options.sync:
        from sync.client.process import main as synchronise

        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the desktop, which then says stop
        return synchronise()
    if options.selftest:
        from app.selftest import main as test_self

        return test_self()
    if options.command == "demo":
        from app.demo import main as demonstrate

        return demonstrate(headless=options.headless)
    from app.main import run

    return run(sys.argv[:1])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="roundtrip", description="Customers, visits and service orders, offline first."
    )
    parser.add_argument("--version", action="version", version=f"Roundtrip {version('roundtrip')}")
    parser.add_argument("--sync", action="store_true", help="run the sync process (the desktop starts it)")
    parser.add_argument("--selftest", action="store_true", help="check that this installation is complete")
    commands = parser.add_subparsers(dest="command")
    if getattr(sys, "frozen", False):
        return parser  # an installed desktop holds no server, and so no demo
    demo = commands.add_parser("demo", help="a server, two engineers and an office on real data")
    demo.add_argument("--headless", action="store_true", help="run the story without a display and check it")
    return parser


if __name__ == "__main__":
    sys.exit(main())
