"""The environment's proxy."""

import pytest

from bot.channels.http import proxy_for


def test_the_proxy_of_the_environment_is_used_but_not_for_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("https_proxy", "http://proxy.example:3129")
    monkeypatch.setenv("no_proxy", "inside.example")
    assert proxy_for("https://api.dingtalk.com/x") == "http://proxy.example:3129"
    assert proxy_for("wss://stream.example/connect") == "http://proxy.example:3129"
    assert proxy_for("ws://stream.example/connect") == "http://proxy.example:3128"
    assert proxy_for("https://inside.example/") is None
    assert proxy_for("http://127.0.0.1:8700/") is None
    assert proxy_for("ws://localhost:8700/") is None
