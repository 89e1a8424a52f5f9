"""The shapes that programs read. A type says what stands there; a list has entries of its one member.

A set names the values, a tuple the shapes that will do, a pattern how the text is written.
"""

import re
from typing import Any

LEVELS = {"low", "medium", "high", "very_high"}
DAY = re.compile(r"\d{4}-\d\d-\d\d")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d[+-]\d\d:\d\d")

SOURCE = {"id": str, "title": str, "ref": str, "url": str, "checked": DAY}
BUTTON = {"label": str, "says": str}
REPLY = {
    "text": str,
    "buttons": [[BUTTON]],
    "sources": [SOURCE],
    "picture": ({"kind": str, "title": str, "alt": str}, None),
    "document": ({"name": str, "kind": str}, None),
    "private": bool,
}
ANSWER = {"topic": str, "title": str, "confidence": float, "text": str, "sources": [SOURCE]}
ASKED = {
    "question": str,
    "lang": {"sv", "en"},
    "in_scope": bool,
    "definition": ({"term": str, "text": str, "sources": [SOURCE]}, None),
    "answers": [ANSWER],
    "note": str,
    "elapsed_ms": float,
}
CELL = {
    "area": str,
    "tier": str,
    "country": (str, None),
    "likelihood": {1, 2, 3, 4, 5},
    "typical_likelihood": {1, 2, 3, 4, 5},
    "severity": {1, 2, 3, 4, 5},
    "level": LEVELS,
    "confidence": {"high", "medium", "low"},
    "reasons": [{"text": str, "source": SOURCE, "year": (int, None)}],
}
RISK = {
    "category": str,
    "countries": [str],
    "origin_known": bool,
    "overall": LEVELS,
    "typical": LEVELS,
    "priority": set(range(101)),
    "cells": [CELL],
    "labels": [{"id": str, "name": str, "covers": [str]}],
    "next": [{"command": str, "label": str}],
}
CLAUSE = {
    "id": str,
    "version": str,
    "type": str,
    "level": {"basic", "advanced"},
    "area": [str],
    "title": str,
    "text": str,
    "blanks": [str],
    "legal_basis": [SOURCE],
    "proof": str,
    "follow_up": {"method": str, "when": str},
    "limits": str,
}
REMINDER = {"at": MOMENT, "to": str, "kind": str, "subject": str}


def faults(data: Any, shape: Any, at: str = "$") -> list[str]:
    """Where `data` is not of `shape`. Keys beyond the promised ones are welcome."""
    if isinstance(shape, dict):
        if not isinstance(data, dict):
            return [f"{at}: no object"]
        lacking = [f"{at}.{key}: missing" for key in shape if key not in data]
        return lacking + [line for key in shape if key in data for line in faults(data[key], shape[key], f"{at}.{key}")]
    if isinstance(shape, list):
        if not isinstance(data, list):
            return [f"{at}: no list"]
        return [line for number, one in enumerate(data) for line in faults(one, shape[0], f"{at}[{number}]")]
    if isinstance(shape, tuple):
        return [] if any(not faults(data, one, at) for one in shape) else [f"{at}: {data!r}"]
    if isinstance(shape, set):
        return [] if data in shape else [f"{at}: {data!r}"]
    if isinstance(shape, re.Pattern):
        return [] if isinstance(data, str) and shape.fullmatch(data) else [f"{at}: {data!r}"]
    if shape is None:
        return [] if data is None else [f"{at}: {data!r}"]
    fits = isinstance(data, (int, float)) if shape is float else isinstance(data, shape)
    return [] if fits and (shape is bool or not isinstance(data, bool)) else [f"{at}: {data!r}"]
