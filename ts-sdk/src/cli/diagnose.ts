/** `sidewinder diagnose`: why a build failed, from its log alone. */

import { readFileSync } from "node:fs";
import { text as readAll } from "node:stream/consumers";
import { SidewinderError } from "../errors.js";
import type { Finding } from "../generated/types.js";
import { diagnose } from "../recipe/diagnose.js";
import { command, type OptionSpecs, onlyOperand } from "./command.js";
import { diagnosisText } from "./diagnose-text.js";
import { EXIT } from "./exit-status.js";
import { print } from "./output.js";
import { hasColors, styleOf } from "./terminal.js";
import { UsageError } from "./usage-error.js";

const OPTIONS = {
  script: {
    type: "string",
    value: "FILE",
    description: "The build script, to name its lines and fixes to it",
  },
  "exit-code": {
    type: "string",
    value: "N",
    default: "1",
    description: "Exit status of the build; for 0 there are no findings",
  },
} as const satisfies OptionSpecs;

export default command({
  name: "diagnose",
  usage: ["LOG [options]"],
  about:
    "Finds out from the log of a build why it failed. Needs no recipe, no session and no network: for logs of CI systems " +
    "and of builds that nobody can run again. `-` reads standard input.\n\n" +
    "Findings are listed with the most likely cause first. Suggested packages are guesses by name, because no channel is " +
    "asked.",
  options: OPTIONS,
  examples: [
    { description: "a log from a CI system", line: "sidewinder diagnose build.log" },
    {
      description: "with the script that ran",
      line: "sidewinder diagnose build.log --script conda_build.sh",
    },
    { description: "for programs", line: "sidewinder diagnose build.log --json | jq '.findings[0].fixes'" },
  ],
  async run(call) {
    const path = onlyOperand(call, "a log file");
    const { script, "exit-code": status } = call.values;
    const exitCode = Number(status);
    if (!Number.isSafeInteger(exitCode) || exitCode < 0 || status === "") {
      throw new UsageError(
        `invalid value \`${status}\` for \`--exit-code\`; expected a non-negative integer`,
      );
    }
    const log = path === "-" ? await readAll(process.stdin) : read(path);
    const findings: Finding[] = diagnose(log, {
      exitCode,
      ...(script === undefined ? {} : { script: read(script) }),
    });
    print(call, { findings }, () => diagnosisText(findings, styleOf(hasColors(process.stdout))));
    return EXIT.done;
  },
});

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new SidewinderError("IO_FAILED", `failed to read \`${path}\``, { cause });
  }
}
