/** `sidewinder fleet status`: the progress of a run. */

import { writeFile } from "node:fs/promises";
import { type FleetReport, failureGroups } from "../fleet/report.js";
import { fleetReportPage, hostsOf, summary } from "../fleet/report-page.js";
import { command, onlyOperand } from "./command.js";
import { EXIT } from "./exit-status.js";
import { print, remark } from "./output.js";
import { isUnicode, printable } from "./terminal.js";
import { UsageError } from "./usage-error.js";

const BAR_COLUMNS = 30;

export default command({
  name: "fleet status",
  usage: ["RUN --engine URL [options]"],
  about: "Prints how far a run is: items by state, a bar for each host, and failures by their cause.",
  options: {
    engine: {
      type: "string",
      value: "URL",
      description: "The queue: redis://HOST, rediss://HOST or postgres://HOST/DB",
    },
    queue: { type: "string", value: "NAME", description: "Name of the fleet; default: sidewinder" },
    report: { type: "string", value: "FILE", description: "Also write a report page (HTML)" },
  },
  examples: [
    {
      description: "write a report page",
      line: "sidewinder fleet status nightly --engine redis://queue --report report.html",
    },
  ],
  async run(call) {
    const id = onlyOperand(call, "RUN");
    const { engine, queue, report: file } = call.values;
    if (engine === undefined)
      throw new UsageError("`--engine` is missing", "name the queue, e.g. redis://127.0.0.1");
    const { runReport } = await import("../fleet/bullmq/index.js");
    const report = await runReport({ connection: engine, ...(queue === undefined ? {} : { queue }) }, id);
    print(call, report, () => statusText(report));
    if (file !== undefined) {
      await writeFile(file, fleetReportPage(report));
      remark(call, `Report written to ${file}`);
    }
    return EXIT.done;
  },
});

function statusText(report: FleetReport): string {
  const hosts = hostsOf(report);
  const width = Math.max(0, ...hosts.map(({ host }) => host.length));
  const bars = hosts.map(({ host, done, failed, running }) => {
    const counts = `${done} done, ${failed} failed, ${running} running`;
    return `  ${printable(host.padEnd(width))}  ${bar(done, failed, running)}  ${counts}\n`;
  });
  const groups = failureGroups(report).map(({ cause, items }) => {
    const names = items.map(({ name, version }) => `${name} ${version}`);
    const shown = names.slice(0, 5).join(", ") + (names.length > 5 ? `, and ${names.length - 5} more` : "");
    return `  ${items.length} × ${printable(cause)}: ${printable(shown)}\n`;
  });
  const failures = groups.length === 0 ? "" : `Failures by cause:\n${groups.join("")}`;
  return `${report.id}: ${summary(report)}\n${bars.join("")}${failures}`;
}

function bar(done: number, failed: number, running: number): string {
  const [full, bad, rest] = isUnicode() ? ["█", "▒", "░"] : ["#", "x", "."];
  const all = Math.max(1, done + failed + running);
  const columns = (count: number): number => Math.round((BAR_COLUMNS * count) / all);
  const [first, second] = [columns(done), columns(failed)];
  return `${full.repeat(first)}${bad.repeat(second)}${rest.repeat(Math.max(0, BAR_COLUMNS - first - second))}`;
}
