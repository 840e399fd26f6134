"""Builds all packages of a recipe with the reference (py-rattler-build).

Reads one JSON object: {"recipe": file, "variants": {key: [value]}, "platform": target platform or null, "channels": [...],
"output": folder, "format": package format}. Writes a list of one object for each rendered variant: {"packages": [{"path": path,
"tests": [whether it passes]}]} or {"error": message, "log": [line]}. Packages for other platforms are not tested.
"""

import json
import os
import sys

import rattler_build
from rattler_build import Package, PlatformConfig, RenderConfig, Stage0Recipe, ToolConfiguration, VariantConfig

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
        results.append({"packages": [{"path": str(path), "tests": []} for path in built.packages]})
    except rattler_build.RattlerBuildError as error:
        results.append({"error": str(error), "log": list(getattr(error, "log", []))[-20:]})



def passes(package, index):
    """Whether one test passes."""
    channels = [plan["output"], *plan["channels"]]
    try:
        return package.run_test(index, channel=channels).success
    except rattler_build.RattlerBuildError:
        return False


for result in results:
    for built in result.get("packages", []):
        package = Package.from_file(built["path"])
        if package.subdir in ("noarch", "linux-64"):
            built["tests"] = [passes(package, index) for index in range(package.test_count)]
json.dump(results, answer)
answer.flush()
