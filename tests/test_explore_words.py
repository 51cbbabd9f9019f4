"""The words of the page."""

import json
import re
from pathlib import Path

import cloudvars

STATIC = Path(cloudvars.__file__).parent / "explore" / "static"


def test_both_languages_have_every_word():
    #
    words = json.loads((STATIC / "strings.json").read_text(encoding="utf-8"))
    assert list(words) == ["en", "zh"]
    assert list(words["en"]) == list(words["zh"])
    places = re.compile(r"\{\w+\}")
    for name, english in words["en"].items():
        chinese = words["zh"][name]
        assert english and chinese
        assert sorted(places.findall(english)) == sorted(places.findall(chinese)), name


def test_every_word_that_is_used_is_there():
    #
    words = json.loads((STATIC / "strings.json").read_text(encoding="utf-8"))["en"]
    for file in STATIC.glob("*.js"):
        used = re.findall(r'\bt\("([^"]+)"', file.read_text(encoding="utf-8"))
        assert set(used) <= set(words), file
