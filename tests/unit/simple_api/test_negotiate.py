import pytest

from bodega.simple_api.negotiate import acceptable_coding, acceptable_form, accepts, content_type, form_named

J = "application/vnd.pypi.simple.v1+json"
H = "application/vnd.pypi.simple.v1+html"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "html"),
        ("*/*", "html"),
        (J, "json"),
        (f"{J}, {H};q=0.1, text/html;q=0.01", "json"),
        (f"{J};q=0.1, {H};q=0.2", "html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
        ("application/vnd.pypi.simple.latest+json", "json"),
        ("application/json", "json"),
        ("application/*", "json"),
        ("text/html;q=0, */*;q=0.5", "json"),
        (f"{J};q=0, text/html", "html"),
        ("image/png", None),
        ("application/vnd.pypi.simple.v2+json", None),
        (f"{J};q=0", None),
        (f"{J};q=nonsense", None),
        (f"{J.upper()} ; q=1.0", "json"),
    ],
)
def test_forms(accept, form):
    assert acceptable_form(accept) == form


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        ("", "identity"),
        ("identity", "identity"),
        ("gzip, deflate", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("zstd;q=0.5, gzip;q=0.9", "gzip"),
        ("*", "zstd"),
        ("zstd;q=0, *", "gzip"),
        ("br", "identity"),
    ],
)
def test_codings(accept, coding):
    assert acceptable_coding(accept) == coding


def test_format_parameters():
    assert form_named(J) == "json"
    assert form_named("text/html") == "html"
    assert form_named(J.replace("+", " ")) == "json"
    assert form_named("application/xml") is None


@pytest.mark.parametrize(
    ("form", "accept", "kind"),
    [
        ("json", J, J),
        ("json", "application/vnd.pypi.simple.latest+json", J),
        ("html", "", "text/html"),
        ("html", "*/*", "text/html"),
        ("html", "text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("html", H, H),
        ("html", "application/vnd.pypi.simple.latest+html", H),
        ("html", f"{J};q=0, {H};q=0.1, text/html;q=0.01", H),
        ("html", f"{H};q=0.1, text/html", "text/html"),
        ("html", "application/vnd.pypi.simple.v1 html", H),
    ],
)
def test_types(form, accept, kind):
    assert content_type(form, accept) == kind


@pytest.mark.parametrize(
    ("accept", "right"),
    [
        ("", True),
        ("*/*", True),
        ("application/*", True),
        ("application/vnd.pypi.integrity.v1+json", True),
        ("text/html, */*;q=0.1", True),
        ("text/html", False),
        ("application/json", False),
        ("*/*, application/vnd.pypi.integrity.v1+json;q=0", False),
    ],
)
def test_whether_one_type_is_taken(accept: str, right: bool) -> None:
    assert accepts(accept, "application/vnd.pypi.integrity.v1+json") is right
