#!/usr/bin/env node
/** `sidewinder-lsp` is `sidewinder lsp`. */

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);
const manifest = require.resolve("sidewinder/package.json");
const { bin } = require(manifest) as { bin: { sidewinder: string } };
process.argv.splice(2, 0, "lsp");
await import(pathToFileURL(join(dirname(manifest), bin.sidewinder)).href);
