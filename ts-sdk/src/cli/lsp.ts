/** `sidewinder lsp`: a language server for recipes on standard input and output. */

import { command, noOperands, type OptionSpecs } from "./command.js";
import { loadCompanion } from "./companion.js";
import { remark } from "./output.js";
import { UsageError } from "./usage-error.js";
import { version } from "./version.js";

/** The package with the server. It depends on the protocol's library, which most users of this package do not need. */
const PACKAGE = "sidewinder-lsp";

/** What the command uses of the package. */
interface ServerPackage {
  startOnStdio(version: string): Promise<void>;
}

const OPTIONS = {
  stdio: { type: "boolean", description: "Talk to the client on standard input and output" },
} as const satisfies OptionSpecs;

export default command({
  name: "lsp",
  usage: ["--stdio"],
  about:
    "Serves the Language Server Protocol for recipes and variant files: errors and warnings, completion, hover texts with " +
    "rendered values, and quick fixes. Editors start it. The server is a package of its own: `npm install sidewinder-lsp`, or " +
    "run `npx sidewinder-lsp --stdio`.",
  options: OPTIONS,
  examples: [{ description: "in the configuration of an editor", line: "sidewinder lsp --stdio" }],
  async run(call) {
    noOperands(call);
    if (call.values.stdio !== true) throw new UsageError("missing option `--stdio`");
    const { startOnStdio } = await loadCompanion<ServerPackage>(PACKAGE);
    if (process.stdin.isTTY) {
      remark(call, "Waiting for a client of the Language Server Protocol on standard input. Ctrl-C ends it.");
    }
    await startOnStdio(version());
    return 0;
  },
});
