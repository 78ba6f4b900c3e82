from hypothesis import given
from hypothesis import strategies as st
from packaging.tags import parse_tag

from bodega.formats.tags import TagRanking, expanded

some = st.lists(
    st.sampled_from(["cp311", "py3", "abi3", "none", "any", "linux_x86_64"]), min_size=1, max_size=3
)


@given(some, some, some)
def test_expanding_is_the_product(interpreters, abis, platforms):
    text = "-".join(".".join(part) for part in (interpreters, abis, platforms))
    assert set(expanded(text)) == {str(tag) for tag in parse_tag(text)}


def test_the_best_of_a_wheels_tags_counts():
    ranking = TagRanking(
        ["cp311-cp311-linux_x86_64", "cp311-abi3-linux_x86_64", "py3-none-any", "py3-none-any"]
    )
    assert ranking.rank("cp311-cp311-linux_x86_64") == 0
    assert ranking.rank("cp310.CP311-abi3.none-linux_x86_64") == 1
    assert ranking.rank("py2.py3-none-any") == 2
    assert ranking.rank("cp312-cp312-linux_x86_64") is None
    assert ranking.rank("nonsense") is None
