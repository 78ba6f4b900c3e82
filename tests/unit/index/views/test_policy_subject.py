import pytest

from bodega.formats.errors import BodegaError
from bodega.index.views.policy_subject import policy_subject


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Foo.Bar", ("foo-bar", None)),
        ("foo==1.0", ("foo", "1.0")),
        (" foo == 1.0-RC.1 ", ("foo", "1.0rc1")),
        ("foo==1!2.0+Local", ("foo", "1!2.0+local")),
    ],
)
def test_projects_and_versions(text, expected):
    assert policy_subject(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "E-NAME-INVALID"),
        ("-foo", "E-NAME-INVALID"),
        ("foo bar", "E-NAME-INVALID"),
        ("foo>=1", "E-NAME-INVALID"),
        ("foo[x]==1", "E-NAME-INVALID"),
        ("foo==", "E-RULE-INVALID"),
        ("foo==1.*", "E-RULE-INVALID"),
        ("foo==1,==2", "E-RULE-INVALID"),
        ("foo===1", "E-RULE-INVALID"),
        ("foo==\x1b[31m", "E-RULE-INVALID"),
    ],
)
def test_what_no_rule_can_be_about(text, code):
    with pytest.raises(BodegaError) as refused:
        policy_subject(text)
    assert refused.value.code == code
    assert refused.value.what.isprintable()
