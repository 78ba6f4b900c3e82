"""Scores of vulnerabilities: CVSS 2.0, 3.0, 3.1 and 4.0 vectors (FIRST), and what people call a score."""

from collections.abc import Callable, Mapping, Sequence
from math import ceil

from bodega.formats.cvss_4 import score_4

#: Levels of severity, the least first; the words are those of CVSS 3 and 4.
LEVELS = ("none", "low", "medium", "high", "critical")
#: What advisories call them besides.
_OTHER_WORDS = {"moderate": "medium", "important": "high", "minor": "low", "informational": "none"}
_FROM = ((9.0, "critical"), (7.0, "high"), (4.0, "medium"), (0.1, "low"), (0.0, "none"))
_LONGEST = 500

_IMPACT_3 = {"H": 0.56, "L": 0.22, "N": 0.0}
_WEIGHTS_3: Mapping[str, Mapping[str, float]] = {
    "AV": {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2},
    "AC": {"L": 0.77, "H": 0.44},
    "UI": {"N": 0.85, "R": 0.62},
    "C": _IMPACT_3,
    "I": _IMPACT_3,
    "A": _IMPACT_3,
}
#: Privileges required weigh more where the scope changes.
_PRIVILEGES_3 = {"U": {"N": 0.85, "L": 0.62, "H": 0.27}, "C": {"N": 0.85, "L": 0.68, "H": 0.5}}
_IMPACT_2 = {"N": 0.0, "P": 0.275, "C": 0.66}
_WEIGHTS_2: Mapping[str, Mapping[str, float]] = {
    "AV": {"L": 0.395, "A": 0.646, "N": 1.0},
    "AC": {"H": 0.35, "M": 0.61, "L": 0.71},
    "Au": {"M": 0.45, "S": 0.56, "N": 0.704},
    "C": _IMPACT_2,
    "I": _IMPACT_2,
    "A": _IMPACT_2,
}


def base_score(vector: str) -> float | None:
    """The base score of a vector, 0.0 to 10.0; for 4.0 with what it says of threat and environment.

    ``None`` for text that is no complete vector.
    """
    if len(vector) > _LONGEST:
        return None
    prefix, slash, rest = vector.strip().partition("/")
    if not prefix.startswith("CVSS:"):
        prefix, rest = "CVSS:2.0", vector.strip().strip("()")
    elif not slash:
        return None
    metrics = _metrics(rest)
    score = _SCORES.get(prefix)
    if metrics is None or score is None:
        return None
    try:
        return score(metrics)
    except KeyError:  # a metric is missing, or has a value that the standard does not know
        return None


def level_of(score: float) -> str:
    """What a score is called."""
    return next(level for least, level in _FROM if score >= least)


def level_named(label: str) -> str | None:
    """The level that an advisory's own word means; ``None`` for a word that means none."""
    word = label.strip().lower()
    word = _OTHER_WORDS.get(word, word)
    return word if word in LEVELS else None


def newest_score(vectors: Sequence[str]) -> float | None:
    """The score by the newest version of the standard among several vectors; ``None`` where none is sound."""
    scores: dict[str, float] = {}
    for vector in vectors:
        score = base_score(vector)
        if score is not None:
            version = vector.strip().partition("/")[0] if vector.strip().startswith("CVSS:") else ""
            # Of several by one version the worst counts.
            scores[version] = max(score, scores.get(version, 0.0))
    return scores[max(scores)] if scores else None


def _metrics(text: str) -> dict[str, str] | None:
    found: dict[str, str] = {}
    for part in text.rstrip("/").split("/"):
        name, colon, value = part.partition(":")
        if not colon or name in found:
            return None
        found[name] = value
    return found


def _score_2(metrics: Mapping[str, str]) -> float:
    weight = {name: values[metrics[name]] for name, values in _WEIGHTS_2.items()}
    impact = 10.41 * (1 - (1 - weight["C"]) * (1 - weight["I"]) * (1 - weight["A"]))
    exploitability = 20 * weight["AV"] * weight["AC"] * weight["Au"]
    factor = 1.176 if impact else 0.0
    return round((0.6 * impact + 0.4 * exploitability - 1.5) * factor + 1e-9, 1)


def _score_3(metrics: Mapping[str, str], round_up: Callable[[float], float]) -> float:
    weight = {name: values[metrics[name]] for name, values in _WEIGHTS_3.items()}
    privileges = _PRIVILEGES_3[metrics["S"]][metrics["PR"]]
    base = 1 - (1 - weight["C"]) * (1 - weight["I"]) * (1 - weight["A"])
    changed = metrics["S"] == "C"
    impact = 7.52 * (base - 0.029) - 3.25 * (base - 0.02) ** 15 if changed else 6.42 * base
    if impact <= 0:
        return 0.0
    exploitability = 8.22 * weight["AV"] * weight["AC"] * privileges * weight["UI"]
    total = impact + exploitability
    return round_up(min(1.08 * total if changed else total, 10.0))


def _up_30(value: float) -> float:
    # As 3.0 says it; rounded first, so that what floats add is no tenth more.
    return ceil(round(value * 10, 8)) / 10


def _up_31(value: float) -> float:
    """Round up as appendix A of 3.1 has it."""
    whole = round(value * 100_000)
    return whole / 100_000 if whole % 10_000 == 0 else (whole // 10_000 + 1) / 10


_SCORES: Mapping[str, Callable[[Mapping[str, str]], float]] = {
    "CVSS:2.0": _score_2,
    "CVSS:3.0": lambda metrics: _score_3(metrics, _up_30),
    "CVSS:3.1": lambda metrics: _score_3(metrics, _up_31),
    "CVSS:4.0": score_4,
}
