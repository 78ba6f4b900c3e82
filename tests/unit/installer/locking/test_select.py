import pytest

from bodega.formats.targets import Target
from bodega.installer.locking.errors import LockInvalidError, LockUnfitError, LockUnreadableError
from bodega.installer.locking.lock import lock_document, lock_text
from bodega.installer.locking.select import select_from_lock, selection_of
from support.memory_index import TARGET, MemoryCache, index, resolve

HASH = "0" * 64
HEAD = 'lock-version = "1.0"\ncreated-by = "someone"\n'


def entry(name="lib", tags="py3-none-any", more="", url="https://files.example.org/"):
    wheel = f'{{ url = "{url}{name}-1-{tags}.whl", size = 7, hashes = {{ sha256 = "{HASH}" }} }}'
    return f'[[packages]]\nname = "{name}"\nversion = "1"\n{more}\nwheels = [{wheel}]\n'


@pytest.fixture
def select(tmp_path):
    def chosen(text, target=TARGET, cache=None):
        path = tmp_path / "pylock.toml"
        path.write_text(text)
        return select_from_lock(str(path), target, cache or MemoryCache())

    return chosen


def test_a_lock_gives_back_what_was_resolved(select):
    reader = index({"app": {"1": ["lib"]}, "lib": {"1": []}})
    resolution = resolve(reader, "app")
    text = lock_text(lock_document(resolution, ["app"], target=TARGET, reader=reader))
    cache = MemoryCache()
    assert select(text, cache=cache) == selection_of(resolution)
    assert select(text, cache=cache) == selection_of(resolution)


def test_the_choice_is_kept_by_lock_and_target(select):
    cache = MemoryCache()
    select(HEAD + entry(), cache=cache)
    select(HEAD + entry(), cache=cache)
    assert len(cache.kept) == 1
    cache.kept = dict.fromkeys(cache.kept, b"damaged")
    assert [one.filename for one in select(HEAD + entry(), cache=cache)] == ["lib-1-py3-none-any.whl"]
    with pytest.raises(LockUnfitError):
        select(HEAD + entry(), Target(python="3.11.7", markers=TARGET.markers, tags=()), cache)


def test_markers_groups_and_extras_choose_packages(select):
    text = HEAD + 'default-groups = ["dev"]\n'
    text += entry("a", more="marker = \"'dev' in dependency_groups\"")
    text += entry("b", more="marker = \"'x' in extras\"")
    text += entry("c", more="marker = \"sys_platform == 'win32'\"")
    assert [one.name for one in select(text)] == ["a"]


@pytest.mark.parametrize(
    "text",
    [
        HEAD + 'requires-python = ">=3.12"\npackages = []\n',
        HEAD + "environments = [\"sys_platform == 'win32'\"]\npackages = []\n",
        HEAD + entry(more='requires-python = ">=3.12"'),
        HEAD + entry(tags="cp312-cp312-win32"),
        HEAD + '[[packages]]\nname = "lib"\nvcs = { type = "hg", url = "https://x/", commit-id = "1" }\n',
    ],
)
def test_a_lock_for_elsewhere_is_refused(select, text):
    with pytest.raises(LockUnfitError):
        select(text)


@pytest.mark.parametrize(
    "text",
    [
        "packages = []\n",
        'lock-version = "2.0"\npackages = []\n',
        HEAD,
        HEAD + "packages = 1\n",
        HEAD + "packages = [1]\n",
        HEAD + "environments = [1]\npackages = []\n",
        HEAD + "[[packages]]\n",
        HEAD + entry() + entry(),
        HEAD + entry().replace(HASH, "abc"),
        HEAD + entry().replace("sha256", "md5"),
        HEAD + entry().replace("size = 7", 'size = "7"'),
        HEAD + entry().replace('version = "1"', "version = 1"),
        HEAD + entry().replace("-py3-none-any.whl", ".txt"),
        HEAD + "packages = []\n[tool]\nbodega = 1\n",
        HEAD + "packages = []\n[tool.bodega]\nrequirements = [1]\n",
        'lock-version = "1.0"\npackages = []\n',
        HEAD + entry(name="Not_Normal"),
        HEAD + entry(more='requires-python = "nope"'),
        HEAD + entry(more='vcs = { type = "git", url = "https://example.org/", commit-id = "1" }'),
        HEAD + entry(more='marker = "nope"'),
    ],
)
def test_what_is_no_valid_lock_is_refused(select, text):
    with pytest.raises(LockInvalidError):
        select(text)


def test_the_name_of_a_file_is_the_one_given_or_the_end_of_its_url(select):
    url = "https://files.example.org/lib-1%2Blocal-py3-none-any.whl?from=mirror#sha256=0"
    text = HEAD + entry().replace("https://files.example.org/lib-1-py3-none-any.whl", url)
    text = text.replace('version = "1"', "")
    (chosen,) = select(text)
    assert (chosen.filename, chosen.version, chosen.url) == (
        "lib-1+local-py3-none-any.whl",
        "1+local",
        url,
    )
    named = text.replace("{ url", '{ name = "lib-1+local-7-py3-none-any.whl", url')
    assert [one.filename for one in select(named)] == ["lib-1+local-7-py3-none-any.whl"]


def test_the_highest_build_of_the_best_tag_is_chosen(select):
    wheels = entry().partition("wheels = ")[2].strip()[1:-1]
    builds = ", ".join(wheels.replace("lib-1-", f"lib-1-{build}") for build in ("", "2-", "10-", "9a-"))
    assert [one.filename for one in select(HEAD + entry().replace(wheels, builds))] == [
        "lib-1-10-py3-none-any.whl"
    ]


def test_what_is_no_toml_or_not_there(select, tmp_path):
    with pytest.raises(LockUnreadableError):
        select("= 1")
    with pytest.raises(LockUnreadableError):
        select_from_lock(str(tmp_path / "none.toml"), TARGET, MemoryCache())


def test_paths_are_relative_to_the_lock_and_a_checkout_needs_a_whole_commit(select, tmp_path):
    commit = "c" * 40
    text = (
        HEAD
        + '[[packages]]\nname = "a"\nversion = "1"\n'
        + f'archive = {{ path = "dist/a-1.tar.gz", subdirectory = "x", hashes = {{ sha256 = "{HASH}" }} }}\n'
        + '[[packages]]\nname = "d"\ndirectory = { path = "../d", editable = true }\n'
        + '[[packages]]\nname = "v"\n'
        + f'vcs = {{ type = "git", url = "https://u:p@x.org/v", requested-revision = "main", commit-id = "{commit}" }}\n'
    )
    cache = MemoryCache()
    archive, folder, checkout = select(text, cache=cache)
    assert select(text, cache=cache) == [archive, folder, checkout]
    assert archive.source is not None
    assert (archive.url, archive.source.subdirectory) == (f"file://{tmp_path}/dist/a-1.tar.gz", "x")
    assert folder.reference is not None
    assert (folder.reference.url, folder.reference.editable) == (f"file://{tmp_path.parent}/d", True)
    assert folder.direct_url == {"url": f"file://{tmp_path.parent}/d", "dir_info": {"editable": True}}
    assert checkout.reference is not None
    assert checkout.reference.url == f"git+https://u:p@x.org/v@{commit}"
    info = {"vcs": "git", "commit_id": commit, "requested_revision": "main"}
    assert checkout.direct_url == {"url": "https://x.org/v", "vcs_info": info}
    with pytest.raises(LockInvalidError):
        select(text.replace(commit, "main"))
