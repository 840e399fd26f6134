/**
 * Differences from the packages of the reference that are intended, each with its reason. A line of the comparison is
 * expected if it matches the pattern of an entry for its recipe, or for all recipes.
 */
export interface Difference {
  /** Name of the recipe's folder; absent: all recipes. */
  recipe?: string;
  /** Class of the comparison. */
  class: string;
  line: RegExp;
  reason: string;
}

export const DIFFERENCES: readonly Difference[] = [
  {
    class: "rendered",
    line: /^build_configuration\.subpackages\.[\w-]+: only in A/,
    reason:
      "The reference lists all outputs of the recipe; a rendered variant here knows those that it pins, and no others have " +
      "an effect on the package.",
  },
  {
    recipe: "links-and-modes",
    class: "paths",
    line: /^a\/outside\.sha256/,
    reason:
      "The reference writes the hash of the builder's own file for a link to `/etc/hostname`; a file outside the package has " +
      "no hash here, so that the package does not depend on the machine.",
  },
  {
    recipe: "links-and-modes",
    class: "integrity",
    line: /^A: a\/l: sha256/,
    reason:
      "A link through `..` across a folder that is not packaged: the reference does not find the file it leads to.",
  },
  {
    recipe: "staging",
    class: "files",
    line: /^share\/link-script-demo\.ran: only in A/,
    reason:
      "A dependency's link script wrote the file when the environment was installed: it is not the package's.",
  },
  {
    recipe: "staging",
    class: "paths",
    line: /^share\/link-script-demo\.ran: only in A/,
    reason: "As above.",
  },
  {
    recipe: "version-independent",
    class: "elf",
    line: /^site-packages\/vi\/fast\.abi3\.so\.RPATH/,
    reason:
      "The installer moves the file to `lib/pythonX.Y/site-packages`. The run path here leads to `lib` from there; that of " +
      "the reference leads to `lib/python3.11/lib`, which does not exist.",
  },
  {
    recipe: "prefix-detection",
    class: "content",
    line: /^share\/(wide\.txt|zip\.gz|last\.txt|shorter\.txt)/,
    reason:
      "The files contain the build path in a form that the comparison does not normalize (UTF-16, gzip, a part of it).",
  },
  {
    recipe: "cross",
    class: "rendered",
    line: /^build_configuration\.host_platform\.platform/,
    reason:
      "The reference's Python API takes the machine's own platform as the host platform of a cross build; here it is the " +
      "target platform, as in its command line.",
  },
  {
    recipe: "git-source",
    class: "files",
    line: /^share\/repo\/\.ok: only in A/,
    reason:
      "The reference marks a complete git checkout with a file in it; here the mark is next to the checkout.",
  },
  {
    recipe: "git-source",
    class: "paths",
    line: /^share\/repo\/\.ok: only in A/,
    reason: "As above.",
  },
  {
    recipe: "merged-environments",
    class: "rendered",
    line: /^finalized_dependencies\.host\.specs/,
    reason:
      "The reference leaves the requirements of `build` out of the specs of the merged environment, although it was solved " +
      "for them; here they are listed.",
  },
];

/** Tests whose outcome differs on purpose. */
export interface OutcomeDifference {
  package: string;
  /** Index among the tests that the package stores. */
  index: number;
  /** The outcome here. */
  success: boolean;
  reason: string;
}

export const OUTCOME_DIFFERENCES: readonly OutcomeDifference[] = [
  {
    package: "outcomes",
    index: 28,
    success: true,
    reason: "Tests have `SRC_DIR`, as in the reference since 0.76.",
  },
  {
    package: "ds-lib",
    index: 2,
    success: false,
    reason: "A downstream test that could not run because no environment has both packages proves nothing.",
  },
  { package: "ds-lib", index: 3, success: false, reason: "As above: the downstream package does not exist." },
];
