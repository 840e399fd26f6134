/** The result of a search, for people. */

import type { FoundPackage, SearchKind, SearchResult } from "../generated/types.js";
import type { Style } from "./terminal.js";

/** Maximum number of versions that are listed of a package. */
const MAX_VERSIONS = 10;
/** Maximum number of files that are listed of a package. */
const MAX_FILES = 5;

const NAMES: Record<SearchKind, string> = {
  package: "package",
  header: "header",
  command: "command",
  library: "library",
  "pkg-config": "pkg-config module",
  cmake: "CMake package",
  python: "Python module",
  perl: "Perl module",
  r: "R package",
  file: "file",
};

/** One paragraph for each package. */
export function searchText(found: SearchResult, style: Style): string {
  const { packages, didYouMean, query, kind, searched } = found;
  const lines = packages.flatMap((entry) => packageLines(entry, kind, style));
  if (packages.length === 0) lines.push(`${NAMES[kind]} not found: \`${query}\``);
  if (didYouMean.length > 0) {
    lines.push(`did you mean ${didYouMean.map((name) => `\`${name}\``).join(", ")}?`);
  }
  if (kind !== "package") {
    const unread = searched.unreadable === 0 ? "" : `, ${searched.unreadable} could not be read`;
    lines.push(
      style.dim(`searched the files of ${searched.fileLists} of ${searched.names} packages${unread}`),
    );
  }
  return `${lines.join("\n")}\n`;
}

function packageLines(found: FoundPackage, kind: SearchKind, style: Style): string[] {
  const { name, channel, matched, files, versions, versionCount } = found;
  const [newest] = versions;
  const [build] = newest?.builds ?? [];
  const place = build === undefined ? channel : `${channel.replace(/\/$/, "")}/${build.subdir}`;
  const lines = [`${style.bold(name)} ${newest?.version ?? "(no version matches)"}  ${style.dim(place)}`];
  if (matched === "alias") {
    lines.push(
      kind === "package"
        ? "  also known by the name searched for"
        : "  likely by its name; its files were not read",
    );
  }
  if (matched === "exact") {
    for (const { version, builds } of versions.slice(0, MAX_VERSIONS)) {
      const shown = builds.slice(0, MAX_FILES).map((entry) => entry.build);
      const more = builds.length > shown.length ? `, and ${builds.length - shown.length} more` : "";
      lines.push(`  ${version}  ${shown.join(", ")}${more}`);
    }
    if (versions.length > MAX_VERSIONS) lines.push(`  and ${versions.length - MAX_VERSIONS} older versions`);
  } else if (versionCount > 1) {
    lines.push(`  newest of ${versionCount} versions`);
  }
  for (const file of files.slice(0, MAX_FILES)) lines.push(`  ${file}`);
  if (files.length > MAX_FILES) lines.push(`  and ${files.length - MAX_FILES} more files`);
  return lines;
}
