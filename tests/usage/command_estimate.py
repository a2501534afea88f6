#!/usr/bin/python3
"""Does `weighin estimate` agree with the engine, and say what it rests on?"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import check, equal, finish, run, run_json  # noqa: E402


def within(got, truth, share, what):
    check(isinstance(got, int) and abs(got - truth) <= share * truth, f"{what}: {got}, truth {truth}")


# Truth: loads of the real llama.cpp (v0.5.0, CPU) at 4096 tokens, flash attention auto, one output.
code, gemma = run_json("estimate", "Gemma 2B", "--format", "Q4_K_M")
equal(code, 0, "gemma-2b")
equal(gemma.get("schema"), "weighin/estimate/1", "schema")
equal(gemma["model"]["parameters"], 2506172416, "parameters of Gemma 2B")
within(gemma["download_bytes"], 1630574048, 0.01, "download of Gemma 2B Q4_K_M")
equal(sum(v for k, v in gemma["memory"].items() if k != "total_bytes"), gemma["memory"]["total_bytes"], "parts add up")

code, mistral = run_json("estimate", "mistral-7b", "--format", "Q4_K_M")
equal(code, 0, "mistral-7b")
within(mistral["download_bytes"], 4372821440, 0.01, "download of Mistral 7B Q4_K_M")

code, bert = run_json("estimate", "distilbert")
equal(code, 0, "distilbert")
equal(bert["model"]["parameters"], 66362880, "parameters of DistilBERT")

code, bare = run_json("estimate", "7B")
equal(code, 0, "7B")
equal(bare["model"]["known_by"], "assumed", "a bare size is an assumption")

code, hosted = run_json("estimate", "gpt-4")
equal(code, 1, "gpt-4 has no weights to download")
equal(hosted.get("verdict"), "not-downloadable", "gpt-4")

# Every part to the byte.
code, explained = run_json("estimate", "llama-3.2-1b", "--explain")
equal(code, 0, "--explain")
lines = explained["explanation"]
equal(sum(line["memory_bytes"] for line in lines["tensors"]), explained["memory"]["weights_bytes"], "tensors add up")
equal(sum(part["bytes"] for part in lines["download"]), explained["download_bytes"], "the download adds up")
equal(sum(part["bytes"] for part in explained["parts"]), explained["memory"]["total_bytes"], "the memory adds up")

# The inverse.
code, best = run_json("estimate", "llama-3.1-8b", "--fit-in", "8GiB")
equal(code, 0, "--fit-in")
check(best["total_range_bytes"]["high"] <= 8 << 30, "the bad end fits")
equal(best["plan"]["format"], best["fit_in"]["format"], "the best format is shown")
code, none = run_json("estimate", "llama-3.1-405b", "--max-context", "8GiB")
equal(code, 1, "nothing fits")
equal(none["max_context"]["context"]["status"], "unsupported", "no context")
code, longest = run_json("estimate", "gemma-2b", "--max-context", "64GiB")
equal(longest["max_context"]["context"], 8192, "the model's own limit")

# Several GPUs, an adapter, a draft model.
code, dealt = run_json("estimate", "qwen2.5-32b", "--gpu-layers", "99", "--gpus", "2")
equal(sum(dealt["gpu_split_bytes"]), dealt["gpu_bytes"], "two GPUs")
equal(dealt["gpu_bytes"] + dealt["host_bytes"], dealt["memory"]["total_bytes"], "GPUs and system")
code, drafted = run_json("estimate", "llama-3.1-8b", "--draft", "llama-3.2-1b", "--lora", "16,q,v")
equal(drafted["memory"]["adapter_bytes"], 2 * 16 * 32 * (4096 + 4096 + 4096 + 1024), "an adapter of rank 16 on q and v")
check(drafted["memory"]["draft_bytes"] > 800_000_000, "the draft model is counted")

for words, needle in [
    (["nonsense-9000"], "nonsense-9000"),
    (["gemma-2b", "--format", "Q9_X"], "Q9_X"),
    (["gemma-2b", "--context", "0"], "context of 0"),
    (["gemma-2b", "--context", "9000"], "8192"),
    (["gemma-2b", "--lora", "8,nose"], "nose"),
    (["gemma-2b", "--fit-in", "much"], "--fit-in"),
    (["gemma-2b", "--kv-type", "q8_0", "--flash-attn", "off"], "flash"),
    (["gemma-2b", "--context", "0"], "context"),
    (["gemma-2b", "--context", "-5"], "context"),
    (["gemma-2b", "--kv-type", "q3_z"], "q3_z"),
    (["gemma-2b", "--kv-type", "q8_0", "--flash-attn", "off"], "flash"),
    (["gemma-2b", "--flash-attn", "perhaps"], "flash-attn"),
    (["gemma-2b", "--outputs", "some"], "outputs"),
    (["gemma-2b", "--no-such-option"], "no-such-option"),
    ([], "SPEC"),
]:
    done = run("estimate", *words)
    equal(done.returncode, 64, f"exit code of estimate {words}")
    check(needle in done.stderr and "weighin: error:" in done.stderr and "hint:" in done.stderr, f"message of {words}: {done.stderr!r}")
    equal(done.stdout, "", f"stdout of a failing estimate {words}")
    code, document = run_json("estimate", *words)
    equal(document.get("error", {}).get("exit_code"), 64, f"JSON error of {words}")

text = run("estimate", "gemma-2b")
check("GiB" in text.stdout and "GB" in text.stdout, "memory in GiB and download in GB")
finish()
