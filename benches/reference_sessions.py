"""Runs steps of debug sessions of the reference (py-rattler-build), and reports how long each took.

Reads one JSON object a line: first the plan {"recipe": text, "simple": text, "channels": [...], "variants": {...}}, then
steps {"step": name, ...}: "create" with "recipe" (a key of the plan), "output" and "cache" (folders), "run", "add" with
"spec", "close", and "many" with "output", "cache" and "count": so many sessions at once. Each step is answered by a line {"ms": wall-clock milliseconds, "cpu": milliseconds of processor time}.
"""

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from rattler_build import DebugSession, Stage0Recipe, VariantConfig

# What the reference prints goes elsewhere: standard output carries the answers.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

plan = json.loads(sys.stdin.readline())
session = None


def create(step):
    os.environ["RATTLER_CACHE_DIR"] = step["cache"]
    variant = Stage0Recipe.from_yaml(plan[step["recipe"]]).render(VariantConfig(plan["variants"]))[0]
    return DebugSession.create(variant, channels=plan["channels"], output_dir=step["output"])


for line in sys.stdin:
    step = json.loads(line)
    wall, processor = time.perf_counter(), time.process_time()
    if step["step"] == "create":
        session = create(step)
    elif step["step"] == "run":
        session.run_script()
    elif step["step"] == "many":
        with ThreadPoolExecutor(step["count"]) as threads:
            list(threads.map(create, [{**step, "output": f"{step['output']}-{n}"} for n in range(step["count"])]))
    elif step["step"] == "add":
        session.add_packages([step["spec"]])
    else:
        session = None
    times = {"ms": (time.perf_counter() - wall) * 1000, "cpu": (time.process_time() - processor) * 1000}
    answers.write(json.dumps(times) + "\n")
    answers.flush()
