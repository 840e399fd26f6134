/** How each recipe is built; its folder has the recipe. */
export interface Case {
  variants?: Record<string, string[]>;
  /** What it is built for, if not for this machine. */
  platform?: string;
  format?: "conda" | "tar.bz2";
  /** Its variant key `repository` is a git repository that is made for it. */
  needsRepository?: boolean;
}

/** Recipes whose tests pass and fail in all ways. */
export const OUTCOMES = ["outcomes", "pip-broken", "downstream"];

const GCC = { c_compiler: ["gcc"], c_stdlib: ["sysroot"], c_stdlib_version: ["2.28"] };

const GXX = { ...GCC, cxx_compiler: ["gxx"] };

export const CASES: Record<string, Case> = {
  "activation-scripts": {},
  "always-include": {},
  "arch-python": { variants: GCC },
  "binary-prefix": { variants: GCC },
  "c-library": { variants: GCC },
  "cmake-library": { variants: GXX },
  cross: { platform: "osx-arm64" },
  "dependency-files": {},
  "dependency-libraries": {},
  empty: {},
  "explicit-files": { format: "tar.bz2" },
  "flit-noarch": {},
  "git-source": { needsRepository: true },
  "gxx-program": { variants: GXX },
  licenses: {},
  "links-and-modes": {},
  "make-program": { variants: GCC },
  "merged-environments": {},
  metadata: { variants: { flavor: ["sweet"] } },
  "noarch-binary": { variants: GCC },
  "noarch-python": {},
  "numpy-extension": { variants: GCC },
  "post-process": {},
  "prefix-detection": {},
  "python-data": {},
  "python-variants": { variants: { python: ["3.11.*"], numpy: ["1.26.*", "2.1.*"] } },
  "relocation-off": { variants: GCC },
  "run-path-settings": { variants: GCC },
  "run-paths": { variants: GCC },
  "several-outputs": {},
  "split-outputs": { variants: GCC },
  staging: { variants: GCC },
  "version-independent": { variants: GCC },
  "zig-library": { variants: { c_compiler: ["zig", "tcc"] } },
};
