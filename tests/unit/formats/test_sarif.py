"""SARIF 2.1.0."""

from bodega.formats.sarif import Result, sarif


def test_a_rule_for_each_fault_and_a_result_for_each_place():
    one = Result(
        id="A-1", message="a 1: bad.", title="Bad", level="error", key="a 1 A-1", score=7.5, url="https://x"
    )
    two = Result(id="A-1", message="a 2: bad.", title="Bad", level="error", key="a 2 A-1", suppressed="no")
    (run,) = sarif([one, two], place="a folder/pylock.toml", tool="bodega", version="1")["runs"]
    (rule,) = run["tool"]["driver"]["rules"]
    # Of several results the last tells of the rule.
    assert rule["id"] == "A-1"
    assert [result["ruleIndex"] for result in run["results"]] == [0, 0]
    assert run["results"][1]["suppressions"] == [{"kind": "external", "justification": "no"}]
    place = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert place == "a%20folder/pylock.toml"
    assert len({result["partialFingerprints"]["release/v1"] for result in run["results"]}) == 2
