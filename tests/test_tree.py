"""The tree itself: what must not be in it, and what every module must have."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.moved import BY_HAND

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = ("bot", "handlers", "flows")
MAX_LINES = 400
# Put together here, so that this file does not contain what it looks for.
FORBIDDEN = {
    "a package index": r"pypi[.]org|files[.]python"
    + r"hosted|registry[.]npm"
    + r"js|npm"
    + "mirror",
    "an option naming an index": r"--(extra-)?index" + r"-url|--find" + r"-links",
    "a resolved address in a lock file": r'"resolved": *"' + "http",
    "a path of the machine it was made on": r"(?<![\w./~-])/(work|farm|root|home)" + r"/\w",
}
# What asks the machine for the time, the whole bot without a clock of its own among it.
ASK_FOR_THE_TIME = {
    *(f"{kind}.{way}" for kind in ("date", "datetime", "dt") for way in ("now", "utcnow", "today")),
    *(f"time.{way}" for way in ("time", "time_ns", "localtime", "gmtime")),
    *("utc_now", "App"),
}
MAY_PRINT = {"bot/__main__.py", "bot/demo.py"}


def tracked() -> Iterator[Path]:
    """Give every file that is, or is about to be, in the repository."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    # A copy without its repository (an archive, or another user's) is walked instead.
    names = listing.stdout.decode().split("\0") if listing.returncode == 0 else walked()
    return (ROOT / name for name in names if name and (ROOT / name).is_file())


def walked() -> Iterator[str]:
    skipped = {".git", ".venv", "data", "node_modules", "__pycache__", ".hypothesis"}
    for path in ROOT.rglob("*"):
        relative = path.relative_to(ROOT)
        if not any(part in skipped or part.endswith("_cache") for part in relative.parts):
            yield str(relative)


FILES = sorted(tracked())
MODULES = [path for path in FILES if path.suffix == ".py"]
PRODUCT_MODULES = [path for path in MODULES if path.relative_to(ROOT).parts[0] in PRODUCT]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text(path: Path) -> str:
    return path.read_bytes().decode(errors="replace")


def test_the_tree_was_found() -> None:
    assert {"pyproject.toml", "dev.py", "tests/test_tree.py"} <= set(map(name, FILES))
    assert PRODUCT_MODULES


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_names(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])
    hits = [
        f"{name(path)}:{number}"
        for path in FILES
        for number, line in enumerate(text(path).splitlines(), 1)
        if pattern.search(line)
    ]
    assert hits == []


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("a package index", "https://files.python" + "hosted.org/packages/x"),
        ("an option naming an index", "--extra-index" + "-url somewhere"),
        ("a resolved address in a lock file", '"resolved": "' + "https://somewhere/x.tgz"),
        ("a path of the machine it was made on", "see /ho" + "me/somebody/x"),
    ],
)
def test_the_patterns_find_what_they_are_for(what: str, line: str) -> None:
    assert re.search(FORBIDDEN[what], line)


def test_the_locks_pin_every_package_with_hashes_and_nothing_else() -> None:
    line = re.compile(r"[a-z0-9-]+==\S+( ; .+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    for lock in ("requirements.lock", "requirements-dev.lock"):
        assert [x for x in text(ROOT / lock).splitlines() if not line.fullmatch(x)] == []


def test_the_development_lock_pins_the_same_versions_as_the_lock_of_the_bot() -> None:
    bot, development = (
        {x.removesuffix(" \\") for x in text(ROOT / lock).splitlines() if "==" in x}
        for lock in ("requirements.lock", "requirements-dev.lock")
    )
    assert bot <= development


def test_no_module_has_a_second_noun_in_it() -> None:
    lengths = {name(path): len(text(path).splitlines()) for path in PRODUCT_MODULES}
    assert {path: n for path, n in lengths.items() if n > MAX_LINES} == {}


def test_every_module_says_in_one_line_what_it_holds() -> None:
    first_lines = {name(path): ast.get_docstring(ast.parse(text(path))) for path in MODULES}
    assert [path for path, docstring in first_lines.items() if not docstring] == []


def test_the_product_logs_and_does_not_print() -> None:
    printing = {
        name(path)
        for path in PRODUCT_MODULES
        for node in ast.walk(ast.parse(text(path)))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    }
    assert printing <= MAY_PRINT


def test_flows_and_tests_that_are_given_a_clock_ask_nobody_for_the_time() -> None:
    rooms = tuple(f"{room}/" for room in ("flows", *BY_HAND))
    asking = {
        f"{name(path)}:{node.lineno}"
        for path in MODULES
        if name(path).startswith(rooms)
        for node in ast.walk(ast.parse(text(path)))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ASK_FOR_THE_TIME
    }
    assert asking == set()
