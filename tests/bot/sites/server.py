"""A web site on 127.0.0.1 with a certificate of its own, for the tests of the look-up of links."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "desk.example.gov.cn"


@dataclass(slots=True)
class Site:
    """What was asked, and where it stands."""

    port: int = 0
    asked: list[str] = field(default_factory=list)  # METHOD path
    resolved: list[str] = field(default_factory=list)
    at: dict[str, Sequence[str]] = field(default_factory=dict)  # host → addresses
    context: ssl.SSLContext | None = None

    def url(self, path: str, host: str = HOST) -> str:
        """Return the link of a page."""
        return f"https://{host}:{self.port}{path}"

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        """Say where a host is, as the test has it."""
        self.resolved.append(host)
        return self.at.get(host, ["127.0.0.1"])


@asynccontextmanager
async def site(folder: Path) -> AsyncIterator[Site]:
    """Serve /200, /404, … with that status; ?to= leads elsewhere; /no-head knows no HEAD."""
    made, hang = Site(), asyncio.Event()

    async def answer(request: web.Request) -> web.StreamResponse:
        made.asked.append(f"{request.method} {request.path}")
        name = request.path.strip("/")
        if "to" in request.query:
            return web.Response(status=302, headers={"Location": request.query["to"]})
        if name == "round":
            return web.Response(status=302, headers={"Location": "/round"})
        if name == "hang":
            await hang.wait()
        if name == "no-head":
            return web.Response(status=404 if request.method == "HEAD" else 200)
        if name == "endless":
            stream = web.StreamResponse()
            await stream.prepare(request)
            while request.method == "GET" and not hang.is_set():
                await stream.write(b"x" * 65536)
            return stream
        return web.Response(status=int(name), text="页面")

    certificate = _certificate(folder)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)
    made.context = ssl.create_default_context(cafile=str(certificate))
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=1.0)
    await runner.setup()
    here = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=server)
    await here.start()
    made.port = runner.addresses[0][1]
    try:
        yield made
    finally:
        hang.set()
        await runner.cleanup()


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("*.example.gov.cn")]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "site.pem"
    plain = serialization.NoEncryption()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path
