/** Completions and hover texts, in a worker of their own: its WebAssembly module is only loaded when someone types. */

import { completeRecipe, hoverRecipe, init, initTools, VariantConfig } from "sidewinder/recipe";
import type { ToolsReply, ToolsRequest } from "./messages.js";

// The types of pages and those of workers cannot be loaded together; this is all that is needed of the latter.
const here = self as unknown as {
  onmessage: (event: MessageEvent<ToolsRequest>) => void;
  postMessage(reply: ToolsReply): void;
};
const loaded = Promise.all([init(), initTools()]);

here.onmessage = async ({ data }) => {
  const { id, kind } = data;
  try {
    await loaded;
    const answer = work(data);
    here.postMessage({ id, answer });
  } catch (error) {
    here.postMessage({ id, failed: `${kind}: ${error instanceof Error ? error.message : error}` });
  }
};

function work({ kind, recipe, offset, variants, format, platform }: ToolsRequest): ToolsReply["answer"] {
  const config = { targetPlatform: platform, buildPlatform: platform };
  let values = new VariantConfig();
  try {
    values = VariantConfig.fromYaml(variants, { format, config });
  } catch {
    // The variants have errors, which the page shows: without them most of a recipe is still known.
  }
  return kind === "complete"
    ? completeRecipe(recipe, offset, values)
    : hoverRecipe(recipe, offset, values, config);
}
