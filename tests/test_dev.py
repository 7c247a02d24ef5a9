"""dev.py in a small project of its own: no network, nothing of this environment."""

import ast
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import dev

BOT = """
import os, signal, sys
if sys.argv[1:] == ["run", "--wait"]:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
    print(os.getpid(), flush=True)
    signal.pause()
print("bot", *sys.argv[1:])
"""
PYTEST = 'import sys; print("pytest", *sys.argv[1:]); sys.exit(5)'
BENCH = 'import sys; print("bench", *sys.argv[1:])'
TOOL = 'import sys; name = __file__.split("/")[-1]; print("ran", name, *sys.argv[1:])'
LINTER = 'def lint_imports_command(arguments): print("ran importlinter", *arguments)'
ALMOST_NOTHING = {"PATH": "/usr/bin:/bin"}

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX systems")


def files_of(project: Path) -> None:
    texts = {
        "requirements.lock": "# nothing\n",
        "requirements-dev.lock": "# nothing either\n",
        "requirements-bench.lock": "# nor here\n",
        "bot/__main__.py": BOT,
        "pytest.py": PYTEST,
        "tests/bench/__main__.py": BENCH,
        "ruff.py": TOOL,
        "mypy.py": TOOL + "; sys.exit(1)",
        "importlinter/cli.py": LINTER,
        ".venv/bin/left-over": "from an installation that was interrupted",
    }
    for name, text in texts.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    shutil.copy(dev.__file__, project)


def command(project: Path, *arguments: str) -> list[str]:
    return [sys.executable, str(project / "dev.py"), *arguments]


def start(project: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(project, *arguments),
        env=ALMOST_NOTHING,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(project: Path, *arguments: str) -> tuple[int, str]:
    with start(project, *arguments) as process:
        out, err = process.communicate()
        return process.returncode, out + err


def without_modules(project: Path, modules: list[str], *arguments: str) -> tuple[int, str]:
    script = str(project / "dev.py")
    pretend = (
        f"import sys, runpy; sys.modules.update(dict.fromkeys({modules!r}));"
        f"sys.argv = [{script!r}, *{list(arguments)!r}];"
        f"runpy.run_path({script!r}, run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", pretend],
        env=ALMOST_NOTHING,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose first two starts came at once, after an interrupted installation."""
    project = tmp_path_factory.mktemp("dev") / "a folder 亲清"
    files_of(project)
    with start(project, "run", "first") as first, start(project, "run", "second") as second:
        outs = [process.communicate() for process in (first, second)]
        assert (first.returncode, second.returncode) == (0, 0), outs
    said = outs[0][0] + outs[1][0]
    assert "bot run first" in said
    assert "bot run second" in said
    assert said.count("making .venv") == 1
    return project


@pytest.fixture
def waiting(project: Path) -> Iterator[subprocess.Popen[str]]:
    with start(project, "run", "--wait") as process:
        yield process
        process.kill()


def test_an_interrupted_installation_is_made_anew(project: Path) -> None:
    assert not (project / ".venv/bin/left-over").exists()


def test_the_second_start_says_nothing_and_passes_its_arguments_on(project: Path) -> None:
    assert run(project, "demo", "--port", "0") == (0, "bot demo --port 0\n")


def test_the_bot_takes_over_the_process_and_hears_its_signals(
    waiting: subprocess.Popen[str],
) -> None:
    assert waiting.stdout is not None
    assert waiting.stdout.readline().strip() == str(waiting.pid)
    os.kill(waiting.pid, signal.SIGTERM)
    assert waiting.wait() == 7


def test_the_test_tools_are_added_once_and_the_bot_still_starts(project: Path) -> None:
    code, said = run(project, "test", "-k", "some name")
    assert code == 5
    assert said.endswith("pytest -k some name\n")
    assert "making" not in said
    assert run(project, "test") == (5, "pytest\n")
    assert run(project, "run") == (0, "bot run\n")


def test_the_benchmark_gets_an_environment_of_its_own_and_its_arguments(project: Path) -> None:
    others = project / ".venv-bench/bin/python"
    code, said = run(project, "bench", "--only", "ours")
    assert code == 0, said
    assert "making .venv-bench" in said
    assert said.endswith(f"bench --others {others} --only ours\n")
    assert others.exists()
    code, said = run(project, "bench")
    assert (code, said) == (0, f"bench --others {others}\n")


def test_all_checks_run_and_the_failed_one_is_named(project: Path) -> None:
    code, said = run(project, "check")
    assert code == 1
    assert [line for line in said.splitlines() if line.startswith("ran")] == [
        "ran ruff.py format --check .",
        "ran ruff.py check .",
        "ran mypy.py",
        "ran importlinter --no-logo",
    ]
    assert said.endswith("== failed: mypy\n")


def test_a_failed_step_stops_and_the_next_start_makes_everything_anew(project: Path) -> None:
    (project / ".venv/left-over").touch()
    (project / "requirements.lock").write_text("this is no requirement\n")
    (project / "requirements-dev.lock").write_text("# something else, too\n")
    code, said = run(project, "run")
    assert code == 1
    assert said.endswith("dev.py: this step failed. The next start begins it anew.\n")

    (project / "requirements.lock").write_text("# something else\n")
    code, said = run(project, "run")
    assert code == 0, said
    assert "making .venv" in said
    assert not (project / ".venv/left-over").exists()


def test_without_ensurepip_the_pip_of_this_python_installs(tmp_path: Path) -> None:
    files_of(tmp_path)
    code, said = without_modules(tmp_path, ["ensurepip"], "run")
    assert code == 0, said
    assert said.endswith("bot run\n")
    assert not list(tmp_path.glob(".venv/lib/*/site-packages/pip"))


def test_without_pip_and_venv_one_line_says_how_to_get_them(tmp_path: Path) -> None:
    files_of(tmp_path)
    code, said = without_modules(tmp_path, ["ensurepip", "pip"], "run")
    assert code == 1
    assert said.count("\n") == 1
    assert f"sudo apt-get install python{dev.PYTHON}-venv" in said
    assert (tmp_path / ".venv/bin/left-over").exists()


def test_an_old_python_is_told_so_in_one_line(tmp_path: Path) -> None:
    source = Path(dev.__file__).read_text()
    ast.parse(source, feature_version=(3, 7))
    pretend = "import sys; sys.version_info = (3, 10, 9, 'final', 0); " + f"exec({source!r})"
    done = subprocess.run(
        [sys.executable, "-c", pretend], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("dev.py needs Python 3.11 or newer")
    assert done.stderr.count("\n") == 1


def test_no_command_prints_the_commands_and_makes_nothing(tmp_path: Path) -> None:
    files_of(tmp_path)
    code, said = run(tmp_path)
    assert (code, said) == (0, dev.HELP + "\n")
    assert (tmp_path / ".venv/bin/left-over").exists()


def test_an_unknown_command_is_refused_with_the_commands(tmp_path: Path) -> None:
    files_of(tmp_path)
    assert run(tmp_path, "tset") == (2, dev.HELP + "\n")


def test_everything_it_prints_fits_any_console() -> None:
    assert Path(dev.__file__).read_text().isascii()
