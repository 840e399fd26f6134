/** What is compared, how it is rendered, and what is better here than in the reference. */

import { expect } from "vitest";
import type { Made } from "./made.js";

export interface Case {
  variants?: Record<string, string[]>;
  /** What it is built for, where that is not this machine. */
  platform?: string;
  experimental?: boolean;
  /** What the reference made, changed to what is right. */
  better?: (theirs: Made) => Made;
}

/** Recipes on the embedded channel. */
export const CASES: Record<string, Case> = {
  "noarch-generic": { variants: { "my-key": ["a b"], "other.key": ["1"] } },
  compiled: { variants: { c_compiler: ["cc"], libfoo: ["1.2"] } },
  "noarch-python": {},
  "python-extension": {
    variants: { c_compiler: ["cc"], python: ["3.12.* *_0"], numpy: ["2.1"], "r-base": ["4.4"] },
  },
  "several-outputs": { variants: { c_compiler: ["cc"], libfoo: ["1", "2"] } },
  "env-and-secrets": {
    // There `$PREFIX` in a value that replaces a variable is read before `PREFIX` is set, and may be empty.
    better: (theirs) => ({
      ...theirs,
      variables: {
        ...theirs.variables,
        PATH: `<buildPrefix>/bin:<hostPrefix>/bin:<hostPrefix>/mine:${process.env["PATH"]}`,
      },
    }),
  },
  "python-script": {},
  "default-script": {},
  "file-without-ending": {},
  templates: {},
  "several-sources": {},
  steps: { experimental: true },
  "script-folder": {},
  "run-exports": {},
  merged: {
    variants: { c_compiler: ["cc"] },
    // There the build prefix of merged environments is an empty folder, and what build packages export is lost.
    better: (theirs) => {
      const host = ["cc-runtime 1.0 0", "libstrong 1.4 0", ...theirs.host].toSorted();
      const exported = [
        "Run constraints: libsc <9 (RE of [build: toolx])",
        "Run dependencies: cc-runtime >=1 (RE of [build: cc_linux-64])",
        "Run dependencies: libstrong >=1,<2 (RE of [build: toolx])",
      ];
      return {
        ...theirs,
        // All variables of the reference, and those that it loses.
        prefixes: [1, 1].map((at) => expect.arrayContaining(theirs.prefixes[at] ?? [])),
        build: host,
        host,
        dependencies: [...exported, ...theirs.dependencies].toSorted(),
        specs: [
          ...theirs.specs,
          "   - cc-runtime >=1;    - cc_linux-64;    - libfoo <2;    - libstrong >=1,<2;    - toolx",
        ],
        variables: { ...theirs.variables, BUILD_PREFIX: "<hostPrefix>" },
      };
    },
  },
  "noarch-target": { platform: "noarch" },
  cross: { platform: "linux-aarch64", variants: { host_platform: ["linux-aarch64"] } },
};

/** Recipes of real software. */
export const REAL_CASES: Record<string, Case> = {
  "make-zlib": { variants: { c_compiler: ["gcc"] } },
  "cmake-ninja": { variants: { c_compiler: ["gcc"] } },
  zig: { variants: { c_compiler: ["zig"] } },
  "pip-install": {},
  "c-extension": { variants: { c_compiler: ["gcc"] } },
};
