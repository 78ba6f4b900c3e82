from bodega.formats.names import NormalizedName
from bodega.index.upstream.errors import UpstreamUnavailableError
from bodega.index.views.judgement import judged, vanishing
from bodega.simple_api.pages import ProjectFile, ProjectPage
from support.policies import DAY, NOW, cooldown, policy, rule
from support.views import SetView


def page(name, **ages):
    files = tuple(
        ProjectFile(filename=f"{name}-{version[1:]}.tar.gz", url="x", available_at=NOW - age)
        for version, age in ages.items()
    )
    return ProjectPage(name=NormalizedName(name), files=files)


def test_each_file_has_its_verdict():
    found = judged(page("a", v1=100 * DAY, v2=DAY), policy(cooldown("7d")), NOW)
    assert [(one.facts.filename, one.hidden and one.hidden.code) for one in found] == [
        ("a-1.tar.gz", None),
        ("a-2.tar.gz", "E-POLICY-COOLDOWN"),
    ]


def test_only_what_a_change_would_hide_vanishes():
    view = SetView("A", "b", "gone")
    view.pages = {
        NormalizedName("a"): page("a", v1=100 * DAY, v2=DAY),
        NormalizedName("b"): page("b", v1=3 * DAY, v2=DAY),
    }
    before = policy(rule("deny", "b", "1"))
    after = policy(rule("deny", "b", "1"), cooldown("7d"))
    assert [one.facts.filename for one in vanishing(view, before, after, NOW)] == ["a-2.tar.gz", "b-2.tar.gz"]
    assert list(vanishing(view, after, before, NOW)) == []


def test_a_project_that_an_upstream_does_not_give_is_passed_over():
    class Silent(SetView):
        def page(self, name):
            if name == "b":
                raise UpstreamUnavailableError(name, "silence")
            return super().page(name)

    view = Silent("b", "c")
    view.pages[NormalizedName("c")] = page("c", v1=DAY)
    found = vanishing(view, policy(), policy(cooldown("7d")), NOW)
    assert [one.facts.filename for one in found] == ["c-1.tar.gz"]
