"""Proxies and credentials from the surroundings."""

import base64
from pathlib import Path

from bodega.adapters.http.environment import netrc_credentials, proxies


def test_lower_case_proxy_variables_win() -> None:
    found, no_proxy = proxies(
        {"http_proxy": "http://low", "HTTP_PROXY": "http://up", "HTTPS_PROXY": "http://s"}
    )
    assert found == {"http": "http://low", "https": "http://s"}
    assert no_proxy == ""


def test_an_upper_case_http_proxy_is_not_believed_under_cgi() -> None:
    assert proxies({"HTTP_PROXY": "http://evil", "REQUEST_METHOD": "GET"})[0] == {}


def test_netrc_is_asked_by_host(tmp_path: Path) -> None:
    path = tmp_path / "netrc"
    path.write_text("machine index.example login ann password hunter2\n")
    path.chmod(0o600)
    source = netrc_credentials({"NETRC": str(path)})
    assert source("index.example") == "Basic " + base64.b64encode(b"ann:hunter2").decode()
    assert source("other.example") is None


def test_the_default_entry_of_netrc_is_for_no_host(tmp_path: Path) -> None:
    path = tmp_path / "netrc"
    path.write_text("machine index.example login ann password hunter2\ndefault login ann password all\n")
    path.chmod(0o600)
    source = netrc_credentials({"NETRC": str(path)})
    assert [source("other.example"), source("default")] == [None, None]


def test_a_damaged_or_missing_netrc_counts_as_none(tmp_path: Path) -> None:
    path = tmp_path / "netrc"
    path.write_text("machine\nwhat is this\n")
    assert netrc_credentials({"NETRC": str(path)})("index.example") is None
    assert netrc_credentials({"NETRC": str(tmp_path / "none")})("index.example") is None
