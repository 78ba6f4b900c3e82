"""Which variables of the environment a build is given: what compilers need, and nothing secret."""

import re
from collections.abc import Mapping

#: Whose settings are nobody's business in a build, or would lead it out of its own environment.
_PREFIXES = (
    "BODEGA_",
    "PIP_",
    "UV_",
    "PDM_",
    "POETRY_",
    "TWINE_",
    "FLIT_",
    "HATCH_INDEX_",
    "AWS_",
    "AZURE_",
    "GOOGLE_",
    "GITHUB_",
    "GITLAB_",
    "GH_",
    "DOCKER_",
    "KUBE",
    "PYTHON",
    "_PYPROJECT_HOOKS_",
)
_NAMES = frozenset(
    {
        "VIRTUAL_ENV",
        "DBUS_SESSION_BUS_ADDRESS",
        "GNUPGHOME",
        "NETRC",
        "SSH_AGENT_PID",
        "DATABASE_URL",
        "XAUTHORITY",
    }
)
_SECRET = re.compile(
    r"TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|SIGNING_?KEY|AUTH|COOKIE",
    re.IGNORECASE,
)
_USER_INFO = re.compile(r"://[^/\s@]+@")
#: What changes a compiled result although the source is the same, so that a kept one is not taken for it.
COMPILING = (
    "AR",
    "ARCHFLAGS",
    "ARFLAGS",
    "CARGO_BUILD_TARGET",
    "CC",
    "CFLAGS",
    "CMAKE_ARGS",
    "CMAKE_GENERATOR",
    "CMAKE_PREFIX_PATH",
    "CPATH",
    "CPPFLAGS",
    "CXX",
    "CXXFLAGS",
    "FC",
    "FFLAGS",
    "LDFLAGS",
    "LDSHARED",
    "LIBRARY_PATH",
    "MACOSX_DEPLOYMENT_TARGET",
    "PKG_CONFIG_PATH",
    "RUSTFLAGS",
    "SETUPTOOLS_SCM_PRETEND_VERSION",
    "SOURCE_DATE_EPOCH",
)


def passed_on(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that a build sees, without those that hold secrets or steer other tools."""
    return {
        name: value
        for name, value in environ.items()
        if not name.startswith(_PREFIXES)
        and name not in _NAMES
        and not _SECRET.search(name)
        and not _USER_INFO.search(value)
    }


def compiling(environ: Mapping[str, str]) -> list[tuple[str, str]]:
    """The variables that change what compilers make, sorted."""
    return [(name, environ[name]) for name in COMPILING if environ.get(name)]
