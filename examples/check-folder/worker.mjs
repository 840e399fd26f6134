// A worker of `main.mjs`: takes a path, gives what is wrong with the recipe there.

import { readFile } from "node:fs/promises";
import { parentPort } from "node:worker_threads";
import { formatDiagnostics, Stage0Recipe } from "sidewinder/recipe";

parentPort.on("message", async (path) => {
  const text = await readFile(path, "utf8");
  const diagnostics = Stage0Recipe.check(text, { path });
  parentPort.postMessage({
    path,
    errors: diagnostics.filter(({ severity }) => severity === "error").length,
    text: diagnostics.length === 0 ? "" : formatDiagnostics(text, diagnostics),
  });
});
