"""Checks of this machine: key, folder, disk, ports, proxy."""

import asyncio
import os
import shutil
import socket
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from bot.doctor.found import Found, Patient, fault, fine, mind, skipped
from bot.settings import KEY_FILE

NEARLY_FULL = 500_000_000  # bytes
FULL = 50_000_000
REACH_WITHIN = 3.0
_PROXIES = ("https_proxy", "http_proxy")


async def key(patient: Patient) -> Sequence[Found]:
    """Is there a key, and does it lie apart from what it protects."""
    settings = patient.settings
    if settings.secret_key is None:
        return [fault("doctor.key.missing")]
    if await asyncio.to_thread((settings.data_dir / KEY_FILE).exists):
        return [fault("doctor.key.beside", folder=settings.data_dir)]
    return [fine("doctor.key.ok")]


async def disk(patient: Patient) -> Sequence[Found]:
    """Can the data folder be written to, and is there room."""
    return [await asyncio.to_thread(_disk, patient.settings.data_dir)]


def _disk(folder: Path) -> Found:
    existing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    try:
        with tempfile.NamedTemporaryFile(dir=existing, prefix=".doctor-") as file:
            file.write(b"can this be kept?")
            file.flush()
            os.fsync(file.fileno())
        free = shutil.disk_usage(existing).free
    except OSError as error:
        return fault("doctor.disk.unwritable", folder=folder, why=error.strerror or "")
    megabytes = free // 1_000_000
    if free < FULL:
        return fault("doctor.disk.full", folder=folder, free=megabytes)
    if free < NEARLY_FULL:
        return mind("doctor.disk.nearly", folder=folder, free=megabytes)
    return fine("doctor.disk.ok", folder=folder, free=megabytes)


async def port(patient: Patient) -> Sequence[Found]:
    """Is the port free, or taken by the bot itself."""
    http = patient.settings.http
    if http.port == 0:
        return [skipped("doctor.port.any")]
    return [await asyncio.to_thread(_port, http.host, http.port)]


def _port(host: str, number: int) -> Found:
    where = f"{host}:{number}"
    try:
        family = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, number))
    except OSError:
        answer = _alive(host, number)
        return (
            fine("doctor.port.ours", where=where)
            if answer
            else fault("doctor.port.taken", where=where)
        )
    return fine("doctor.port.ok", where=where)


def _alive(host: str, number: int) -> bool:
    """Say whether our own /healthz answers there."""
    request = b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n"
    try:
        with socket.create_connection((host, number), timeout=REACH_WITHIN) as there:
            there.sendall(request)
            heard = b""
            while piece := there.recv(4096):
                heard += piece
    except OSError:
        return False
    return b'"loop_lag_ms"' in heard


async def proxy(patient: Patient) -> Sequence[Found]:
    """Can the proxy be reached that the environment names."""
    given = {name.lower(): value for name, value in patient.environment.items() if value}
    named = next((given[name] for name in _PROXIES if name in given), None)
    if named is None:
        return [fine("doctor.proxy.none")]
    where = urlsplit(named if "//" in named else f"http://{named}")
    with suppress(ValueError):
        if where.hostname:
            return [*await _reach(where.hostname, where.port or 80), *_past(given)]
    return [fault("doctor.proxy.malformed")]


async def _reach(host: str, number: int) -> Sequence[Found]:
    try:
        async with asyncio.timeout(REACH_WITHIN):
            _, writer = await asyncio.open_connection(host, number)
    except (TimeoutError, OSError):
        return [fault("doctor.proxy.unreachable", where=f"{host}:{number}")]
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return [fine("doctor.proxy.ok", where=f"{host}:{number}")]


def _past(given: dict[str, str]) -> Sequence[Found]:
    past = {part.strip() for part in given.get("no_proxy", "").split(",")}
    return [] if past & {"127.0.0.1", "*"} else [mind("doctor.proxy.local")]
