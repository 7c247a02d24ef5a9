"""The demo as a process of its own, and its chat page as people use it."""

import asyncio
import re
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("/usr/bin/chromium", "google-chrome", "chromium")
CHROMIUM = next((found for name in NAMES if (found := shutil.which(name))), None)
IN_A_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None,
        reason="needs Chromium: /usr/bin/chromium, or google-chrome or chromium on PATH",
    ),
]
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
READY_SECONDS = 60
STOP_SECONDS = 10
STEP_MILLISECONDS = 30_000
PHONE = {"width": 390, "height": 844}


@asynccontextmanager
async def demo(folder: Path) -> AsyncIterator[str]:
    """Run the demo on free ports with its own data folder; give the address of its page."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "demo", "--port", "0", "--data-dir", str(folder)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(READY_SECONDS):
            ready = (await process.stdout.readline()).decode()
        assert "http://127.0.0.1:" in ready, "the demo ended before it was ready"
        yield ready.split("：", 1)[1].split()[0]
    finally:
        if process.returncode is None:
            process.terminate()
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()


@asynccontextmanager
async def chromium() -> AsyncIterator[Any]:
    """Start the browser, without anything that talks to the outside."""
    from playwright.async_api import async_playwright  # noqa: PLC0415 - only where Chromium is

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def chat(
    browser: Any, address: str, width: int = 1440, height: int = 900, scale: float = 1
) -> AsyncIterator[Any]:
    """Open the chat page; an error in its scripts fails whoever uses it."""
    tab = await browser.new_page(
        viewport={"width": width, "height": height}, device_scale_factor=scale, locale="zh-CN"
    )
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.set_default_timeout(STEP_MILLISECONDS)
    await tab.goto(address)
    await tab.wait_for_selector("body[data-ready]")
    yield tab
    assert errors == []
    await tab.close()


class Seat:
    """One persona's pane, and what a person does there."""

    def __init__(self, tab: Any, user: str) -> None:
        self.tab = tab
        self.user = user
        self.pane = tab.get_by_test_id(f"pane-{user}")

    async def turn(self) -> None:
        """Show or hide the pane at the top of the page; on a phone, put it in place of another."""
        await self.tab.get_by_test_id(f"persona-{self.user}").click()

    async def open_group(self, place: str) -> None:
        """Turn to a group."""
        await self.pane.locator(f'[data-testid="tab"][data-place="{place}"]').click()

    async def open_robot(self) -> None:
        """Turn to the 1:1 with the robot."""
        await self.pane.locator('[data-testid="tab"][data-kind="direct"]').click()

    async def say(self, text: str) -> None:
        """Type and press Enter."""
        box = self.pane.get_by_test_id("input")
        await box.fill(text)
        await box.press("Enter")

    async def show(self, name: str, picture: bytes) -> None:
        """Send a picture."""
        file = {"name": name, "mimeType": "image/png", "buffer": picture}
        await self.pane.get_by_test_id("picture-input").set_input_files(file)

    async def press(self, label: str) -> None:
        """Press a button of the newest card that has it."""
        await self.pane.get_by_test_id("action").get_by_text(label, exact=True).last.click()

    def bubble(self, *words: str) -> Any:
        """Find the newest bubble that shows all the words."""
        found = self.pane.get_by_test_id("bubble")
        for word in words:
            found = found.filter(has_text=word)
        return found.last

    async def sees(self, *words: str) -> None:
        """Wait until one bubble shows all the words."""
        await self.bubble(*words).wait_for()

    async def sees_status(self, words: str, status: str) -> None:
        """Wait until the card with the words has this status."""
        await (
            self.pane.get_by_test_id("card")
            .filter(has_text=words)
            .last.get_by_test_id("card-status")
            .get_by_text(status)
            .wait_for()
        )

    async def text(self) -> str:
        """Read everything that the conversation shows."""
        return str(await self.pane.get_by_test_id("log").inner_text())


class NumberedSeat(Seat):
    """A pane at a place without buttons: who would press types the number beside the label."""

    async def press(self, label: str) -> None:
        """Answer with the number of an option of the newest message that has it."""
        shown = await self.bubble("回复数字", label).inner_text()
        number = re.search(rf"^(\d+) {re.escape(label)}$", shown, re.MULTILINE)
        assert number is not None, f"no number stands beside {label}"
        await self.say(number[1])


@asynccontextmanager
async def phone(browser: Any, scheme: str = "light", *, scripts: bool = True) -> AsyncIterator[Any]:
    """Take a phone: a browser with cookies of its own; a script of ours that fails is a failure."""
    context = await browser.new_context(
        viewport=PHONE,
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        color_scheme=scheme,
        locale="zh-CN",
        java_script_enabled=scripts,
    )
    tab = await context.new_page()
    tab.set_default_timeout(STEP_MILLISECONDS)
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    yield tab
    await context.close()
    assert errors == []
