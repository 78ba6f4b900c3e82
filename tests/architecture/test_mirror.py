DECIDES = "def answer(x):\n" + "".join(f"    if x == {n}:\n        return {n}\n" for n in range(4))


def add(root, path, text=DECIDES):
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)


def test_a_module_and_its_test_are_a_pair(small, tool):
    add(small, "src/bodega/formats/names.py")
    add(small, "tests/unit/formats/test_names.py", "")
    add(small, "tests/unit/formats/test_names_of_projects.py", "")
    done = tool("mirror", small)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("1 modules decide something: 1 have their unit test")


def test_a_module_that_decides_needs_its_test(small, tool):
    add(small, "src/bodega/index/catalog/handlers.py")
    done = tool("mirror", small)
    assert done.returncode == 1
    assert "src/bodega/index/catalog/handlers.py: 8 statements" in done.stderr
    assert "tests/unit/index/catalog/test_handlers.py" in done.stderr


def test_values_ports_and_edges_need_none(small, tool):
    add(
        small,
        "src/bodega/formats/ports.py",
        'class Port:\n    def get(self):\n        """Get."""\n        ...\n' * 9,
    )
    add(small, "src/bodega/web/routes.py")
    assert tool("mirror", small).returncode == 0


def test_a_test_without_a_module_is_refused(small, tool):
    add(small, "tests/unit/formats/test_gone.py", "")
    done = tool("mirror", small)
    assert done.returncode == 1
    assert "tests/unit/formats/test_gone.py: mirrors no module" in done.stderr


def test_a_module_behind_another_test_needs_that_test(small, tool):
    add(small, "src/bodega/index/accounts/handlers.py")
    done = tool("mirror", small)
    assert done.returncode == 1
    assert (
        "index/accounts/handlers.py is said to be tested through tests/flows/test_publishing.py"
        in done.stderr
    )
    add(small, "tests/flows/test_publishing.py", "")
    assert tool("mirror", small).returncode == 0
    add(small, "tests/unit/index/accounts/test_handlers.py", "")
    assert "stands behind no other test any more" in tool("mirror", small).stderr
