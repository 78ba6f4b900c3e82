"""What every transport promises, checked against real sockets on loopback."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bodega.adapters.http.configuration import HttpConfiguration
from bodega.adapters.http.dialing import Dialer
from bodega.adapters.http.transport import HttpTransport
from bodega.simple_api.transport import (
    AnswerTooLargeError,
    BadRedirectError,
    IndexStatusError,
    IndexUnreachableError,
    OutOfReachError,
    TruncatedDownloadError,
)


class Peer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen: list[tuple[str, dict[str, str]]]
    flaky: int = 0
    elsewhere: str = ""

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        cls = type(self)
        cls.seen.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        getattr(self, f"answer_{self.path.strip('/').split('/')[0]}")()

    def send(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer_plain(self) -> None:
        self.send(200, b"hello")

    def answer_zipped(self) -> None:
        self.send(200, gzip.compress(b"z" * 1000), Content_Encoding="gzip")

    def answer_bomb(self) -> None:
        self.send(200, gzip.compress(b"\0" * 50_000_000), Content_Encoding="gzip")

    def answer_cut(self) -> None:
        self.send(200, b"half", Content_Length="100")
        self.close_connection = True

    def answer_hop(self) -> None:
        self.send(302, Location="/plain")

    def answer_loop(self) -> None:
        self.send(302, Location="/loop")

    def answer_file(self) -> None:
        self.send(302, Location="file:///etc/passwd")

    def answer_away(self) -> None:
        self.send(302, Location=type(self).elsewhere)

    def answer_flaky(self) -> None:
        cls = type(self)
        cls.flaky -= 1
        self.send(503 if cls.flaky >= 0 else 200, b"ok")

    def answer_missing(self) -> None:
        self.send(404, b"no such thing")

    def answer_goodbye(self) -> None:
        # Says keep-alive and closes all the same, as servers do after an idle time.
        self.send(200, b"hello")
        self.close_connection = True


@contextmanager
def serving() -> Iterator[tuple[str, type[Peer]]]:
    handler = type("OnePeer", (Peer,), {"seen": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", handler
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def transport(**settings: object) -> HttpTransport:
    return HttpTransport(HttpConfiguration(user_agent="bodega/test", backoff=0.01, **settings))


def body(client: HttpTransport, url: str, limit: int = 1 << 20) -> bytes:
    with client.get(url) as answer:
        if answer.status != 200:
            raise IndexStatusError(url, answer.status)
        return answer.read(limit)


def test_bodies_are_read_whole_and_content_decoded() -> None:
    with serving() as (base, _):
        client = transport()
        assert body(client, f"{base}/plain") == b"hello"
        assert body(client, f"{base}/zipped") == b"z" * 1000
        client.close()


def test_a_small_answer_that_inflates_beyond_the_limit_is_refused() -> None:
    with serving() as (base, _):
        client = transport()
        with pytest.raises(AnswerTooLargeError):
            body(client, f"{base}/bomb", limit=1_000_000)
        client.close()


def test_a_cut_answer_is_an_error_that_says_how_much_arrived() -> None:
    with serving() as (base, _):
        client = transport()
        with pytest.raises(TruncatedDownloadError) as raised:
            body(client, f"{base}/cut")
        assert (raised.value.got, raised.value.expected) == (4, 100)
        client.close()


def test_redirects_are_followed_but_not_for_ever_and_not_to_files() -> None:
    with serving() as (base, _):
        client = transport(retries=0)
        assert body(client, f"{base}/hop") == b"hello"
        with pytest.raises(BadRedirectError, match="redirects where nothing can be asked"):
            body(client, f"{base}/loop")
        with pytest.raises(BadRedirectError) as raised:
            body(client, f"{base}/file")
        assert "http and https" in str(raised.value.why)
        client.close()


def test_credentials_never_follow_a_redirect_to_another_origin() -> None:
    with serving() as (base, first), serving() as (other, second):
        first.elsewhere = f"{other}/plain"
        client = transport()
        assert body(client, base.replace("http://", "http://user:secret@") + "/away") == b"hello"
        assert first.seen[0][1]["authorization"].startswith("Basic ")
        assert "authorization" not in second.seen[0][1]
        client.close()


def test_credentials_never_stand_in_an_error() -> None:
    client = transport(retries=0)
    with pytest.raises(IndexUnreachableError) as raised:
        body(client, "http://user:secret@127.0.0.1:9/x")
    assert "secret" not in f"{raised.value} {raised.value.why} {raised.value.url}"


def test_an_overloaded_index_is_asked_again() -> None:
    with serving() as (base, handler):
        handler.flaky = 2
        client = transport()
        assert body(client, f"{base}/flaky") == b"ok"
        assert len(handler.seen) == 3
        client.close()


def test_any_other_status_is_an_answer() -> None:
    with serving() as (base, _):
        client = transport()
        with client.get(f"{base}/missing") as answer:
            assert (answer.status, answer.read(100)) == (404, b"no such thing")
        client.close()


def test_a_kept_connection_that_went_stale_is_no_failure() -> None:
    with serving() as (base, _):
        client = transport(retries=0)
        for _ in range(3):
            assert body(client, f"{base}/goodbye") == b"hello"
        client.close()


def test_no_answer_is_an_unreachable_index() -> None:
    client = transport(retries=1)
    with pytest.raises(IndexUnreachableError) as raised:
        body(client, "http://127.0.0.1:9/simple/")
    assert "refused" in str(raised.value.why)
    with pytest.raises(IndexUnreachableError):
        body(client, "http://" + "a" * 300 + ".example/")


def test_a_body_that_drips_is_given_up() -> None:
    with serving() as (base, handler):

        def drip(self: Peer) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            for _ in range(1000):
                try:
                    self.wfile.write(b".")
                except OSError:
                    return
                threading.Event().wait(0.02)

        handler.answer_drip = drip
        client = transport(minimum_rate=10_000, rate_window=0.2)
        with pytest.raises(IndexUnreachableError) as raised, client.get(f"{base}/drip") as answer:
            list(answer.pieces())
        assert "bytes a second" in str(raised.value.why)
        client.close()


def test_a_head_that_drips_is_given_up() -> None:
    with serving() as (base, handler):

        def drip(self: Peer) -> None:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for _ in range(1000):
                try:
                    self.wfile.write(b"x: y\r\n"[_ % 6 :][:1])
                except OSError:
                    return
                threading.Event().wait(0.02)

        handler.answer_drip = drip
        client = transport(retries=0, head_patience=0.3)
        with pytest.raises(IndexUnreachableError) as raised:
            body(client, f"{base}/drip")
        assert raised.value.why == "no answer in time"
        client.close()


def test_a_page_takes_only_so_long_in_all() -> None:
    with serving() as (base, handler):

        def steady(self: Peer) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "100000000")
            self.end_headers()
            for _ in range(1000):
                try:
                    self.wfile.write(b"." * 100_000)
                except OSError:
                    return
                threading.Event().wait(0.02)

        handler.answer_steady = steady
        client = transport(read_patience=0.2)
        with pytest.raises(IndexUnreachableError) as raised:
            body(client, f"{base}/steady", limit=1 << 30)
        assert "longer than" in str(raised.value.why)
        client.close()


def test_a_server_that_asks_for_a_long_pause_is_not_waited_for() -> None:
    with serving() as (base, handler):
        handler.answer_busy = lambda self: self.send(429, b"busy", Retry_After="3600")
        client = transport()
        with client.get(f"{base}/busy") as answer:
            assert (answer.status, answer.headers["retry-after"]) == (429, "3600")
        assert len(handler.seen) == 1
        client.close()


# Decimal addresses: names as far as a URL tells, and yet the resolver of the system knows what they mean.
LOOPBACK, METADATA = "2130706433", "2852039166"


def test_a_name_that_resolves_into_this_machine_is_out_of_reach_for_a_public_index() -> None:
    with serving() as (base, handler):
        client = transport(home="http://8.8.8.8/simple/", retries=0)
        for place in (base, base.replace("127.0.0.1", LOOPBACK), base.replace("127.0.0.1", "localhost")):
            with pytest.raises(OutOfReachError):
                body(client, f"{place}/plain")
        assert handler.seen == []
        client.close()


def test_an_index_in_this_machine_keeps_its_files_beside_itself() -> None:
    with serving() as (base, handler):
        client = transport(home=f"{base}/simple/")
        assert body(client, f"{base.replace('127.0.0.1', LOOPBACK)}/plain") == b"hello"
        assert body(client, f"{base}/plain") == b"hello"
        for number, place in enumerate(("169.254.169.254", METADATA)):
            handler.elsewhere = f"http://{place}/latest/"
            with pytest.raises(OutOfReachError):
                body(client, f"{base}/away")
            assert len(handler.seen) == number + 3, "a redirect is judged before it is followed, and no tries"
        client.close()


def test_an_index_cannot_move_itself_nearer_later_on() -> None:
    dial = Dialer("http://index.example.org/simple/")
    dial._addresses = ("8.8.8.8",)
    with serving() as (base, _):
        port = int(base.rpartition(":")[2])
        with pytest.raises(OutOfReachError):
            dial(("127.0.0.1", port), 1.0)


def test_the_home_s_credentials_go_to_its_own_origin_and_nowhere_else() -> None:
    with serving() as (base, first), serving() as (other, second):
        asked: list[str] = []

        def known(host: str) -> str:
            asked.append(host)
            return "Basic bmV0cmM="

        home = base.replace("http://", "http://user:secret@")
        client = transport(home=f"{home}/simple/", credentials=known)
        assert body(client, f"{base}/plain") == b"hello"
        assert body(client, f"{other}/plain") == b"hello"
        assert first.seen[0][1]["authorization"] == "Basic dXNlcjpzZWNyZXQ="
        assert "authorization" not in second.seen[0][1], "netrc is not for plain http elsewhere"
        assert asked == []
        client.close()


def test_credentials_given_with_a_page_are_those_of_the_files_beside_it() -> None:
    with serving() as (base, handler):
        client = transport()
        assert body(client, base.replace("http://", "http://user:secret@") + "/plain") == b"hello"
        assert body(client, f"{base}/zipped") == b"z" * 1000
        assert handler.seen[1][1]["authorization"] == handler.seen[0][1]["authorization"]
        client.close()


def test_credentials_of_an_index_are_known_before_it_is_asked() -> None:
    with serving() as (base, first), serving() as (other, second):
        client = transport()
        client.know(base.replace("http://", "http://user:secret@") + "/simple/")
        assert body(client, f"{base}/plain") == b"hello"
        assert body(client, f"{other}/plain") == b"hello"
        assert first.seen[0][1]["authorization"] == "Basic dXNlcjpzZWNyZXQ="
        assert "authorization" not in second.seen[0][1]
        client.close()
