#!/usr/bin/python3
"""Does `weighin schema` print the published schemas?"""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import SOURCE, check, equal, finish, run  # noqa: E402

names = run("schema").stdout.split()
equal(set(names), {p.stem for p in (SOURCE / "docs/schema").glob("*.json")}, "every published schema is in the program")
for name in names:
    done = run("schema", name)
    equal(json.loads(done.stdout), json.loads((SOURCE / f"docs/schema/{name}.json").read_text()), f"schema {name}")
check({"report", "device", "estimate", "gate", "bench", "catalogue"} <= set(names), f"schemas: {names}")
equal(run("schema", "horoscope").returncode, 64, "a schema that does not exist")
finish()
