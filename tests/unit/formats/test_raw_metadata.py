from bodega.formats.raw_metadata import read_raw_metadata


def document(*lines: str, body: str = "") -> bytes:
    head = "Metadata-Version: 2.4\nName: a\nVersion: 1.0\n" + "".join(f"{line}\n" for line in lines)
    return f"{head}\n{body}".encode()


def test_fields_are_given_as_they_stand():
    raw = read_raw_metadata(
        document(
            "Summary: short",
            "Keywords: one,two",
            "Project-URL: Source, https://example.org/a",
            "Requires-Dist: b>=1",
            "Requires-Dist: nonsense ==",
            "Provides-Extra: x",
            "Dynamic: license",
            body="Long words\n",
        )
    )
    assert raw["summary"] == "short"
    assert raw["keywords"] == ["one", "two"]
    assert raw["project_urls"] == {"Source": "https://example.org/a"}
    assert raw["requires_dist"] == ["b>=1", "nonsense =="]
    assert (raw["provides_extra"], raw["dynamic"]) == (["x"], ["license"])
    assert raw["description"] == "Long words\n"


def test_unknown_is_nothing():
    raw = read_raw_metadata(document("Home-page: UNKNOWN", "License: UNKNOWN", "Platform: UNKNOWN"))
    assert not {"home_page", "license", "platforms"} & set(raw)


def test_urls_under_one_label_leave_the_first():
    raw = read_raw_metadata(document("Project-URL: A, https://one", "Project-URL: A, https://two"))
    assert raw["project_urls"] == {"A": "https://one"}


def test_bytes_that_are_no_metadata_give_nothing():
    for junk in (b"", b"\x00\xff" * 50, b"<html>", b"Name\n\n"):
        assert "name" not in read_raw_metadata(junk)
