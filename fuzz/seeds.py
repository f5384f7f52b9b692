#!/usr/bin/env python3
"""Fills corpus/ with what goes into the cases of ../testdata: python3 fuzz/seeds.py"""

import hashlib
import importlib.machinery
import importlib.util
import json
import pathlib
import re

HERE = pathlib.Path(__file__).parent
TESTDATA = HERE / "../testdata"
SET_FLAGS = ["--set", "--set-string", "--set-json", "--set-file", "--set-literal"]
LARGEST_CHART = 20
# Which targets get a file, by the end of its name.
TARGETS = {
    ".helmignore": ["chart_ignore"],
    "/plugin.yaml": ["plugin_read"],
    "index.yaml": ["index_read"],
    "repositories.yaml": ["index_read"],
    "list.yaml": ["list_read"],
    ".ndjson": ["list_read"],
    ".lock": ["bundle_read"],
    "bundle.yaml": ["bundle_read"],
    "frozen.yaml": ["bundle_read"],
    "kustomization.yaml": ["bundle_read"],
    ".json": ["json_roundtrip"],
    ".toml": ["toml_roundtrip"],
    ".yaml": ["yaml_read", "yaml_roundtrip", "manifest_read", "bundle_write"],
    ".yml": ["yaml_read", "yaml_roundtrip"],
}
# Which target gets the texts that a template gives to functions of such a name.
FUNCTIONS = {
    "semver": "version_check",
    "regex": "pattern_match",
    "date": "date_parse",
    "duration": "date_parse",
    "json": "json_roundtrip",
    "toml": "toml_roundtrip",
}


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
    runs = []
    for section in sections:
        kind, _, rest = section.header.partition(" ")
        if kind == "file":
            files[rest] = section.body.replace(b"{template}", template)
        if kind == "run":
            runs.append(record.words(rest))
        if kind == "stdout":
            seed_output(section.body)
        if kind == "creates":
            seed_file(rest, section.body)
        if kind == "stdin":
            seed("list_read", section.body)
            seed("bundle_read", section.body)
    values = next((body for name, body in files.items() if name.endswith("values.yaml")), b"")
    for words in runs:
        seed_flags(words, values)
    seed_files(files, values)
    seed_texts(template)
    if files and len(files) < LARGEST_CHART:
        members = []
        for name, body in files.items():
            record.add_member(members, f"file {name}", body)
        seed("chart_archive", record.archive(members))
        seed("plugin_archive", record.archive(members))


def seed_flags(words, values):
    for flag, value in zip(words, words[1:]):
        if flag in SET_FLAGS:
            seed("set_parse", bytes([SET_FLAGS.index(flag)]) + value.encode())
        if flag == "--jsonpath":
            seed("jsonpath_execute", value.encode() + b"\0" + values)


def seed_files(files, values):
    for name, body in files.items():
        seed_file(name, body)
        if "/templates/" in name:
            seed("template_parse", body)
            seed("template_evaluate", values + b"\0" + body)
            seed_texts(body)
        if name.endswith("schema.json"):
            seed("schema_check", body + b"\0" + values)
        if name.endswith(".prov"):
            for ring in [body for name, body in files.items() if name.endswith((".gpg", ".kbx", ".asc"))]:
                seed("provenance_verify", body + b"\0" + ring)
                seed("provenance_compare", body + b"\0" + ring)


def seed_file(name, body):
    for end, targets in TARGETS.items():
        if name.endswith(end) and "/templates/" not in name:
            for target in targets:
                seed(target, body)


def seed_output(text):
    """What a render prints is what bundles are made of."""
    if text.startswith(b"---\n"):
        seed("manifest_read", text)
        seed("bundle_write", text)
    if b"# Receipt:" in text:
        seed("bundle_read", text)


def seed_texts(template):
    for action in re.findall(rb"\{\{.*?\}\}", template, re.DOTALL):
        texts = [text[1:-1] for text in re.findall(rb'"(?:[^"\\\n]|\\.)*"|`[^`]*`', action)]
        for name, target in FUNCTIONS.items():
            if texts and name in action.decode(errors="replace").lower():
                separator = b"\0" if target not in ["json_roundtrip", "toml_roundtrip"] else b"\n"
                seed(target, separator.join(texts))


def seed_registry():
    """A registry that has one chart, of which the cases know nothing: they have no network."""
    def part(kind, body):
        digest = "sha256:" + hashlib.sha256(body).hexdigest()
        return {"mediaType": f"application/vnd.cncf.helm.{kind}", "digest": digest, "size": len(body)}

    def answer(body, head=""):
        return f"HTTP/1.1 200 OK\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body

    config, chart = b'{"name":"c"}', b"not really an archive\n"
    manifest = {
        "schemaVersion": 2,
        "config": part("config.v1+json", config),
        "layers": [part("chart.content.v1.tar+gzip", chart)],
    }
    kind = "Content-Type: application/vnd.oci.image.manifest.v1+json\r\n"
    pull = [answer(json.dumps(manifest).encode(), kind), answer(config), answer(chart)]
    challenge = b'HTTP/1.1 401 Unauthorized\r\nWww-Authenticate: Bearer realm="http://127.0.0.1/t",service="s"\r\n\r\n'
    tags = [
        answer(b'{"tags":["0.1.0","0.2.0_1"]}', 'Link: </v2/charts/c/tags/list?last=b>; rel="next"\r\n'),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{\"tags\":[\"1.0\"]}\r\n0\r\n\r\n",
    ]
    for answers in [pull, [challenge, answer(b'{"token":"t"}'), *pull], tags, [challenge, *tags]]:
        seed("registry_pull", b"\0".join(answers))


def seed_answers():
    """Every form that an answer may have, each in pieces of seven bytes."""
    lengths = [b"Content-Length: 5", b"Content-Length: 5\r\nContent-Length: 5", b"Content-Length: +5", b"X: y", b"X: y\r\n z"]
    chunks = [b"5\r\nhello\r\n0\r\n\r\n", b"5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n", b"00000000000000005\r\nhello\r\n0\r\n\r\n", b"5\nhello\n0\n\n"]
    heads = [b"HTTP/1.1 200 OK", b"HTTP/1.0 200 OK", b"HTTP/1.1 404 ", b"HTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 200 OK", b"HTTP/1.1 302 Found\r\nLocation: /"]
    for head in heads:
        for length in lengths:
            seed("answer_read", b"\x07" + head + b"\r\n" + length + b"\r\n\r\nhello")
        for chunk in chunks:
            for coding in [b"chunked", b"gzip, chunked"]:
                seed("answer_read", b"\x07" + head + b"\r\nTransfer-Encoding: " + coding + b"\r\n\r\n" + chunk)


record = case_format()
for path in sorted(TESTDATA.rglob("*.case")):
    for part in record.parse(path.read_text(encoding="utf-8")):
        for case in part.cases:
            seed_case(record, part, case)
seed_registry()
seed_answers()
