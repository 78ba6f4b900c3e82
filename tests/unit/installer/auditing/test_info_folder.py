"""What lies in a ``.dist-info`` folder, and nothing outside of it."""

import os

from bodega.installer.auditing.info_folder import MOST_BYTES, InfoFolder, info_folder_in


def test_links_and_all_that_is_no_file_are_left_out(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("mine")
    info = tmp_path / "a-1.dist-info"
    (info / "licenses" / "x").mkdir(parents=True)
    (info / "licenses" / "LICENSE").write_text("free")
    (info / "licenses" / "x" / "NOTICE").write_text("too")
    (info / "licenses" / "link").symlink_to(secret)
    (info / "folder").symlink_to(tmp_path)
    os.mkfifo(info / "pipe")
    folder = InfoFolder(str(info))
    assert folder.names() == ["licenses/LICENSE", "licenses/x/NOTICE"]
    assert folder.read("licenses/LICENSE") == b"free"
    for name in ("licenses/link", "pipe", "licenses", "gone"):
        assert folder.read(name) is None
    os.truncate(info / "licenses" / "LICENSE", MOST_BYTES + 1)
    assert folder.read("licenses/LICENSE") is None


def test_the_one_folder_of_a_wheel(tmp_path):
    assert info_folder_in(str(tmp_path)) is None
    (tmp_path / "a-1.dist-info").mkdir()
    assert info_folder_in(str(tmp_path)) == InfoFolder(f"{tmp_path}/a-1.dist-info")
    (tmp_path / "b-1.dist-info").mkdir()
    assert info_folder_in(str(tmp_path)) is None
