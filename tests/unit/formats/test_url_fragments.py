"""What stands behind the ``#`` of a direct reference."""

import pytest

from bodega.formats.url_fragments import Fragment, split_fragment

SHA = "a" * 64


@pytest.mark.parametrize(
    ("url", "bare", "fragment"),
    [
        ("https://x/a.whl", "https://x/a.whl", Fragment()),
        (
            f"https://x/a.whl#sha256={SHA.upper()}",
            "https://x/a.whl",
            Fragment(hashes=frozenset({f"sha256:{SHA}"})),
        ),
        ("https://x/a.whl#md5=00", "https://x/a.whl", Fragment()),
        ("git+https://x/a#egg=a%5Bb%5D&subdirectory=/c/d/", "git+https://x/a", Fragment("c/d", "a[b]")),
        ("https://x/a#egg=one&egg=two&plain", "https://x/a", Fragment(egg="one")),
    ],
)
def test_a_fragment_is_read_as_pip_reads_it(url, bare, fragment):
    assert split_fragment(url) == (bare, fragment)
