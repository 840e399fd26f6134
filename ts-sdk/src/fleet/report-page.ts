/** A run as one static HTML page: counts, hosts, grouped failures, and a table of all items. */

import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import { type FleetReport, type FleetReportItem, failureGroups } from "./report.js";

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; --line: #8884; --ok: #2e7d32; --bad: #c62828; --run: #1565c0; }
@media (prefers-color-scheme: dark) { :root { --ok: #81c784; --bad: #ef9a9a; --run: #90caf9; } }
body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
.done { color: var(--ok); } .failed { color: var(--bad); } .running { color: var(--run); }
.bar { display: flex; height: .8rem; border-radius: .4rem; overflow: hidden; background: var(--line); min-width: 8rem; }
.bar i { display: block; } .bar .d { background: var(--ok); } .bar .f { background: var(--bad); } .bar .r { background: var(--run); }
code, pre { font: .9em ui-monospace, monospace; } pre { white-space: pre-wrap; margin: .3rem 0; } summary { cursor: pointer; }
`;

/**
 * Formats a report as a self-contained page: no scripts, no requests.
 *
 * @example
 * const run = fleet.run(new URL("./repair.mjs", import.meta.url), [variant], { session: { channels: ["conda-forge"] } });
 * await run.results;
 * await writeFile("report.html", fleetReportPage(await run.report()));
 */
export function fleetReportPage(report: FleetReport): string {
  const title = `Run ${report.id}`;
  const groups = failureGroups(report);
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body>
<h1>${escapeHtml(title)}</h1>
<p>Started ${escapeHtml(report.created)} with module <code>${escapeHtml(report.module)}</code>: ${escapeHtml(summary(report))}</p>
<h2>Hosts</h2>
<table><thead><tr><th>Host</th><th>Progress</th><th>Done</th><th>Failed</th><th>Running</th></tr></thead><tbody>
${hostsOf(report).map(hostRow).join("\n")}
</tbody></table>
${groups.length === 0 ? "" : `<h2>Failures by cause</h2>\n${groups.map(groupBlock).join("\n")}`}
<h2>Items</h2>
<table><thead><tr><th>#</th><th>Package</th><th>State</th><th>Host</th><th>Attempts</th><th>Time</th><th>Files</th></tr></thead><tbody>
${report.items.map(itemRow).join("\n")}
</tbody></table>
</body>
</html>
`;
}

/** One line that counts the items by state. */
export function summary(report: FleetReport): string {
  const count = (state: FleetReportItem["state"]): number =>
    report.items.filter((item) => item.state === state).length;
  const parts = (["done", "failed", "running", "waiting"] as const).map(
    (state) => `${count(state)} ${state}`,
  );
  return `${report.items.length} items, ${parts.join(", ")}`;
}

/** How many items each host has done, failed and runs; sorted by name. */
export function hostsOf(
  report: FleetReport,
): { host: string; done: number; failed: number; running: number }[] {
  const hosts = new Map<string, { host: string; done: number; failed: number; running: number }>();
  for (const item of report.items) {
    if (item.state === "waiting" || item.host === "") continue;
    const row = hosts.get(item.host) ?? { host: item.host, done: 0, failed: 0, running: 0 };
    row[item.state] += 1;
    hosts.set(item.host, row);
  }
  return [...hosts.values()].sort((a, b) => a.host.localeCompare(b.host));
}

function hostRow({ host, done, failed, running }: ReturnType<typeof hostsOf>[number]): string {
  const all = done + failed + running;
  const part = (name: string, count: number): string =>
    `<i class="${name}" style="width:${(100 * count) / all}%"></i>`;
  const bar = `<div class="bar" role="img" aria-label="${done} done, ${failed} failed, ${running} running">${part("d", done)}${part("f", failed)}${part("r", running)}</div>`;
  const number = (count: number): string => `<td class="number">${count}</td>`;
  return `<tr><td>${escapeHtml(host)}</td><td>${bar}</td>${number(done)}${number(failed)}${number(running)}</tr>`;
}

function groupBlock({ cause, items }: ReturnType<typeof failureGroups>[number]): string {
  const names = items.map(
    ({ item, name, version }) => `<a href="#item-${item}">${escapeHtml(`${name} ${version}`)}</a>`,
  );
  return `<details open><summary><code>${escapeHtml(cause)}</code> (${items.length})</summary><p>${names.join(", ")}</p></details>`;
}

function itemRow(item: FleetReportItem): string {
  const name = `${escapeHtml(`${item.name} ${item.version}`)}<br><code>${escapeHtml(item.buildString)}</code>`;
  const state = `<span class="${item.state}">${item.state}</span>${detailsOf(item)}`;
  const cells =
    item.state === "waiting"
      ? "<td></td><td></td><td></td><td></td>"
      : `<td>${escapeHtml(item.host)}</td><td class="number">${item.attempts}</td>${timeAndFiles(item)}`;
  return `<tr id="item-${item.item}"><td class="number">${item.item}</td><td>${name}</td><td>${state}</td>${cells}</tr>`;
}

function timeAndFiles(item: Exclude<FleetReportItem, { state: "waiting" }>): string {
  if (item.state === "running") return "<td></td><td></td>";
  const files = item.artifacts.map(({ name, location }) => {
    const target = isAbsolute(location) ? pathToFileURL(location).href : location;
    // Only addresses that a browser may open: a store can return anything.
    return /^(https?|file|s3):/.test(target)
      ? `<a href="${escapeHtml(target)}">${escapeHtml(name)}</a>`
      : escapeHtml(name);
  });
  return `<td class="number">${(item.durationMs / 1000).toFixed(1)} s</td><td>${files.join("<br>")}</td>`;
}

function detailsOf(item: FleetReportItem): string {
  if (item.state !== "failed" && item.state !== "done") return "";
  const findings = item.findings
    .map(({ message }) => `<li><code>${escapeHtml(message)}</code></li>`)
    .join("");
  const list = findings === "" ? "" : `<ul>${findings}</ul>`;
  if (item.state === "done") {
    return `${list}<details><summary>value</summary><pre>${escapeHtml(JSON.stringify(item.value, null, 2))}</pre></details>`;
  }
  return `${list}<pre>${escapeHtml(`${item.error.code ?? ""} ${item.error.message}`)}</pre>`;
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
