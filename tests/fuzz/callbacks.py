"""Fuzz the addresses that both WeChats call: each input is a call without a socket.

.venv/bin/python -m tests.fuzz.callbacks [--inputs 100000] [--platform wechat wecom] [--seed 1]

With atheris, no dependency of the project, what is tried next follows from what the last inputs
reached; without it the same seeds are changed by chance. To have it:

.venv/bin/python -m pip install --target data/atheris atheris
PYTHONPATH=data/atheris .venv/bin/python -m tests.fuzz.callbacks

Ends with an error that names a file when a call was answered 5xx, left a traceback, or was answered
unsigned; `--file` tries that input again.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PLATFORMS = ("wechat", "wecom")

# What is to be watched must not be imported before atheris watches imports.


def guided(platform: str, inputs: int, seed: int) -> None:
    """Let atheris choose the inputs; it ends the process."""
    atheris: Any = importlib.import_module("atheris")  # which the project's environment lacks
    with atheris.instrument_imports(include=["bot", "wechatpy", "xmltodict"]):
        from tests.fuzz import trying  # noqa: PLC0415
        from tests.fuzz.inputs import WORDS, seeds  # noqa: PLC0415
        from tests.fuzz.wire import Served, named  # noqa: PLC0415

    served = Served(named(platform))
    folder = Path(tempfile.mkdtemp(prefix="fuzz"))
    corpus, words = folder / "corpus", folder / "words"
    corpus.mkdir()
    for number, data in enumerate(seeds()):
        (corpus / f"seed{number}").write_bytes(data)
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in WORDS))

    def one(data: bytes) -> None:
        trying.kept(served, data)

    options = (f"-runs={inputs}", f"-max_len={trying.LONGEST}", f"-seed={seed}", f"-dict={words}")
    place = f"-artifact_prefix={folder}/"
    atheris.Setup([sys.argv[0], *options, "-print_final_stats=1", place, str(corpus)], one)
    atheris.Fuzz()


def by_chance(platform: str, inputs: int, seed: int) -> None:
    """Choose the inputs ourselves."""
    from tests.fuzz import trying  # noqa: PLC0415
    from tests.fuzz.wire import Served, named  # noqa: PLC0415

    served, began = Served(named(platform)), time.monotonic()
    try:
        answered = trying.by_chance(served, inputs, seed)
    finally:
        served.close()
    _say(f"{platform}: {inputs} inputs in {time.monotonic() - began:.0f} s")
    _say(", ".join(f"{name}: {count}" for name, count in sorted(answered.items())))


def again(platform: str, file: Path) -> None:
    """Try one input once more."""
    from tests.fuzz import trying  # noqa: PLC0415
    from tests.fuzz.wire import Served, named  # noqa: PLC0415

    served = Served(named(platform))
    try:
        _say(trying.kept(served, file.read_bytes()))
    finally:
        served.close()


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--platform", choices=PLATFORMS, nargs="+", default=PLATFORMS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--by-chance", action="store_true", help="even where atheris is there")
    parser.add_argument("--file", type=Path, help="an input to try again")
    given = parser.parse_args()
    watched = not given.by_chance and importlib.util.find_spec("atheris") is not None
    if given.file:
        for platform in given.platform:
            again(platform, given.file)
        return 0
    if watched and len(given.platform) > 1:  # atheris ends its process
        more = (f"--inputs={given.inputs}", f"--seed={given.seed}", "--platform")
        command = (sys.executable, "-m", "tests.fuzz.callbacks", *more)
        ends = [subprocess.run((*command, one), cwd=ROOT, check=False) for one in given.platform]
        return max(abs(end.returncode) for end in ends)
    for platform in given.platform:
        (guided if watched else by_chance)(platform, given.inputs, given.seed)
    return 0


def _escaped(word: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word.encode())


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
