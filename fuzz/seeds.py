#!/usr/bin/env python3
"""Fills corpus/ with what goes into the cases of ../testdata: python3 fuzz/seeds.py"""

import hashlib
import importlib.machinery
import importlib.util
import pathlib

HERE = pathlib.Path(__file__).parent
TESTDATA = HERE / "../testdata"
SET_FLAGS = ["--set", "--set-string", "--set-json", "--set-file", "--set-literal"]
LARGEST_CHART = 20


def case_format():
    """The script that records cases: it has the reader of their format."""
    loader = importlib.machinery.SourceFileLoader("record", str(TESTDATA / "record"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("record", loader))
    loader.exec_module(module)
    return module


def seed(target, data):
    """Adds one input, named by its hash so that a second run adds nothing."""
    folder = HERE / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / hashlib.sha1(data).hexdigest()).write_bytes(data)


def seed_case(record, part, case):
    sections = record.all_sections(part, case)
    template = record.template_of(case)
    files = {}
    for section in sections:
        kind, _, rest = section.header.partition(" ")
        if kind == "file":
            files[rest] = section.body.replace(b"{template}", template)
        if kind == "run":
            seed_flags(record.words(rest))
    seed_files(files)
    if files and len(files) < LARGEST_CHART:
        members = []
        for name, body in files.items():
            record.add_member(members, f"file {name}", body)
        seed("chart_archive", record.archive(members))


def seed_flags(words):
    for flag, value in zip(words, words[1:]):
        if flag in SET_FLAGS:
            seed("set_parse", bytes([SET_FLAGS.index(flag)]) + value.encode())


def seed_files(files):
    values = next((body for name, body in files.items() if name.endswith("values.yaml")), b"")
    for name, body in files.items():
        if "/templates/" in name:
            seed("template_parse", body)
            seed("template_evaluate", values + b"\0" + body)
        elif name.endswith((".yaml", ".yml")):
            seed("yaml_read", body)
            seed("yaml_roundtrip", body)


record = case_format()
for path in sorted(TESTDATA.rglob("*.case")):
    for part in record.parse(path.read_text(encoding="utf-8")):
        for case in part.cases:
            seed_case(record, part, case)
