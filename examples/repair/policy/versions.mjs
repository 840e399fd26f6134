// Versions of packages that do not fit: other versions that the channels have.

import { channelIndex, compareVersions } from "../channel.mjs";

/** Candidates that require an older or a newer version of the packages that a finding suggests. */
export async function otherVersions(finding, session, { channels, section = "host" }) {
  const index = await channelIndex(channels);
  const installed = new Map();
  for (const environment of ["host", "build"]) {
    for (const { name, version } of await session.packages(environment).catch(() => [])) {
      if (!installed.has(name)) installed.set(name, { version, section: environment });
    }
  }
  const candidates = [];
  for (const { spec: name } of finding.suggestions) {
    const present = installed.get(name);
    const known = [...(index.get(name) ?? [])].sort(compareVersions);
    if (present === undefined || known.length < 2) continue;
    const target = section === "run" ? "run" : present.section;
    for (const bound of bounds(present.version, known)) {
      candidates.push({
        cause: finding.message,
        why: `${name} ${present.version} does not fit; the channels also have ${known
          .filter((version) => version !== present.version)
          .join(", ")}`,
        changes: [
          {
            kind: "recipe",
            edits: [{ kind: "addRequirement", section: target, spec: `${name} ${bound}` }],
          },
        ],
      });
    }
  }
  return candidates;
}

/** `<3.1` for the versions before 3.1.4, oldest last; then `>3.1.4` if there is a newer one. */
function bounds(present, known) {
  const at = known.indexOf(present);
  const older = known.slice(0, Math.max(at, 0)).reverse();
  const found = [];
  let limit = present;
  for (const version of older) {
    found.push(`<${shortest(limit, version)}`);
    limit = version;
  }
  if (at >= 0 && at < known.length - 1) found.push(`>${present}`);
  return found;
}

/** The fewest parts of a version that still exclude an older one. */
function shortest(version, older) {
  const parts = version.split(".");
  for (let length = 1; length < parts.length; length += 1) {
    const start = parts.slice(0, length).join(".");
    if (compareVersions(start, older) > 0) return start;
  }
  return version;
}
