import pytest

from bodega.simple_api.reach import Nearness, addresses_out_of_reach, nearness, out_of_reach

PUBLIC, PRIVATE, LOCAL = (
    "https://index.example.org/simple/",
    "http://10.0.0.5/simple/",
    "http://127.0.0.1:8000/simple/",
)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x",
        "http://localhost:8080/x",
        "http://LOCALHOST./x",
        "http://x.localhost/",
        "http://10.1.2.3/x",
        "http://192.168.0.1/",
        "http://[::1]/x",
        "http://[::ffff:127.0.0.1]/x",
        "http://[64:ff9b::a00:1]/x",
        "http://[fec0::1]/x",
        "http://[fd00::1]/x",
        "http://0.0.0.0/x",
        "http://[::]/x",
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


def test_a_private_upstream_has_no_business_in_this_machine():
    assert out_of_reach("http://127.0.0.1:6379/", PRIVATE)
    assert not out_of_reach("http://127.0.0.1:6379/", LOCAL)
    assert out_of_reach("http://169.254.169.254/", LOCAL)


def test_addresses_are_judged_by_where_the_index_is():
    mixed = ["93.184.216.34", "10.0.0.1", "127.0.0.1", "169.254.1.1"]
    assert addresses_out_of_reach(mixed, ["8.8.8.8"]) == {"10.0.0.1", "127.0.0.1", "169.254.1.1"}
    assert addresses_out_of_reach(mixed, []) == {"10.0.0.1", "127.0.0.1", "169.254.1.1"}
    assert addresses_out_of_reach(mixed, ["192.168.1.1"]) == {"127.0.0.1", "169.254.1.1"}
    assert addresses_out_of_reach(mixed, ["::1"]) == {"169.254.1.1"}
    assert addresses_out_of_reach(mixed, ["169.254.1.1"]) == {"169.254.1.1"}


@pytest.mark.parametrize(
    ("address", "near"),
    [
        ("8.8.8.8", Nearness.PUBLIC),
        ("2001:4860:4860::8888", Nearness.PUBLIC),
        ("64:ff9b::808:808", Nearness.PUBLIC),
        ("fe80::1%eth0", Nearness.LINK),
        ("::ffff:169.254.169.254", Nearness.LINK),
        ("2002:7f00:1::", Nearness.THIS_MACHINE),
        ("::7f00:1", Nearness.THIS_MACHINE),
        ("224.0.0.1", Nearness.PRIVATE),
        ("198.18.0.1", Nearness.PRIVATE),
        ("240.0.0.1", Nearness.PRIVATE),
        ("not an address", Nearness.PUBLIC),
    ],
)
def test_how_near_an_address_is(address, near):
    assert nearness(address) is near
