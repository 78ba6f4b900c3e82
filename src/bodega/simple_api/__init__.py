"""The Simple repository API as values: pages, parse, render, negotiate (PEP 503, 691, 700, 714, 740, 792)."""
