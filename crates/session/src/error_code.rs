//! Every error code of the project, with its cause and fix: the source of `ErrorCode` in TypeScript and of the reference
//! page `docs/error-codes.md`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Which part of the project raises a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Recipes and variant files, in WebAssembly or its JavaScript wrapper.
    Recipe,
    /// Debug sessions: [`Error`](crate::Error).
    Session,
    /// Packaging: `sidewinder_package::Error`.
    Package,
    /// The tools for agents.
    Agent,
    /// Fleets of sessions.
    Fleet,
    /// The command line only.
    CommandLine,
}

/// The documentation of a code. Texts are Markdown sentences.
#[derive(Clone, Copy, Debug)]
pub struct ErrorCodeInfo {
    /// Which part raises it.
    pub origin: Origin,
    /// The class in TypeScript, e.g. `SolveError`.
    pub class: &'static str,
    /// When the error occurs.
    pub cause: &'static str,
    /// How to fix it.
    pub fix: &'static str,
}

macro_rules! error_codes {
    ($($(#[$meta:meta])* $name:ident = $code:literal, $origin:ident, $class:literal { cause: $cause:literal, fix: $fix:literal })*) => {
        /// Stable identifier of an error, e.g. `SOLVE_FAILED`.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[$meta])* #[doc = $cause] #[serde(rename = $code)] $name,)*
        }

        impl ErrorCode {
            /// All codes, in the order of the reference page.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code with this text; `INTERNAL` for any other text.
            #[must_use]
            pub fn of(text: &str) -> Self {
                Self::ALL.iter().copied().find(|code| code.as_str() == text).unwrap_or_default()
            }

            /// The code as text, e.g. `SOLVE_FAILED`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// Cause and fix.
            #[must_use]
            pub fn info(self) -> ErrorCodeInfo {
                match self {
                    $(Self::$name => ErrorCodeInfo { origin: Origin::$origin, class: $class, cause: $cause, fix: $fix },)*
                }
            }
        }
    };
}

error_codes! {
    RecipeInvalid = "RECIPE_INVALID", Recipe, "RecipeParseError" {
        cause: "The recipe could not be parsed. `diagnostics` lists every problem with its location.",
        fix: "Fix the problems in `diagnostics`; the [diagnostics reference](errors.md) has an example of each."
    }
    RenderFailed = "RENDER_FAILED", Recipe, "RecipeRenderError" {
        cause: "The recipe parses, but could not be rendered with the given variants and options, e.g. because a variable is undefined.",
        fix: "Fix the problems in `diagnostics`. For an undefined variable, pass the variant file that defines it."
    }
    VariantsInvalid = "VARIANTS_INVALID", Recipe, "VariantError" {
        cause: "A variant file could not be read, or variants contradict each other, e.g. zipped keys of different lengths.",
        fix: "Fix the problems in `diagnostics`."
    }
    EditFailed = "EDIT_FAILED", Recipe, "RecipeEditError" {
        cause: "An edit could not be applied to the recipe's text; the recipe is unchanged. `fault` says why.",
        fix: "Check that the recipe has the section, entry or field that the edit names."
    }
    InvalidVersion = "INVALID_VERSION", Recipe, "SidewinderError" {
        cause: "A text is not a conda version, e.g. `1..2`.",
        fix: "Use numbers and words separated by `.`, `-` or `_`, as in `1.2.0rc1`."
    }
    NodeOnly = "NODE_ONLY", Recipe, "SidewinderError" {
        cause: "A function that reads files was called outside of Node.js.",
        fix: "Read the text yourself and pass it to `fromYaml`."
    }
    WasmNotLoaded = "WASM_NOT_LOADED", Recipe, "SidewinderError" {
        cause: "Recipes were used before the WebAssembly core was loaded, or loading it failed.",
        fix: "Outside of Node.js, call `await init()` first. If loading fails, check that the bundler or server delivers `recipe_bg.wasm`, or pass its URL to `init`."
    }
    InvalidOption = "INVALID_OPTION", Session, "SidewinderError" {
        cause: "An option or argument is unknown, has the wrong type, or has a value that is not supported. The message names it.",
        fix: "Correct the option. The hint suggests the closest name for a misspelled one."
    }
    Cancelled = "CANCELLED", Session, "SidewinderError" {
        cause: "The operation was stopped by the caller. With an `AbortSignal` the call rejects with the signal's reason instead, so you only see this code in progress output and other languages.",
        fix: "Nothing to fix."
    }
    InvalidVariant = "INVALID_VARIANT", Session, "SidewinderError" {
        cause: "The rendered variant passed to a session is not one that `render` returned, or contains a name that is unsafe as a path.",
        fix: "Pass a variant that `Stage0Recipe.render` of the same version returned."
    }
    PathTooLong = "PATH_TOO_LONG", Session, "SidewinderError" {
        cause: "The path of the output folder is too long. Conda pads the host prefix to 255 bytes, so that binaries can be relocated.",
        fix: "Pass an `outputDir` with a shorter path."
    }
    IoFailed = "IO_FAILED", Session, "SidewinderError" {
        cause: "A file could not be read or written. The message names the path and the system's reason.",
        fix: "Check the path, its permissions and the free disk space."
    }
    ChannelFailed = "CHANNEL_FAILED", Session, "ChannelError" {
        cause: "A channel could not be read: its name or folder is wrong, the server refused the request, or its index is damaged.",
        fix: "Check the channel's name and your credentials; see [channels](channels.md). `status` has the HTTP status, if a server answered."
    }
    InvalidSpec = "INVALID_SPEC", Session, "SidewinderError" {
        cause: "A dependency is not a valid match spec.",
        fix: "Write it like `python >=3.10,<3.13` or `numpy 2.*`."
    }
    PinFailed = "PIN_FAILED", Session, "SidewinderError" {
        cause: "`pin_compatible` names a package that is not in the build or host environment, or `pin_subpackage` an output that the recipe does not have.",
        fix: "Add the package to the requirements of `host` or `build`, or correct the name."
    }
    SolveFailed = "SOLVE_FAILED", Session, "SolveError" {
        cause: "No set of packages satisfies all requirements of an environment. `explanation` has the solver's explanation, `conflict` the same as data.",
        fix: "Relax or correct the versions that the explanation names, or add a channel that has the missing package."
    }
    LockFailed = "LOCK_FAILED", Session, "SidewinderError" {
        cause: "`create` with `lock`: the lock is for another platform, its channels no longer have one of its packages, or its packages do not satisfy the recipe.",
        fix: "Create a new lock: set the session up without `lock`, then call `session.lock()`."
    }
    RunExportsFailed = "RUN_EXPORTS_FAILED", Session, "InstallError" {
        cause: "The run exports of a package could not be read, usually because the package could not be downloaded.",
        fix: "Check that the channel still has the package; `status` has the HTTP status, if a server answered."
    }
    InstallFailed = "INSTALL_FAILED", Session, "InstallError" {
        cause: "A package could not be downloaded, verified, extracted or linked. `package` names it.",
        fix: "Check the reason: a checksum mismatch means that the channel's index and its package differ; a full disk needs space; a refused download needs credentials."
    }
    SourceFailed = "SOURCE_FAILED", Session, "SourceError" {
        cause: "A source could not be downloaded, cloned, copied or extracted.",
        fix: "Check the URL, path or revision in the recipe."
    }
    ChecksumMismatch = "CHECKSUM_MISMATCH", Session, "ChecksumError" {
        cause: "The checksum of a source differs from the recipe. `expected` and `actual` have both.",
        fix: "If the downloaded file is the right one, put its checksum into the recipe."
    }
    AttestationUnsupported = "ATTESTATION_UNSUPPORTED", Session, "SourceError" {
        cause: "A source has an `attestation`, and signatures cannot be verified.",
        fix: "Set `attestation: \"skip\"` to fetch it without verification, and keep a `sha256` that you trust in the recipe."
    }
    PatchFailed = "PATCH_FAILED", Session, "PatchError" {
        cause: "A patch of the recipe does not apply to the sources, or a patch could not be created from the work folder.",
        fix: "The message names the file and hunk. Recreate the patch for the current sources, or see [patches](patches.md)."
    }
    ScriptFailed = "SCRIPT_FAILED", Session, "SidewinderError" {
        cause: "The build script could not be written, e.g. because the recipe names a script file that does not exist. A script that runs and fails is a result, not an error.",
        fix: "Check `build.script` in the recipe."
    }
    StagingFailed = "STAGING_FAILED", Session, "SidewinderError" {
        cause: "The output builds on a staging output, and the script of the staging output failed.",
        fix: "Debug the staging output itself: create the session with `staging: \"debug\"`."
    }
    ScriptMissing = "SCRIPT_MISSING", Session, "SidewinderError" {
        cause: "A file or folder of the session that a run needs was deleted, e.g. the build script or the work folder.",
        fix: "Restore it: `refreshScripts` writes the scripts again, `restore` returns to a checkpoint."
    }
    FolderReplaced = "FOLDER_REPLACED", Session, "SidewinderError" {
        cause: "A folder of the session was replaced, e.g. by a symlink. Nothing is written to or removed from the replacement.",
        fix: "Put the original folder back, or create a new session."
    }
    SyncConflict = "SYNC_CONFLICT", Session, "SyncConflictError" {
        cause: "`sync`: the recipe's new sources or patches and edits made in the session change the same lines. Nothing was changed; `conflicts` lists the files.",
        fix: "Undo one of the two changes, or select a side with `conflicts: \"recipe\"` or `conflicts: \"local\"`."
    }
    SpawnFailed = "SPAWN_FAILED", Session, "SidewinderError" {
        cause: "A program could not be started, e.g. because `bash` is not installed.",
        fix: "Install the program, and check that it is in `PATH`."
    }
    ResourceExhausted = "RESOURCE_EXHAUSTED", Session, "SidewinderError" {
        cause: "The system is out of something: processes and threads, memory, file descriptors, or disk space. The same call can succeed later, in the same process.",
        fix: "Free some of it, or raise the limit (`ulimit -u`, `ulimit -n`, disk quota), and try again."
    }
    SessionBusy = "SESSION_BUSY", Session, "SessionBusyError" {
        cause: "The session is running something, or another live session uses its folder.",
        fix: "Wait for the run to end, close the other session, or use another `outputDir`."
    }
    SessionClosed = "SESSION_CLOSED", Session, "SessionClosedError" {
        cause: "A method was called after `close`.",
        fix: "Create a new session, or `attach` to one that was closed with `keep: true`."
    }
    NotASession = "NOT_A_SESSION", Session, "SidewinderError" {
        cause: "`attach` was given a folder that holds no session, or one of an incompatible version.",
        fix: "Pass the work or build folder of a session; `DebugSession.list` and `sidewinder debug list` show them."
    }
    NoNativeAddon = "NO_NATIVE_ADDON", Session, "NativeAddonError" {
        cause: "The native addon for this platform is not installed, has another version, or could not be loaded.",
        fix: "Install the package that the hint names. `npm install --omit=optional` and a `node_modules` copied from another platform leave it out."
    }
    #[default]
    Internal = "INTERNAL", Session, "SidewinderError" {
        cause: "A bug in sidewinder.",
        fix: "Please report it with the message and the recipe."
    }
    PackageRecordInvalid = "PACKAGE_RECORD_INVALID", Package, "PackageError" {
        cause: "A JSON file in `conda-meta` of a prefix is not the record of an installed package. `path` names it.",
        fix: "Build scripts must not write JSON files to `$PREFIX/conda-meta`; delete the file."
    }
    PackageFileMissing = "PACKAGE_FILE_MISSING", Package, "PackageError" {
        cause: "A path in the list of `RATTLER_BUILD_PACKAGE_FILES` does not exist.",
        fix: "List only files that exist when the script ends."
    }
    PackageFileOutside = "PACKAGE_FILE_OUTSIDE", Package, "PackageError" {
        cause: "A path in the list of `RATTLER_BUILD_PACKAGE_FILES` is outside the prefix.",
        fix: "List paths below `$PREFIX`."
    }
    PackageSpecialFile = "PACKAGE_SPECIAL_FILE", Package, "PackageError" {
        cause: "A device, pipe or socket would be part of the package.",
        fix: "Delete it at the end of the build script, or exclude it in `build.files`."
    }
    PackageFileChanged = "PACKAGE_FILE_CHANGED", Package, "PackageError" {
        cause: "A file changed while the package was built, so that the package would not match its metadata.",
        fix: "Stop background processes that the build script started."
    }
    PackageNameInvalid = "PACKAGE_NAME_INVALID", Package, "PackageError" {
        cause: "The name of a file is not valid UTF-8, which `paths.json` requires.",
        fix: "Rename the file in the build script."
    }
    PackagePathReserved = "PACKAGE_PATH_RESERVED", Package, "PackageError" {
        cause: "The script installed a file to `$PREFIX/info`, where the metadata of the package goes.",
        fix: "Install the file to another folder, e.g. `share`."
    }
    PackageGlobInvalid = "PACKAGE_GLOB_INVALID", Package, "PackageError" {
        cause: "A glob of the recipe is invalid. The message names the glob and its field.",
        fix: "Correct the glob; `*` also matches `/`."
    }
    PackageRelinkFailed = "PACKAGE_RELINK_FAILED", Package, "PackageError" {
        cause: "The run path of a binary could not be made relative.",
        fix: "Build the binary with `-Wl,-rpath,$PREFIX/lib`, or exclude it with `build.dynamic_linking.binary_relocation`."
    }
    PackageOverlinking = "PACKAGE_OVERLINKING", Package, "PackageError" {
        cause: "A binary links against a library that no run dependency provides, and the recipe sets `overlinking_behavior: error`.",
        fix: "Add the package with the library to the requirements, or the library to `missing_dso_allowlist`."
    }
    PackageOverdepending = "PACKAGE_OVERDEPENDING", Package, "PackageError" {
        cause: "No binary links against a run dependency that a run export added, and the recipe sets `overdepending_behavior: error`.",
        fix: "Remove the host dependency, or ignore its run export with `ignore_run_exports`."
    }
    PackageMenuInvalid = "PACKAGE_MENU_INVALID", Package, "PackageError" {
        cause: "A file in `Menu` is not a valid menuinst document.",
        fix: "Correct the file; the message says what is missing."
    }
    PackageDsolistInvalid = "PACKAGE_DSOLIST_INVALID", Package, "PackageError" {
        cause: "A file in `etc/conda-build/dsolists.d` is not a valid list of system libraries.",
        fix: "Use version 1, and patterns with `/` that begin with a drive or `**`."
    }
    PackageEntryPoint = "PACKAGE_ENTRY_POINT", Package, "PackageError" {
        cause: "An entry point of `build.python.entry_points` could not be created.",
        fix: "Write it like `command = module:function`, and add `python` to `requirements.host`."
    }
    PackageBytecodeFailed = "PACKAGE_BYTECODE_FAILED", Package, "PackageError" {
        cause: "The Python of the prefix could not be run to compile byte code. A module that does not compile is only a warning.",
        fix: "Check that `$PREFIX/bin/python` works after the script ran."
    }
    PackagePostProcess = "PACKAGE_POST_PROCESS", Package, "PackageError" {
        cause: "A file that `build.post_process` selects is not UTF-8 text.",
        fix: "Select only text files."
    }
    PackageLicenseMissing = "PACKAGE_LICENSE_MISSING", Package, "PackageError" {
        cause: "An entry of `about.license_file` matches no file.",
        fix: "Correct the path, which is relative to the work folder or the recipe's folder."
    }
    PackageLicenseOutside = "PACKAGE_LICENSE_OUTSIDE", Package, "PackageError" {
        cause: "A license file, or the target of a license that is a symlink, is outside the folders of the build.",
        fix: "Copy the file into the recipe's folder."
    }
    PackageMetadataInvalid = "PACKAGE_METADATA_INVALID", Package, "PackageError" {
        cause: "The metadata of the package is invalid, e.g. the version, or `site_packages_path` for a package that is not `python`.",
        fix: "Correct the field that the message names."
    }
    PackageTestInvalid = "PACKAGE_TEST_INVALID", Package, "PackageError" {
        cause: "A test of the recipe could not be added to the package, e.g. because its script file does not exist.",
        fix: "Correct the test; the message has its index."
    }
    PackageContentsTest = "PACKAGE_CONTENTS_TEST", Package, "PackageError" {
        cause: "A `package_contents` test failed. The message lists all problems.",
        fix: "Correct the script or the test. `files()` lists what the package would contain."
    }
    PackagePrefixInBinary = "PACKAGE_PREFIX_IN_BINARY", Package, "PackageError" {
        cause: "A binary contains the host prefix, and `errorPrefixInBinary` is set.",
        fix: "Build the binary without the path, or remove the option."
    }
    PackageLinksOnWindows = "PACKAGE_LINKS_ON_WINDOWS", Package, "PackageError" {
        cause: "A package that may be installed on Windows contains symlinks.",
        fix: "Add `__unix` to `requirements.run`, copy the files, or set `allowLinksOnWindows`."
    }
    InvalidInput = "INVALID_INPUT", Agent, "SidewinderError" {
        cause: "The input of a tool does not match its schema.",
        fix: "Correct the input; the message names the property."
    }
    FleetArtifactFailed = "FLEET_ARTIFACT_FAILED", Fleet, "FleetError" {
        cause: "An artifact of an item could not be stored: its name is invalid, or the store failed.",
        fix: "Use a relative name without `..`, and check the artifact store."
    }
    FleetCancelled = "FLEET_CANCELLED", Fleet, "FleetError" {
        cause: "The run was cancelled before the item finished.",
        fix: "Nothing to fix."
    }
    FleetClosed = "FLEET_CLOSED", Fleet, "FleetError" {
        cause: "The fleet was closed while the run was active, or used after `close`.",
        fix: "Wait for the results of all runs before you close the fleet."
    }
    FleetEngineFailed = "FLEET_ENGINE_FAILED", Fleet, "FleetError" {
        cause: "The engine of the fleet could not be started, e.g. because its queue library is not installed or the queue name is invalid.",
        fix: "Install the package that the message names, and check the connection."
    }
    FleetItemLost = "FLEET_ITEM_LOST", Fleet, "FleetError" {
        cause: "The worker that ran the item disappeared, and retrying did not help.",
        fix: "Check the logs of the workers. Start the item again."
    }
    FleetModuleFailed = "FLEET_MODULE_FAILED", Fleet, "FleetError" {
        cause: "The module of the run threw an error that is not one of the SDK. `thrown` has its name, message and stack.",
        fix: "Fix the module."
    }
    FleetModuleInvalid = "FLEET_MODULE_INVALID", Fleet, "FleetError" {
        cause: "The module of the run could not be loaded, or has no default export that is a function.",
        fix: "Pass the URL of a file on this machine that exports a function by default."
    }
    FleetModuleNotAllowed = "FLEET_MODULE_NOT_ALLOWED", Fleet, "FleetError" {
        cause: "The worker does not allow the module.",
        fix: "Add the module to the worker's list of allowed modules."
    }
    FleetRunExists = "FLEET_RUN_EXISTS", Fleet, "FleetError" {
        cause: "A run of the same name exists in the queue.",
        fix: "Attach to the existing run, or choose another name."
    }
    FleetRunNotFound = "FLEET_RUN_NOT_FOUND", Fleet, "FleetError" {
        cause: "No run of this name is known to the engine.",
        fix: "Check the name. Finished runs are removed after some time."
    }
    FleetSessionOption = "FLEET_SESSION_OPTION", Fleet, "FleetError" {
        cause: "A run sets a session option that the worker decides, e.g. a folder of its machine.",
        fix: "Remove the option from the run, and set it on the worker."
    }
    FleetTimeout = "FLEET_TIMEOUT", Fleet, "FleetError" {
        cause: "The item did not finish within `timeoutMs`.",
        fix: "Raise `timeoutMs`, or look at the item's log for what takes long."
    }
    FleetValueInvalid = "FLEET_VALUE_INVALID", Fleet, "FleetError" {
        cause: "The module returned a value that cannot be written as JSON, e.g. one with a cycle.",
        fix: "Return plain data."
    }
    FleetValueTooLarge = "FLEET_VALUE_TOO_LARGE", Fleet, "FleetError" {
        cause: "The module returned a value larger than `maxValueBytes`.",
        fix: "Store large results as artifacts, or raise `maxValueBytes`."
    }
    FleetVersionMismatch = "FLEET_VERSION_MISMATCH", Fleet, "FleetError" {
        cause: "Client and worker have different versions of sidewinder.",
        fix: "Install the same version on clients and workers."
    }
    ActivationFailed = "ACTIVATION_FAILED", CommandLine, "SidewinderError" {
        cause: "`debug shell`: an activation script of a package failed, so there is no environment to open a shell in.",
        fix: "Look at the `build_env.sh` that the hint names, and at `etc/conda/activate.d` of the environments."
    }
    Unsupported = "UNSUPPORTED", CommandLine, "SidewinderError" {
        cause: "The command is not available on this platform, e.g. `debug shell` on Windows, or needs a package that is not installed, e.g. `sidewinder-mcp`.",
        fix: "Use the alternative in the hint."
    }
    NothingToBuild = "NOTHING_TO_BUILD", CommandLine, "SidewinderError" {
        cause: "The recipe renders no package for this platform and these variants, or skips all of them.",
        fix: "Look at `sidewinder render RECIPE`, and select another platform or variant."
    }
    SeveralPackages = "SEVERAL_PACKAGES", CommandLine, "SidewinderError" {
        cause: "The recipe renders several packages, and a session is for one. `choices` lists them with the options that select each.",
        fix: "Add the options next to the package that you want."
    }
    Usage = "USAGE", CommandLine, "SidewinderError" {
        cause: "The command line has an unknown command or option, or an argument is missing or invalid. Exit status 2.",
        fix: "See `sidewinder COMMAND --help`."
    }
    Interrupted = "INTERRUPTED", CommandLine, "SidewinderError" {
        cause: "The command was stopped by a signal, e.g. by Ctrl-C. `signal` names it.",
        fix: "Nothing to fix."
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl PartialEq<&str> for ErrorCode {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_upper_case_and_unique() {
        let mut codes: Vec<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        assert!(codes.iter().all(|code| code.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')));
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), ErrorCode::ALL.len());
    }

    #[test]
    fn every_code_of_packaging_is_listed() {
        let of_packaging = ErrorCode::ALL.iter().filter(|code| code.info().origin == Origin::Package);
        let listed: Vec<&str> = of_packaging.map(|code| code.as_str()).collect();
        assert_eq!(listed, sidewinder_package::Error::CODES);
    }

    #[test]
    fn causes_and_fixes_are_sentences() {
        for code in ErrorCode::ALL {
            let info = code.info();
            for text in [info.cause, info.fix] {
                assert!(
                    text.ends_with('.') && text.starts_with(|c: char| c.is_uppercase() || c == '`'),
                    "{code}: {text}"
                );
            }
        }
    }
}
