from dataclasses import replace

from bodega.formats.names import NormalizedName
from bodega.installer.locking.lock_inputs import inputs_digest, is_known_current, keep_current
from bodega.installer.locking.resolve import ResolveRequest
from support.memory_index import TARGET, MemoryCache, asked

REQUEST = ResolveRequest(requirements=asked("a>1", "b"), excluded=frozenset(map(NormalizedName, "xyz")))


def test_what_decides_is_in_the_digest_and_what_does_not_is_not():
    digest = inputs_digest(REQUEST, TARGET)
    assert digest == inputs_digest(replace(REQUEST, kept={"a": "2"}, most_steps=3), TARGET)
    others = (
        replace(REQUEST, requirements=asked("a>2", "b")),
        replace(REQUEST, strategy="lowest"),
        replace(REQUEST, constraints=asked("b<3")),
        replace(REQUEST, excluded=frozenset()),
        replace(REQUEST, dependencies=False),
    )
    assert len({digest, *(inputs_digest(one, TARGET) for one in others)}) == 6
    assert digest != inputs_digest(REQUEST, replace(TARGET, python="3.12.1"))


def test_only_the_very_text_is_known_to_be_current():
    cache = MemoryCache()
    keep_current(b"lock", "1" * 64, cache)
    assert is_known_current(b"lock", "1" * 64, cache)
    assert not is_known_current(b"lock ", "1" * 64, cache)
    assert not is_known_current(b"lock", "2" * 64, cache)
