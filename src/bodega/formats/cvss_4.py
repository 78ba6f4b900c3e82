"""The score of a CVSS 4.0 vector (FIRST, section 8): a table of classes, and distances within a class."""

from collections.abc import Mapping

#: Scores of the classes of equivalent vectors. A line for each pair of EQ1 and EQ2 and each pair of EQ3 and
#: EQ6 that can be (00, 01, 10, 11, 21); in it EQ4 by EQ5.
_TABLE = (
    "10 9.8 9.5 10 9.3 9.1 9.3 8.9 8.1",  # 00 00
    "9.9 9.5 9.2 9.6 8.7 8.1 9 8 6.8",  # 00 01
    "9.8 9.5 9 9.3 8.9 8.1 8.8 7.8 6.9",  # 00 10
    "9.5 9.2 8.4 9.2 8.1 6.5 8 7 4.8",  # 00 11
    "9.2 8.2 7.2 7.9 6.9 5 6.9 5.5 2.7",  # 00 21
    "9.9 9.5 9.2 9.5 9 8.4 9.2 8.2 7.2",  # 01 00
    "9.7 9.2 8.5 9.1 8.3 7.1 8.1 7.1 5.3",  # 01 01
    "9.5 9.2 8.5 9.2 8 7 8.4 7.1 5",  # 01 10
    "9.3 8.5 7.3 8.2 7.2 5.9 7 5.2 3",  # 01 11
    "8.6 7.5 5.2 7.1 5.2 2.9 6.3 2.9 1.7",  # 01 21
    "9.8 9.4 9.1 9.4 8.6 7.7 8.7 7.4 6.3",  # 10 00
    "9.5 8.7 8.1 8.9 7.4 6.4 7.5 6.3 4.9",  # 10 01
    "9.4 8.8 7.6 8.6 7.4 5.9 7.2 5.7 5.2",  # 10 10
    "8.9 7.7 6.7 7.6 5.8 5 5.7 5.2 2.5",  # 10 11
    "8.3 7 5.4 6.5 5.8 2.6 5.3 2.1 1.3",  # 10 21
    "9.5 8.8 7.6 9 7.5 6.1 7.7 6.8 5.2",  # 11 00
    "9 7.6 7 7.7 6.2 5.3 6.6 5.9 3",  # 11 01
    "8.9 7.6 6.2 7.4 5.7 4.7 6.1 5.7 2.4",  # 11 10
    "7.8 6.7 5.8 5.9 5.7 2.3 5.2 2.9 1.6",  # 11 11
    "7.1 5.9 3 5.8 2.6 1.5 2.3 1.3 0.6",  # 11 21
    "9.3 8.6 7.5 8.6 7.4 5.6 7 5.2 4",  # 20 00
    "8.7 7.2 5.8 7.4 6.1 3.4 5.4 4 2.2",  # 20 01
    "8.5 7.4 6.2 7.2 5.5 4.6 5.3 3.4 1.9",  # 20 10
    "7.5 5.5 5.1 5.7 4.1 1.9 3.6 1.9 0.8",  # 20 11
    "6.4 5.1 2 4.7 2.1 1.1 2.4 0.9 0.4",  # 20 21
    "8.8 7.3 6 7.3 5.9 4.1 5.4 4.5 2",  # 21 00
    "7.5 5.3 5 5.5 4 2 4.3 2.2 1.1",  # 21 01
    "7.5 5.8 4 6.1 4.8 2 4.6 1.7 0.8",  # 21 10
    "5.5 4.5 2.1 5.1 1.8 0.9 1.8 0.7 0.2",  # 21 11
    "5.3 2.4 1.4 2.4 1.2 0.5 1 0.3 0.1",  # 21 21
)
_PAIRS = ((0, 0), (0, 1), (1, 0), (1, 1), (2, 1))
_SCORES = {
    (one, two, three, four, five, six): float(_TABLE[(one * 2 + two) * 5 + at].split()[four * 3 + five])
    for one in range(3)
    for two in range(2)
    for at, (three, six) in enumerate(_PAIRS)
    for four in range(3)
    for five in range(3)
}
#: Values of each metric, the worst first; a step is a tenth.
_ORDER: Mapping[str, str] = {
    "AV": "NALP",
    "PR": "NLH",
    "UI": "NPA",
    "AC": "LH",
    "AT": "NP",
    "VC": "HLN",
    "VI": "HLN",
    "VA": "HLN",
    "SC": "SHLN",
    "SI": "SHLN",
    "SA": "SHLN",
    "CR": "HML",
    "IR": "HML",
    "AR": "HML",
    "E": "APU",
}
#: Which metrics make up a class, and the worst vectors of each of its values, metric by metric.
_WORST_1 = (("AV", "PR", "UI"), (("NNN",), ("ANN", "NLN", "NNP"), ("PNN", "ALP")))
_WORST_2 = (("AC", "AT"), (("LN",), ("HN", "LP")))
_WORST_36 = (
    ("VC", "VI", "VA", "CR", "IR", "AR"),
    (
        ("HHHHHH",),
        ("HHLMMH", "HHHMMM"),
        ("LHHHHH", "HLHHHH"),
        ("LHLHMH", "LHHHMM", "HLHMHM", "HLLMHH", "LLHHHM"),
        ("LLLHHH",),
    ),
)
_WORST_4 = (("SC", "SI", "SA"), (("HSS",), ("HHH",), ("LLL",)))
#: How many steps each class is deep, by its value.
_DEPTH_1, _DEPTH_2, _DEPTH_36, _DEPTH_4 = (1, 4, 5), (1, 2), (7, 6, 8, 8, 10), (6, 5, 4)

_Class = tuple[int, int, int, int, int, int]


def score_4(metrics: Mapping[str, str]) -> float:
    """The score; raises KeyError where a metric is missing, or has a value that is not known."""
    value = _effective(metrics)
    if all(value[name] == "N" for name in ("VC", "VI", "VA", "SC", "SI", "SA")):
        return 0.0
    here = _class_of(value)
    score = _SCORES[here]
    distances = [
        (score - below) * steps
        for below, steps in zip(_below(here), _steps(here, value), strict=True)
        if below is not None
    ]
    if distances:
        score -= sum(distances) / len(distances)
    return round(max(0.0, min(10.0, score)) + 1e-6, 1)


def _effective(metrics: Mapping[str, str]) -> dict[str, str]:
    """What counts of each metric: what the environment changes goes before; what is not told is the worst."""
    value: dict[str, str] = {}
    for name, known in _ORDER.items():
        base = metrics.get(name, "X") if name in ("CR", "IR", "AR", "E") else metrics[name]
        changed = metrics.get(f"M{name}", "X")
        chosen = base if changed == "X" else changed
        if chosen == "X":
            chosen = known[0]
        if chosen not in known or (chosen == "S" and changed != "S"):
            raise KeyError(name)
        value[name] = chosen
    return value


def _class_of(value: Mapping[str, str]) -> _Class:
    confidentiality, integrity, availability = (value[name] == "H" for name in ("VC", "VI", "VA"))
    reach = [value["AV"] == "N", value["PR"] == "N", value["UI"] == "N"]
    one = 0 if all(reach) else 1 if any(reach) and value["AV"] != "P" else 2
    two = 0 if value["AC"] == "L" and value["AT"] == "N" else 1
    three = 0 if confidentiality and integrity else 1 if confidentiality or integrity or availability else 2
    later = (value["SC"], value["SI"], value["SA"])
    four = 0 if "S" in later[1:] else 1 if "H" in later else 2
    asked = zip((confidentiality, integrity, availability), ("CR", "IR", "AR"), strict=True)
    six = 0 if any(high and value[name] == "H" for high, name in asked) else 1
    return one, two, three, four, "APU".index(value["E"]), six


def _below(here: _Class) -> tuple[float | None, ...]:
    """The scores of the next lower classes, by EQ1, EQ2, EQ3 with EQ6, EQ4, EQ5."""
    one, two, three, four, five, six = here
    both = [_SCORES.get((one, two, three, four, five, six + 1))] if six == 0 else []
    if (three, six) in ((0, 0), (0, 1), (1, 1)):
        both.append(_SCORES.get((one, two, three + 1, four, five, six)))
    known = [score for score in both if score is not None]
    return (
        _SCORES.get((one + 1, two, three, four, five, six)),
        _SCORES.get((one, two + 1, three, four, five, six)),
        max(known) if known else None,
        _SCORES.get((one, two, three, four + 1, five, six)),
        _SCORES.get((one, two, three, four, five + 1, six)),
    )


def _steps(here: _Class, value: Mapping[str, str]) -> tuple[float, ...]:
    """How far the vector lies below the worst of its class, as a part of the class's depth."""
    one, two, three, four, _, six = here
    pair = _PAIRS.index((three, six))
    return (
        _distance(value, _WORST_1, one) / _DEPTH_1[one],
        _distance(value, _WORST_2, two) / _DEPTH_2[two],
        _distance(value, _WORST_36, pair) / _DEPTH_36[pair],
        _distance(value, _WORST_4, four) / _DEPTH_4[four],
        0.0,
    )


def _distance(
    value: Mapping[str, str], worst: tuple[tuple[str, ...], tuple[tuple[str, ...], ...]], at: int
) -> int:
    """Steps to the first of the worst vectors that is nowhere better than this one."""
    names, vectors = worst
    for vector in vectors[at]:
        steps = [
            _ORDER[name].index(value[name]) - _ORDER[name].index(top)
            for name, top in zip(names, vector, strict=True)
        ]
        if min(steps) >= 0:
            return sum(steps)
    return 0
