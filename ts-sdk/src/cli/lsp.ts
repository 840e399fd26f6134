/** `sidewinder lsp`: a language server for recipes on standard input and output. */

import { command, noOperands, type OptionSpecs } from "./command.js";
import { remark } from "./output.js";
import { UsageError } from "./usage-error.js";
import { version } from "./version.js";

const OPTIONS = {
  stdio: { type: "boolean", description: "Talk to the client on standard input and output" },
} as const satisfies OptionSpecs;

export default command({
  name: "lsp",
  usage: ["--stdio"],
  about:
    "Serves the Language Server Protocol for recipes and variant files: errors and warnings, completion, hover texts with " +
    "rendered values, and quick fixes. Editors start it.\n\n" +
    "Needs two more npm packages: npm install -g vscode-languageserver vscode-languageserver-textdocument.",
  options: OPTIONS,
  examples: [{ description: "in the configuration of an editor", line: "sidewinder lsp --stdio" }],
  async run(call) {
    noOperands(call);
    if (call.values.stdio !== true) throw new UsageError("missing option `--stdio`");
    const { startOnStdio } = await load();
    if (process.stdin.isTTY) {
      remark(call, "Waiting for a client of the Language Server Protocol on standard input. Ctrl-C ends it.");
    }
    await startOnStdio(version());
    return 0;
  },
});

/** The packages of the protocol are loaded here, as only users of the language server need them. */
async function load(): Promise<typeof import("../lsp/start.js")> {
  try {
    return await import("../lsp/start.js");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw cause;
    throw new UsageError(
      "package not found: `vscode-languageserver`",
      "npm install -g vscode-languageserver vscode-languageserver-textdocument",
    );
  }
}
