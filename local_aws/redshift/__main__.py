"""The front as a process of its own: `python -m local_aws.redshift --backend-dsn … --s3-endpoint … --port …`."""

import argparse
import json
import signal
import ssl
import sys
import threading
from collections.abc import Sequence

from local_aws.redshift import RedshiftFront


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until SIGINT or SIGTERM; one JSON line on standard output says that, and how, clients can connect."""
    parser = argparse.ArgumentParser(prog="python -m local_aws.redshift", description=__doc__)
    parser.add_argument("--backend-dsn", required=True, help="libpq URI of the PostgreSQL behind the front")
    parser.add_argument("--s3-endpoint", required=True, help="URL of the S3 that COPY reads")
    parser.add_argument("--port", type=int, default=None, help="TCP port on 127.0.0.1 (default: a free one)")
    parser.add_argument("--user", default="gem", help="the user name clients log in with")
    parser.add_argument("--password", default=None, help="its password (default: a random one, printed)")
    parser.add_argument("--certificate", help="PEM chain for clients that want TLS (default: none is offered)")
    parser.add_argument("--key", help="PEM key of the certificate, unless it is in the same file")
    parser.add_argument(
        "--provisioned", action="store_true", help="be a cluster, with STL, STV and SVL views (default: Serverless)"
    )
    options = parser.parse_args(arguments)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    front = RedshiftFront(
        options.backend_dsn,
        options.s3_endpoint,
        options.port,
        user=options.user,
        password=options.password,
        tls=_tls(options.certificate, options.key),
        provisioned=options.provisioned,
    )
    with front:
        ready = {"host": front.host, "port": front.port, "user": front.user, "password": front.password}
        sys.stdout.write(json.dumps(ready) + "\n")
        sys.stdout.flush()
        stopped.wait()


def _tls(certificate: str | None, key: str | None) -> ssl.SSLContext | None:
    if certificate is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context


if __name__ == "__main__":
    main()
