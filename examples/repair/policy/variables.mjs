// Variables of a build script that nothing sets: bash takes them for empty.

import { distance } from "../channel.mjs";

const KNOWN = [
  "PREFIX",
  "BUILD_PREFIX",
  "SRC_DIR",
  "RECIPE_DIR",
  "PYTHON",
  "PY_VER",
  "SP_DIR",
  "STDLIB_DIR",
  "CPU_COUNT",
  "PKG_NAME",
  "PKG_VERSION",
  "PKG_BUILDNUM",
  "SHLIB_EXT",
  "HOME",
  "PATH",
  "CC",
  "CXX",
  "FC",
  "AR",
  "LD",
  "CFLAGS",
  "CXXFLAGS",
  "CPPFLAGS",
  "LDFLAGS",
  "CMAKE_ARGS",
  "CONDA_BUILD_SYSROOT",
  "PERL",
  "TMPDIR",
  "PWD",
];

export function misspeltVariables(text) {
  const assigned = [
    ...text.matchAll(
      /(?:^|[\s;])(?:export\s+|local\s+)?([A-Za-z_]\w*)=|(?:for|read(?: -r)?)\s+([A-Za-z_]\w*)/g,
    ),
  ].map(([, a, b]) => a ?? b);
  const known = new Set([...KNOWN, ...assigned]);
  const candidates = [];
  for (const [, braced, bare] of text.matchAll(/\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g)) {
    const name = braced ?? bare;
    if (known.has(name)) continue;
    const near = [...known]
      .map((other) => ({ other, cost: distance(name.toUpperCase(), other.toUpperCase()) }))
      .filter(({ other, cost }) => cost <= (other.length > 3 ? 2 : 1))
      .sort((a, b) => a.cost - b.cost)[0]?.other;
    if (near === undefined) continue;
    const [find, replace] = braced ? [`\${${name}}`, `\${${near}}`] : [`$${name}`, `$${near}`];
    if (candidates.some(({ changes }) => changes[0].find === find)) continue;
    candidates.push({
      cause: `\`${name}\` is not set`,
      why: `\`${near}\` is set`,
      changes: [{ kind: "script", find, replace }],
    });
  }
  return candidates;
}
