from bodega.index.upstream.errors import UpstreamFileGoneError, UpstreamUnavailableError, retold


def test_an_error_of_another_process_is_the_same_error_here() -> None:
    error = retold("E-UPSTREAM-FILE-GONE", "it is gone", "404")
    assert isinstance(error, UpstreamFileGoneError)
    assert (error.code, error.what, error.why) == ("E-UPSTREAM-FILE-GONE", "it is gone", "404")


def test_what_is_not_of_this_context_counts_as_no_answer() -> None:
    error = retold("E-STORAGE-FULL", "no room", "")
    assert isinstance(error, UpstreamUnavailableError)
    assert (error.what, error.why, error.retry_after) == ("no room", None, None)
