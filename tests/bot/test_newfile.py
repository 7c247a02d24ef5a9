"""A new file appears whole or not at all."""

import errno
import stat
from pathlib import Path

import pytest

from bot.newfile import new_file, write_new


def test_a_file_is_whole_when_it_appears(tmp_path: Path) -> None:
    path = tmp_path / "out"
    with new_file(path) as written:
        written.write(b"one")
        assert not path.exists()
    assert path.read_bytes() == b"one"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert names(tmp_path) == ["out"]


def test_what_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError):
        break_off(tmp_path / "out")
    assert names(tmp_path) == []


@pytest.mark.parametrize("links", [True, False])
def test_what_is_there_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:
        without_links(monkeypatch)
    path = tmp_path / "out"
    path.write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        write_new(path, b"one")
    # Also what somebody else puts there while it is written.
    path.unlink()
    with pytest.raises(FileExistsError):
        lose_the_place(path)
    assert path.read_bytes() == b"theirs"
    assert names(tmp_path) == ["out"]


def test_a_link_that_leads_nowhere_is_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        write_new(path, b"one")
    assert names(tmp_path) == ["out"]


def test_a_disk_that_knows_no_links_gets_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_links(monkeypatch)
    write_new(tmp_path / "out", b"one")
    assert (tmp_path / "out").read_bytes() == b"one"
    assert names(tmp_path) == ["out"]


def without_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr("bot.newfile.os.link", refused)


def break_off(path: Path) -> None:
    with new_file(path) as written:
        written.write(b"one")
        raise RuntimeError


def lose_the_place(path: Path) -> None:
    with new_file(path) as written:
        written.write(b"one")
        path.write_bytes(b"theirs")


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]
