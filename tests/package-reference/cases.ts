/** How each recipe is built; its folder has the recipe. */
export interface Case {
  variants?: Record<string, string[]>;
  /** What it is built for, if not for this machine. */
  platform?: string;
  format?: "conda" | "tar.bz2";
}

const GCC = { c_compiler: ["gcc"], c_stdlib: ["sysroot"], c_stdlib_version: ["2.28"] };

export const CASES: Record<string, Case> = {
  "always-include": {},
  "arch-python": { variants: GCC },
  "c-library": { variants: GCC },
  cross: { platform: "osx-arm64" },
  "dependency-files": {},
  empty: {},
  "explicit-files": { format: "tar.bz2" },
  licenses: {},
  "links-and-modes": {},
  metadata: { variants: { flavor: ["sweet"] } },
  "noarch-binary": { variants: GCC },
  "noarch-python": {},
  "post-process": {},
  "prefix-detection": {},
  "python-data": {},
  "run-path-settings": { variants: GCC },
  "run-paths": { variants: GCC },
  "several-outputs": {},
  staging: { variants: GCC },
  "version-independent": { variants: GCC },
};
