#!/usr/bin/python3
"""Does what a published schema means stay as it is until its number is raised?

tests/golden/contracts/NAME-N.json keeps what weighin/NAME/N has promised: each key with its type, whether it is always
there, its words and its meaning. Added keys break nobody: they are kept with `schema_contract.py SOURCE --keep`. What was
promised and is gone, or means something else, needs the next number; a meaning that is only told better:
`--keep --reworded`. Documents that were written by an earlier version (tests/golden/contracts/documents) stay valid.
"""
import copy
import json
import pathlib
import sys

SOURCE = pathlib.Path(sys.argv[1]).resolve()
SCHEMAS = SOURCE / "docs/schema"
KEPT = SOURCE / "tests/golden/contracts"
# We read these, and others write them: what was accepted must be accepted.
INPUTS = {"policy", "catalogue"}


def promises(schema):
    """Each place of a schema: {path: {"types": […], "always": bool, "words": […], "meaning": text}}."""
    found = {}

    def note(path, **facts):
        row = found.setdefault(path, {"types": [], "always": False, "words": [], "meaning": ""})
        row["types"] = sorted(set(row["types"]) | set(facts.get("types", [])))
        row["words"] = sorted(set(row["words"]) | set(facts.get("words", [])), key=str)
        row["always"] = row["always"] or facts.get("always", False)
        row["meaning"] = row["meaning"] or facts.get("meaning", "")

    def walk(node, path, above):
        if not isinstance(node, dict):
            return
        if "$ref" in node:
            name = node["$ref"].rsplit("/", 1)[-1]
            if name in above:  # a definition that holds itself
                return note(path, types=["again " + name])
            note(path, meaning=node.get("description", ""))
            walk(schema.get("$defs", {}).get(name, {}), path, above | {name})
        types = node.get("type", [])
        note(path, types=[types] if isinstance(types, str) else types, meaning=node.get("description", ""),
             words=node.get("enum", []) + ([node["const"]] if "const" in node else []))
        for key, value in node.get("properties", {}).items():
            walk(value, f"{path}.{key}", above)
        for key in node.get("required", []):
            note(f"{path}.{key}", always=True)
        if "items" in node:
            walk(node["items"], path + "[]", above)
        if isinstance(node.get("additionalProperties"), dict):
            walk(node["additionalProperties"], path + ".*", above)
        for each in node.get("anyOf", []) + node.get("oneOf", []) + node.get("allOf", []):
            walk(each, path, above)

    walk(schema, "$", frozenset())
    return found


def broken(name, old, new):
    """What `old` has promised and `new` does not keep; reworded meanings apart."""
    faults, reworded = [], []
    for path, was in old.items():
        now = new.get(path)
        if now is None:
            faults.append(f"{path} is gone")
            continue
        gone = set(was["types"]) - set(now["types"])
        more = set(now["types"]) - set(was["types"])
        if name in INPUTS:
            if gone:
                faults.append(f"{path} is no longer taken as {', '.join(sorted(gone))}")
            if now["always"] and not was["always"]:
                faults.append(f"{path} must now be given")
        else:
            if gone or more:
                faults.append(f"{path} was {' or '.join(was['types'])} and is {' or '.join(now['types'])}")
            if was["always"] and not now["always"]:
                faults.append(f"{path} is no longer always there")
        words = [word for word in was["words"] if word not in now["words"]]
        if words:
            faults.append(f"{path} no longer knows {', '.join(map(str, words))}")
        if now["words"] and not was["words"]:
            faults.append(f"{path} takes only some words now")
        if was["meaning"] != now["meaning"]:
            reworded.append(f"{path} meant {was['meaning']!r} and means {now['meaning']!r}")
    if name in INPUTS:
        for path, now in new.items():
            if path not in old and now["always"] and path.rsplit(".", 1)[0] in old:
                faults.append(f"{path} must now be given")
    return faults, reworded


def number_of(schema):
    return int(schema["$id"].rsplit(":", 1)[-1])


def write(path, table):
    said = {key: {fact: value for fact, value in row.items() if value} for key, row in table.items()}
    rows = ",\n".join(f" {json.dumps(key)}: {json.dumps(said[key], ensure_ascii=False)}" for key in sorted(said))
    path.write_text("{\n" + rows + "\n}\n")


def read(path):
    return {key: {"types": [], "always": False, "words": [], "meaning": "", **row} for key, row in json.loads(path.read_text()).items()}


def try_the_rule_itself():
    """Each way of breaking a promise must be seen, or this test tests nothing."""
    schema = {"$id": "urn:x:1", "type": "object", "required": ["a"],
              "properties": {"a": {"type": "integer", "description": "bytes"}, "b": {"enum": ["x", "y"]}}}

    def changed(change):
        other = copy.deepcopy(schema)
        change(other["properties"], other)
        return other

    breaks = {
        "a key that is gone": lambda p, s: p.pop("b"),
        "another type": lambda p, s: p["a"].update(type="string"),
        "a wider type": lambda p, s: p["a"].update(type=["integer", "null"]),
        "no longer always": lambda p, s: s.pop("required"),
        "a word that is gone": lambda p, s: p["b"].update(enum=["x"]),
        "another meaning": lambda p, s: p["a"].update(description="kibibytes"),
    }
    for what, change in breaks.items():
        faults, reworded = broken("report", promises(schema), promises(changed(change)))
        if not faults and not reworded:
            yield f"the rule does not see {what}"
    added = changed(lambda p, s: p.update(c={"type": "string"}))
    if any(broken("report", promises(schema), promises(added))):
        yield "the rule takes an added key for a break"
    wider = changed(lambda p, s: p["a"].update(type=["integer", "string"]))
    if any(broken("policy", promises(schema), promises(wider))):
        yield "the rule takes a wider input for a break"
    for what, change in {"a narrower input": lambda p, s: p["a"].update(type="string"),
                         "a new demand": lambda p, s: (p.update(c={"type": "string"}), s["required"].append("c"))}.items():
        if not broken("policy", promises(schema), promises(changed(change)))[0]:
            yield f"the rule does not see {what}"


faults = list(try_the_rule_itself())
keep, rewording = "--keep" in sys.argv, "--reworded" in sys.argv
for path in sorted(SCHEMAS.glob("*.json")):
    schema = json.loads(path.read_text())
    number, now = number_of(schema), promises(schema)
    kept = KEPT / f"{path.stem}-{number}.json"
    if f"weighin/{path.stem}/{number}" not in now["$.schema"]["words"]:
        faults.append(f"{path.name}: its $id and its \"schema\" name two numbers")
    if not kept.exists():
        if keep:
            KEPT.mkdir(exist_ok=True)
            write(kept, now)
        else:
            faults.append(f"{path.name}: nothing is kept of weighin/{path.stem}/{number}; run {' '.join(sys.argv[:1])} SOURCE --keep")
        continue
    gone, reworded = broken(path.stem, read(kept), now)
    faults += [f"{path.name}: {fault}: that needs weighin/{path.stem}/{number + 1}" for fault in gone]
    if not rewording:
        faults += [f"{path.name}: {fault}: a new meaning needs weighin/{path.stem}/{number + 1}; the same one in other "
                   "words: --keep --reworded" for fault in reworded]
    fresh = sorted(set(now) - set(read(kept)))
    if keep and not gone and (rewording or not reworded):
        write(kept, now)
    elif fresh:
        faults.append(f"{path.name}: {', '.join(fresh[:5])} are new: keep them with tests/rules/schema_contract.py SOURCE --keep")

documents = sorted((KEPT / "documents").glob("*.json"))
if not documents:
    faults.append("no document of an earlier version is kept")
try:
    from jsonschema import Draft202012Validator
except ImportError as error:
    print(f"skipped: python3-jsonschema is missing ({error})")
    sys.exit(1 if faults else 77)
for path in documents:
    document = json.loads(path.read_text())
    _, name, number = document["schema"].split("/")
    schema = json.loads((SCHEMAS / f"{name}.json").read_text())
    if number_of(schema) != int(number):
        continue  # of an older number: its schema is history
    for error in list(Draft202012Validator(schema).iter_errors(document))[:3]:
        faults.append(f"{path.name}, written earlier, is no longer a {document['schema']}: {error.message[:200]}")

print("\n".join(faults) or f"{len(list(SCHEMAS.glob('*.json')))} schemas keep what they promised; {len(documents)} earlier documents hold")
sys.exit(1 if faults else 0)
