"""One command for everything: prepare the environment, then start, test or check the project."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - older ones read this far (so no `match` below)
    sys.exit(f"dev.py needs Python 3.11 or newer; this is Python {sys.version.split()[0]}.")

import contextlib
import hashlib
import importlib.util
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
ROOT = Path(__file__).resolve().parent
# Other bots, which the benchmark compares with, pin packages that we do not.
VENVS = {"run": ROOT / ".venv", "dev": ROOT / ".venv", "bench": ROOT / ".venv-bench"}
LOCKS = {
    "run": ROOT / "requirements.lock",
    "dev": ROOT / "requirements-dev.lock",
    "bench": ROOT / "requirements-bench.lock",
}

HELP = """usage: python3 dev.py COMMAND [ARGUMENTS]

  demo    start the demo: simulated platforms, the bot, a chat page
  run     start the bot with the credentials in the environment or in .env
  test    run the tests; arguments go to pytest
  check   check format, lint, types and import contracts
  bench   measure the bot and others beside it, with JSON lines; --help tells of parts

The first start makes a virtual environment in .venv with the pinned packages (bench: and another
in .venv-bench)."""

CHECKS = {
    "ruff format": ("-m", "ruff", "format", "--check", "."),
    "ruff check": ("-m", "ruff", "check", "."),
    "mypy": ("-m", "mypy"),
    "lint-imports": (
        "-c",
        "from importlinter.cli import lint_imports_command as main; main(['--no-logo'])",
    ),
}


def main(arguments: Sequence[str]) -> int:
    """Run one command."""
    os.chdir(ROOT)
    command, *rest = arguments or ["help"]
    if command in ("demo", "run"):
        become(environment("run"), ["-m", "bot", command, *rest])
    if command == "test":
        become(environment("dev"), ["-m", "pytest", *rest])
    if command == "check":
        return check(environment("dev"))
    if command == "bench":
        ours, others = environment("dev"), environment("bench")
        become(ours, ["-m", "tests.bench", "--others", str(others), *rest])
    known = command in ("help", "-h", "--help")
    print(HELP, file=sys.stdout if known else sys.stderr)
    return 0 if known else 2


def check(python: Path) -> int:
    """Run every check, then say which failed."""
    failed = []
    for name, arguments in CHECKS.items():
        print(f"== {name}", flush=True)
        if subprocess.run([python, *arguments], check=False).returncode:
            failed.append(name)
    print("== " + (f"failed: {', '.join(failed)}" if failed else "all checks passed"))
    return 1 if failed else 0


def become(python: Path, arguments: Sequence[str]) -> NoReturn:
    """Replace this process, so that there is one pid and signals reach the right one."""
    sys.stdout.flush()
    command = [str(python), *arguments]
    if sys.platform != "win32":
        os.execv(python, command)
    # Windows has no exec: the child hears the same Ctrl-C and decides when to stop.
    child = subprocess.Popen(command)
    while True:
        with contextlib.suppress(KeyboardInterrupt):
            sys.exit(child.wait())


def environment(kind: str) -> Path:
    """Return the Python that has the packages of this kind, after making sure of them."""
    venv = VENVS[kind]
    if not is_ready(kind):
        with one_at_a_time(venv) as lock:
            if not is_ready(kind):
                install(kind, lock)
    return venv_python(venv)


def venv_python(venv: Path) -> Path:
    """Say where the Python of a virtual environment is."""
    return venv / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def stamp_of(venv: Path) -> Path:
    """Say where an environment keeps what it was made from, once it is complete."""
    return venv / "installed"


def is_ready(kind: str) -> bool:
    """Tell whether an installation of this kind, or of one that contains it, was completed."""
    kinds, venv = ("run", "dev") if kind == "run" else (kind,), VENVS[kind]
    try:
        return stamp_of(venv).read_text() in map(stamp, kinds) and venv_python(venv).exists()
    except FileNotFoundError:
        return False


def stamp(kind: str) -> str:
    """Name what a complete environment of this kind was made from."""
    digest = hashlib.sha256(LOCKS[kind].read_bytes() + PYTHON.encode()).hexdigest()
    return f"{kind} {digest}\n"


@contextlib.contextmanager
def one_at_a_time(venv: Path) -> Iterator[int]:
    """Hold the lock of an environment; a second dev.py waits here."""
    with venv.with_suffix(".lock").open("a+b") as file:
        if not try_lock(file.fileno()):
            print(f"another dev.py is preparing {venv.name}, waiting ...", flush=True)
            while not try_lock(file.fileno()):
                time.sleep(0.2)
        yield file.fileno()


def try_lock(descriptor: int) -> bool:
    """Take the lock, which the system gives back when every holder of the file has ended."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - Windows only

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 - not on Windows

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def install(kind: str, lock: int) -> None:
    """Complete an environment; without its stamp it is unfinished, and is made anew next time."""
    started = time.monotonic()
    venv = VENVS[kind]
    if not (kind == "dev" and is_ready("run")):
        make_venv(venv, lock)
    stamp_of(venv).unlink(missing_ok=True)
    count = sum(line[:1].isalpha() for line in LOCKS[kind].read_text().splitlines())
    print(f"installing {count} packages ...", flush=True)
    options = ["-qq", "--no-input", "--disable-pip-version-check"]
    pinned = ["--require-hashes", "--only-binary", ":all:", "--no-deps", "-r", str(LOCKS[kind])]
    step([*pip(venv), "install", *options, *pinned], lock)
    unfinished = stamp_of(venv).with_suffix(".tmp")
    unfinished.write_text(stamp(kind))
    unfinished.replace(stamp_of(venv))
    print(f"ready in {time.monotonic() - started:.0f} s", flush=True)


def make_venv(venv: Path, lock: int) -> None:
    """Make an empty environment, whatever was there before."""
    has_pip = importlib.util.find_spec("pip") is not None
    has_ensurepip = importlib.util.find_spec("ensurepip") is not None
    if not has_pip and not has_ensurepip:
        package = f"python{PYTHON}-venv"
        sys.exit(f"This Python has neither pip nor venv. Run: sudo apt-get install {package}")
    print(f"making {venv.name} with Python {PYTHON} ...", flush=True)
    stamp_of(venv).unlink(missing_ok=True)
    if venv.exists():
        shutil.rmtree(venv)
    options = [] if has_ensurepip else ["--without-pip"]
    step([base_python(), "-m", "venv", *options, str(venv)], lock)


def base_python() -> str:
    """Name the Python behind any virtual environment that dev.py was started from."""
    return str(getattr(sys, "_base_executable", sys.executable))


def pip(venv: Path) -> list[str]:
    """Name the pip that installs into an environment: its own, or else the one of this Python."""
    python = str(venv_python(venv))
    if importlib.util.find_spec("ensurepip") is not None:
        return [python, "-m", "pip"]
    return [sys.executable, "-m", "pip", "--python", python]


def step(command: Sequence[str], lock: int) -> None:
    """Run one step, which keeps the lock even when dev.py is killed before it ends."""
    keep: Sequence[int] = () if sys.platform == "win32" else (lock,)
    result = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, pass_fds=keep)
    if result.returncode:
        sys.exit("dev.py: this step failed. The next start begins it anew.")


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        sys.exit(f"dev.py: {error}")
