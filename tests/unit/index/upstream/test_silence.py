from bodega.index.upstream.silence import SEVERAL, Silence


def test_one_failure_leaves_it_alone_only_where_a_page_is_known() -> None:
    silence = Silence(10.0)
    assert not silence
    silence.note("a")
    assert silence
    assert silence.left() == 0.0


def test_several_in_a_row_close_it_for_everybody_and_for_longer_each_time() -> None:
    silence = Silence(10.0)
    pauses = []
    for number in range(SEVERAL + 6):
        silence.note(str(number))
        pauses.append(round(silence.left()))
    assert pauses[: SEVERAL - 1] == [0] * (SEVERAL - 1)
    assert pauses[SEVERAL - 1 : SEVERAL + 1] == [10, 20]
    assert pauses[SEVERAL - 1 :] == sorted(pauses[SEVERAL - 1 :])
    assert pauses[-1] == 120
    assert silence.failures == SEVERAL + 6


def test_an_answer_ends_it() -> None:
    silence = Silence(10.0)
    for number in range(SEVERAL):
        silence.note(str(number))
    silence.end()
    assert (bool(silence), silence.left(), silence.failures) == (False, 0.0, 0)
    silence.note("a")
    assert silence.left() == 0.0


def test_what_it_asks_for_is_respected_within_reason() -> None:
    silence = Silence(10.0)
    silence.note("a", 60.0)
    assert 50 < silence.left() <= 60
    silence.note("a", 1e9)
    assert 500 < silence.left() <= 600


def test_after_a_pause_one_asks_and_the_others_wait() -> None:
    silence = Silence(0.0)
    for number in range(SEVERAL):
        silence.note(str(number))
    silence._pause = 10.0
    assert silence.left() == 0.0
    assert silence.left() > 9


def test_one_project_says_nothing_about_the_others() -> None:
    silence = Silence(10.0)
    for _ in range(20):
        silence.note("broken")
    assert silence.left() == 0.0
    assert silence


def test_beginning_and_end_are_told_once() -> None:
    silence = Silence(10.0)
    assert [silence.note(str(number)) for number in range(SEVERAL + 2)] == [
        *[False] * (SEVERAL - 1),
        True,
        False,
        False,
    ]
    assert [silence.end(), silence.end()] == [True, False]
