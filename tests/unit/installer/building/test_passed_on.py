"""A build gets the variables that compilers need, and no secret."""

import pytest

from bodega.installer.building.passed_on import compiling, passed_on


@pytest.mark.parametrize(
    "name",
    ["PATH", "HOME", "LANG", "CC", "CFLAGS", "CMAKE_ARGS", "http_proxy", "SETUPTOOLS_SCM_PRETEND_VERSION"],
)
def test_what_a_build_needs(name):
    assert passed_on({name: "value"}) == {name: "value"}


@pytest.mark.parametrize(
    "name",
    [
        "BODEGA_TOKEN",
        "PIP_INDEX_URL",
        "UV_INDEX",
        "TWINE_PASSWORD",
        "AWS_ACCESS_KEY_ID",
        "GITHUB_TOKEN",
        "MY_API_KEY",
        "npm_config__auth",
        "SSH_AUTH_SOCK",
        "DB_PASSWORD",
        "CI_JOB_TOKEN",
        "client_secret",
        "PYTHONPATH",
        "PYTHONHOME",
        "VIRTUAL_ENV",
    ],
)
def test_what_is_nobodys_business(name):
    assert passed_on({name: "value"}) == {}


def test_a_value_with_credentials_in_it_stays_here():
    environ = {"MIRROR": "https://user:word@example.org/", "PLAIN": "https://example.org/a@b"}
    assert passed_on(environ) == {"PLAIN": "https://example.org/a@b"}


def test_variables_of_compilers_are_part_of_what_a_result_is_kept_under():
    assert compiling({"CFLAGS": "-O0", "CC": "", "HOME": "/x"}) == [("CFLAGS", "-O0")]
