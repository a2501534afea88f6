#!/usr/bin/python3
"""Does every document that the program writes validate against its published schema?"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

try:
    from jsonschema import Draft202012Validator
except ImportError as error:
    print(f"skipped: python3-jsonschema is missing ({error})")
    sys.exit(77)

source, build = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
program = build / "weighin"
schemas = {path.stem: json.loads(path.read_text()) for path in sorted((source / "docs/schema").glob("*.json"))}
faults = []
checked = 0


def check(name, text, what):
    """Validates one document; its schema is the one it names itself."""
    global checked
    try:
        document = json.loads(text)
    except ValueError as error:
        faults.append(f"{what}: not JSON ({error}): {text[:200]!r}")
        return None
    named = str(document.get("schema", "")).split("/")
    if named[:1] != ["weighin"] or len(named) != 3 or named[1] != name:
        faults.append(f"{what}: the schema is {document.get('schema')!r}, not weighin/{name}/1")
        return document
    for error in list(Draft202012Validator(schemas[name]).iter_errors(document))[:5]:
        faults.append(f"{what}: {'.'.join(map(str, error.absolute_path))}: {error.message[:300]}")
    if isinstance(document.get("device"), dict) and "schema" in document["device"]:
        check("device", json.dumps(document["device"]), what + ", its device")
    checked += 1
    return document


def run(*arguments):
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "HOME": home, "XDG_CACHE_HOME": home, "NO_COLOR": "1"}
        done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=120, env=environment)
    return done.returncode, done.stdout


for name, schema in schemas.items():
    try:
        Draft202012Validator.check_schema(schema)
    except Exception as error:
        faults.append(f"docs/schema/{name}.json is no schema: {error}")
    if schema.get("$schema") != "https://json-schema.org/draft/2020-12/schema":
        faults.append(f"docs/schema/{name}.json: not draft 2020-12")

# Documents kept in the tests, so that a schema is tried on what it must refuse, too.
kept = source / "tests/golden"
for path in sorted(kept.glob("*.json")):
    text = path.read_text()
    document = json.loads(text)
    name = document["schema"].split("/")[1]
    if path.name.startswith("wrong-"):
        if not list(Draft202012Validator(schemas[name]).iter_errors(document)):
            faults.append(f"{path.name} is accepted")
        checked += 1
    else:
        check(name, text, path.name)

# The presets of the gate are policies.
for path in sorted((source / "src/advise/presets").glob("*.json")):
    check("policy", path.read_text(), path.name)

COMMANDS = [
    ("device", (0,), ["probe", "--json", "--no-gpu"]),
    ("estimate", (0,), ["estimate", "gemma-2b", "--json"]),
    ("estimate", (0,), ["estimate", "7B", "--json"]),
    ("estimate", (1,), ["estimate", "gpt-4", "--json"]),
    ("bench", (0,), ["bench", "--json", "--bench-seconds", "0.2"]),
    ("gate", (0, 1, 2), ["gate", "--model", "smollm2-135m", "--no-bench", "--no-gpu", "--json"]),
    ("gate", (1,), ["gate", "--model", "llama-3.1-405b", "--no-bench", "--no-gpu", "--json"]),
    ("gate", (1,), ["gate", "--model", "gpt-4", "--no-bench", "--no-gpu", "--json"]),
    ("gate", (0, 1, 2), ["gate", "--preset", "chromium", "--no-gpu", "--bench-seconds", "0.2", "--json"]),
    ("gate", (0, 1, 2), ["gate", "--preset", "ollama-like", "--no-gpu", "--what-if", "ram=64GiB", "--json"]),
    ("gate", (0, 1, 2), ["gate", "--model", "gemma-2b", "--min-vulkan", "1.2", "--os", "linux", "--disk-reserve", "1GB", "--json"]),
    ("report", (0, 1, 2), ["check", "gemma-2b", "--no-bench", "--no-gpu", "--json"]),
    ("report", (0,), ["report", "--json", "--bench-seconds", "0.2"]),
    ("report", (0, 1, 2), ["check", "llama-3.1-8b", "--device", source / "tests/machines/cloud-vm-xeon", "--json"]),
    ("estimate", (0,), ["estimate", "llama-3.1-8b", "--explain", "--json"]),
    ("estimate", (0,), ["estimate", "llama-3.1-8b", "--max-context", "16GiB", "--json"]),
    ("estimate", (0,), ["estimate", "qwen2.5-32b", "--gpu-layers", "99", "--gpus", "2", "--json"]),
    ("gate", (0, 1, 2), ["gate", "--preset", "webllm", "--device", source / "tests/golden/devices/phone-8gb.json", "--json"]),
    ("gate", (0, 1, 2), ["gate", "--policy", source / "docs/recipes/app.policy.json", "--device", source / "tests/golden/devices/laptop-rtx4060.json", "--json"]),
    ("models", (0,), ["models", "list", "--json"]),
    ("models", (0,), ["models", "show", "gpt-4", "--json"]),
    ("validation", (0,), ["models", "validate", "--json"]),
    ("doctor", (0,), ["doctor", "--no-gpu", "--json"]),
    ("error", (64,), ["gate", "--polcy", "x", "--json"]),
    ("error", (64,), ["check", "nonsense", "--json"]),
    ("error", (66,), ["gate", "--policy", "/none.json", "--json"]),
]
code, text = run("schema", "device")
if code == 0 and text.lstrip().startswith("{"):
    for name in schemas:
        code, text = run("schema", name)
        if json.loads(text) != schemas[name]:
            faults.append(f"`weighin schema {name}` is not docs/schema/{name}.json")
    for name, codes, arguments in COMMANDS:
        code, text = run(*arguments)
        if code not in codes:
            faults.append(f"weighin {' '.join(map(str, arguments))}: exit {code}, not one of {codes}")
        else:
            check(name, text, "weighin " + " ".join(map(str, arguments)))
else:
    print("the program has no `schema` command: only the kept documents were checked")

print("\n".join(faults) or f"{checked} documents, {len(schemas)} schemas")
if not faults and checked == 0:
    print("nothing was checked")
    sys.exit(1)
sys.exit(1 if faults else 0)
