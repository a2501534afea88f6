#!/usr/bin/python3
"""Does models.json keep to its published schema, and does the schema say no to what is wrong?"""
import copy
import json
import pathlib
import re
import sys

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)

root = pathlib.Path(sys.argv[1])
schema = json.loads((root / "docs/schema/catalogue.json").read_text())
catalogue = json.loads((root / "models.json").read_text())
Validator = getattr(jsonschema, "Draft202012Validator", None)
if Validator is None:
    print("skipped: this python3-jsonschema is older than JSON Schema 2020-12")
    sys.exit(77)
Validator.check_schema(schema)
validator = Validator(schema)
faults = []
for error in validator.iter_errors(catalogue):
    path = list(error.absolute_path)
    model = catalogue["models"][path[1]].get("id") if len(path) > 1 else ""
    faults.append(f"models.json: {model} {'/'.join(map(str, path[2:]))}: {error.message[:200]}")

# The schema must refuse, not only accept.
good = next(m for m in catalogue["models"] if m["id"] == "gemma-2b")
hosted = next(m for m in catalogue["models"] if m.get("hosted_only"))


def refused(change, model=good):
    changed = copy.deepcopy(model)
    change(changed)
    return not validator.is_valid({"schema": "weighin/catalogue/1", "models": [changed]})


WRONG = [
    lambda m: m.pop("sources"), lambda m: m.update(sources=[]), lambda m: m.update(id="Gemma 2B"),
    lambda m: m.update(parameters=0), lambda m: m.update(parameters="2B"), lambda m: m.update(licence="mit"),
    lambda m: m["shape"].update(layer=3), lambda m: m["shape"].pop("hidden"), lambda m: m["shape"].update(ffn=-1),
    lambda m: m.update(license={"value": "mit"}), lambda m: m.update(license={"status": "ok", "why": "x"}),
    lambda m: m.update(hosted_only=True), lambda m: m.update(variants=[{"runtime": "llama.cpp"}]),
]
for number, change in enumerate(WRONG):
    if not refused(change):
        faults.append(f"docs/schema/catalogue.json: accepts wrong model {number}")
if not refused(lambda m: m.update(repository="a/b"), hosted):
    faults.append("docs/schema/catalogue.json: accepts a hosted model with a repository")

# What the reader takes and what the schema names must be the same.
reader = "".join((root / "src/catalogue" / name).read_text() for name in ("shape_fields.hpp", "shape_reader.cpp"))
table = set(re.findall(r'\{"(\w+)", &Shape::', reader)) | set(
    re.findall(r'"(\w+)"', re.search(r"known\{(.*?)\};", reader, re.S).group(1)))
named = set(schema["$defs"]["shape"]["properties"])
if table != named:
    faults.append(f"shape: reader and schema differ in {sorted(table ^ named)}")
keys = set(re.findall(r'"(\w+)"', re.search(r"kModelKeys\{(.*?)\};", (root / "src/catalogue/catalogue.cpp").read_text(),
                                            re.S).group(1)))
named = set(schema["$defs"]["model"]["properties"])
if keys != named:
    faults.append(f"model: reader and schema differ in {sorted(keys ^ named)}")
print("\n".join(faults[:40]) or f"{len(catalogue['models'])} models keep to the schema, {len(WRONG) + 1} wrong ones do not")
sys.exit(1 if faults else 0)
