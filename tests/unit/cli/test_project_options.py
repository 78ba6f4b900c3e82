from bodega.cli.lock import parser
from bodega.cli.project_options import settle
from bodega.installer.inputs.project_file import read_project

TEXT = """
[project]
name = "demo"
version = "1"
[tool.bodega.sources]
torch = { index = "wheels" }
[[tool.bodega.index]]
name = "wheels"
url = "https://wheels.example.org/simple/"
explicit = true
"""
PIN = "torch=https://wheels.example.org/simple/"


def test_each_pin_of_a_project_is_taken_once_and_before_those_of_the_command_line(tmp_path):
    path = tmp_path / "pyproject.toml"
    path.write_text(TEXT)
    options = parser().parse_args(["--index-pin", "six=https://other.example.org/simple/"])
    settle(options, read_project(str(path)))
    assert options.index_pin == [PIN, "six=https://other.example.org/simple/"]
    assert options.extra_index_url == []
