import pytest


def test_fragments_become_a_section(small, tool):
    (small / "changelog.d/pull.added.md").write_text("Files are pulled\nthrough.\n")
    (small / "changelog.d/crash.fixed.md").write_text("No crash.\n")
    assert tool("changelog", small).stdout == "2 fragments\n"
    done = tool("changelog", small, "--collect", "0.2.0")
    assert (
        done.stdout == "## 0.2.0\n\n### Added\n\n- Files are pulled through.\n\n### Fixed\n\n- No crash.\n\n"
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pull.md", "Text.\n"),
        ("pull.new.md", "Text.\n"),
        ("pull.added.txt", "Text.\n"),
        ("pull.added.md", " \n"),
        ("pull.added.md", "# Heading\n"),
    ],
)
def test_a_fragment_that_cannot_be_collected_is_refused(small, tool, name, text):
    (small / "changelog.d" / name).write_text(text)
    done = tool("changelog", small)
    assert done.returncode == 1
    assert name in done.stderr
