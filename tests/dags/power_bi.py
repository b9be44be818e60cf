"""A stand-in for Power BI's REST API and for where its tokens come from, over TLS with a certificate of its own.

What it answers is what Microsoft documents of Refresh Dataset In Group and Get Refresh History In Group, and of the
client credentials flow.
"""

import json
import ssl
import threading
import uuid
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

TENANT, CLIENT, SECRET, TOKEN = "contoso", "gem-airflow", "a-secret-of-the-test", "a-token-of-the-test"
GROUP, DATASET = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
TOKENS = f"/{TENANT}/oauth2/v2.0/token"
REFRESHES = f"/v1.0/myorg/groups/{GROUP}/datasets/{DATASET}/refreshes"
SCOPE = "https://analysis.windows.net/powerbi/api/.default"
FAULT = json.dumps({"errorCode": "ModelRefreshFailed_CredentialsNotSpecified"})
RUNNING = "Invalid dataset refresh request. Another refresh request is already executing"


class PowerBI:
    """One dataset in one workspace. A refresh has ended, when it is looked at again, as the next of `ends` says.

    Where `ends` are over, somebody else's refresh begins that never ends.
    """

    def __init__(self, folder: Path, ends: list[str]) -> None:
        self._ends = ends
        self._refreshes: list[dict[str, Any]] = []
        self.certificate = folder / "certificate.pem"
        self.certificate.write_bytes(_certificate())
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Calls", (_Calls,), {"of": self}))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def __enter__(self) -> "PowerBI":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def connection(self, secret: str = SECRET) -> str:
        """powerbi_default, led here by the fields that the stock hook reads."""
        url = f"https://localhost:{self._server.server_port}"
        extra = {"tenant_id": TENANT, "authority": url, "base_url": f"{url}/v1.0", "verify": str(self.certificate)}
        extra |= {"disable_instance_discovery": True, "allowed_hosts": "localhost"}
        return json.dumps({"conn_type": "powerbi", "login": CLIENT, "password": secret, "extra": extra})

    def ids(self) -> list[str]:
        """The refreshes that were accepted, in their order."""
        return [str(each["requestId"]) for each in self._refreshes]

    def ask(self) -> str | None:
        """Begin a refresh, and its id; None where one runs."""
        if not self._ends:
            return None
        self._refreshes.append({"requestId": str(uuid.uuid4()), "refreshType": "ViaApi", "status": "Unknown"})
        return self.ids()[-1]

    def history(self) -> list[dict[str, Any]]:
        """The newest first, as it was before this look; what runs ends by it."""
        seen = [dict(each) for each in reversed(self._refreshes)]
        newest = self._refreshes[-1]
        if newest["status"] == "Unknown":
            newest["status"] = self._ends.pop(0)
            newest |= {"serviceExceptionJson": FAULT} if newest["status"] == "Failed" else {}
        return seen


class _Calls(BaseHTTPRequestHandler):
    of: PowerBI

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if self.path == TOKENS:
            self._token({name: values[0] for name, values in parse_qs(body).items()})
        elif self._is_known():
            made = self.of.ask()
            if made is None:
                self._answer(400, {"error": {"code": "InvalidRequest", "message": RUNNING}})
            else:
                self._answer(202, None, RequestId=made, Location=f"{self.path}/{made}")

    def do_GET(self) -> None:
        if self._is_known():
            self._answer(200, {"value": self.of.history()})

    def _token(self, form: dict[str, str]) -> None:
        asked = (form.get("grant_type"), form.get("client_id"), form.get("client_secret"), form.get("scope"))
        if asked != ("client_credentials", CLIENT, SECRET, SCOPE):
            problem = "AADSTS7000215: Invalid client secret provided."
            self._answer(401, {"error": "invalid_client", "error_description": problem})
            return
        self._answer(200, {"token_type": "Bearer", "expires_in": 3599, "access_token": TOKEN})

    def _is_known(self) -> bool:
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._answer(403, {"error": {"code": "TokenExpired"}})
        elif self.path != REFRESHES:
            self._answer(404, {"error": {"code": "PowerBIEntityNotFound"}})
        else:
            return True
        return False

    def _answer(self, status: int, body: Any, **headers: str) -> None:
        data = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if data:
            self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        pass


def _certificate() -> bytes:
    """A key and a certificate of localhost that is its own authority."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return secret + made.public_bytes(serialization.Encoding.PEM)
