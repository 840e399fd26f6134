// Generated from the Rust structs by `cargo run -p xtask -- types`. Do not edit.

/**
 * What the package is.
 */
export type About = { 
/**
 * Home page, normalized.
 */
homepage?: string, 
/**
 * Repository, normalized.
 */
repository?: string, 
/**
 * Documentation, normalized.
 */
documentation?: string, 
/**
 * SPDX expression as written.
 */
license?: string, 
/**
 * Globs of license files; an empty list where the recipe says that there are none.
 */
license_file?: Array<string>, 
/**
 * Family of the license.
 */
license_family?: string, 
/**
 * One line.
 */
summary?: string, 
/**
 * Several lines.
 */
description?: string, };

/**
 * An activation script that failed, so that the build script did not run.
 */
export type ActivationFailure = { 
/**
 * The script: of a package, or `build_env.sh` itself.
 */
script: string, 
/**
 * The line that failed, counted from 1; null when it is not known.
 */
line: number | null, 
/**
 * The package that the script belongs to; null when no installed package has it.
 */
package: string | null, 
/**
 * The status that it ended with; 0 when it ended the shell by `exit 0`.
 */
exitCode: number, };

/**
 * Settings of [`DebugSession::add_packages`].
 */
export type AddOptions = { 
/**
 * To which environment. Default: host.
 */
environment?: Environment, 
/**
 * Channels in place of the session's own.
 */
channels?: Array<string>, 
/**
 * Whether packages are only chosen, and nothing is changed. Default: false.
 */
dryRun?: boolean, };

/**
 * What is done about entries of an archive that lead out of it, are repeated, conflict with each other, or are not files: links to
 * elsewhere, links in a loop, duplicates, FIFOs and devices. Nothing is ever written outside.
 */
export type ArchiveEntries = "skip" | "refuse";

/**
 * Format of a package archive.
 */
export type ArchiveFormat = "conda" | "tar.bz2";

/**
 * Who must have signed a download.
 */
export type Attestation = { 
/**
 * Where the signature bundle is.
 */
bundle_url?: string, 
/**
 * Who may have published it.
 */
publishers?: Array<Publisher>, };

/**
 * What is done about a source that names an attestation.
 */
export type AttestationCheck = "refuse" | "skip";

/**
 * What to do about a finding at build time.
 */
export type Behavior = "ignore" | "error";

/**
 * Everything, nothing, or what some patterns match.
 */
export type BoolOrGlobs = boolean | Array<string>;

/**
 * The evaluated `build` section.
 */
export type Build = { 
/**
 * Build number, where the recipe gives one.
 */
number?: number, 
/**
 * The whole build string.
 */
string?: string, 
/**
 * The script; absent means `build.sh` or `build.bat` next to the recipe.
 */
script?: Script, 
/**
 * The steps, in place of a script (experimental).
 */
steps?: Array<Step>, 
/**
 * For packages that are the same on all platforms.
 */
noarch?: NoArch, 
/**
 * Package flags (repodata revision v3).
 */
flags?: Array<string>, 
/**
 * What concerns Python packages.
 */
python?: Python, 
/**
 * Files that are copied and never linked when installed.
 */
always_copy_files?: Globs, 
/**
 * Files that belong to the package even where a dependency has them.
 */
always_include_files?: Globs, 
/**
 * One environment for `build` and `host`.
 */
merge_build_and_host_envs?: boolean, 
/**
 * Which files belong to the package.
 */
files?: Globs, 
/**
 * How shared libraries are treated.
 */
dynamic_linking?: DynamicLinking, 
/**
 * How the variant is chosen.
 */
variant?: VariantKeys, 
/**
 * How prefixes in files are found.
 */
prefix_detection?: PrefixDetection, 
/**
 * Replacements in built files.
 */
post_process?: Array<PostProcess>, };

/**
 * A package in a channel folder.
 */
export type BuiltPackage = { 
/**
 * The archive, absolute.
 */
path: string, 
/**
 * Name, normalized to lower case.
 */
name: string, 
/**
 * Version as in the recipe.
 */
version: string, 
/**
 * The whole build string.
 */
buildString: string, 
/**
 * Folder of the channel: the target platform or `noarch`.
 */
subdir: string, 
/**
 * Size of the archive in bytes.
 */
size: number, 
/**
 * SHA-256 of the archive, in hex.
 */
sha256: string, 
/**
 * What the package installs, sorted by path; without its metadata.
 */
files: Array<PackagedFile>, 
/**
 * What looks wrong, but did not keep the package from being built.
 */
warnings: Array<PackageWarning>, };

/**
 * What happened to a file.
 */
export type Change = "modified" | "added" | "deleted";

/**
 * How channels of lower priority are treated.
 */
export type ChannelPriority = "strict" | "flexible" | "disabled";

/**
 * Whether something works.
 */
export type CheckStatus = "ok" | "limited" | "failed";

/**
 * A text that can be written at a place.
 */
export type Completion = { 
/**
 * What a list of completions shows.
 */
label: string, 
/**
 * What it stands for.
 */
kind: CompletionKind, 
/**
 * What is written.
 */
insert: string, 
/**
 * What is replaced: the part of the word before the cursor.
 */
span: Span, 
/**
 * A few words about it, such as the values of a variant key.
 */
detail?: string, 
/**
 * One or two sentences about it.
 */
documentation?: string, };

/**
 * What a completion stands for.
 */
export type CompletionKind = "field" | "value" | "function" | "variable" | "variant-key";

/**
 * How certain a finding is.
 */
export type Confidence = "low" | "medium" | "high";

/**
 * Why no set of packages fulfils all requirements: packages, and what leads from one to the next. The text of the
 * explanation says the same.
 */
export type Conflict = { 
/**
 * What takes part; the first one is the request itself.
 */
nodes: Array<ConflictingNode>, 
/**
 * What leads from one node to another.
 */
edges: Array<ConflictingEdge>, };

/**
 * What is done about files that a changed recipe and edits in the session changed in ways that do not go together.
 */
export type ConflictChoice = "fail" | "recipe" | "local";

/**
 * In which way one node of a conflict leads to another.
 */
export type ConflictKind = "requires" | "constrains" | "sameName" | "locked" | "excluded";

/**
 * What leads from one node of a conflict to another, by their places in the list of nodes.
 */
export type ConflictingEdge = { 
/**
 * From.
 */
from: number, 
/**
 * To.
 */
to: number, 
/**
 * In which way.
 */
kind: ConflictKind, 
/**
 * The requirement or constraint, where there is one, e.g. `libfoo >=2`.
 */
spec: string | null, };

/**
 * What takes part in a conflict.
 */
export type ConflictingNode = { "kind": "request" } | { "kind": "package", 
/**
 * Its name.
 */
name: string, 
/**
 * Its version.
 */
version: string, 
/**
 * Its build string.
 */
build: string, 
/**
 * Its channel, without secrets; null where it is not known.
 */
channel: string | null, } | { "kind": "other", 
/**
 * How it is written.
 */
text: string, } | { "kind": "missing" } | { "kind": "excluded", 
/**
 * Why, e.g. because another channel comes before this one.
 */
reason: string, };

/**
 * The text of a script.
 */
export type Content = string | Array<string>;

/**
 * The result of a test of a package's contents.
 */
export type ContentsResult = { 
/**
 * The test.
 */
test: RecipeTest, 
/**
 * What is wrong; empty if the test passes.
 */
problems: Array<string>, };

/**
 * A converted recipe.
 */
export type Conversion = { 
/**
 * The text of the v1 recipe; empty if the old one cannot be read at all.
 */
recipe: string, 
/**
 * What could not be converted or should be checked, with places in the old recipe. Without errors, the new recipe
 * means the same.
 */
diagnostics: Array<Diagnostic>, 
/**
 * Files next to the recipe that v1 expects under another name.
 */
renames: Array<FileRename>, };

/**
 * Folders and scripts of a session, all absolute.
 */
export type DebugPaths = { 
/**
 * Sources and scripts; `$SRC_DIR`.
 */
workDir: string, 
/**
 * `$PREFIX`.
 */
hostPrefix: string, 
/**
 * `$BUILD_PREFIX`.
 */
buildPrefix: string, 
/**
 * The script that builds.
 */
buildScript: string, 
/**
 * The script that sets up the build's environment.
 */
buildEnvScript: string, 
/**
 * The folder that holds the work folder and both prefixes.
 */
buildDir: string, 
/**
 * The output folder.
 */
outputDir: string, 
/**
 * The recipe's folder; `$RECIPE_DIR`.
 */
recipeDir: string, };

/**
 * One dependency: a match spec in normal form, or a pin that is resolved with the environment.
 */
export type Dependency = string | PinSubpackage | PinCompatible;

/**
 * A [`Diagnostic`] as plain data, with UTF-16 positions.
 */
export type Diagnostic = { 
/**
 * How bad it is.
 */
severity: Severity, 
/**
 * Which rule was broken, e.g. `unknown-field`.
 */
code: string, 
/**
 * One sentence that names the thing.
 */
message: string, 
/**
 * The file it is in, where known.
 */
file?: string, 
/**
 * Where it is.
 */
span?: Span, 
/**
 * Further places that explain it.
 */
related?: Array<RelatedPlace>, 
/**
 * What to do about it.
 */
help?: string, };

/**
 * One thing that was examined.
 */
export type DoctorCheck = { 
/**
 * A stable name, e.g. `hardLinks`.
 */
name: string, 
/**
 * Whether it works.
 */
status: CheckStatus, 
/**
 * What was found.
 */
message: string, 
/**
 * What to do about it.
 */
hint?: string, };

/**
 * What is examined.
 */
export type DoctorOptions = { 
/**
 * Channel names, URLs or folders that should be reachable. Default: `conda-forge`; an empty list means none.
 */
channels?: Array<string>, 
/**
 * Where sessions will be: hard links and reflinks depend on it. Default: the folder for temporary files.
 */
outputDir?: string, 
/**
 * Package, repodata and source caches. Default: those rattler and pixi share on this machine.
 */
cacheDir?: string, 
/**
 * Credentials file; default: the store, the keyring and the files that conda tools share.
 */
authFile?: string, 
/**
 * Make no connections. Default: false.
 */
offline: boolean, };

/**
 * The tests of another package succeed.
 */
export type DownstreamTest = { 
/**
 * The other package.
 */
downstream: string, };

/**
 * How shared libraries are treated.
 */
export type DynamicLinking = { 
/**
 * Run paths to set; empty means `lib/`.
 */
rpaths?: Array<string>, 
/**
 * Which binaries are made relocatable; default all.
 */
binary_relocation?: BoolOrGlobs, 
/**
 * Libraries that may be missing.
 */
missing_dso_allowlist?: Globs, 
/**
 * Run paths that may point outside.
 */
rpath_allowlist?: Globs, 
/**
 * What to do about libraries that are required but not linked.
 */
overdepending_behavior?: Behavior, 
/**
 * What to do about libraries that are linked but not required.
 */
overlinking_behavior?: Behavior, };

/**
 * What kept an edit from being made.
 */
export type EditFault = "unreadable-text" | "nothing-there" | "unsafe-place" | "breaks-recipe";

/**
 * A value that an edit writes.
 */
export type EditValue = boolean | number | string;

/**
 * An installed file that a script edited or replaced.
 */
export type EditedPackage = { 
/**
 * The name of its package.
 */
package: string, 
/**
 * Its path, relative to the prefix of the environment.
 */
path: string, 
/**
 * The environment.
 */
environment: Environment, };

/**
 * One of the two environments of a session.
 */
export type Environment = "build" | "host";

/**
 * How an environment changed.
 */
export type EnvironmentChange = { 
/**
 * Packages that were not installed before.
 */
added: Array<InstalledPackage>, 
/**
 * Packages that are no longer there.
 */
removed: Array<InstalledPackage>, 
/**
 * Packages that are installed in another build or version.
 */
changed: Array<PackageChange>, };

/**
 * The changes of both environments.
 */
export type EnvironmentChanges = { 
/**
 * Of the build environment; nothing where both are one.
 */
build: EnvironmentChange, 
/**
 * Of the host environment.
 */
host: EnvironmentChange, };

/**
 * The exact packages of both environments of a session.
 */
export type EnvironmentLock = { 
/**
 * Platform of the host environment.
 */
platform: string, 
/**
 * Platform of the build environment, if it is another one.
 */
buildPlatform?: string, 
/**
 * The build environment; empty where both environments are one.
 */
build: Array<LockedPackage>, 
/**
 * The host environment.
 */
host: Array<LockedPackage>, };

/**
 * Stable identifier of an error, e.g. `SOLVE_FAILED`.
 */
export type ErrorCode = "RECIPE_INVALID" | "RENDER_FAILED" | "VARIANTS_INVALID" | "EDIT_FAILED" | "INVALID_VERSION" | "NODE_ONLY" | "WASM_NOT_LOADED" | "INVALID_OPTION" | "CANCELLED" | "INVALID_VARIANT" | "PATH_TOO_LONG" | "IO_FAILED" | "CHANNEL_FAILED" | "INVALID_SPEC" | "PIN_FAILED" | "SOLVE_FAILED" | "LOCK_FAILED" | "RUN_EXPORTS_FAILED" | "INSTALL_FAILED" | "SOURCE_FAILED" | "CHECKSUM_MISMATCH" | "ATTESTATION_UNSUPPORTED" | "PATCH_FAILED" | "SCRIPT_FAILED" | "STAGING_FAILED" | "SCRIPT_MISSING" | "FOLDER_REPLACED" | "SYNC_CONFLICT" | "SPAWN_FAILED" | "RESOURCE_EXHAUSTED" | "SESSION_BUSY" | "SESSION_CLOSED" | "NOT_A_SESSION" | "NO_NATIVE_ADDON" | "INTERNAL" | "PACKAGE_RECORD_INVALID" | "PACKAGE_FILE_MISSING" | "PACKAGE_FILE_OUTSIDE" | "PACKAGE_SPECIAL_FILE" | "PACKAGE_FILE_CHANGED" | "PACKAGE_NAME_INVALID" | "PACKAGE_PATH_RESERVED" | "PACKAGE_GLOB_INVALID" | "PACKAGE_RELINK_FAILED" | "PACKAGE_OVERLINKING" | "PACKAGE_OVERDEPENDING" | "PACKAGE_MENU_INVALID" | "PACKAGE_DSOLIST_INVALID" | "PACKAGE_ENTRY_POINT" | "PACKAGE_BYTECODE_FAILED" | "PACKAGE_POST_PROCESS" | "PACKAGE_LICENSE_MISSING" | "PACKAGE_LICENSE_OUTSIDE" | "PACKAGE_METADATA_INVALID" | "PACKAGE_TEST_INVALID" | "PACKAGE_CONTENTS_TEST" | "PACKAGE_PREFIX_IN_BINARY" | "PACKAGE_LINKS_ON_WINDOWS" | "INVALID_INPUT" | "FLEET_ARTIFACT_FAILED" | "FLEET_CANCELLED" | "FLEET_CLOSED" | "FLEET_ENGINE_FAILED" | "FLEET_ITEM_LOST" | "FLEET_MODULE_FAILED" | "FLEET_MODULE_INVALID" | "FLEET_MODULE_NOT_ALLOWED" | "FLEET_RUN_EXISTS" | "FLEET_RUN_NOT_FOUND" | "FLEET_SESSION_OPTION" | "FLEET_TIMEOUT" | "FLEET_VALUE_INVALID" | "FLEET_VALUE_TOO_LARGE" | "FLEET_VERSION_MISMATCH" | "ACTIVATION_FAILED" | "UNSUPPORTED" | "NOTHING_TO_BUILD" | "SEVERAL_PACKAGES" | "USAGE" | "INTERRUPTED";

/**
 * An [`Error`] as plain data, for other languages.
 */
export type ErrorRecord = { 
/**
 * Stable identifier, e.g. `SOLVE_FAILED`.
 */
code: ErrorCode, 
/**
 * The message.
 */
message: string, 
/**
 * What to do about it.
 */
hint?: string, 
/**
 * The channel, for `CHANNEL_FAILED`.
 */
channel?: string, 
/**
 * The environment, for `SOLVE_FAILED` and `INSTALL_FAILED`.
 */
environment?: string, 
/**
 * The solver's explanation, for `SOLVE_FAILED`.
 */
explanation?: string, 
/**
 * The same as data, for `SOLVE_FAILED`.
 */
conflict?: Conflict, 
/**
 * Names or versions that are near those that no channel has, for `SOLVE_FAILED`.
 */
nearest?: Array<NearestPackages>, 
/**
 * URL or path, for `SOURCE_FAILED`, `CHECKSUM_MISMATCH` and `ATTESTATION_UNSUPPORTED`; with a `status` what was
 * asked for.
 */
url?: string, 
/**
 * The status that a server answered with, where that is why, for `CHANNEL_FAILED`, `RUN_EXPORTS_FAILED`,
 * `INSTALL_FAILED` and `SOURCE_FAILED`.
 */
status?: number, 
/**
 * What was expected, for `CHECKSUM_MISMATCH`.
 */
expected?: string, 
/**
 * What was found, for `CHECKSUM_MISMATCH`.
 */
actual?: string, 
/**
 * The patch, for `PATCH_FAILED`.
 */
patch?: string, 
/**
 * The files, for `SYNC_CONFLICT`.
 */
conflicts?: Array<SyncConflict>, 
/**
 * The file, for `PACKAGE_…` errors that are about one.
 */
path?: string, 
/**
 * The package, for `INSTALL_FAILED` and `RUN_EXPORTS_FAILED`.
 */
package?: string, };

/**
 * Lines of output.
 */
export type Evidence = { 
/**
 * The stream of the line.
 */
stream: Stream, 
/**
 * Number of the line in the text of the stream, from 1; 1 with an empty text if no line shows the cause.
 */
line: number, 
/**
 * The line, without colors.
 */
text: string, 
/**
 * All lines that belong to the finding, in order: the whole message and repetitions of it.
 */
ranges: Array<LineRange>, };

/**
 * Files that must be there, and files that must not.
 */
export type FileChecks = Array<string> | { 
/**
 * Must be there.
 */
exists: Array<string>, 
/**
 * Must not be there.
 */
not_exists: Array<string>, };

/**
 * A file that has to be renamed.
 */
export type FileRename = { 
/**
 * Its name.
 */
from: string, 
/**
 * The name that v1 expects.
 */
to: string, };

/**
 * One cause of a failure, with its evidence and the changes that may fix it.
 */
export type Finding = { 
/**
 * What kind of failure this is.
 */
kind: FindingKind, 
/**
 * Whether this caused the failure, follows from it, or only helps to understand it.
 */
role: Role, 
/**
 * How certain the role is.
 */
confidence: Confidence, 
/**
 * What went wrong, in one sentence.
 */
message: string, 
/**
 * What is missing or broken: the command, file, header, module or symbol.
 */
subject?: string, 
/**
 * The line of output that shows the cause, and the lines that belong to it.
 */
evidence: Evidence, 
/**
 * Where the error is in the sources, if the tool reports it.
 */
at?: Location, 
/**
 * The version that is required, as the tool writes it, e.g. `>= 1.22`.
 */
required?: string, 
/**
 * The version that is installed.
 */
found?: string, 
/**
 * The line of the build script that was running, from 1, if known.
 */
scriptLine?: number, 
/**
 * Packages that provide the subject, best match first.
 */
suggestions: Array<Suggestion>, 
/**
 * Changes that may fix the cause, best first.
 */
fixes: Array<Fix>, };

/**
 * What kind of failure a finding is.
 */
export type FindingKind = "missing-command" | "missing-file" | "missing-header" | "missing-library" | "missing-python-module" | "missing-pkg-config" | "missing-cmake-package" | "missing-perl-module" | "missing-r-package" | "missing-autotools-macro" | "version-mismatch" | "version-unknown" | "syntax-error" | "unbound-variable" | "configure-failed" | "file-exists" | "undefined-symbol" | "multiple-definition" | "not-position-independent" | "wrong-architecture" | "compile-error" | "test-failure" | "permission" | "network" | "offline" | "corrupt-file" | "disk-full" | "out-of-memory" | "patch-failed" | "vcs" | "crash" | "timeout" | "limit" | "activation-failed" | "signal" | "other";

/**
 * A change that may fix a cause.
 */
export type Fix = { "kind": "recipe", 
/**
 * In the form that `Stage0Recipe.edit` accepts.
 */
edits: RecipeEdit[], 
/**
 * What it does about the cause.
 */
why: string, } | { "kind": "script", 
/**
 * Text of the script.
 */
find: string, 
/**
 * What to write instead.
 */
replace: string, 
/**
 * What it does about the cause.
 */
why: string, } | { "kind": "environment-variable", 
/**
 * Its name.
 */
name: string, 
/**
 * Its value, in which the shell expands variables.
 */
value: string, 
/**
 * What it does about the cause.
 */
why: string, } | { "kind": "command", 
/**
 * A line of shell.
 */
command: string, 
/**
 * What it does about the cause.
 */
why: string, } | { "kind": "source", 
/**
 * The file, as the tool writes it.
 */
file: string, 
/**
 * The line of the error, from 1.
 */
line: number, 
/**
 * What to insert with the other lines of its kind, e.g. an `#include`.
 */
insert: string, 
/**
 * What it does about the cause.
 */
why: string, };

/**
 * Files whose kind is given.
 */
export type ForceFileType = { 
/**
 * Text files.
 */
text?: Globs, 
/**
 * Binary files.
 */
binary?: Globs, };

/**
 * A build of a version.
 */
export type FoundBuild = { 
/**
 * Build string.
 */
build: string, 
/**
 * Build number.
 */
buildNumber: number, 
/**
 * Platform folder of the channel.
 */
subdir: string, 
/**
 * Address of the archive, without secrets.
 */
url: string, 
/**
 * Size of the archive in bytes, if the channel states it.
 */
size: number | null, 
/**
 * What it depends on.
 */
depends: Array<string>, };

/**
 * A package that was found.
 */
export type FoundPackage = { 
/**
 * Its name.
 */
name: string, 
/**
 * The channel, without secrets.
 */
channel: string, 
/**
 * Why it was found.
 */
matched: NameMatch, 
/**
 * The files that were searched for, best first; at most 20.
 */
files: Array<string>, 
/**
 * Its versions, newest first: those that match, or else only the newest.
 */
versions: Array<FoundVersion>, 
/**
 * Number of versions in the channel.
 */
versionCount: number, 
/**
 * Its license, as the channel states it.
 */
license: string | null, };

/**
 * A version of a package.
 */
export type FoundVersion = { 
/**
 * The version.
 */
version: string, 
/**
 * Its builds, newest first.
 */
builds: Array<FoundBuild>, };

/**
 * What `git.*` answers for one source.
 */
export type GitFacts = { 
/**
 * Commit of HEAD.
 */
headRev?: string, 
/**
 * Commit of the latest tag.
 */
latestTagRev?: string, 
/**
 * The latest tag.
 */
latestTag?: string, 
/**
 * Commits since the latest tag.
 */
latestTagDistance?: string, };

/**
 * A git repository.
 */
export type GitSource = { 
/**
 * URL, `user@host:path` or local path.
 */
git: string, 
/**
 * `refs/tags/T`, `refs/heads/B` or a commit; absent for the default branch.
 */
rev?: string, 
/**
 * How much history to fetch.
 */
depth?: number, 
/**
 * Patches, applied in order.
 */
patches?: Array<string>, 
/**
 * Folder below the work folder.
 */
target_directory?: string, 
/**
 * Whether large files are fetched.
 */
lfs?: boolean, 
/**
 * Whether submodules are fetched; default true.
 */
submodules?: boolean, 
/**
 * The commit that must have been checked out.
 */
expected_commit?: string, 
/**
 * Which files are taken.
 */
filter?: Globs, };

/**
 * A set of glob patterns: only what is included, or with exclusions.
 */
export type Globs = Array<string> | { 
/**
 * Patterns to include.
 */
include: Array<string>, 
/**
 * Patterns to exclude.
 */
exclude: Array<string>, };

/**
 * What an editor shows for a place.
 */
export type Hover = { 
/**
 * What it is about.
 */
span: Span, 
/**
 * The key, the expression or the function.
 */
title: string, 
/**
 * What a field or function is for.
 */
about?: string, 
/**
 * What the value renders to, each value once, in the order of the variants. Absent where it cannot be rendered.
 */
values?: Array<string>, };

/**
 * Run exports of others that are not taken.
 */
export type IgnoreRunExports = { 
/**
 * By the name of what would be added.
 */
by_name?: Array<string>, 
/**
 * By the name of the package that exports.
 */
from_package?: Array<string>, };

/**
 * How an output builds on a staging output.
 */
export type InheritsFrom = { 
/**
 * Name of the staging output.
 */
cache_name: string, 
/**
 * Whether its run exports are taken.
 */
inherit_run_exports: boolean, };

/**
 * A package in an environment.
 */
export type InstalledPackage = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its version.
 */
version: string, 
/**
 * Its build string.
 */
build: string, 
/**
 * The channel it came from, without secrets.
 */
channel: string, 
/**
 * The platform it is for, or `noarch`.
 */
subdir: string, 
/**
 * Whether it was asked for; else it came in as a dependency.
 */
requested: boolean, };

/**
 * What the script sees of this process's environment.
 */
export type Isolation = "strict" | "none";

export type JsonValue = number | string | boolean | Array<JsonValue> | { [key in string]: JsonValue } | null;

/**
 * A limit that ended a run.
 */
export type LimitKind = "memoryBytes" | "cpuSeconds" | "processes" | "diskBytes" | "logBytes";

/**
 * What a run may use at most. A run that exceeds a limit is ended, and its result says which.
 */
export type Limits = { 
/**
 * Memory of all processes together. Default: no limit.
 */
memoryBytes: number, 
/**
 * Processor time of all processes together. Default: no limit.
 */
cpuSeconds?: number, 
/**
 * Processes at once. Default: no limit.
 */
processes: number, 
/**
 * By how much the run may make the work folder and the environments grow; also the maximum size of one file. Default:
 * no limit.
 */
diskBytes: number, 
/**
 * Output of both streams together. Default: no limit.
 */
logBytes: number, };

/**
 * Lines of one stream, both ends included.
 */
export type LineRange = { 
/**
 * The stream of the lines.
 */
stream: Stream, 
/**
 * The first line, from 1.
 */
first: number, 
/**
 * The last line.
 */
last: number, };

/**
 * One place in a recipe that breaks a rule.
 */
export type LintFinding = { 
/**
 * The id of the rule, e.g. `unused-context`.
 */
rule: string, 
/**
 * How much it matters.
 */
severity: LintSeverity, 
/**
 * One sentence that names the thing.
 */
message: string, 
/**
 * Where it is; absent if it concerns the whole recipe.
 */
span?: Span, 
/**
 * What to do about it.
 */
help?: string, 
/**
 * The id of the same rule in conda-forge's linter (conda-smithy), e.g. `R-019`.
 */
condaForge?: string, 
/**
 * A change that removes the finding.
 */
fix?: LintFix, };

/**
 * A change that removes a finding.
 */
export type LintFix = { 
/**
 * What it does, in the imperative.
 */
title: string, 
/**
 * Whether the recipe renders to the same packages afterwards. Other fixes are proposals that need review.
 */
safe: boolean, 
/**
 * Replacements in the text, which do not overlap.
 */
edits: Array<TextEdit>, };

/**
 * A text after its safe fixes.
 */
export type LintFixResult = { 
/**
 * The new text; the old one if there was nothing to fix.
 */
text: string, 
/**
 * What was fixed, in the order in which it was done. Places are those of the text before each round of fixes.
 */
fixed: Array<LintFinding>, 
/**
 * What is left in the new text.
 */
findings: Array<LintFinding>, };

/**
 * How much a finding matters.
 */
export type LintSeverity = "warning" | "hint";

/**
 * Where sessions are looked for.
 */
export type ListOptions = { 
/**
 * The cache folder that the sessions were made with. Default: that of all conda tools.
 */
cacheDir?: string, };

/**
 * A location in a source file, as a tool reports it.
 */
export type Location = { 
/**
 * The file, as the tool writes it.
 */
file: string, 
/**
 * The line, from 1.
 */
line?: number, 
/**
 * What the tool says about it, or the source line.
 */
text?: string, };

/**
 * One exact package.
 */
export type LockedPackage = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its version.
 */
version: string, 
/**
 * Its build string.
 */
build: string, 
/**
 * Where it is downloaded from, without secrets.
 */
url: string, 
/**
 * SHA-256 of the package file in hexadecimal digits; empty if the channel does not say.
 */
sha256: string, };

/**
 * How important a line is.
 */
export type LogLevel = "info" | "warning";

/**
 * A match spec, taken apart. What is not part of it is left out.
 */
export type MatchSpecData = { 
/**
 * The spec in its normal form.
 */
text: string, 
/**
 * The name, or a pattern of names.
 */
name?: string, 
/**
 * The constraint of the version.
 */
version?: string, 
/**
 * The build string, or a pattern of build strings.
 */
build?: string, 
/**
 * The constraint of the build number.
 */
buildNumber?: string, 
/**
 * The channel.
 */
channel?: string, 
/**
 * The platform.
 */
subdir?: string, };

/**
 * How a name matches a text, best first.
 */
export type NameMatch = "exact" | "file" | "alias" | "pattern" | "prefix" | "part" | "contains";

/**
 * What is near a requirement that no package fulfills.
 */
export type NearestPackages = { 
/**
 * The requirement, e.g. `nunpy >=1`.
 */
spec: string, 
/**
 * The name in it.
 */
name: string, 
/**
 * Names that are near, nearest first, if no channel has the name.
 */
names: Array<string>, 
/**
 * The newest versions in the channels, newest first, if they have the name.
 */
versions: Array<string>, };

/**
 * What a script in a sandbox may reach of the network.
 */
export type NetworkAccess = boolean | Array<string>;

/**
 * New files that are not in a patch. Paths are relative to the work directory, with `/`.
 */
export type NewFiles = { 
/**
 * Text files that look like sources and did not appear while the build script ran: probably yours. Pass them to
 * `add` to take them.
 */
sources: Array<string>, 
/**
 * The others: probably output of the build.
 */
buildOutput: Array<string>, };

/**
 * The newest version of a project.
 */
export type Newest = { 
/**
 * The version as the place spells it, without the parts of a tag around it.
 */
version: string, 
/**
 * Whether it is newer than the present one.
 */
isNewer: boolean, 
/**
 * For tags: the commit.
 */
commit?: string, };

/**
 * Kinds of packages that are the same on all platforms.
 */
export type NoArch = "python" | "generic";

/**
 * Bytes left out of each stream.
 */
export type Omitted = { 
/**
 * Of standard output.
 */
stdout: number, 
/**
 * Of standard error.
 */
stderr: number, };

/**
 * One value, or several.
 */
export type OneOrMany = string | Array<string>;

/**
 * The test that a session is about.
 */
export type OpenTest = { 
/**
 * The test.
 */
test: RecipeTest, 
/**
 * Which part of the test the session runs, from 0.
 */
part: number, 
/**
 * How many parts the test has. Each has an environment of its own: one for each Python version, or one for each test
 * of a downstream package.
 */
parts: number, 
/**
 * What distinguishes the part, e.g. `Python 3.12`.
 */
partName?: string, };

/**
 * The `package` section.
 */
export type Package = { 
/**
 * Name as written; compared in lower case.
 */
name: string, 
/**
 * Version as written.
 */
version: string, };

/**
 * What was done to a package.
 */
export type PackageAction = "downloaded" | "linked" | "unlinked";

/**
 * A package that is installed in another build or version.
 */
export type PackageChange = { 
/**
 * What it was.
 */
from: InstalledPackage, 
/**
 * What it is.
 */
to: InstalledPackage, };

/**
 * Which files a package has and has not.
 */
export type PackageContents = { 
/**
 * Anywhere.
 */
files?: FileChecks, 
/**
 * Below site-packages.
 */
site_packages?: FileChecks, 
/**
 * Below `bin`.
 */
bin?: FileChecks, 
/**
 * Below `lib`.
 */
lib?: FileChecks, 
/**
 * Below `include`.
 */
include?: FileChecks, 
/**
 * Whether other files are an error.
 */
strict?: boolean, };

/**
 * Files are there.
 */
export type PackageContentsTest = { 
/**
 * Which files.
 */
package_contents: PackageContents, };

/**
 * Settings of packaging.
 */
export type PackageOptions = { 
/**
 * Format of the archive. Default: `conda`.
 */
format?: ArchiveFormat, 
/**
 * For `conda` from -7 to 22, default 15; for `tar.bz2` from 1 to 9, default 9.
 */
compressionLevel?: number, 
/**
 * The channel folder that the package is written to. Default: the session's output folder.
 */
outputDir?: string, 
/**
 * Threads that read and compress. Default: the number of processors. The number changes the bytes of `.conda`
 * archives slightly, not their content.
 */
threads?: number, 
/**
 * Fail if a binary contains the build prefix. Default: false.
 */
errorPrefixInBinary: boolean, 
/**
 * Allow symlinks in noarch packages that may be installed on Windows. Default: false.
 */
allowLinksOnWindows: boolean, 
/**
 * Leave `info/recipe` out of the package. Default: false.
 */
noIncludeRecipe: boolean, 
/**
 * The time of the package, in seconds since 1970. Default: `SOURCE_DATE_EPOCH` if it is set, else the time at which
 * the session was created.
 */
sourceDateEpoch?: number, };

/**
 * Whether environments share the files of packages with other sessions.
 */
export type PackageSharing = "shared" | "private";

/**
 * Something about a package that looks wrong.
 */
export type PackageWarning = { 
/**
 * Stable identifier, e.g. `overlinking`.
 */
code: string, 
/**
 * What looks wrong.
 */
message: string, 
/**
 * The file in the package or in the prefix, if it is about one.
 */
path?: string, };

/**
 * One file that a package installs.
 */
export type PackagedFile = { 
/**
 * Path in the package, with `/`.
 */
path: string, 
/**
 * What it is.
 */
kind: PackagedFileKind, 
/**
 * Size in bytes; of a symlink, the length of its target.
 */
size: number, 
/**
 * How the build prefix in it is replaced when the package is installed; absent if it does not contain the prefix.
 */
prefix?: PrefixKind, };

/**
 * What a packaged file is.
 */
export type PackagedFileKind = "file" | "symlink" | "directory";

/**
 * The result of `createPatch`.
 */
export type Patch = { 
/**
 * The unified diff; empty where nothing changed. Bytes that are not Unicode are replaced here, and kept in the
 * file.
 */
text: string, 
/**
 * The file it was written to; null where nothing changed, or with `dryRun`.
 */
path: string | null, 
/**
 * The recipe file, where it was changed to list the patch.
 */
recipe: string | null, 
/**
 * The files in it, by path.
 */
files: Array<PatchedFile>, 
/**
 * Which of them were renamed.
 */
renamed: Array<RenamedFile>, 
/**
 * Files that changed but cannot be in a patch.
 */
skipped: Array<SkippedFile>, 
/**
 * New files that are not in the patch, as `add` does not name them.
 */
newFiles: NewFiles, 
/**
 * Files of the patch that changed while the build script ran, and not after: probably by the script (`sed -i`), not
 * by you. `since` or `exclude` leave them out.
 */
changedDuringRun: Array<string>, 
/**
 * Anything else to know before using the patch.
 */
warnings: Array<string>, 
/**
 * The sources whose files are in it, counted from 0 in the order of the recipe.
 */
sources: Array<number>, };

/**
 * Settings of `createPatch`.
 */
export type PatchOptions = { 
/**
 * File name without `.patch`. Default: `changes`.
 */
name?: string, 
/**
 * Where the file goes. Default: the recipe's directory.
 */
outputDir?: string, 
/**
 * Whether to replace a file of that name. Default: `false`; an existing file is an error.
 */
overwrite: boolean, 
/**
 * Globs of files whose changes and deletions are taken. Default: all. In these globs `*` crosses `/`, a glob
 * without `/` matches at every depth, and a glob that matches a directory matches everything below it.
 */
include: Array<string>, 
/**
 * Globs of files that are left out.
 */
exclude: Array<string>, 
/**
 * Globs of new files that are taken. Others are only listed in `newFiles`, as a build leaves many. A new file that a
 * source file was renamed to is always taken.
 */
add: Array<string>, 
/**
 * Name of a checkpoint: the patch has the changes since then, and not those that the script made before. Default:
 * the patch has the changes since the sources were fetched and patched.
 */
since?: string, 
/**
 * Patches that will be applied before this one although the recipe does not list them, in order: this one has only
 * the changes on top of them. Paths are relative to the recipe's directory.
 */
onTopOf: Array<string>, 
/**
 * Whether to write nothing.
 */
dryRun: boolean, 
/**
 * Whether to also list the patch in the recipe file: at the end of the `patches` of the source that it is for.
 * Comments and layout stay.
 */
updateRecipe: boolean, };

/**
 * A file in a patch.
 */
export type PatchedFile = { 
/**
 * Relative to the work directory, with `/`.
 */
path: string, 
/**
 * What happened to it. A renamed file is deleted under its old path and added under the new one.
 */
change: Change, };

/**
 * A file or folder next to the recipe.
 */
export type PathSource = { 
/**
 * Relative to the recipe's folder, or absolute.
 */
path: string, 
/**
 * 64 hex digits.
 */
sha256?: string, 
/**
 * 32 hex digits.
 */
md5?: string, 
/**
 * Patches, applied in order.
 */
patches?: Array<string>, 
/**
 * Folder below the work folder.
 */
target_directory?: string, 
/**
 * Stored under this name.
 */
file_name?: string, 
/**
 * Whether `.gitignore` is honored; default true.
 */
use_gitignore?: boolean, 
/**
 * Which files are taken.
 */
filter?: Globs, };

/**
 * Perl modules load.
 */
export type PerlTest = { 
/**
 * What is loaded.
 */
perl: PerlUses, };

/**
 * What a Perl test loads.
 */
export type PerlUses = { 
/**
 * Modules.
 */
uses: Array<string>, };

/**
 * The stages of the way.
 */
export type Phase = "sources" | "repodata" | "solve" | "download" | "link" | "script" | "package" | "test";

/**
 * Whether a stage begins or ends.
 */
export type PhaseState = "started" | "finished";

/**
 * Bounds around a version that is known later.
 */
export type Pin = { 
/**
 * The package's name.
 */
name: string, 
/**
 * Pin expression (`x.x`) or version.
 */
lower_bound?: string, 
/**
 * Pin expression (`x.x`) or version.
 */
upper_bound?: string, 
/**
 * Exactly the version and build string.
 */
exact?: boolean, 
/**
 * Pattern for the build string.
 */
build?: string, };

/**
 * `pin_compatible(…)` as data.
 */
export type PinCompatible = { 
/**
 * The pin.
 */
pin_compatible: Pin, };

/**
 * `pin_subpackage(…)` as data.
 */
export type PinSubpackage = { 
/**
 * The pin.
 */
pin_subpackage: Pin, };

/**
 * An output of the same recipe that a pin names.
 */
export type PinnedSubpackage = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its version.
 */
version: string, 
/**
 * Its build string; null for a pin on the output itself.
 */
buildString: string | null, 
/**
 * Whether the pin is exact.
 */
exact: boolean, };

/**
 * A source of the new version.
 */
export type PlannedSource = { 
/**
 * Where to get it, in order of preference; mirrors of each other. For git, the repository.
 */
urls: Array<string>, 
/**
 * The checksum that the recipe has now.
 */
sha256?: string, 
/**
 * The checksum that the recipe has now.
 */
md5?: string, 
/**
 * For git: the tag of the new version, without `refs/tags/`.
 */
tag?: string, 
/**
 * For git: the commit that the recipe has now.
 */
commit?: string, };

/**
 * One replacement in built files.
 */
export type PostProcess = { 
/**
 * In which files.
 */
files: Globs, 
/**
 * What to replace.
 */
regex: string, 
/**
 * With what.
 */
replacement: string, };

/**
 * How prefixes in files are found.
 */
export type PrefixDetection = { 
/**
 * Files whose kind is given.
 */
force_file_type?: ForceFileType, 
/**
 * Files that are not searched; default none.
 */
ignore?: BoolOrGlobs, 
/**
 * Whether binary files are not searched.
 */
ignore_binary_files?: boolean, };

/**
 * How the build prefix in a file is replaced when the package is installed.
 */
export type PrefixKind = "text" | "binary";

/**
 * What is happening, fit for a progress bar or a log.
 */
export type ProgressEvent = { "kind": "phase", 
/**
 * Which stage.
 */
phase: Phase, 
/**
 * Begins or ends.
 */
state: PhaseState, 
/**
 * For which environment, where the stage is done for each.
 */
environment?: Environment, 
/**
 * How long it took, in milliseconds, when it ends.
 */
durationMs?: number, } | { "kind": "transfer", 
/**
 * Of what: a file name.
 */
name: string, 
/**
 * So far.
 */
bytes: number, 
/**
 * In all, where known.
 */
total?: number, } | { "kind": "package", 
/**
 * What was done.
 */
action: PackageAction, 
/**
 * Its name.
 */
name: string, 
/**
 * How many are done.
 */
done: number, 
/**
 * Of how many.
 */
total: number, } | { "kind": "log", 
/**
 * How important.
 */
level: LogLevel, 
/**
 * The line.
 */
message: string, };

/**
 * Which sessions are removed.
 */
export type PruneOptions = { 
/**
 * The cache folder that the sessions were made with. Default: that of all conda tools.
 */
cacheDir?: string, 
/**
 * Also those that were closed and left on purpose.
 */
kept: boolean, 
/**
 * Only those that were made before this moment, as RFC 3339.
 */
olderThan?: string, };

/**
 * What became of a session that [`crate::session::DebugSession::prune`] was to remove.
 */
export type PrunedSession = { 
/**
 * Whether its folders are gone.
 */
removed: boolean, 
/**
 * Why not.
 */
error?: ErrorRecord, 
/**
 * Its build folder: what `attach` takes.
 */
dir: string, 
/**
 * Name of the package.
 */
name: string, 
/**
 * Its version.
 */
version: string, 
/**
 * Its build string.
 */
buildString: string, 
/**
 * When it was made, as RFC 3339.
 */
created: string, 
/**
 * The process that had it last.
 */
process: number, 
/**
 * What became of it.
 */
state: SessionState, };

/**
 * A publisher, from `github:OWNER/REPO[@REF]` or `gitlab:…`.
 */
export type Publisher = { 
/**
 * `github` or `gitlab`.
 */
provider: string, 
/**
 * Owner of the repository.
 */
owner: string, 
/**
 * Name of the repository.
 */
repo: string, 
/**
 * What the reference must be, if anything.
 */
ref_constraint: string | null, };

/**
 * What concerns Python packages.
 */
export type Python = { 
/**
 * `command = module:function`.
 */
entry_points?: Array<string>, 
/**
 * Files that are not byte-compiled.
 */
skip_pyc_compilation?: Globs, 
/**
 * Entry points through python.app on macOS.
 */
use_python_app_entrypoint?: boolean, 
/**
 * Works with every Python version although not `noarch`.
 */
version_independent?: boolean, 
/**
 * Where site-packages is (for Python itself).
 */
site_packages_path?: string, };

/**
 * What a Python test imports.
 */
export type PythonImports = { 
/**
 * Modules.
 */
imports: Array<string>, 
/**
 * Whether `pip check` runs; default true.
 */
pip_check?: boolean, 
/**
 * With which Python versions.
 */
python_version?: OneOrMany, };

/**
 * Python modules import.
 */
export type PythonTest = { 
/**
 * What is imported.
 */
python: PythonImports, };

/**
 * What an R test loads.
 */
export type RLibraries = { 
/**
 * Libraries.
 */
libraries: Array<string>, };

/**
 * R libraries load.
 */
export type RTest = { 
/**
 * What is loaded.
 */
r: RLibraries, };

/**
 * One change to a recipe.
 *
 * `output` names an output by its literal `package.name` or `staging.name`; `None` is the recipe itself, which for
 * recipes with `outputs` has sources and a build but no requirements.
 */
export type RecipeEdit = { "kind": "addRequirement", 
/**
 * Of which output.
 */
output?: string, 
/**
 * To which section.
 */
section: RequirementSection, 
/**
 * A match spec or a template.
 */
spec: string, } | { "kind": "removeRequirement", 
/**
 * Of which output.
 */
output?: string, 
/**
 * From which section.
 */
section: RequirementSection, 
/**
 * The package name.
 */
name: string, } | { "kind": "addPatch", 
/**
 * Of which output.
 */
output?: string, 
/**
 * Which source, counted from 0 in file order, those in branches of conditions included.
 */
source: number, 
/**
 * The path of the patch.
 */
patch: string, } | { "kind": "removePatch", 
/**
 * Of which output.
 */
output?: string, 
/**
 * Which source, counted as for [`Edit::AddPatch`].
 */
source: number, 
/**
 * The path of the patch, as written.
 */
patch: string, } | { "kind": "setBuildNumber", 
/**
 * Of which output.
 */
output?: string, 
/**
 * The number.
 */
number: number, } | { "kind": "setVersion", 
/**
 * Of which output; without it `recipe.version` in recipes with outputs.
 */
output?: string, 
/**
 * The version.
 */
version: string, } | { "kind": "setContext", 
/**
 * The variable.
 */
name: string, 
/**
 * Its value; a text stays text, also where it looks like a number.
 */
value: EditValue, } | { "kind": "setSource", 
/**
 * Of which output.
 */
output?: string, 
/**
 * Which source, counted as for [`Edit::AddPatch`].
 */
source: number, 
/**
 * The key.
 */
key: string, 
/**
 * Its value.
 */
value: EditValue, } | { "kind": "set", 
/**
 * Of which output.
 */
output?: string, 
/**
 * The keys that lead to it, from the output or the recipe on; items of lists by their numbers, from 0.
 */
path: Array<string>, 
/**
 * Its value.
 */
value: EditValue, } | { "kind": "remove", 
/**
 * Of which output.
 */
output?: string, 
/**
 * The keys that lead to it, from the output or the recipe on; items of lists by their numbers, from 0.
 */
path: Array<string>, } | { "kind": "replaceScript", 
/**
 * Of which output.
 */
output?: string, 
/**
 * Text within one line, or within several lines of the same item.
 */
find: string, 
/**
 * The new text; one with line breaks becomes several lines or items.
 */
replace: string, } | { "kind": "addScriptLine", 
/**
 * Of which output.
 */
output?: string, 
/**
 * The line.
 */
line: string, 
/**
 * Text of the line that it goes before.
 */
before?: string, 
/**
 * Text of the line that it goes after.
 */
after?: string, } | { "kind": "removeScriptLine", 
/**
 * Of which output.
 */
output?: string, 
/**
 * The whole line; white space around it does not count.
 */
line: string, } | { "kind": "addTest", 
/**
 * Of which output.
 */
output?: string, 
/**
 * Commands of a script test.
 */
commands?: Array<string>, 
/**
 * Modules of a Python test.
 */
imports?: Array<string>, 
/**
 * What a script test needs besides the package.
 */
requirements?: Array<string>, } | { "kind": "addTestCommand", 
/**
 * Of which output.
 */
output?: string, 
/**
 * Which test, counted from 0 in file order, those in branches of conditions included.
 */
test: number, 
/**
 * The command.
 */
command: string, } | { "kind": "replaceTest", 
/**
 * Of which output.
 */
output?: string, 
/**
 * Which test, counted as for [`Edit::AddTestCommand`].
 */
test: number, 
/**
 * Text within one item.
 */
find: string, 
/**
 * The new text.
 */
replace: string, } | { "kind": "addTestRequirement", 
/**
 * Of which output.
 */
output?: string, 
/**
 * Which test, counted as for [`Edit::AddTestCommand`].
 */
test: number, 
/**
 * To which section.
 */
section: TestSection, 
/**
 * A match spec or a template.
 */
spec: string, };

/**
 * How edits are carried into the recipe.
 */
export type RecipeScriptOptions = { 
/**
 * Only work out the new text. Default: false.
 */
dryRun: boolean, };

/**
 * What carrying edits of the build script into the recipe did.
 */
export type RecipeScriptUpdate = { 
/**
 * The file that was changed: the recipe or its script; null if the script has no edits that it lacks.
 */
path: string | null, 
/**
 * The new text of the file.
 */
text: string | null, };

/**
 * A test of a package.
 */
export type RecipeTest = { 
/**
 * Its place in the recipe's list of tests, from 0. If a package does not contain its recipe, the place among the
 * tests that it stores.
 */
index: number, 
/**
 * What kind of test it is.
 */
kind: TestKind, 
/**
 * What it does, in one line.
 */
summary: string, };

/**
 * A further place that explains a diagnostic.
 */
export type RelatedPlace = { 
/**
 * What the place shows.
 */
message: string, 
/**
 * The file it is in, where that is not the diagnostic's.
 */
file?: string, 
/**
 * Where it is.
 */
span: Span, };

/**
 * Settings of [`DebugSession::remove_packages`].
 */
export type RemoveOptions = { 
/**
 * From which environment. Default: host.
 */
environment?: Environment, 
/**
 * Whether nothing is changed. Default: false.
 */
dryRun?: boolean, };

/**
 * A file that was renamed, perhaps with changes. Paths are relative to the work directory, with `/`.
 */
export type RenamedFile = { 
/**
 * Its old path.
 */
from: string, 
/**
 * Its new path.
 */
to: string, };

/**
 * Settings of a rendering. Platforms are conda subdirs such as `linux-64`.
 */
export type RenderConfig = { 
/**
 * Platform the package is for. Default: `linux-64`; the SDK gives the machine's.
 */
targetPlatform?: string, 
/**
 * Platform of the host environment. Default: the target platform.
 */
hostPlatform?: string, 
/**
 * Platform the build runs on. Default: `linux-64`; the SDK gives the machine's.
 */
buildPlatform?: string, 
/**
 * Whether experimental features may be used.
 */
experimental: boolean, 
/**
 * Which package format features may be used.
 */
repodataRevision: RepodataRevision, 
/**
 * Further context variables; hashed where they are used, never multiplied.
 */
extraContext: { [key in string]: JsonValue }, 
/**
 * What `env.get` sees.
 */
env: { [key in string]: string }, 
/**
 * What `load_from_file` sees: path relative to the recipe → text.
 */
files: { [key in string]: string }, 
/**
 * What `git.*` sees: source → answers, read by the caller.
 */
git: { [key in string]: GitFacts }, 
/**
 * Build number in place of the recipe's.
 */
buildNumberOverride?: number, 
/**
 * Goes before the default build string, with `_`.
 */
buildStringPrefix?: string, 
/**
 * Names of variables that the build sets: variant keys with these names always take part. Default: those of the
 * two platforms, as the reference takes them.
 */
buildEnvironmentNames?: Array<string>, };

/**
 * One package to build.
 */
export type RenderedVariant = { 
/**
 * Name as written.
 */
name: string, 
/**
 * Version as written.
 */
version: string, 
/**
 * The whole build string, e.g. `py312h738df08_0`.
 */
buildString: string, 
/**
 * Build number; 0 where the recipe gives none.
 */
buildNumber: number, 
/**
 * Seven hex digits of the used variant's SHA-1.
 */
hash: string, 
/**
 * What precedes `h` and the hash in the default build string, e.g. `py312`.
 */
hashPrefix: string, 
/**
 * Kind of noarch package, or null.
 */
noarch: NoArch | null, 
/**
 * `noarch` or the target platform.
 */
subdir: string, 
/**
 * Platform the package is for.
 */
targetPlatform: string, 
/**
 * Platform of the host environment.
 */
hostPlatform: string, 
/**
 * Platform the build runs on.
 */
buildPlatform: string, 
/**
 * Whether the recipe says that this variant is not to be built.
 */
skip: boolean, 
/**
 * The variant keys that take part in the hash.
 */
variant: { [key in string]: VariantValue }, 
/**
 * Exact pins on outputs of the same recipe, by name.
 */
pinSubpackages: { [key in string]: PinnedSubpackage }, 
/**
 * The output itself and those of the same recipe that it pins: what `pin_subpackage` resolves to.
 */
subpackages: { [key in string]: Subpackage }, 
/**
 * The evaluated recipe.
 */
recipe: Stage1Recipe, 
/**
 * Where the recipe was read from, if anywhere.
 */
recipePath?: string, 
/**
 * Other outputs of the same recipe that this one needs built before, in order.
 */
needs: Array<string>, 
/**
 * Whether experimental features may be used.
 */
experimental: boolean, };

/**
 * Which package format features may be used.
 */
export type RepodataRevision = "legacy" | "v3";

/**
 * A list of dependencies in `requirements`.
 */
export type RequirementSection = "build" | "host" | "run" | "run_constraints";

/**
 * The evaluated `requirements` section.
 */
export type Requirements = { 
/**
 * Tools that run during the build.
 */
build?: Array<Dependency>, 
/**
 * Libraries for the platform of the package.
 */
host?: Array<Dependency>, 
/**
 * What the package needs when installed.
 */
run?: Array<Dependency>, 
/**
 * What must not be installed in other versions.
 */
run_constraints?: Array<Dependency>, 
/**
 * Groups of optional dependencies (repodata revision v3).
 */
extras?: { [key in string]: Array<Dependency> }, 
/**
 * What packages that build against this one get as dependencies.
 */
run_exports?: RunExports, 
/**
 * Run exports of others that are not taken.
 */
ignore_run_exports?: IgnoreRunExports, };

/**
 * How a finding relates to the failure.
 */
export type Role = "cause" | "consequence" | "hint";

/**
 * What a Ruby test loads.
 */
export type RubyRequires = { 
/**
 * Modules.
 */
requires: Array<string>, };

/**
 * Ruby modules load.
 */
export type RubyTest = { 
/**
 * What is loaded.
 */
ruby: RubyRequires, };

/**
 * What packages that build against this one get as dependencies.
 */
export type RunExports = { 
/**
 * From `host` to noarch packages.
 */
noarch?: Array<Dependency>, 
/**
 * From `build` to `host` and `run`, from `host` to `run`.
 */
strong?: Array<Dependency>, 
/**
 * From `build` or `host` to the constraints of `run`.
 */
strong_constraints?: Array<Dependency>, 
/**
 * From `host` to `run`.
 */
weak?: Array<Dependency>, 
/**
 * From `host` to the constraints of `run`.
 */
weak_constraints?: Array<Dependency>, };

/**
 * Settings of one run.
 */
export type RunOptions = { 
/**
 * Print each command as it runs (`bash -x`). Default: false.
 */
trace: boolean, 
/**
 * Stop the run with all its processes after this many milliseconds. Default: no limit.
 */
timeoutMs?: number, 
/**
 * Additional variables; they override those of the build.
 */
env: Record<string, string>, 
/**
 * What the script reads from its standard input. Default: nothing.
 */
stdin?: string, 
/**
 * Let the run go on when this process ends before it; the output goes to the log then, unless the recipe has secrets,
 * which could not be masked. Default: false, the run ends with its process, however that ends.
 */
keepRunning: boolean, 
/**
 * What it may use; for what this leaves open, the session's limits hold.
 */
limits: Limits, 
/**
 * Keep at most this many bytes of each stream in memory, head and tail; the rest is counted. Default: 16 MiB.
 */
maxOutputBytes: number, };

/**
 * Whether and how scripts are confined.
 */
export type Sandbox = boolean | SandboxRules;

/**
 * What a script in a sandbox may do.
 */
export type SandboxRules = { 
/**
 * Folders that it may read, besides the session's own and temporary ones. Default: everything.
 */
read?: Array<string>, 
/**
 * Folders that it may write to, besides the session's own and temporary ones. Default: none.
 */
write?: Array<string>, 
/**
 * What it may reach of the network: everything, nothing, or only these hosts; overrides the session's `network`.
 */
network?: NetworkAccess, };

/**
 * A build or test script.
 */
export type Script = string | Array<string> | ScriptObject;

/**
 * A script with its own settings.
 */
export type ScriptObject = { 
/**
 * What runs it; default: by the file's extension, else the platform's shell.
 */
interpreter?: string, 
/**
 * Further environment variables.
 */
env?: { [key in string]: string }, 
/**
 * Names of environment variables whose values are passed on and masked.
 */
secrets?: Array<string>, 
/**
 * The text itself.
 */
content?: Content, 
/**
 * A file next to the recipe.
 */
file?: string, 
/**
 * Where it runs, relative to the host prefix.
 */
cwd?: string, };

/**
 * The result of a run. A script that fails is a result, not an error.
 */
export type ScriptResult = { 
/**
 * 0 for success; 128 + n when ended by signal n, as in a shell.
 */
exitCode: number, 
/**
 * Name of the signal that ended it, e.g. `SIGKILL`.
 */
signal: string | null, 
/**
 * Whether it ran and exited with 0.
 */
success: boolean, 
/**
 * Whether it was stopped by `timeoutMs`.
 */
timedOut: boolean, 
/**
 * Whether the activation failed: then the script did not run, and the exit code is that of the activation.
 */
activationFailed: boolean, 
/**
 * Which activation script failed, and where; null when the activation did not fail.
 */
activation: ActivationFailure | null, 
/**
 * Standard output, without what was left out.
 */
stdout: string, 
/**
 * Standard error, without what was left out.
 */
stderr: string, 
/**
 * Bytes left out of each stream.
 */
omitted: Omitted, 
/**
 * The complete output, both streams in the order in which they came; the next run overwrites it.
 */
logPath: string, 
/**
 * Why the log is incomplete, e.g. because the disk is full; null when it is complete.
 */
logError: string | null, 
/**
 * How long it took, in milliseconds.
 */
durationMs: number, 
/**
 * What it used.
 */
usage: Usage, 
/**
 * The limit that ended it; null when none did.
 */
limit: LimitKind | null, 
/**
 * What went wrong, as far as the output shows; empty on success.
 */
diagnosis: Array<Finding>, 
/**
 * Installed files that were edited or replaced since the last run, sorted by package and path. A build should not
 * change what it depends on.
 */
editedPackages: Array<EditedPackage>, };

/**
 * A script succeeds.
 */
export type ScriptTest = { 
/**
 * The script.
 */
script: Script, 
/**
 * What it needs.
 */
requirements?: TestRequirements, 
/**
 * Files it takes along.
 */
files?: TestFiles, };

/**
 * What a search looks for.
 */
export type SearchKind = "package" | "header" | "command" | "library" | "pkg-config" | "cmake" | "python" | "perl" | "r" | "file";

/**
 * What is searched for, and how far.
 */
export type SearchRequest = { 
/**
 * A name, a pattern with `*` or a match spec; or the name of the file that is wanted.
 */
query: string, 
/**
 * What is searched for. Default: what `query` looks like; `zlib.h` is a header, `libz.so.1` a library.
 */
kind: SearchKind | null, 
/**
 * Platform of the packages; those for `noarch` are always searched, too. Default: that of this machine.
 */
platform: string | null, 
/**
 * Maximum number of packages in the result. Default: 20.
 */
limit: number | null, 
/**
 * Maximum number of archives whose lists of files are read from a server, by requests for a part of the archive where
 * the server allows that. Default: 20.
 */
maxDownloads: number | null, };

/**
 * What a search found.
 */
export type SearchResult = { 
/**
 * What was searched for.
 */
query: string, 
/**
 * As what.
 */
kind: SearchKind, 
/**
 * The platform of the packages.
 */
platform: string, 
/**
 * The packages, best match first.
 */
packages: Array<FoundPackage>, 
/**
 * The nearest names, if nothing has the name that was searched for.
 */
didYouMean: Array<string>, 
/**
 * How far the search went.
 */
searched: SearchedPackages, };

/**
 * How far a search went.
 */
export type SearchedPackages = { 
/**
 * Number of packages, by name, in the channels.
 */
names: number, 
/**
 * Number of packages whose lists of files were searched: all of channels in folders, of other channels those in
 * caches and those that are likely to match.
 */
fileLists: number, 
/**
 * Number of packages whose lists of files could not be read.
 */
unreadable: number, };

/**
 * A session that is, or was, on this machine.
 */
export type SessionInfo = { 
/**
 * Its build folder: what `attach` takes.
 */
dir: string, 
/**
 * Name of the package.
 */
name: string, 
/**
 * Its version.
 */
version: string, 
/**
 * Its build string.
 */
buildString: string, 
/**
 * When it was made, as RFC 3339.
 */
created: string, 
/**
 * The process that had it last.
 */
process: number, 
/**
 * What became of it.
 */
state: SessionState, };

/**
 * Settings of a session.
 */
export type SessionOptions = { 
/**
 * Channel names, URLs or folders, highest priority first. Default: the `channel_sources` of the variant, if a variant
 * file sets them, otherwise `conda-forge`; an empty list means none.
 */
channels: Array<string> | null, 
/**
 * How channels of lower priority are treated. Default: strict.
 */
channelPriority: ChannelPriority, 
/**
 * Where the build folder goes. Default: a new temporary folder, removed when the session is closed.
 */
outputDir: string | null, 
/**
 * Package, repodata and source caches. Default: those rattler and pixi share on this machine.
 */
cacheDir: string | null, 
/**
 * Gives the build folder a stable name (default) or a time-stamped one.
 */
noBuildId: boolean | null, 
/**
 * Use nothing but caches and local channels.
 */
offline: boolean, 
/**
 * Ignore packages that were uploaded after this moment, as RFC 3339.
 */
excludeNewer: string | null, 
/**
 * Addresses of channels or sources (or of their folders), each with the addresses that are asked in its place, the
 * most wanted first, e.g. `{"https://conda.example.org": ["https://mirror.example.org"]}`. Go before those of
 * rattler's configuration; an empty list removes those.
 */
mirrors: { [key in string]: Array<string> }, 
/**
 * Credentials file; default: the store, the keyring and the files that conda tools share.
 */
authFile: string | null, 
/**
 * What the script sees of this process's environment.
 */
isolation: Isolation, 
/**
 * Names of variables of this process that the script sees all the same.
 */
passEnv: Array<string>, 
/**
 * Whether the script may reach the network. Default: yes. Without, it has a loopback of its own and nothing else, which
 * needs Linux user namespaces.
 */
network: boolean | null, 
/**
 * The exact packages to install, as [`crate::session::DebugSession::lock`] returns them. Default: the environments
 * are solved.
 */
lock: EnvironmentLock | null, 
/**
 * Whether environments share the files of packages with other sessions. Default: shared.
 */
packages: PackageSharing, 
/**
 * What each run may use; those of a run override them. Default: no limits.
 */
limits: Limits, 
/**
 * What scripts may do: `true` lets them write only to the session's and temporary folders, and keeps signals, ptrace,
 * mounts and abstract sockets inside. Requires Linux 6.12. Default: false.
 */
sandbox: Sandbox | null, 
/**
 * What is done about the staging output that an output builds on, if it does.
 */
staging: Staging, 
/**
 * What is done about a source that names an attestation (`source.attestation`): signatures are not checked.
 */
attestation: AttestationCheck, 
/**
 * What is done about entries of source archives that cannot be unpacked safely. Default: they are skipped with a
 * warning.
 */
archiveEntries: ArchiveEntries, };

/**
 * What became of a session.
 */
export type SessionState = "live" | "kept" | "dead";

/**
 * How bad a [`Diagnostic`] is.
 */
export type Severity = "error" | "warning";

/**
 * A file that changed but cannot be in a patch.
 */
export type SkippedFile = { 
/**
 * Relative to the work directory, with `/`.
 */
path: string, 
/**
 * Why not.
 */
reason: string, };

/**
 * One place that sources come from.
 */
export type Source = GitSource | UrlSource | PathSource;

/**
 * A place as JavaScript counts: line and column from 1, offset from 0, all in UTF-16 code units.
 */
export type Span = { 
/**
 * Line, from 1.
 */
line: number, 
/**
 * Column, from 1.
 */
column: number, 
/**
 * Offset in the text, from 0.
 */
offset: number, 
/**
 * Length of the range.
 */
length: number, };

/**
 * The evaluated recipe of one output.
 */
export type Stage1Recipe = { 
/**
 * Version of the format, always 1.
 */
schema_version: number, 
/**
 * The recipe's own context variables, evaluated, in file order.
 */
context: { [key in string]: JsonValue }, 
/**
 * Name and version.
 */
package: Package, 
/**
 * Where the sources come from, in order.
 */
source?: Array<Source>, 
/**
 * How it is built.
 */
build?: Build, 
/**
 * What it needs.
 */
requirements: Requirements, 
/**
 * How it is tested.
 */
tests?: Array<Test>, 
/**
 * What it is.
 */
about?: About, 
/**
 * Free data.
 */
extra?: { [key in string]: JsonValue }, 
/**
 * The staging output that this one builds on, with what it needs; at most one.
 */
staging_caches?: Array<StagingCache>, 
/**
 * How it builds on the staging output.
 */
inherits_from?: InheritsFrom, };

/**
 * What is done about the staging output that an output builds on.
 */
export type Staging = "build" | "debug";

/**
 * The `build` section of a staging output.
 */
export type StagingBuild = { 
/**
 * Always null: a staging output has no build string.
 */
string: string | null, 
/**
 * The script.
 */
script?: Script, 
/**
 * The steps.
 */
steps?: Array<Step>, };

/**
 * A staging output: built once, taken by several package outputs.
 */
export type StagingCache = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its script.
 */
build?: StagingBuild, 
/**
 * What it needs.
 */
requirements?: Requirements, 
/**
 * Its sources.
 */
source?: Array<Source>, };

/**
 * One step of `build.steps`.
 */
export type Step = { 
/**
 * The commands.
 */
run: Array<string>, 
/**
 * What runs them.
 */
interpreter?: string, 
/**
 * Further environment variables.
 */
env?: { [key in string]: string }, 
/**
 * Where they run, relative to the host prefix.
 */
cwd?: string, };

/**
 * One of the two streams of a process.
 */
export type Stream = "stdout" | "stderr";

/**
 * Version and build string of an output of the same recipe.
 */
export type Subpackage = { 
/**
 * Its version.
 */
version: string, 
/**
 * Its build string.
 */
buildString: string, };

/**
 * A package that may provide what is missing.
 */
export type Suggestion = { 
/**
 * The package name, which is also a match spec.
 */
spec: string, 
/**
 * The environment that needs it.
 */
environment: Environment, };

/**
 * A file that a changed recipe and the session both changed, in ways that do not go together.
 */
export type SyncConflict = { 
/**
 * Relative to the work folder, with `/` between its parts.
 */
path: string, 
/**
 * What conflicts, with the line where there is one.
 */
reason: string, };

/**
 * Settings of [`DebugSession::sync`].
 */
export type SyncOptions = { 
/**
 * What is done about files that the recipe and the session both changed. Default: `fail`.
 */
conflicts: ConflictChoice, };

/**
 * What [`DebugSession::sync`] did.
 */
export type SyncResult = { 
/**
 * Names of packages that were installed, in either environment.
 */
added: Array<string>, 
/**
 * Names of packages that were removed.
 */
removed: Array<string>, 
/**
 * Names of packages that were replaced by another version or build.
 */
changed: Array<string>, 
/**
 * Sources whose content changed, came or went: their URLs, without secrets, or paths.
 */
sources: Array<string>, 
/**
 * Patches that are applied now or no longer, or whose text changed, as the recipe names them.
 */
patches: Array<string>, 
/**
 * Whether the build script or the variables of the build changed.
 */
scripts: boolean, 
/**
 * Files of the work folder that were written or removed, without the session's own scripts.
 */
files: Array<string>, 
/**
 * The changes of both environments in full.
 */
environments: EnvironmentChanges, };

/**
 * One test of a package.
 */
export type Test = PythonTest | PerlTest | RTest | RubyTest | ScriptTest | DownstreamTest | PackageContentsTest;

/**
 * Files that a test script takes along.
 */
export type TestFiles = { 
/**
 * From the sources.
 */
source?: Globs, 
/**
 * From the recipe's folder.
 */
recipe?: Globs, };

/**
 * The kinds of tests.
 */
export type TestKind = "script" | "python" | "perl" | "r" | "ruby" | "package-contents" | "downstream";

/**
 * What a test script needs.
 */
export type TestRequirements = { 
/**
 * In the environment of the package.
 */
run?: Array<Dependency>, 
/**
 * As tools of the machine's platform.
 */
build?: Array<Dependency>, };

/**
 * A list of dependencies of a script test.
 */
export type TestSection = "build" | "run";

/**
 * One replacement in a text.
 */
export type TextEdit = { 
/**
 * What is replaced; nothing where its length is 0.
 */
span: Span, 
/**
 * The text that takes its place.
 */
newText: string, };

/**
 * What an update changes, and which files it needs to know.
 */
export type UpdatePlan = { 
/**
 * The recipe with the new version and build number, and the old checksums.
 */
text: string, 
/**
 * The version before.
 */
oldVersion: string, 
/**
 * The version after, as the recipe prints it.
 */
newVersion: string, 
/**
 * The sources whose checksums or commits are to be found out, each once.
 */
sources: Array<PlannedSource>, 
/**
 * What a person should look at.
 */
warnings: Array<string>, };

/**
 * One place to ask for versions.
 */
export type Upstream = { 
/**
 * What kind of place it is.
 */
kind: UpstreamKind, 
/**
 * The project there: a package, or `owner/repository`.
 */
name: string, 
/**
 * Scheme and host of the source, e.g. `https://example.org`: where its kind of place is asked by default.
 */
origin: string, 
/**
 * Path and query to ask for, below a base URL such as the origin.
 */
path: string, 
/**
 * The present version as the place spells it.
 */
current: string, 
/**
 * For tags: what precedes the version.
 */
prefix: string, 
/**
 * For tags: what follows the version.
 */
suffix: string, };

/**
 * A kind of place that announces versions.
 */
export type UpstreamKind = "pypi" | "github-tags" | "github-releases" | "npm" | "crates" | "cran";

/**
 * A file to download.
 */
export type UrlSource = { 
/**
 * One URL, or mirrors in order.
 */
url: OneOrMany, 
/**
 * 64 hex digits.
 */
sha256?: string, 
/**
 * 32 hex digits.
 */
md5?: string, 
/**
 * Stored under this name, and then not unpacked.
 */
file_name?: string, 
/**
 * Patches, applied in order.
 */
patches?: Array<string>, 
/**
 * Folder below the work folder.
 */
target_directory?: string, 
/**
 * Who must have signed it.
 */
attestation?: Attestation, 
/**
 * Which files are taken.
 */
filter?: Globs, };

/**
 * What a run, or all runs of a session, used. Zeros where the system does not say (all but Linux).
 */
export type Usage = { 
/**
 * Processor time of all processes, in milliseconds.
 */
cpuMs: number, 
/**
 * The largest amount of memory in use at once: of all processes as far as it was seen, at least of the largest one.
 */
maxMemoryBytes: number, 
/**
 * Bytes that calls of `read` got, from files, caches and pipes.
 */
readBytes: number, 
/**
 * Bytes that calls of `write` took.
 */
writtenBytes: number, 
/**
 * The largest number of processes at once that was seen.
 */
processes: number, };

/**
 * Variant keys in file order, each with its values; and groups of keys whose values go together.
 */
export type VariantConfigData = { 
/**
 * Normalized key (`-` and `.` are `_`) → values.
 */
values: { [key in string]: Array<VariantValue> }, 
/**
 * Groups of normalized keys that are walked index by index.
 */
zipKeys: Array<Array<string>>, };

/**
 * How the variant is chosen.
 */
export type VariantKeys = { 
/**
 * Keys that take part although nothing uses them.
 */
use_keys?: Array<string>, 
/**
 * Keys that do not take part although something uses them.
 */
ignore_keys?: Array<string>, 
/**
 * Makes the solver prefer other variants.
 */
down_prioritize_variant?: number, };

/**
 * One value of a variant key. `3`, `"3"` and `true` are different values with different hashes.
 */
export type VariantValue = boolean | number | number | string;

/**
 * A version, taken apart.
 */
export type VersionData = { 
/**
 * The version in its normal form, e.g. `1.0rc1` for `1.0RC1`.
 */
text: string, 
/**
 * What precedes `!`; 0 when there is none. Versions of different epochs are never close.
 */
epoch: number, 
/**
 * The parts between dots, each as numbers and words: `1.0rc1` is `1`, then `0`, `rc`, `1`.
 */
segments: Array<Array<string>>, 
/**
 * The parts after `+`, in the same form.
 */
local: Array<Array<string>>, 
/**
 * Whether a part is `dev`, or a word such as `a`, `b` or `rc`: not a release.
 */
isPrerelease: boolean, };
