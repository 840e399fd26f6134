//! Python, pip and build backends.

use super::{Rule, about, rule};
use crate::finding::FindingKind::{CompileError, MissingFile, MissingPythonModule};

const NO_MODULE: &str = "the Python module `{}` is not there";

pub(super) const RULES: &[Rule] = &[
    rule(MissingPythonModule, r"No module named '?(?P<subject>[\w.-]+)'?", NO_MODULE),
    rule(
        MissingPythonModule,
        concat!("Cannot import ", quoted!(r"[\w.]+")),
        "the build backend `{}` cannot be imported",
    ),
    rule(
        MissingPythonModule,
        r"Could not find a version that satisfies the requirement (?P<subject>[\w.-]+)",
        "pip finds no `{}`",
    ),
    rule(MissingPythonModule, r"No matching distribution found for (?P<subject>[\w.-]+)", "pip finds no `{}`"),
    rule(
        MissingPythonModule,
        r"The '(?P<subject>[\w.-]+)[^']*' distribution was not found",
        "the Python distribution `{}` is not there",
    ),
    rule(
        MissingPythonModule,
        r"PackageNotFoundError: (?:No package metadata was found for )?(?P<subject>[\w.-]+)$",
        "the Python distribution `{}` is not there",
    ),
    rule(MissingFile, r"can't open file '(?P<subject>[^']+)': \[Errno 2\]", "the file `{}` is not there"),
    rule(
        MissingFile,
        r"\[Errno 2\] No such file or directory: '(?P<subject>[^']+)'",
        "the file, folder or command `{}` is not there",
    ),
    about(
        MissingFile,
        "pyproject.toml",
        r"is not installable\. Neither 'setup\.py' nor 'pyproject\.toml' found|does not appear to be a Python project",
        "there is no `{}` in the folder that pip was given",
    ),
    rule(
        CompileError,
        r"^(?P<subject>(?:SyntaxError|IndentationError|TabError): .+)$",
        "a Python source does not parse: {}",
    ),
];
