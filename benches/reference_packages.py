"""Packages one recipe with the reference (py-rattler-build) and reports how long that took after the script had ended.

Reads one JSON object: {"recipe": recipe, "channels": [...], "output": folder, "level": compression level}. Writes {"ms":
milliseconds from the end of the script until the archive was written, "memory": highest memory in use meanwhile in KiB,
"bytes": size of the package}.
"""

import json
import os
import sys
import time

from rattler_build import Stage0Recipe, ToolConfiguration, VariantConfig

# What the reference prints goes elsewhere: standard output carries the answer.
answer = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

plan = json.load(sys.stdin)
mark = os.path.join(plan["output"], "script-ended")
# The last thing that the script does: note the time, and reset the mark of this process's memory (Linux).
plan["recipe"]["build"]["script"].append(f"date +%s.%N > {mark}; echo 5 > /proc/{os.getpid()}/clear_refs || true")


class Watch:
    written = None
    memory = None

    def on_log(self, event):
        if "Archive written" in event.message:
            self.written = time.time()
            with open("/proc/self/status") as status:
                self.memory = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))

    def on_download_start(self, event):
        pass

    def on_download_progress(self, event):
        pass

    def on_download_complete(self, event):
        pass

    def on_build_step(self, event):
        pass


watch = Watch()
variant = Stage0Recipe.from_yaml(json.dumps(plan["recipe"])).render(VariantConfig({}))[0]
built = variant.run_build(
    ToolConfiguration(test_strategy="skip"),
    output_dir=plan["output"],
    channels=plan["channels"],
    package_format=f"conda:{plan['level']}",
    progress_callback=watch,
)
with open(mark) as file:
    ended = float(file.read())
size = os.path.getsize(built.packages[0])
json.dump({"ms": (watch.written - ended) * 1000, "memory": watch.memory, "bytes": size}, answer)
answer.flush()
