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

for words, needle in [
    (["nonsense-9000"], "nonsense-9000"),
    (["gemma-2b", "--format", "Q9_X"], "Q9_X"),
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
