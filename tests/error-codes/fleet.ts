import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bullmq } from "../../ts-sdk/src/fleet/bullmq/index.js";
import { Fleet } from "../../ts-sdk/src/fleet/index.js";
import { channel, root, scratch, scripted, variantOf } from "../support/workbench.js";
import type { Demonstration } from "./demonstration.js";

const module = new URL("../fleet/modules.mjs", import.meta.url);

export const fleet: Record<string, Demonstration> = {
  FLEET_TIMEOUT: async () => {
    const fleet = new Fleet({ artifacts: await scratch() });
    const item = { variant: variantOf(scripted(["sleep 600"])), input: { do: "build" } };
    const run = fleet.run(module, [item], { session: { channels: [channel] }, timeoutMs: 500 });
    const [result] = await run.results;
    await fleet.close();
    return result?.ok === false ? result.error : undefined;
  },
  FLEET_ENGINE_FAILED: async () => {
    const connection = "redis://127.0.0.1:1";
    const fleet = new Fleet({
      artifacts: await scratch(),
      engine: bullmq({ connection, queue: "not a name" }),
    });
    try {
      const [result] = await fleet.run(module, [{ variant: variantOf(scripted(["true"])) }]).results;
      return result?.ok === false ? result.error : undefined;
    } finally {
      await fleet.close();
    }
  },
};

/** The codes that the tests of fleets assert: those tests need several processes and a queue. */
export function codesAssertedByFleetTests(): string[] {
  const tests = join(root, "tests");
  const texts = readdirSync(tests)
    .filter((name) => /^fleet.*\.test\.ts$/.test(name))
    .map((name) => readFileSync(join(tests, name), "utf8"));
  return [...new Set(texts.join("\n").match(/(?<=")FLEET_[A-Z_]+(?=")/g))];
}
