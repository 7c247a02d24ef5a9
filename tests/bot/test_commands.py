"""What the commands say at a terminal: run, check, graph, migrate, demo."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.__main__ import main
from tests.bot.test_app import KEY

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An environment without any of our settings, in an empty folder."""
    for name in list(os.environ):
        if name.upper().startswith("QINQING_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


def test_run_names_every_setting_it_misses(
    bare: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run"]) == 2
    said = capsys.readouterr().err
    for name in ("DINGTALK__CLIENT_ID", "DINGTALK__CLIENT_SECRET", "SECRET_KEY"):
        assert f"QINQING_{name} is not set." in said


def test_run_refuses_a_key_that_lies_beside_the_data(
    bare: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "secret.key").write_text(KEY)
    bare.setenv("QINQING_DATA_DIR", str(tmp_path))
    bare.setenv("QINQING_SECRET_KEY", KEY)
    bare.setenv("QINQING_DINGTALK__CLIENT_ID", "x")
    bare.setenv("QINQING_DINGTALK__CLIENT_SECRET", "y")
    assert main(["run"]) == 2
    assert "secret.key lies beside the data" in capsys.readouterr().err


def test_a_part_alone_is_refused_on_a_database_in_a_file(
    bare: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bare.setenv("QINQING_SECRET_KEY", KEY)
    bare.setenv("QINQING_DINGTALK__CLIENT_ID", "x")
    bare.setenv("QINQING_DINGTALK__CLIENT_SECRET", "y")
    assert main(["run", "--role", "worker"]) == 2
    assert capsys.readouterr().err.startswith("--role needs a database that several processes")


def test_a_redis_that_can_never_be_reached_is_a_sentence(
    bare: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bare.setenv("QINQING_SECRET_KEY", KEY)
    bare.setenv("QINQING_DINGTALK__CLIENT_ID", "x")
    bare.setenv("QINQING_DINGTALK__CLIENT_SECRET", "y")
    bare.setenv("QINQING_REDIS_URL", "rediss://127.0.0.1/geheim?socket_timeout=x")
    assert main(["run"]) == 2
    said = capsys.readouterr().err
    assert "QINQING_REDIS_URL" in said
    assert "geheim" not in said
    assert "Traceback" not in said


@pytest.mark.parametrize("command", ["run", "check", "migrate"])
def test_a_malformed_configuration_is_named_with_file_table_and_key(
    command: str, bare: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "people.toml").write_text('[[person]]\ndingtalk = "x"\nroles = ["king"]\n')
    bare.setenv("QINQING_CONFIG_DIR", str(tmp_path))
    bare.setenv("QINQING_SECRET_KEY", KEY)
    assert main([command]) == 2
    said = capsys.readouterr().err
    assert "people.toml" in said
    assert "[[person]] no. 1" in said
    assert "role" in said
    assert "Traceback" not in said


def test_check_sums_the_configuration_up(
    bare: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check"]) == 0
    said = capsys.readouterr().out
    assert "配置可用" in said
    said.encode("cp936")


def test_graph_draws_every_conversation(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["graph"]) == 0
    assert capsys.readouterr().out.count("flowchart") >= 3


def test_migrate_brings_the_database_up_to_date(
    bare: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare.setenv("QINQING_DATA_DIR", str(tmp_path / "data"))
    bare.setenv("QINQING_SECRET_KEY", KEY)
    assert main(["migrate"]) == 0
    assert "up to date" in capsys.readouterr().out
    assert (tmp_path / "data" / "qinqing.db").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM")
def test_the_demo_says_one_line_and_ends_on_a_signal(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bot", "demo", "--data-dir", str(tmp_path), "--port", "0"]
    for number in (signal.SIGTERM, signal.SIGINT):
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as demo:
            assert demo.stdout is not None
            line = demo.stdout.readline()
            assert line.startswith("演示已就绪：http://127.0.0.1:")
            demo.send_signal(number)
            assert demo.wait(timeout=10) == 0
            assert demo.stdout.read() == ""
