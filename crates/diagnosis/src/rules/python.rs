//! Python and its build backends.

use super::rule::{Rule, rule};
use crate::finding::FindingKind::{
    CompileError, ConfigureFailed, MissingCommand, MissingFile, MissingLibrary, MissingPythonModule, UnboundVariable,
    VersionMismatch, VersionUnknown,
};

const NO_MODULE: &str = "Python module `{s}` not found";
const NO_DISTRIBUTION: &str = "Python package `{s}` not found";
const NO_COMMAND: &str = "command not found: `{s}`";
const OTHER_VERSION: &str = "Python package `{s}` {r} is required, but {f} is installed";
const NO_FILE: &str = "file not found: `{s}`";

pub(super) const RULES: &[Rule] = &[
    rule(MissingPythonModule, "invalid command 'bdist_wheel'", r"invalid command 'bdist_wheel'", NO_DISTRIBUTION).about("wheel"),
    rule(MissingPythonModule, "unrecognized arguments: --cov", r"unrecognized arguments: --cov", NO_DISTRIBUTION).about("pytest_cov"),
    rule(MissingPythonModule, "unrecognized arguments: -n", r"unrecognized arguments: -n\b", NO_DISTRIBUTION).about("xdist"),
    rule(VersionMismatch, "use_2to3 is invalid", r"use_2to3 is invalid", "setuptools 58 removed `use_2to3`: an older version is required").about("setuptools"),
    rule(VersionMismatch, "size changed, may indicate binary incompatibility", r"size changed, may indicate binary incompatibility", "an extension was compiled against another version of NumPy").about("numpy"),
    rule(VersionMismatch, "was removed in the NumPy 2.0 release|was a deprecated alias for the builtin", r"'?np\.\w+'? was (?:removed in the NumPy 2\.0 release|a deprecated alias for the builtin)", "the code uses names that this NumPy no longer has").about("numpy"),
    rule(ConfigureFailed, "Unable to determine which files to ship inside the wheel", r"(?P<s>Unable to determine which files to ship inside the wheel)", "hatchling stopped: {s}"),
    rule(VersionMismatch, "conflicting dependencies", r"Cannot install (?P<s>[\w.-]+).* because these package versions have conflicting dependencies", "the requirements of `{s}` conflict"),
    rule(ConfigureFailed, "Multiple top-level ", r"error: (?P<s>Multiple top-level (?:packages|modules) discovered)", "setuptools stopped: {s}"),
    rule(MissingPythonModule, "No module named ", r"^(?:.* )?(?:\S*python[\d.]*|(?:\w+\.)*(?:ModuleNotFoundError|ImportError)|[Ee]rror|ERROR): No module named '?(?P<s>[\w.-]+)'?", NO_MODULE),
    rule(MissingPythonModule, "No module named ", r"No module named '?(?P<s>[\w.-]+)'?", NO_MODULE).medium().program(),
    rule(MissingPythonModule, "BackendUnavailable|annot import '|Backend '", r"(?:Cannot import|Backend) '(?P<s>[\w.]+)'", "Python build backend `{s}` not found"),
    rule(MissingPythonModule, "satisfies the requirement ", r"Could not find a version that satisfies the requirement (?P<s>[\w.-]+)(?:\[[^\]]*\])?(?P<r>[<>=!~][^ ]*)?", NO_DISTRIBUTION),
    rule(MissingPythonModule, "No matching distribution found for ", r"No matching distribution found for (?P<s>[\w.-]+)(?:\[[^\]]*\])?(?P<r>[<>=!~][^ ]*)?", NO_DISTRIBUTION),
    rule(MissingPythonModule, "distribution was not found", r"The '(?P<s>[\w.-]+)(?P<r>[^']*)' distribution was not found", NO_DISTRIBUTION),
    rule(MissingPythonModule, "PackageNotFoundError: ", r"PackageNotFoundError: (?:No package metadata was found for )?'?(?P<s>[\w.-]+)'?$", NO_DISTRIBUTION),
    rule(MissingPythonModule, "which is not installed", r" requires (?P<s>[\w.-]+)(?P<r>[^,]*), which is not installed", NO_DISTRIBUTION),
    rule(MissingPythonModule, "issing dependencies", r"^(?:\* )?(?:ERROR:? )?Missing (?:build )?dependencies:\s*(?P<s>[\w.-]+)(?:\[[^\]]*\])?(?P<r>[<>=!~][^ ]*)?", NO_DISTRIBUTION),
    rule(MissingPythonModule, "Could not import extension", r"Could not import extension (?P<s>[\w.]+)", NO_MODULE),
    // Versions
    rule(VersionMismatch, "requires a different Python: ", r"requires a different Python: (?P<f>[\w.]+) not in '(?P<r>[^']+)'", "Python {r} is required, but {f} is installed").about("python"),
    rule(VersionMismatch, "which is incompatible", r" (?:requires|has requirement) (?P<s>[\w.-]+?)(?:\[[^\]]*\])?(?P<r>[<>=!~][^ ]*), but you(?:'ll)? have \S+ (?P<f>[\w.+-]+?),? which is incompatible", OTHER_VERSION),
    rule(VersionMismatch, "has requirement ", r" has requirement (?P<s>[\w.-]+?)(?:\[[^\]]*\])?(?P<r>[<>=!~][^ ]*), but you(?:'ll)? have \S+ (?P<f>[\w.+-]*\w)", OTHER_VERSION),
    rule(VersionMismatch, "requires Python ", r"requires Python '?(?P<r>[^' ]+)'?,? but the (?:running|current) Python is '?(?P<f>[\w.]+)", "Python {r} is required, but {f} is installed").about("python"),
    rule(VersionMismatch, "Requires-Python|supported Python range|Python version not supported|unsupported Python version", r"(?:Requires-Python|supported Python range|[Pp]ython version (?:[\d.]+ )?(?:is )?not supported|unsupported Python version)", "this Python version is not supported").about("python"),
    rule(VersionMismatch, "is required", r"(?:[Ee]rror|ERROR).*?Python ?(?P<r>>?=? ?[23]\.\d+\+?)(?: or (?:higher|newer|later|above))? is required", "Python {r} is required").about("python"),
    rule(VersionMismatch, "VersionConflict: ", r"VersionConflict: \((?P<s>[\w.-]+) (?P<f>[\w.+-]+) .*Requirement\.parse\('[\w.-]+(?P<r>[^']*)'\)", OTHER_VERSION),
    rule(VersionMismatch, "cannot import name ", r"ImportError: cannot import name '(?P<f>[^']+)' from (?:partially initialized module )?'(?P<s>[\w.]+)'", "Python module `{s}` has no `{f}`: its version does not fit"),
    rule(VersionMismatch, "has no attribute ", r"AttributeError: module '(?P<f>[^']+)' has no attribute '(?P<s>[^']+)'", "Python module `{f}` has no `{s}`: its version does not fit"),
    rule(VersionMismatch, "compiled against API version|dtype size changed|compiled using NumPy 1|compiled against ABI version", r"(?:module (?:was )?compiled (?:against|using)|dtype size changed|compiled using NumPy 1)", "an extension was compiled against another NumPy").about("numpy"),
    rule(VersionMismatch, "Cython ", r"(?P<s>Cython) (?P<r>[<>=]*\s?[\d.]+) or (?:newer|greater|higher)(?: is)? required", "Cython {r} or newer is required"),
    // Versions of the project
    rule(VersionUnknown, "unable to detect version|Versioning for this project requires|cannot determine version|unable to determine version|find the version", r"(?:unable to (?:detect|determine) (?:the )?version|Versioning for this project requires either|[Cc]annot (?:determine|find) (?:the )?version)", "the build backend cannot find out the version of the project").about("version"),
    // `os.environ["NAME"]`
    rule(UnboundVariable, "KeyError: '", r"^KeyError: '(?P<s>[A-Z][A-Z0-9_]{2,})'$", "environment variable `{s}` is not set").medium(),
    rule(ConfigureFailed, "Unicode", r"Unicode(?:De|En)codeError: '(?P<s>[\w.-]+)' codec can't", "a file is not in the encoding `{s}` of the locale"),
    // Build backends
    rule(MissingCommand, "executable \"", r#"error: (?:meson|ninja|cmake) executable "(?P<s>[^"]+)" not found"#, NO_COMMAND),
    rule(MissingCommand, "Could not find ninja|Could NOT find ninja|ould not find CMake|Problem with the CMake installation|CMake must be installed", r"(?:Could not find|Problem with the|RuntimeError:) (?P<s>CMake|cmake|ninja)\b", NO_COMMAND),
    rule(MissingCommand, "ust compiler", r"(?:can't find Rust compiler|rustc, the rust compiler, is not installed|Rust toolchain .*not (?:found|installed))", NO_COMMAND).about("rustc"),
    rule(MissingCommand, "Cargo, the Rust package manager|cargo not found", r"Cargo, the Rust package manager, is not installed|[Cc]argo not found", NO_COMMAND).about("cargo"),
    rule(MissingCommand, "pg_config|mysql_config|gdal-config|llvm-config|nc-config|h5cc|curl-config|krb5-config|geos-config|mysql_config", r"(?:Error:? |error:? |OSError: |RuntimeError: |find |: |^)'?(?P<s>(?:pg|mysql|gdal|llvm|nc|curl|krb5|geos)[_-]config)'? (?:executable )?(?:not found|failed|could not be found|is required)", NO_COMMAND),
    rule(MissingCommand, "Microsoft Visual C++|Visual Studio", r"error: Microsoft Visual C\+\+ [\d.]+ (?:or greater )?is required|Unable to find a compatible Visual Studio", "Microsoft Visual C++ not found").about("cl"),
    rule(MissingCommand, "swig", r"error: command '(?P<s>swig)' failed", NO_COMMAND),
    rule(MissingLibrary, "headers or library files could not be found for ", r"headers or library files could not be found for (?P<s>[\w.+-]+?),", "library `{s}` not found"),
    rule(MissingLibrary, "Unable to load dependency ", r"Unable to load dependency (?P<s>[\w.+-]+?),", "library `{s}` not found"),
    rule(MissingLibrary, "development packages are installed", r"make sure the (?P<s>[\w.+-]+) .*development packages are installed", "library `{s}` not found"),
    rule(MissingLibrary, "RequiredDependencyException: ", r"RequiredDependencyException: (?P<s>\w+)", "library `{s}` not found"),
    rule(MissingFile, "is not installable|does not appear to be a Python project", r"Neither 'setup\.py' nor 'pyproject\.toml' found|does not appear to be a Python project", NO_FILE).about("pyproject.toml"),
    rule(MissingFile, "Could not open requirements file", r"Could not open requirements file: .*: '(?P<s>[^']+)'", NO_FILE),
    rule(MissingFile, "file or directory not found: ", r"^ERROR: file or directory not found: (?P<s>\S+)", NO_FILE),
    rule(CompileError, "Cython.Compiler.Errors.CompileError", r"CompileError: (?P<s>\S+\.py[xd]?)", "`{s}` does not compile"),
    rule(ConfigureFailed, "subprocess-exited-with-error|metadata-generation-failed|Failed building wheel|Failed to build|CalledProcessError|' failed with exit", r"subprocess-exited-with-error|metadata-generation-failed|Failed building wheel|Failed to build|CalledProcessError|error: command '[^']+' failed with exit", "building the Python package failed").consequence(),
    rule(ConfigureFailed, "invalid pyproject.toml|configuration error: ", r"(?:invalid pyproject\.toml config|configuration error): (?P<s>.+)", "invalid `pyproject.toml`: {s}"),
    rule(VersionMismatch, "unexpected keyword argument", r"TypeError: (?:\w+\.)*(?P<s>\w+)\(\) got an unexpected keyword argument '(?P<f>[^']+)'", "`{s}` does not know the argument `{f}`: a version does not fit").medium(),
];
