// Sizes of the WebAssembly core, raw and compressed as servers send it, and its limit.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { root, StepFailed } from "./run.mjs";

/** Maximum download size in bytes, with brotli at its highest quality. */
const MAX_BROTLI = 700_000;

/** Prints the sizes of the shipped core; fails if it is too large. */
export function checkCoreSize() {
  const file = "ts-sdk/dist/wasm/recipe_bg.wasm";
  const bytes = readFileSync(join(root, file));
  const gzip = gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }).length;
  const brotli = brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  }).length;
  const kilobytes = (size) => `${Math.round(size / 1000)} kB`;
  process.stdout.write(
    `${file}  ${kilobytes(bytes.length)} raw, ${kilobytes(gzip)} gzip, ${kilobytes(brotli)} brotli\n`,
  );
  if (brotli > MAX_BROTLI)
    throw new StepFailed(`the core is larger than ${kilobytes(MAX_BROTLI)} with brotli`);
}
