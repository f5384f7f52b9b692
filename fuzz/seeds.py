#!/usr/bin/env python3
"""Fills corpus/ with the inputs of the conformance cases (../testdata/conformance by default)."""

import hashlib
import io
import json
import pathlib
import sys
import tarfile

HERE = pathlib.Path(__file__).parent
CASES = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "../testdata/conformance"
SET_FLAGS = ["--set", "--set-string", "--set-json", "--set-file", "--set-literal"]


def seed(target, data):
    """Adds one input, named by its hash so that a second run adds nothing."""
    folder = HERE / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / hashlib.sha1(data).hexdigest()).write_bytes(data)


def to_bytes(text):
    return text.encode("utf-8", "surrogateescape")


def archive(files):
    """The files as a chart archive."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(to_bytes(text))
            tar.addfile(member, io.BytesIO(to_bytes(text)))
    return out.getvalue()


def seed_case(case):
    files = {name: text for name, text in case.get("files", {}).items() if isinstance(text, str)}
    values = next((text for name, text in files.items() if name.endswith("values.yaml")), "")
    for name, text in files.items():
        if "/templates/" in name:
            seed("template_parse", to_bytes(text))
            seed("template_evaluate", to_bytes(values) + b"\0" + to_bytes(text))
        elif name.endswith((".yaml", ".yml")):
            seed("yaml_read", to_bytes(text))
            seed("yaml_roundtrip", to_bytes(text))
    for command in case.get("commands", []):
        for flag, value in zip(command, command[1:]):
            if flag in SET_FLAGS:
                seed("set_parse", bytes([SET_FLAGS.index(flag)]) + to_bytes(value))
    if files and len(files) < 20:
        seed("chart_archive", archive(files))


for path in sorted(CASES.glob("*.jsonl")):
    for line in path.open(encoding="utf-8"):
        seed_case(json.loads(line))
