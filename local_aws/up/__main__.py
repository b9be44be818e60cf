"""The processes of a cloud that stays up: `supervise FOLDER [--lifeline]` and `part NAME FOLDER DESCRIPTOR`."""

import argparse
import logging
import signal
import sys
import threading
from pathlib import Path

from local_aws.errors import LocalCloudError
from local_aws.folder import owned
from local_aws.up.home import Home

CHATTY = ("boto3", "botocore", "urllib3", "s3transfer", "werkzeug", "moto")


def main() -> None:
    """Run one of them until it is asked to stop; an error of ours is one line in the log, and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m local_aws.up", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    supervise = commands.add_parser("supervise")
    supervise.add_argument("folder", type=Path)
    supervise.add_argument("--lifeline", action="store_true", help="stop when standard input ends")
    part = commands.add_parser("part")
    part.add_argument("name")
    part.add_argument("folder", type=Path)
    part.add_argument("ready", type=int)
    given = parser.parse_args()
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        if given.command == "part":
            _serve(given.name, Home(given.folder), given.ready)
        else:
            _supervise(Home(given.folder), given.lifeline)
    except LocalCloudError as error:
        logging.error("%s", error)  # noqa: TRY400  (the last line of the log says why; there is no module's logger)
        sys.exit(1)


def _serve(name: str, home: Home, ready_descriptor: int) -> None:
    from local_aws.up.lifeline import serve  # noqa: PLC0415
    from local_aws.up.part import PARTS  # noqa: PLC0415  (the supervisor stays small without moto)

    serve(home, name, PARTS[name](home), ready_descriptor)


def _supervise(home: Home, has_lifeline: bool) -> None:
    from local_aws.up.process import PartProcess  # noqa: PLC0415
    from local_aws.up.supervisor import Supervisor, needs_of  # noqa: PLC0415

    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    if has_lifeline:
        threading.Thread(target=_await_end, args=(stopping,), daemon=True).start()
    with owned(home.work_dir):
        Supervisor(home, needs_of(home.config), PartProcess).run(stopping)


def _await_end(stopping: threading.Event) -> None:
    sys.stdin.read()
    stopping.set()


if __name__ == "__main__":
    main()
