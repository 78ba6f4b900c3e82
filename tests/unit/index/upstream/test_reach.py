import pytest

from bodega.index.upstream.reach import out_of_reach

PUBLIC, PRIVATE = "https://index.example.org/simple/", "http://10.0.0.5/simple/"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x",
        "http://localhost:8080/x",
        "http://x.localhost/",
        "http://10.1.2.3/x",
        "http://192.168.0.1/",
        "http://[::1]/x",
        "http://169.254.169.254/latest/meta-data",
        "http://metadata.internal/",
        "http://100.64.0.1/",
    ],
)
def test_a_public_upstream_has_no_business_in_private_networks(url):
    assert out_of_reach(url, PUBLIC)


@pytest.mark.parametrize(
    "url",
    ["https://files.example.org/x", "https://index.example.org/x", "https://8.8.8.8/x", "https://[broken"],
)
def test_public_places_are_fine(url):
    assert not out_of_reach(url, PUBLIC)


def test_a_private_upstream_may_keep_files_beside_itself():
    assert not out_of_reach("http://10.0.0.6/f", PRIVATE)
    assert not out_of_reach("http://10.0.0.5:9000/f", PRIVATE)
    assert out_of_reach("http://169.254.169.254/", PRIVATE)
