#!/usr/bin/python3
"""Does `weighin explain` show every page within 80 columns, with the model's own numbers?"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import check, equal, finish, run  # noqa: E402

TOPICS = ["quantization", "lora", "pruning", "distillation", "sharing", "classes", "download", "memory", "speed"]
done = run("explain")
equal(done.returncode, 0, "the list of pages")
for topic in TOPICS:
    check(topic in done.stdout, f"{topic} is listed")
    pages = []
    for model in ("gemma-2b", "llama-3.2-3b", "gemma-4-e2b"):
        page = run("explain", topic, model, "--no-bench", "--no-gpu")
        equal(page.returncode, 0, f"explain {topic} {model}: {page.stderr}")
        pages.append(page.stdout)
        for line in page.stdout.splitlines():
            check(len(line) <= 80, f"explain {topic}: {len(line)} columns: {line}")
        check(page.stdout.count("\n") > 8, f"explain {topic} says something")
    check(len(set(pages)) == 3, f"explain {topic} speaks of the model named")
    for width in (60, 120):
        page = run("explain", topic, "llama-3.2-3b", "--no-bench", "--no-gpu", env={"COLUMNS": str(width)}).stdout
        for line in page.splitlines():
            check(len(line) <= width, f"explain {topic} at {width}: {len(line)} columns: {line}")
check("69.4" in run("explain", "classes", "--no-gpu").stdout, "what a class up is worth is told in published figures")
page = run("explain", "speed", "distilbert", "--no-bench", "--no-gpu").stdout
check("texts a second" in page and "write one token" not in page, f"an encoder reads texts and writes nothing: {page}")
check("effective: multiplied for a token              89.7M" in run("explain", "sharing", "albert", "--no-gpu").stdout,
      "ALBERT's one layer is multiplied twelve times")
equal(run("explain", "boxing").returncode, 64, "an unknown page")
equal(run("explain", "memory", "gpt-4").returncode, 64, "a model that nobody can download")

# The techniques, computed.
for words, said in (
    (("--quantize", "Q8_0"), "16 bits a weight"),
    (("--prune", "0.5"), "stored sparsely"),
    (("--prune", "0.5,2:4"), "2:4"),
    (("--prune", "0.3,structured"), "channels and heads gone"),
    (("--distilled",), "distilled"),
):
    done = run("estimate", "llama-3.2-1b", *words)
    equal(done.returncode, 0, f"estimate {words}: {done.stderr}")
    check(said in done.stdout, f"estimate {words} says {said}: {done.stdout}")
check("unique weights do the work of" in run("estimate", "gemma-2b").stdout, "sharing is shown")
equal(run("estimate", "gemma-2b", "--prune", "2").returncode, 64, "a share above 1")
equal(run("estimate", "gemma-2b", "--quantize", "Q9").returncode, 64, "a format that is none")

# The other runtimes.
for model, runtime in (("distilbert", "onnx-web"), ("llama-3.2-1b", "webllm"), ("gemma-3-1b", "litert"), ("phi-4-mini", "onnx")):
    done = run("estimate", model, "--runtime", runtime)
    equal(done.returncode, 0, f"estimate {model} --runtime {runtime}: {done.stderr}")
    check(f"with {runtime}" in done.stdout, f"{runtime} is named")
equal(run("estimate", "gemma-2b", "--runtime", "abacus").returncode, 64, "a runtime that is none")
equal(run("estimate", "gemma-2b", "--runtime", "webllm", "--format", "Q4_K_M").returncode, 64, "another runtime's format")
finish()
