"""Command lines that pip and bodega are both given, for ``tests/peers/test_pip_equal.py``.

A row is one command line, what is installed before, and how its output is compared. A row in which bodega
means to differ says why.
"""

from typing import Any

import pytest

from support.twins import SITE

#: Bases: what pip installed before.
SOME = ("alpha==1.0", "beta==1.0", "delta==1.0")
BROKEN = ("older", "newer", "beta==1.0", "alpha==1.0")


def row(name: str, line: str, **case: Any) -> Any:
    """A row of the table. ``says``: how output is compared; ``meant``: (pip's status, ours, why)."""
    case["words"] = line.split() + list(case.pop("more", ()))
    return pytest.param(case, id=name)


FREEZE_FILE = "# first\n-i {index}\nbeta\n\nalpha>=1 # here\nnowhere\n"

INSTALL = [
    row("one", "install alpha"),
    row("several", "install alpha delta"),
    row("with dependencies", "install beta"),
    row("no-deps", "install --no-deps beta"),
    row("pinned", "install alpha==1.1"),
    row("a range", "install alpha<2"),
    row("excluded", "install alpha!=2.0,!=1.1"),
    row("compatible", "install alpha~=1.0"),
    row("another spelling", "install mixed_case.NAME"),
    row("an extra", "install gamma[x]"),
    row("two extras", "install gamma[x,y]"),
    row("an unknown extra", "install gamma[zzz]"),
    row("a marker that holds", "install", more=['alpha; python_version >= "3"']),
    row("a marker that does not", "install", more=['alpha; python_version < "3"']),
    row("markers of dependencies", "install marked"),
    row("a pre-release by flag", "install --pre alpha"),
    row("a pre-release by name", "install alpha>=3.0b1"),
    row("only pre-releases", "install early"),
    row("a yanked one by pin", "install delta==1.1"),
    row("never a yanked one", "install delta"),
    row("for this Python", "install aged"),
    row("a local version", "install local"),
    row("a local version's pin", "install local==1.0"),
    row("a script", "install tool"),
    row("not for this platform", "install foreign", meant=(1, 3, "no solution is exit 3")),
    row("unknown", "install nowhere-at-all", meant=(1, 3, "no solution is exit 3")),
    row("no such version", "install alpha==7", meant=(1, 3, "no solution is exit 3")),
    row("a conflict", "install older newer", meant=(1, 3, "no solution is exit 3")),
    row("a bad requirement", "install a=1", meant=(1, 2, "bad usage is exit 2")),
    row("nothing named", "install", meant=(1, 2, "bad usage is exit 2")),
    row("an unknown option", "install --no-such-option alpha"),
    row("quietly", "install -q alpha", says="same"),
]
CHANGE = [
    row("there already", "install alpha", before=SOME),
    row("upgrade", "install --upgrade alpha", before=SOME),
    row("upgrade only if needed", "install -U beta", before=SOME),
    row("upgrade eagerly", "install -U --upgrade-strategy eager gamma[y]", before=SOME),
    row("downgrade", "install alpha==1.0", before=("alpha==2.0",)),
    row("a dependency is upgraded by need", "install newer", before=SOME),
    row("force-reinstall", "install --force-reinstall --no-deps alpha==1.0", before=SOME),
    row("force-reinstall takes the newest", "install --force-reinstall alpha", before=SOME),
    row("ignore-installed", "install --ignore-installed --no-deps alpha==2.0", before=("alpha==2.0",)),
    row("dry-run", "install --dry-run -U alpha", before=SOME),
    row("what was a dependency is asked for", "install delta", before=SOME),
    row("the installed one is kept in a range", "install beta alpha<3", before=SOME),
]
FILES = [
    row("requirements", "install -r r.txt", files={"r.txt": "alpha==1.0\n# c\ndelta  # d\n"}),
    row("nested requirements", "install -r r.txt", files={"r.txt": "-r sub/s.txt\n", "sub/s.txt": "alpha==1.0\n"}),
    row("a continued line", "install -r r.txt", files={"r.txt": "alpha\\\n==1.0\n"}),
    row("a variable", "install -r r.txt", files={"r.txt": "alpha==${WANTED}\n"}, variables={"WANTED": "1.1"}),
    row("an index in the file", "install -r r.txt", files={"r.txt": "-i {index}\nalpha\n"},
        variables={"PIP_INDEX_URL": "http://127.0.0.1:9/simple/"}),
    row("pre in the file", "install -r r.txt", files={"r.txt": "--pre\nalpha\n"}),
    row("find-links in the file", "install -r r.txt", files={"r.txt": "-f {material}/links\n--no-index\nlinked\n"}),
    row("constraints", "install -c c.txt beta", files={"c.txt": "alpha<2\n"}),
    row("constraints in a file", "install -r r.txt", files={"r.txt": "-c c.txt\nbeta\n", "c.txt": "alpha==1.1\n"}),
    row("constraints by variable", "install beta", files={"c.txt": "alpha==1.1\n"}, variables={"PIP_CONSTRAINT": "c.txt"}),
    row("a missing file", "install -r gone.txt"),
    row("a bad line", "install -r r.txt", files={"r.txt": "alpha ==\n"}, meant=(1, 2, "bad usage is exit 2")),
    row("wrong hashes", "install -r r.txt", files={"r.txt": "alpha==1.0 --hash=sha256:" + "0" * 64 + "\n"},
        meant=(1, 4, "a refusal is exit 4")),
    row("hashes wanted", "install --require-hashes alpha==1.0", meant=(1, 4, "a refusal is exit 4")),
    row("a group", "install --group dev", files={"pyproject.toml": '[dependency-groups]\ndev = ["alpha<2", {include-group = "x"}]\nx = ["delta"]\n'}),
    row("a group by path", "install --group p/pyproject.toml:x", files={"p/pyproject.toml": '[dependency-groups]\nx = ["delta"]\n'}),
    row("a script's requirements", "install --requirements-from-script s.py",
        files={"s.py": '# /// script\n# dependencies = ["alpha<2"]\n# ///\n'}),
]  # fmt: skip
SOURCES = [
    row("an sdist", "install sourced"),
    row("the newer sdist", "install both"),
    row("prefer-binary", "install --prefer-binary both"),
    row("only-binary", "install --only-binary :all: both"),
    row(
        "only-binary without one",
        "install --only-binary :all: sourced",
        meant=(1, 3, "no solution is exit 3"),
    ),
    row("no-binary", "install --no-binary both both"),
    row("a folder", "install {material}/project"),
    row("a folder without dependencies", "install --no-deps {material}/project"),
    row("editable", "install -e {material}/project"),
    row("editable, then listed", "list --format json", before=("-e", "{material}/project"), says="json"),
    row("editable only", "list -e", before=("-e", "{material}/project", "alpha"), says="same"),
    row(
        "without editables",
        "list --exclude-editable",
        before=("-e", "{material}/project", "alpha"),
        says="same",
    ),
    row("editable, frozen", "freeze", before=("-e", "{material}/project", "alpha"), says="same"),
    row("editable from git, frozen", "freeze", before=("-e", "{material}/repository"), says="same"),
    row("a wheel file", "install {material}/links/linked-1.0-py3-none-any.whl"),
    row("an sdist file", "install {material}/links/packed-1.0.tar.gz"),
    row("a wheel by URL", "install {host}files/alpha-1.0-py3-none-any.whl"),
    row("name @ URL", "install", more=["alpha @ {host}files/alpha-1.0-py3-none-any.whl"]),
    row("git", "install git+file://{material}/repository"),
    row("git at a tag", "install git+file://{material}/repository@v1"),
    row("git, editable", "install --src out -e git+file://{material}/repository#egg=tracked", tree=False),
    row("find-links", "install --no-index -f {material}/links linked"),
    row("find-links beside the index", "install -f {material}/links alpha"),
    row("no-index alone", "install --no-index alpha", meant=(1, 3, "no solution is exit 3")),
    row("config settings", "install -C a=b {material}/project"),
    row("no folder", "install ./gone", meant=(1, 2, "bad usage is exit 2")),
]
PLACES = [
    row("target", "install --target out beta"),
    row("target again", "install --target out -U alpha==1.0"),
    row("prefix", "install --prefix out tool"),
    row("root", "install --root out alpha", tree=False),
    row("user in an environment", "install --user alpha", meant=(1, 2, "bad usage is exit 2")),
    row("report", "install --dry-run --quiet --report - beta", says="keys"),
    row("report of what is there", "install --dry-run --quiet --report - alpha", before=SOME, says="keys"),
    row("download", "download -d out beta"),
    row("download without dependencies", "download --no-deps -d out beta"),
    row("download an sdist", "download -d out sourced"),
    row("download for another platform",
        "download -d out --only-binary :all: --platform win32 --python-version 27 --implementation cp --abi cp27m foreign"),
    row("wheel", "wheel -w out sourced"),
    row("wheel with dependencies", "wheel -w out beta"),
]  # fmt: skip
LOOKS = [
    row("list of nothing", "list", says="same"),
    row("list", "list", before=SOME, says="same"),
    row("list -v", "list -v", before=SOME, says="same"),
    row("list json", "list --format json", before=SOME, says="json"),
    row("list json -v", "list --format json -v", before=SOME, says="json"),
    row("list freeze", "list --format freeze", before=SOME, says="same"),
    row("list outdated", "list -o", before=SOME, says="same"),
    row("list outdated json", "list --outdated --format json", before=SOME, says="json"),
    row("list outdated with pre-releases", "list -o --pre", before=SOME, says="same"),
    row("list uptodate", "list -u", before=SOME, says="same"),
    row(
        "list outdated as freeze", "list -o --format freeze", before=SOME, meant=(1, 2, "bad usage is exit 2")
    ),
    row("list both", "list -o -u", before=SOME, meant=(1, 2, "bad usage is exit 2")),
    row("list not required", "list --not-required", before=SOME, says="same"),
    row("list without one", "list --exclude Alpha --exclude delta", before=SOME, says="same"),
    row("list local", "list --local", before=SOME, says="same"),
    row("list user", "list --user", before=SOME, says="same"),
    row("list a folder", "list --path {here}/env/lib", before=SOME, says="same"),
    row("list a folder and local", "list --path . --local", before=SOME, meant=(1, 2, "bad usage is exit 2")),
    row(
        "list and a general option before it",
        "--disable-pip-version-check --no-color list",
        before=SOME,
        says="same",
    ),
    row("show", "show alpha", before=SOME, says="same"),
    row("show several", "show beta alpha", before=SOME, says="same"),
    row("show all", "show -f -v summed tool", before=("summed", "tool"), says="same"),
    row("show what is not there", "show nowhere", before=SOME, says="same"),
    row("show one that is there and one that is not", "show nowhere alpha", before=SOME, says="same"),
    row("show nothing", "show", meant=(1, 2, "bad usage is exit 2")),
    row("show an editable", "show placed", before=("-e", "{material}/project", "delta==1.0"), says="same"),
    row("freeze", "freeze", before=SOME, says="same"),
    row("freeze all", "freeze --all", before=SOME, says="same"),
    row("freeze without one", "freeze --exclude alpha", before=SOME, says="same"),
    row("freeze in order", "freeze -r r.txt", before=SOME, files={"r.txt": FREEZE_FILE}, says="same"),
    row(
        "freeze a wheel file", "freeze", before=("{material}/links/linked-1.0-py3-none-any.whl",), says="same"
    ),
    row("freeze git", "freeze", before=("git+file://{material}/repository@v1",), says="same"),
    row("check", "check", before=SOME, says="same"),
    row("check a conflict", "check", before=("newer", "alpha==1.0"), says="lines"),
    row("check what is missing", "check", before=("beta==2.0", "older"), says="lines"),
    row("inspect", "inspect", before=SOME, says="inspect"),
    row(
        "inspect direct",
        "inspect --local",
        before=("{material}/links/linked-1.0-py3-none-any.whl",),
        says="inspect",
    ),
    row("index versions", "index versions alpha", says="same"),
    row("index versions installed", "index versions alpha", before=SOME, says="same"),
    row("index versions with pre", "index versions --pre alpha", says="same"),
    row("index versions json", "index versions alpha --json", before=SOME, says="json"),
    row("index versions of nothing", "index versions nowhere-at-all"),
    row("index versions of pre-releases", "index versions early"),
    row("index without an act", "index", meant=(1, 2, "bad usage is exit 2")),
    row("hash", "hash {material}/links/linked-1.0-py3-none-any.whl", says="same"),
    row("hash sha512", "hash -a sha512 {material}/links/linked-1.0-py3-none-any.whl", says="same"),
    row("hash md5", "hash -a md5 {material}/links/linked-1.0-py3-none-any.whl"),
    row("hash of nothing", "hash gone.whl", meant=(2, 1, "what cannot be read is a failure, not bad usage")),
    row("cache list of nothing", "cache remove nowhere"),
    row("cache without an act", "cache", meant=(1, 2, "bad usage is exit 2")),
    row("debug", "debug"),
    row("help of a command", "help list"),
    row("help of nothing known", "help nowhere", meant=(1, 2, "bad usage is exit 2")),
    row("an unknown command", "instal", meant=(1, 2, "bad usage is exit 2")),
]
CONFIG = "[global]\ntimeout = 9\n[install]\nno-deps = yes\n"
CONFIGURATION = [
    row("config list", "config list", files={".config/pip/pip.conf": CONFIG}, says="same"),
    row("config list user", "config --user list", files={".config/pip/pip.conf": CONFIG}, says="same"),
    row("config get", "config get global.timeout", files={".config/pip/pip.conf": CONFIG}, says="same"),
    row("config get of a variable", "config get :env:.index-url", says="same"),
    row("config get of nothing", "config get global.nothing"),
    row("config get of no key", "config get nothing"),
    row("config set", "config set global.retries 3", files={"out/pip.conf": CONFIG}, variables={"PIP_CONFIG_FILE": "out/pip.conf"}),
    row("config unset", "config unset global.timeout", files={"out/pip.conf": CONFIG}, variables={"PIP_CONFIG_FILE": "out/pip.conf"}),
    row("config set user", "config --user set install.find-links /x", variables={"XDG_CONFIG_HOME": "{here}/out"}),
    row("config set site", "config --site set global.timeout 5"),
    row("config debug", "config debug", files={".config/pip/pip.conf": CONFIG}, says="same"),
    row("config of two files", "config --user --site list", meant=(1, 2, "bad usage is exit 2")),
    row("config heeded", "install beta", files={".config/pip/pip.conf": CONFIG}),
    row("the environment's own configuration heeded", "install beta", files={"env/pip.conf": CONFIG}),
    row("the environment's own index heeded", "install alpha", files={"env/pip.conf": "[global]\nindex-url = {index}\n"},
        variables={"PIP_INDEX_URL": ""}),
    row("the stronger of two files", "config get install.no-deps", files={".config/pip/pip.conf": CONFIG, "env/pip.conf": "[install]\nno-deps = no\n"}, says="same"),
    row("a variable heeded", "install beta", variables={"PIP_NO_DEPS": "1"}),
    row("variables left out", "--isolated install alpha --index-url {index}", variables={"PIP_NO_DEPS": "x", "PIP_PRE": "1"}),
]  # fmt: skip
REMOVE = [
    row("uninstall", "uninstall -y alpha", before=SOME),
    row("uninstall several", "uninstall -y alpha Beta", before=SOME),
    row("uninstall by file", "uninstall -y -r r.txt", before=SOME, files={"r.txt": "alpha==7\ndelta\n"}),
    row("uninstall what is not there", "uninstall -y nowhere", before=SOME),
    row("uninstall one that is there and one that is not", "uninstall -y nowhere alpha", before=SOME),
    row("uninstall nothing", "uninstall -y", meant=(1, 2, "bad usage is exit 2")),
    row("uninstall, and yes", "uninstall alpha", before=SOME, stdin="y\n"),
    row("uninstall, and no", "uninstall alpha", before=SOME, stdin="n\n"),
    row("uninstall, and nobody answers", "uninstall alpha", before=SOME),
    row("uninstall an editable", "uninstall -y placed", before=("-e", "{material}/project")),
    row("uninstall scripts", "uninstall -y tool", before=("tool",)),
]
#: What older tools left: an install with a list of its files, one without, and one that only points elsewhere.
OLD = {
    f"env/{SITE}/listed-1.0.egg-info/PKG-INFO": "Metadata-Version: 1.0\nName: listed\nVersion: 1.0\n",
    f"env/{SITE}/listed-1.0.egg-info/requires.txt": "alpha>=5\n\n[x]\ndelta\n",
    f"env/{SITE}/listed-1.0.egg-info/installed-files.txt": "../listed.py\nPKG-INFO\nrequires.txt\n",
    f"env/{SITE}/listed.py": "",
    f"env/{SITE}/flat-2.0.egg-info": "Metadata-Version: 1.0\nName: flat\nVersion: 2.0\n",
    f"env/{SITE}/dev.egg-link": "{here}/src\n.",
    f"env/{SITE}/easy-install.pth": "{here}/src\n",
    "src/dev.egg-info/PKG-INFO": "Metadata-Version: 1.0\nName: dev\nVersion: 3.0\n",
}
#: An environment through which the interpreter's own projects show.
OUTER = {"env/pyvenv.cfg": "home = {pythons}\ninclude-system-site-packages = true\n"}
INHERITED = [
    row("old forms, listed", "list -v", before=SOME, files=OLD, says="same"),
    row("old forms, editable only", "list -e --format json", before=SOME, files=OLD, says="json"),
    row("old forms, shown", "show -f listed dev", before=SOME, files=OLD, says="same"),
    row("old forms, checked", "check", before=SOME, files=OLD, says="lines"),
    row("old forms, frozen", "freeze", before=SOME, files=OLD, says="same"),
    row("old forms, inspected", "inspect", before=SOME, files=OLD, says="inspect"),
    row("old forms, one removed", "uninstall -y listed", files=OLD),
    row("old forms, one without a list", "uninstall -y flat", files=OLD, meant=(1, 4, "a refusal is exit 4")),
    row("outer projects, listed", "list", before=SOME, files=OUTER, says="same"),
    row("outer projects, local only", "list --local", before=SOME, files=OUTER, says="same"),
    row("outer projects, the user's only", "list --user", before=SOME, files=OUTER, says="same"),
    row("outer projects, frozen", "freeze", before=SOME, files=OUTER, says="lines"),
    row("outer projects, local frozen", "freeze -l", before=SOME, files=OUTER, says="same"),
    row("outer projects, not removed", "uninstall -y pip", before=SOME, files=OUTER),
    row("broken metadata, listed", "list", before=SOME,
        files={f"env/{SITE}/bad-1.dist-info/METADATA": "garbage", f"env/{SITE}/~lpha-1.dist-info/METADATA": "Name: x"}),
    row("broken requirements, checked", "check", before=SOME, says="lines",
        files={f"env/{SITE}/bad-1.dist-info/METADATA": "Name: bad\nVersion: 1\nRequires-Dist: ((\n\n"}),
]  # fmt: skip
TABLE = [*INHERITED, *INSTALL, *CHANGE, *FILES, *SOURCES, *PLACES, *LOOKS, *CONFIGURATION, *REMOVE]
