#!/usr/bin/python3
"""Does a file answer as its model's name does, and a broken one with one clear error?"""
import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import PROGRAM, SOURCE, check, equal, finish, run, run_json  # noqa: E402

SYNTHETIC = pathlib.Path(PROGRAM).parent / "tests" / "weighin_synthetic"
folder = pathlib.Path(tempfile.mkdtemp(prefix="weighin-spec-"))

# ---- The same model as name, GGUF, config.json and safetensors: the same parameters.
gguf = folder / "SmolLM2-135M.gguf"
made = subprocess.run([SYNTHETIC, SOURCE / "models.json", "smollm2-135m", "Q8_0", gguf], capture_output=True, text=True)
equal(made.returncode, 0, "the synthetic model: " + made.stderr)
shape = next(m for m in json.loads((SOURCE / "models.json").read_text())["models"] if m["id"] == "smollm2-135m")["shape"]
config = {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": shape["hidden"],
          "intermediate_size": shape["ffn"], "num_hidden_layers": shape["layers"], "torch_dtype": "bfloat16",
          "num_attention_heads": shape["heads"], "num_key_value_heads": shape["kv_heads"],
          "vocab_size": shape["vocab"], "tie_word_embeddings": True, "max_position_embeddings": 8192}
alone = folder / "alone"
alone.mkdir()
(alone / "config.json").write_text(json.dumps(config))


def tensors():
    hidden, ffn, kv = shape["hidden"], shape["ffn"], shape["kv_heads"] * shape["head_dim"]
    yield "model.embed_tokens.weight", [shape["vocab"], hidden]
    for layer in range(shape["layers"]):
        name = f"model.layers.{layer}."
        for norm in ("input_layernorm", "post_attention_layernorm"):
            yield name + norm + ".weight", [hidden]
        for matrix, size in (("q_proj", [hidden, hidden]), ("k_proj", [kv, hidden]), ("v_proj", [kv, hidden]),
                             ("o_proj", [hidden, hidden])):
            yield f"{name}self_attn.{matrix}.weight", size
        for matrix, size in (("gate_proj", [ffn, hidden]), ("up_proj", [ffn, hidden]), ("down_proj", [hidden, ffn])):
            yield f"{name}mlp.{matrix}.weight", size
    yield "model.norm.weight", [hidden]


def write_safetensors(path, chosen):
    header, at = {"__metadata__": {"format": "pt"}}, 0
    for name, size in chosen:
        count = 1
        for side in size:
            count *= side
        header[name] = {"dtype": "BF16", "shape": size, "data_offsets": [at, at + 2 * count]}
        at += 2 * count
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.truncate(8 + len(text) + at)


sharded = folder / "sharded"
sharded.mkdir()
(sharded / "config.json").write_text(json.dumps(config))
everything = list(tensors())
half = len(everything) // 2
shards = {"model-00001-of-00002.safetensors": everything[:half], "model-00002-of-00002.safetensors": everything[half:]}
for name, chosen in shards.items():
    write_safetensors(sharded / name, chosen)
(sharded / "model.safetensors.index.json").write_text(
    json.dumps({"metadata": {}, "weight_map": {t: n for n, chosen in shards.items() for t, _ in chosen}}))

code, named = run_json("estimate", "smollm2-135m", "--format", "Q8_0")
equal(code, 0, "the catalogue's own")
code, from_gguf = run_json("estimate", str(gguf))
equal(code, 0, "a GGUF file")
equal(from_gguf["basis"], "file", "it rests on the file")
equal(from_gguf["model"]["parameters"], named["model"]["parameters"], "parameters of the GGUF")
equal(from_gguf["download_bytes"], gguf.stat().st_size, "its download is its size")
equal(from_gguf["memory"]["weights_bytes"], named["memory"]["weights_bytes"], "weights of the GGUF")
equal(from_gguf["memory"]["kv_cache_bytes"], named["memory"]["kv_cache_bytes"], "cache of the GGUF")
check(from_gguf["model"]["file"]["bytes_read"] < 4 << 20, "the header alone is read")
for what, spec in (("config.json", alone / "config.json"), ("its folder", alone), ("sharded safetensors", sharded)):
    code, other = run_json("estimate", str(spec), "--format", "Q8_0")
    equal(code, 0, what)
    equal(other["memory"]["weights_bytes"], named["memory"]["weights_bytes"], f"weights of {what}")
    equal(other["model"]["parameters"], named["model"]["parameters"], f"parameters of {what}")
    if what == "sharded safetensors":
        equal(len([p for p in other["model"]["file"]["parts"] if p["name"].endswith(".safetensors")]), 2, "two shards")
(sharded / "model-00002-of-00002.safetensors").unlink()
code, broken = run_json("estimate", str(sharded), "--format", "Q8_0")
equal(code, 0, "a missing shard is told, and what is known is answered")
check(any(p["missing"] for p in broken["model"]["file"]["parts"]), "the missing shard is named")

# ---- Import, and use what was imported.
done = run("models", "import", gguf, "--id", "mine")
equal(done.returncode, 0, "import")
(folder / "mine.json").write_text(done.stdout)
code, imported = run_json("estimate", "mine", "--catalogue", str(folder / "mine.json"), "--format", "Q8_0")
equal(code, 0, "what was imported")
equal(imported["memory"]["weights_bytes"], named["memory"]["weights_bytes"], "weights of what was imported")
equal(run("gate", "--model", gguf, "--no-bench", "--quiet").returncode, 0, "the gate takes files")
equal(run("check", gguf, "--no-bench").returncode, 0, "check takes files")

# ---- What cannot be read: exit 65, two lines, little memory.
with open(gguf, "rb") as file:
    whole = file.read(200_000)
hostile = {
    "empty.gguf": b"", "text.gguf": b"hello world, I am no model", "cut.gguf": whole[:100],
    "counts.gguf": b"GGUF" + struct.pack("<IQQ", 3, 2**62, 2**62),
    "keys.gguf": b"GGUF" + struct.pack("<IQQ", 3, 0, 2**40),
    "text-length.gguf": b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 2**63),
    "version.gguf": b"GGUF" + struct.pack("<IQQ", 77, 0, 0),
    "data.gguf": whole,
    "length.safetensors": struct.pack("<Q", 2**62) + b"{}", "hole.safetensors": struct.pack("<Q", 70)
    + b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}'.ljust(70) + b"12345678",
    "bomb.json": b'{"model_type":' + b"[" * 100_000,
    "zip.task": b"PK\x03\x04" + b"\xff" * 60, "head.litertlm": b"LITERTLM" + b"\xff" * 40,
    "graph.onnx": b"\x08\x07\x3a\xff\xff\xff\xff\x7f",
}
for name, content in hostile.items():
    (folder / name).write_bytes(content)
os.mkfifo(folder / "pipe.gguf")
(folder / "nothing").mkdir()
slowest, peak = 0.0, 0
for name in [*hostile, "pipe.gguf", "nothing"]:
    start = time.perf_counter()
    with open(folder / "said", "w+") as said:
        child = subprocess.Popen([PROGRAM, "estimate", folder / name], stdout=subprocess.DEVNULL, stderr=said)
        _, status, used = os.wait4(child.pid, 0)
        code = os.waitstatus_to_exitcode(status)
        said.seek(0)
        error = said.read()
    slowest, peak = max(slowest, time.perf_counter() - start), max(peak, used.ru_maxrss)
    equal(code, 65, f"{name}: {error}")
    lines = error.strip().splitlines()
    check(len(lines) == 2 and lines[0].startswith("weighin: error:") and lines[1].startswith("hint:"), f"{name}: {error!r}")
    check(name.split(".")[0] in error, f"{name} is named: {error!r}")
equal(run("estimate", folder / "not-there.gguf").returncode, 66, "a file that is not there")
check(peak < 64 << 10, f"peak memory of all runs: {peak} KiB")
print(f"{len(hostile) + 2} files that cannot be: slowest {slowest * 1000:.0f} ms, peak {peak} KiB")

# ---- Every model that the other writer knows, at any size.
writer = SOURCE.parent / "shared" / "tools" / "make_gguf.py"
if writer.exists() and pathlib.Path("/usr/bin/python3").exists():
    slowest = 0.0
    count = 0
    for model, quant in (("Llama-3.2-1B", "F16"), ("Gemma-3-4B", "F16"), ("Qwen3-30B-A3B", "Q4_K_M"), ("Mamba-370M", "F16"),
                         ("gpt-oss-20b", "F16"), ("DeepSeek-V2-Lite", "F16")):
        path = folder / "other.gguf"
        subprocess.run(["/usr/bin/python3", writer, model, quant, path], capture_output=True, check=False)
        if not path.exists():
            continue
        run("estimate", str(path))  # warm
        start = time.perf_counter()
        code, file = run_json("estimate", str(path))
        slowest = max(slowest, time.perf_counter() - start)
        _, catalogued = run_json("estimate", model, "--format", quant)
        equal(code, 0, model)
        if model != "Gemma-3-4B":  # the catalogue counts rows of the embedding that no file keeps
            equal(file["model"]["parameters"], catalogued["model"]["parameters"], f"parameters of {model}")
        # (The other writer's tokenizers are not the models' own: the process's heap is not compared.)
        for part in ("weights_bytes", "kv_cache_bytes", "state_bytes", "compute_bytes", "output_bytes"):
            equal(file["memory"][part], catalogued["memory"][part], f"{part} of {model} {quant}")
        path.unlink()
        count += 1
    print(f"{count} models of another writer: slowest {slowest * 1000:.0f} ms")
else:
    print("skipped: the other writer of models is not here")

shutil.rmtree(folder, ignore_errors=True)
finish()
