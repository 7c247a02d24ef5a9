"""What the process tells about its health to whoever watches it."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot import metrics
from bot.readiness import Finding
from bot.web import PortTaken, Probe, Web


@asynccontextmanager
async def serving(probe: Probe, **options: Any) -> AsyncIterator[str]:
    web = Web("127.0.0.1", 0, probe, **options)
    await web.start()
    try:
        yield web.address
    finally:
        await web.stop()


async def get(address: str) -> tuple[int, dict[str, object]]:
    async with aiohttp.ClientSession() as session, session.get(address) as response:
        return response.status, await response.json()


async def text(address: str, **headers: str) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(address, headers=headers) as response,
    ):
        return response.status, await response.text()


async def fine() -> Sequence[Finding]:
    return ()


async def broken() -> Sequence[Finding]:
    return (Finding("hub", "away", "degraded"), Finding("database", "away"))


async def limping() -> Sequence[Finding]:
    return (Finding("hub", "away", "degraded"),)


async def stuck() -> Sequence[Finding]:
    await asyncio.Event().wait()
    return ()


async def test_what_a_caller_packed_is_unpacked_for_nobody() -> None:
    async def told(request: web.Request) -> web.Response:
        return web.Response(body=await request.read())

    def page() -> web.Application:
        app = web.Application()
        app.router.add_post("/page", told)
        return app

    packed, headers = gzip.compress(bytes(100_000)), {"Content-Encoding": "gzip"}
    async with (
        serving(fine, pages={"/some": page}) as address,
        aiohttp.ClientSession() as session,
        session.post(f"{address}/some/page", data=packed, headers=headers) as response,
    ):
        assert await response.read() == packed


async def test_a_bot_that_can_work_is_ready() -> None:
    async with serving(fine) as address:
        expected = {"status": "ready", "ready": True, "reasons": []}
        assert await get(f"{address}/readyz") == (200, expected)


async def test_a_bot_that_works_with_less_says_so_and_stays_in_service() -> None:
    async with serving(limping) as address:
        expected = {"status": "degraded", "ready": True, "reasons": ["hub: away"]}
        assert await get(f"{address}/readyz") == (200, expected)


async def test_a_bot_that_cannot_work_says_why_and_stays_alive() -> None:
    async with serving(broken) as address:
        reasons = ["hub: away", "database: away"]
        expected = {"status": "not ready", "ready": False, "reasons": reasons}
        assert await get(f"{address}/readyz") == (503, expected)
        status, body = await get(f"{address}/healthz")
        assert (status, body["alive"]) == (200, True)


async def test_a_check_that_hangs_is_a_reason() -> None:
    async with serving(stuck, probe_within=0.05) as address:
        status, body = await get(f"{address}/readyz")
        assert (status, body["reasons"]) == (503, ["check: the check itself took too long"])


async def test_a_taken_port_is_named() -> None:
    async with serving(fine) as address:
        port = int(address.rsplit(":", 1)[1])
        with pytest.raises(PortTaken, match=rf"127\.0\.0\.1:{port}.*QINQING_HTTP__PORT"):
            await Web("127.0.0.1", port, fine).start()


async def test_metrics_are_measured_when_somebody_reads_them() -> None:
    async def measure() -> None:
        metrics.breakers.set(3)

    async with serving(fine, measure=measure) as address:
        status, said = await text(f"{address}/metrics")
    assert status == 200
    assert "qinqing_breakers_open 3.0" in said
    assert "qinqing_loop_lag_seconds" in said


async def test_metrics_are_there_when_the_records_are_not() -> None:
    async def measure() -> None:
        raise ConnectionError

    async with serving(fine, measure=measure) as address:
        assert (await text(f"{address}/metrics"))[0] == 200


async def test_metrics_are_not_handed_out_through_a_proxy_on_this_machine() -> None:
    async with serving(fine) as address:
        assert (await text(f"{address}/metrics", **{"X-Forwarded-For": "192.0.2.1"}))[0] == 403
    async with serving(fine, readers="everywhere") as address:
        assert (await text(f"{address}/metrics", **{"X-Forwarded-For": "192.0.2.1"}))[0] == 200
    async with serving(fine, readers="off") as address:
        assert (await text(f"{address}/metrics"))[0] == 404


def test_no_metric_has_a_label_that_could_name_somebody() -> None:
    allowed = {"outcome", "state", "name", "le"}
    for family in metrics.REGISTRY.collect():
        assert family.name.startswith("qinqing_")
        for sample in family.samples:
            assert set(sample.labels) <= allowed


def test_an_outage_lasts_from_its_first_fault_to_the_first_success() -> None:
    outage = metrics.Outage()
    assert outage.seconds() == 0
    outage.failed()
    began = outage.seconds()
    outage.failed()
    assert outage.seconds() > began
    outage.worked()
    assert outage.seconds() == 0
