"""Requirements files in pip's grammar."""

import pytest

from bodega.installer.inputs.errors import RequirementsFileError, UnreadableInputError
from bodega.installer.inputs.requirements_file import Inputs, RequirementsReader


def read(
    files: dict[str, str | bytes], start: str = "r.txt", environment: dict[str, str] | None = None
) -> Inputs:
    def reader(path: str) -> bytes:
        try:
            content = files[path]
        except KeyError:
            raise FileNotFoundError(2, "No such file or directory", path) from None
        return content if isinstance(content, bytes) else content.encode()

    requirements = RequirementsReader(environment or {}, reader)
    requirements.requirements(start)
    return requirements.inputs


def texts(inputs: Inputs) -> list[str]:
    return [line.text for line in inputs.requirements]


def test_comments_blank_lines_and_continuations() -> None:
    inputs = read({"r.txt": "# head\n\nrequests>=2 # why\nflask[async] \\\n  >=3,<4\nname#notacomment\n"})
    assert texts(inputs) == ["requests>=2", "flask[async]   >=3,<4", "name#notacomment"]
    assert inputs.requirements[1].origin == "r.txt, line 4"


def test_hashes_stay_with_their_requirement() -> None:
    inputs = read({"r.txt": "a==1 --hash=sha256:aa \\\n --hash sha256:bb\nb==2\n"})
    assert [(line.text, line.hashes) for line in inputs.requirements] == [
        ("a==1", ("sha256:aa", "sha256:bb")),
        ("b==2", ()),
    ]


def test_a_url_with_options_in_its_query_is_left_alone() -> None:
    assert texts(read({"r.txt": "a @ https://example.org/a.whl?x=--y#sha256=00\n"})) == [
        "a @ https://example.org/a.whl?x=--y#sha256=00"
    ]


def test_options_of_the_run() -> None:
    inputs = read({"r.txt": "--index-url https://example.org/simple/\n-f ./wheels\n--pre\n-i=http://x/\n"})
    assert inputs.options == {
        "index_url": ["https://example.org/simple/", "http://x/"],
        "find_links": ["./wheels"],
    }
    assert inputs.flags == {"pre"}


def test_includes_are_relative_to_their_file_and_constraints_only_narrow() -> None:
    files = {
        "d/r.txt": "-r more.txt\n-c narrow.txt\n-e ./here\n",
        "d/more.txt": "a\n",
        "d/narrow.txt": "a<2\n",
    }
    inputs = read(files, "d/r.txt")
    assert texts(inputs) == ["a", "./here"]
    assert inputs.requirements[1].editable
    assert [line.text for line in inputs.constraints] == ["a<2"]


def test_only_upper_case_variables_in_braces_are_expanded() -> None:
    environment = {"TOKEN": "t", "lower": "no"}
    inputs = read({"r.txt": "a @ https://${TOKEN}@x/$TOKEN/${lower}/${UNSET}\n"}, environment=environment)
    assert texts(inputs) == ["a @ https://t@x/$TOKEN/${lower}/${UNSET}"]


@pytest.mark.parametrize(
    "content",
    ["\ufeffa\n".encode(), "\ufeffa\n".encode("utf-16-le"), b"# -*- coding: latin-1 -*-\na # \xe9\n"],
)
def test_encodings(content: bytes) -> None:
    assert texts(read({"r.txt": content})) == ["a"]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("--frobnicate\n", RequirementsFileError),
        ("--index-url\n", RequirementsFileError),
        ("a==1 --nope=1\n", RequirementsFileError),
        ("-r 'open\n", RequirementsFileError),
        ("-r missing.txt\n", UnreadableInputError),
        ("-r r.txt\n", UnreadableInputError),
        (b"\xff\n", UnreadableInputError),
    ],
)
def test_bad_files_are_refused_with_the_place(content: str | bytes, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"r\.txt|missing\.txt"):
        read({"r.txt": content})


def test_what_a_file_behind_a_url_names_is_beside_it_there() -> None:
    files = {
        "https://u:p@example.org/a/r.txt": "-r more/x.txt\n-c /narrow.txt\nb\n",
        "https://u:p@example.org/a/more/x.txt": "a\n",
        "https://u:p@example.org/narrow.txt": "a<2\n",
    }
    inputs = read(files, "https://u:p@example.org/a/r.txt")
    assert texts(inputs) == ["a", "b"]
    assert [line.text for line in inputs.constraints] == ["a<2"]
    assert inputs.requirements[1].origin == "https://example.org/a/r.txt, line 3"


def test_a_local_file_may_name_a_url_and_one_file_twice() -> None:
    files = {"d/r.txt": "-r https://example.org/x.txt\n-r ../x.txt\n-r ../d/../x.txt\n"}
    inputs = read({**files, "https://example.org/x.txt": "a\n", "x.txt": "b\n"}, "d/r.txt")
    assert texts(inputs) == ["a", "b", "b"]


def test_files_that_include_each_other_are_named() -> None:
    with pytest.raises(UnreadableInputError) as caught:
        read({"r.txt": "-r b.txt\n", "b.txt": "-r ./r.txt\n"})
    assert (caught.value.path, caught.value.why) == ("r.txt", "it includes itself, by way of b.txt")


def test_what_a_constraints_file_requires_is_required_as_by_pip() -> None:
    inputs = read({"r.txt": "-c c.txt\n", "c.txt": "a<2\n-r more.txt\n", "more.txt": "b\n"})
    assert (texts(inputs), [line.text for line in inputs.constraints]) == (["b"], ["a<2"])


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("--requirment more.txt", 0, "did you mean --requirement?"),
        ("a==1 --hsh=sha256:00", 5, "the option --hsh is not known after a requirement"),
        (
            "a==1 --config-settings=x=y",
            5,
            "--config-settings is not followed for one requirement: give it to the command, for all builds",
        ),
        ("--index-url", 11, "needs a value"),
    ],
)
def test_a_line_that_cannot_be_read_says_where_in_it(line: str, column: int, words: str) -> None:
    with pytest.raises(RequirementsFileError, match=words) as caught:
        read({"r.txt": f"\n{line}\n"})
    assert (caught.value.line, caught.value.text, caught.value.column) == (2, line, column)


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [("a[x]<2", 1, "cannot have extras"), ("-e ./here", 0, "cannot be editable")],
)
def test_constraints_have_neither_extras_nor_are_editable_as_by_pip(
    line: str, column: int, words: str
) -> None:
    with pytest.raises(RequirementsFileError, match=words) as caught:
        read({"r.txt": "-c c.txt\n", "c.txt": f"{line}\n"})
    assert (caught.value.path, caught.value.column) == ("c.txt", column)
