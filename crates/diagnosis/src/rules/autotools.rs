//! Autoconf, Automake, Libtool, Gettext, and the configure scripts that they create.

use super::rule::{Rule, rule};
use crate::finding::FindingKind::{
    CompileError, ConfigureFailed, MissingAutotoolsMacro, MissingCommand, MissingFile, MissingHeader, MissingLibrary,
    MissingPkgConfig, MissingPythonModule, VersionMismatch, WrongArchitecture,
};

const NO_MACRO: &str = "autotools macro `{s}` not found";
const NO_FILE: &str = "file not found: `{s}`";

pub(super) const RULES: &[Rule] = &[
    // aclocal, autoconf, automake
    rule(MissingAutotoolsMacro, "possibly undefined macro: ", r"possibly undefined macro: (?P<s>\w+)", NO_MACRO),
    rule(MissingAutotoolsMacro, "undefined or overquoted macro", r"(?:error|warning):? .*?(?P<s>\w+).*undefined or overquoted macro", NO_MACRO).warnings(),
    rule(MissingAutotoolsMacro, "not found in library", r"macro '(?P<s>\w+)' not found in library", NO_MACRO).warnings().low(),
    rule(MissingAutotoolsMacro, "' is undefined", r"error: .* '(?P<s>[A-Z_]+)' is undefined", NO_MACRO),
    rule(MissingAutotoolsMacro, "does not appear in AM_CONDITIONAL", r"error: (?P<s>\w+) does not appear in AM_CONDITIONAL", NO_MACRO),
    rule(MissingAutotoolsMacro, "undefined macro", r"error: undefined macro:? (?P<s>\w+)", NO_MACRO),
    rule(VersionMismatch, "or higher is required|or newer is required", r"error: (?P<s>Autoconf|Automake) (?:version )?(?P<r>[\d.]+) or (?:higher|newer) is required", "{s} {r} or newer is required"),
    rule(VersionMismatch, "require Automake ", r"require (?P<s>Automake) (?P<r>[\d.]+), but have (?P<f>[\d.]+)", "{s} {r} is required, but {f} is installed"),
    rule(VersionMismatch, "version mismatch.  This is Automake", r"version mismatch\.\s+This is (?P<s>Automake) (?P<f>[\d.]+)", "{s} {f} does not fit the files of the project"),
    rule(VersionMismatch, "ersion mismatch error.  This is libtool", r"[Vv]ersion mismatch error\.\s+This is (?P<s>libtool) (?P<f>[\w.]+)", "{s} {f} does not fit the macros of the project"),
    rule(VersionMismatch, "gettext infrastructure mismatch", r"(?P<s>gettext) infrastructure mismatch: .*gettext version (?P<f>[\d.]+) but .*version (?P<r>[\d.]+)", "files of gettext {f} do not fit its macros of {r}"),
    rule(VersionMismatch, "was generated with|generated for autoconf|this is autoconf", r"(?P<s>autoconf)[^\d]*(?P<f>2\.\d+)[^\d]+.*autoconf[^\d]*(?P<r>2\.\d+)", "files of autoconf {f} do not fit {r}").medium(),
    rule(MissingFile, "required file '", r"error: required (?:file|directory) '?(?P<s>[^'\s]+)'? (?:not found|does not exist)", NO_FILE),
    rule(MissingFile, "is required", r"'(?P<s>configure\.ac)' or 'configure\.in' is required", NO_FILE),
    rule(MissingFile, "couldn't open directory", r"couldn't open directory '(?P<s>[^']+)'", "no such directory: `{s}`"),
    rule(MissingFile, "cannot find input file", r"cannot find input file: '?(?P<s>[^'\s]+)", NO_FILE),
    rule(MissingFile, "cannot find install-sh|cannot find required auxiliary files|cannot find sources|cannot run ", r"configure: error: cannot (?:find required auxiliary files: |find |run (?:/bin/sh |\S*sh )?)(?P<s>(?:\./)?[\w./-]*(?:install-sh|config\.sub|config\.guess|ltmain\.sh|missing|compile|depcomp|[\w-]+\.[ch]\w*|config\.rpath))", NO_FILE),
    rule(MissingFile, "cannot find sources", r"cannot find sources \((?P<s>[^)]+)\)", NO_FILE),
    rule(MissingCommand, "ould not find |not find|must have|need|install", r#"^(?:\S*(?:autogen|bootstrap)\S*:? |\*+ ?)?(?:[Ee]rror:?\**:? ?)?(?:You must have|You need|Please install|You need to install|You need to have) ["']?(?P<s>(?:auto\w+|aclocal|libtool\w*|gettext|pkg-config|intltool\w*|gtk-doc|gtkdocize|autopoint|m4|make|perl|python|bison|flex|gperf|xsltproc|help2man|texinfo|makeinfo))["']?"#, "command not found: `{s}`"),
    // config.sub and config.guess of old releases do not know newer machines.
    rule(ConfigureFailed, "not recognized|unable to guess system type|config.sub|config.guess", r"config\.(?:sub|guess).*(?:not recognized|unable to guess|failed$)|[Ii]nvalid configuration '[^']+': (?:machine|system) '[^']+' not recognized|unable to guess system type", "the project's `config.sub` and `config.guess` do not know this machine").about("config.guess").notices(),
    // FFmpeg and x264 have configure scripts of their own.
    rule(MissingCommand, "not found or too old", r"^(?P<s>nasm|yasm)(?:/yasm)? not found or too old", "command not found: `{s}`"),
    rule(MissingCommand, "no acceptable ", r"configure: error: no acceptable (?P<s>m4|sed|grep|egrep|awk|ld|nm|perl|python|tar) could be found", "command not found: `{s}`"),
    // Compilers
    rule(MissingCommand, "no acceptable C compiler found", r"no acceptable C compiler found", "C compiler not found").about("C compiler"),
    rule(MissingCommand, "acceptable C++|acceptable Fortran", r"no acceptable (?P<s>C\+\+ compiler|Fortran compiler)", "{s} not found"),
    rule(CompileError, "compiler cannot create executables|compiler does not work", r"configure: error: (?P<s>[\w+]+) compiler (?:cannot create executables|does not work)", "the {s} compiler cannot build a test program"),
    rule(CompileError, "preprocessor ", r#"configure: error: (?P<s>[\w+]+) preprocessor "[^"]+" fails sanity check"#, "the {s} preprocessor does not work"),
    rule(WrongArchitecture, "cannot run ", r"configure: error: cannot run (?P<s>[\w+]+) compiled programs", "programs that the {s} compiler creates do not run here"),
    rule(ConfigureFailed, "configure: error: in ", r"configure: error: in '", "configure stopped").consequence(),
    // What configure scripts write themselves
    rule(MissingHeader, "onfigure", r"configure(?:\.\w+)?:(?:\d+:)? error: .*?(?P<s>[\w./+-]+\.(?:h|hpp|hh))\b", "header `{s}` not found"),
    rule(MissingPythonModule, "odule", r"configure: error: .*?[Pp]ython (?:module|package) '?(?P<s>[\w.]+)'?", "Python module `{s}` not found"),
    rule(MissingPkgConfig, "Package requirements (", r"configure:(?:\d+:)? error: Package requirements \((?P<s>[\w.+-]+)(?P<r>\s*[<>=]+\s*[\w.]+)?[^)]*\) were not met", "pkg-config module `{s}` not found"),
    rule(MissingLibrary, "configure", r"configure:(?:\d+:)? error: .*?(?:^|[ '\x22(])(?P<s>lib[a-zA-Z][\w+.-]*\w|-l\w+)\b", "library `{s}` not found").classified(),
    rule(ConfigureFailed, "configure", r"configure:(?:\d+:)? error: (?P<s>.+)$", "configure stopped: {s}").classified(),
];
