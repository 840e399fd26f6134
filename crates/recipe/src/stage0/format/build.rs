//! Fields of `build`.

use super::Kind::{Bool, Expression, Integer, List, Mapping, One, OneOf, PlainList, QuotedBool, Text, Unsigned, Word};
use super::recipe::{BOOL_OR_GLOBS, ENV, GLOBS_KIND, VERBATIM};
use super::{Field, Kind, Section, TEXTS, field, required, section};

/// A script in any form.
pub(super) const SCRIPTS: Kind = OneOf(&[Text, TEXTS, Mapping(&SCRIPT)]);
const TEXT_OR_TEXTS: Kind = OneOf(&[Text, TEXTS]);

const SCRIPT_FIELD: Field = field(
    "script",
    SCRIPTS,
    "Commands that build the package, or the name of a script. Default: `build.sh` or `build.bat` next to the recipe.",
);
const STEPS_FIELD: Field =
    field("steps", PlainList(&Mapping(&STEP)), "Experimental: steps of the build, in place of `script`.");

/// `build`.
pub const BUILD: Section = section(
    "build",
    &[
        field("number", Unsigned, "The build number: counts builds of the same version. Default: 0."),
        field(
            "string",
            Text,
            "The build string. Default: `hash` and number, with the versions of languages before them.",
        ),
        SCRIPT_FIELD,
        STEPS_FIELD,
        field(
            "noarch",
            Word(&["python", "generic"]),
            "Makes one package for all platforms: `python` for pure Python code, `generic` for everything else.",
        ),
        field("flags", TEXTS, "Flags of the package (repodata revision v3)."),
        field("python", Mapping(&PYTHON), "Settings for Python packages."),
        field(
            "skip",
            OneOf(&[One(&Expression), List(&Expression)]),
            "Conditions for which the package is not built: expressions without braces. One that holds is enough.",
        ),
        field("always_copy_files", TEXTS, "Files that are copied into environments, not linked."),
        field(
            "always_include_files",
            TEXTS,
            "Files that are packaged although a dependency has installed them before.",
        ),
        field("merge_build_and_host_envs", Bool, "Whether `build` and `host` are one environment."),
        field("files", GLOBS_KIND, "Which of the installed files are packaged."),
        field("dynamic_linking", Mapping(&DYNAMIC_LINKING), "Run paths and checks of shared libraries."),
        field("variant", Mapping(&VARIANT), "Which variant keys take part."),
        field("prefix_detection", Mapping(&PREFIX_DETECTION), "How paths of the build are replaced on installation."),
        field("post_process", List(&Mapping(&POST_PROCESS)), "Replacements in installed files."),
    ],
);

/// `build` of a staging output.
pub const STAGING_BUILD: Section = section("the build of a staging output", &[SCRIPT_FIELD, STEPS_FIELD]);

/// `script` as a mapping.
pub const SCRIPT: Section = section(
    "script",
    &[
        field("interpreter", Text, "The program that runs the script, e.g. `python`. Default: `bash` or `cmd`."),
        field("env", ENV, "Environment variables of the script."),
        field("secrets", VERBATIM, "Environment variables that are passed on, and masked in the output."),
        field("content", TEXT_OR_TEXTS, "The commands."),
        field("file", Text, "The script, a file next to the recipe."),
        field("cwd", Text, "The directory that the script runs in, relative to the work directory."),
    ],
);

/// An item of `build.steps`.
pub const STEP: Section = section(
    "the step",
    &[
        required("run", TEXT_OR_TEXTS, "The commands of the step."),
        field("if", Expression, "The condition of the step."),
        field("interpreter", Text, "The program that runs the step."),
        field("cwd", Text, "The directory that the step runs in."),
        field("env", ENV, "Environment variables of the step."),
    ],
);

/// `build.python`.
pub const PYTHON: Section = section(
    "python",
    &[
        field("entry_points", TEXTS, "Commands that the package installs: `name = module:function`."),
        field("skip_pyc_compilation", TEXTS, "Python files that are not compiled."),
        field("use_python_app_entrypoint", Bool, "Whether entry points on macOS run `python.app`."),
        field(
            "version_independent",
            QuotedBool,
            "Whether the package works with all versions of Python, e.g. with `abi3`.",
        ),
        field("site_packages_path", Text, "Path of `site-packages`; only for packages of Python itself."),
    ],
);

/// `build.dynamic_linking`.
pub const DYNAMIC_LINKING: Section = section(
    "dynamic_linking",
    &[
        field("rpaths", TEXTS, "Run paths of binaries, relative to the prefix. Default: `lib/`."),
        field("binary_relocation", BOOL_OR_GLOBS, "Whether run paths are made relative, or for which files."),
        field("missing_dso_allowlist", TEXTS, "Shared libraries that no dependency needs to provide."),
        field("rpath_allowlist", TEXTS, "Run paths outside of the prefix that are allowed."),
        field("overdepending_behavior", Word(&["ignore", "error"]), "What happens if a dependency is not linked."),
        field(
            "overlinking_behavior",
            Word(&["ignore", "error"]),
            "What happens if a linked library is not a dependency.",
        ),
    ],
);

/// `build.variant`.
pub const VARIANT: Section = section(
    "variant",
    &[
        field("use_keys", TEXTS, "Variant keys that take part although the recipe does not use them."),
        field("ignore_keys", TEXTS, "Variant keys that do not take part although the recipe uses them."),
        field("down_prioritize_variant", Integer, "Makes solvers prefer other variants; a larger number more so."),
    ],
);

/// `build.prefix_detection`.
pub const PREFIX_DETECTION: Section = section(
    "prefix_detection",
    &[
        field("force_file_type", Mapping(&FORCE_FILE_TYPE), "Files that are text or binary whatever they look like."),
        field("ignore", BOOL_OR_GLOBS, "Files that keep the paths of the build."),
        field("ignore_binary_files", Bool, "Whether all binary files keep the paths of the build."),
    ],
);

/// `build.prefix_detection.force_file_type`.
pub const FORCE_FILE_TYPE: Section = section(
    "force_file_type",
    &[field("text", TEXTS, "Files that are text."), field("binary", TEXTS, "Files that are binary.")],
);

/// An item of `build.post_process`.
pub const POST_PROCESS: Section = section(
    "post_process",
    &[
        required("files", TEXTS, "Patterns of the files."),
        required("regex", Text, "What is replaced, a regular expression."),
        required("replacement", Text, "What takes its place; `$1` is the first group."),
    ],
);
