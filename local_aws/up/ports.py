"""The ports of a cloud: chosen once, and looked at before every start."""

import random
import socket
from collections.abc import Collection, Mapping

from local_aws.errors import LocalCloudError
from local_aws.postgres import HOST

PREFERRED = {"postgres": 5440, "aws": 4566, "redshift": 5439}
# Below the range from which systems take the ports of outgoing connections: none of those can be in the way later.
FREE_PORTS = range(20_000, 32_000)
TRIES = 100


def chosen_ports(wanted: Mapping[str, int | None]) -> tuple[dict[str, int], list[str]]:
    """A port for each of PREFERRED, and notes for a person.

    As wanted; 0 stands for any free one, None for the preferred one, or a free one when that is taken.
    """
    ports: dict[str, int] = {}
    notes = []
    for part, preferred in PREFERRED.items():
        port = wanted.get(part)
        if port is None and is_free(preferred):
            port = preferred
        elif port is None:
            port = _free_port(list(ports.values()))
            notes.append(f"port {preferred} is taken, so {part} listens on {port}")
        ports[part] = port or _free_port(list(ports.values()))
    return ports, notes


def refuse_taken(ports: Mapping[str, int]) -> None:
    """LocalCloudError where another program listens on one of them."""
    for part, port in ports.items():
        if not is_free(port):
            raise LocalCloudError(
                f"port {port} of {part} is taken by another program: stop that one, or say --{part}-port N"
            )


def is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _free_port(taken: Collection[int]) -> int:
    for _ in range(TRIES):
        port = random.choice(FREE_PORTS)  # noqa: S311  (so that two that start at once choose differently)
        if port not in taken and is_free(port):
            return port
    raise LocalCloudError(f"no free port found between {FREE_PORTS.start} and {FREE_PORTS.stop}")
