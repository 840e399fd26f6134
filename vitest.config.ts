import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["ts-sdk/test/**/*.test.ts", "tests/**/*.test.ts"],
    typecheck: { enabled: true, include: ["ts-sdk/test/**/*.test-d.ts"], tsconfig: "tsconfig.json" },
    testTimeout: 60_000,
    // Processes, signals and queues on a busy machine: a failure counts if it happens twice.
    retry: process.env.CI ? 1 : 0,
    hookTimeout: 120_000,
  },
});
