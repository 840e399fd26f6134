"""Builds all packages of a recipe with the reference (py-rattler-build).

Reads one JSON object: {"recipe": file, "variants": {key: [value]}, "platform": target platform or null, "channels": [...],
"output": folder, "format": package format}. Writes a list of one object for each rendered variant: {"packages": [path]} or
{"error": message, "log": [line]}.
"""

import json
import os
import sys

import rattler_build
from rattler_build import PlatformConfig, RenderConfig, Stage0Recipe, ToolConfiguration, VariantConfig

# The reference logs to standard output, which carries the answer here.
answer = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

plan = json.load(sys.stdin)
platform = plan["platform"]
platforms = PlatformConfig(target_platform=platform) if platform else PlatformConfig()
config = RenderConfig(platform=platforms) if platform else RenderConfig()
results = []
for variant in Stage0Recipe.from_file(plan["recipe"]).render(VariantConfig(plan["variants"]), config):
    try:
        built = variant.run_build(
            ToolConfiguration(test_strategy="skip"),
            output_dir=plan["output"],
            channels=plan["channels"],
            package_format=plan["format"],
        )
        results.append({"packages": [str(path) for path in built.packages]})
    except rattler_build.RattlerBuildError as error:
        results.append({"error": str(error), "log": list(getattr(error, "log", []))[-20:]})
json.dump(results, answer)
answer.flush()
