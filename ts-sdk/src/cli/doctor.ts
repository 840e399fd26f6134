/** `sidewinder doctor`: what works on this machine. */

import { resolve } from "node:path";
import { doctor } from "../session/doctor.js";
import { command, given, noOperands } from "./command.js";
import { interruptible } from "./interrupt.js";
import { print } from "./output.js";
import { CHANNEL_OPTIONS } from "./session-options.js";
import { hasColors, styleOf } from "./terminal.js";

export default command({
  name: "doctor",
  usage: ["[options]"],
  about:
    "Finds out what works on this machine by trying: the native addon, the cache, hard links and reflinks, namespaces, " +
    "Landlock, cgroups, limits of the process, and whether channels can be reached. Each line says `ok`, `limited` (sessions " +
    "work without it, more slowly or with fewer options) or `failed`.\n\nThe exit status is 1 if something failed.",
  options: {
    channel: CHANNEL_OPTIONS.channel,
    "cache-dir": CHANNEL_OPTIONS["cache-dir"],
    offline: CHANNEL_OPTIONS.offline,
    "auth-file": CHANNEL_OPTIONS["auth-file"],
    "output-dir": {
      type: "string",
      value: "DIR",
      description: "Where sessions will be; default: temporary files",
    },
  },
  examples: [
    { description: "the whole machine", line: "sidewinder doctor" },
    { description: "for a bug report", line: "sidewinder doctor --json > doctor.json" },
  ],
  async run(call) {
    noOperands(call);
    const { values } = call;
    const report = await interruptible((signal) =>
      doctor(
        given({
          channels: values.channel,
          cacheDir: values["cache-dir"] && resolve(values["cache-dir"]),
          outputDir: values["output-dir"] && resolve(values["output-dir"]),
          auth: values["auth-file"] === undefined ? undefined : { file: resolve(values["auth-file"]) },
          offline: values.offline,
          signal,
        }),
      ),
    );
    print(call, report, () => text(report));
    return report.works ? 0 : 1;
  },
});

function text({ version, platform, node, checks }: Awaited<ReturnType<typeof doctor>>): string {
  const style = styleOf(hasColors(process.stdout));
  const color = { ok: style.green, limited: style.yellow, failed: style.red };
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, status, message, hint }) => [
    `${color[status](status.padEnd(7))}  ${name.padEnd(width)}  ${message}`,
    ...(hint === undefined ? [] : [`${" ".repeat(width + 11)}hint: ${hint}`]),
  ]);
  return `${[`sidewinder ${version}, ${platform}, Node.js ${node}`, "", ...lines].join("\n")}\n`;
}
