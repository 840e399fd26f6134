//! CMake. Its errors are read whole, wrapped lines joined with spaces.

use super::rule::{Rule, rule};
use crate::finding::FindingKind::{
    CompileError, ConfigureFailed, CorruptFile, MissingCmakePackage, MissingCommand, MissingFile, MissingHeader,
    MissingLibrary, MissingPkgConfig, Network, Permission, VersionMismatch,
};

const NO_PACKAGE: &str = "CMake package `{s}` not found";
const OTHER_VERSION: &str = "CMake package `{s}` has version {f}, but {r} is required";
const NO_COMMAND: &str = "command not found: `{s}`";
const NO_FILE: &str = "file not found: `{s}`";

pub(super) const RULES: &[Rule] = &[
    rule(MissingCommand, "could not find any instance of Visual Studio", r"could not find any instance of Visual Studio", "Microsoft Visual C++ not found").about("cl"),
    // Versions of CMake itself
    rule(VersionMismatch, "or higher is required", r"CMake (?P<r>[\d.]+) or higher is required\.\s+You are running version (?P<f>[\w.-]+)", "CMake {r} or newer is required, but {f} is installed").about("cmake"),
    rule(VersionMismatch, "Compatibility with CMake < ", r"Compatibility with CMake < (?P<f>[\d.]+) has been removed", "the project requires a CMake policy older than {f}, which this CMake does not support").about("cmake"),
    rule(VersionMismatch, "is not known to this version of CMake", r#"Policy "?(?P<f>CMP\d+)"? is not known to this version of CMake"#, "policy {f} requires a newer CMake").about("cmake"),
    rule(VersionMismatch, "Unknown CMake command|is not a valid", r#"Unknown CMake command "(?P<f>(?:cmake_path|cmake_language|block|FetchContent_MakeAvailable|qt_standard_project_setup|add_compile_definitions|add_link_options|target_link_options|target_precompile_headers|list_append))""#, "command {f} requires a newer CMake").about("cmake"),
    rule(VersionMismatch, "ninja_required_version", r"ninja version \((?P<f>\d+(?:\.\d+)*)[^)]*\) incompatible with build file ninja_required_version version \((?P<r>[\d.]+)\)", "ninja {r} or newer is required, but {f} is installed").about("ninja"),
    // Compilers and build programs
    rule(MissingCommand, "unable to find a build program", r#"unable to find a build program corresponding to "(?P<s>[^"]+)""#, "build program of `{s}` not found"),
    rule(MissingCommand, "is not a full path", r"The CMAKE_\w+_COMPILER:\s+(?P<s>\S+)\s+is not a full path", NO_COMMAND),
    rule(MissingCommand, "Could not find compiler set in environment variable", r"Could not find compiler set in environment variable \w+:\s+(?P<s>\S+?)\.?(?:\s|$)", NO_COMMAND),
    rule(MissingCommand, "COMPILER-NOTFOUND", r#""(?P<s>CMAKE_C_COMPILER)-NOTFOUND""#, "C compiler not found").about("C compiler"),
    rule(MissingCommand, "No CMAKE_C_COMPILER could be found", r"No CMAKE_C_COMPILER could be found", "C compiler not found").about("C compiler"),
    rule(MissingCommand, "No CMAKE_CXX_COMPILER could be found", r"No CMAKE_CXX_COMPILER could be found", "C++ compiler not found").about("C++ compiler"),
    rule(MissingCommand, "No CMAKE_Fortran_COMPILER could be found", r"No CMAKE_Fortran_COMPILER could be found", "Fortran compiler not found").about("Fortran compiler"),
    rule(MissingCommand, "No CMAKE_CUDA_COMPILER could be found|ind nvcc|No CUDA toolset found|CUDA_TOOLKIT_ROOT_DIR not found", r"No CMAKE_CUDA_COMPILER could be found|(?:Could not|Failed to) find nvcc|No CUDA toolset found|CUDA_TOOLKIT_ROOT_DIR not found", "CUDA compiler not found").about("nvcc"),
    rule(MissingCommand, "No CMAKE_", r"No CMAKE_(?P<s>\w+)_COMPILER could be found", "compiler for {s} not found"),
    rule(ConfigureFailed, "COMPILER not set, after EnableLanguage", r"CMAKE_\w+_COMPILER not set, after EnableLanguage", "compiler not found").consequence(),
    // Packages
    rule(MissingCommand, "PkgConfig|pkg-config", r"^CMake Error.*(?:Could NOT find PkgConfig|pkg-config tool not found)", NO_COMMAND).about("pkg-config"),
    rule(MissingCmakePackage, "NumPy", r"Could NOT find Python3? .*\(missing:[^)]*\bNumPy\b", NO_PACKAGE).about("NumPy"),
    rule(MissingCmakePackage, "Found unsuitable version|Found unsuitable version", r#"Could NOT find (?P<s>[\w.+-]+): Found unsuitable version "(?P<f>[^"]*)", but required is (?:at least|exact version) "(?P<r>[^"]+)""#, OTHER_VERSION),
    rule(MissingCmakePackage, "that is compatible with requested", r#"Could not find a configuration file for package "(?P<s>[^"]+)" that is compatible with requested version (?:range )?"(?P<r>[^"]+)".*version: (?P<f>[\w.]+)"#, OTHER_VERSION),
    rule(MissingCmakePackage, "Could not find a configuration file for package", r#"Could not find a configuration file for package "(?P<s>[^"]+)""#, "no version of CMake package `{s}` fits"),
    rule(MissingCmakePackage, "Could not find a package configuration file provided by", r#"Could not find a package configuration file provided by "(?P<s>[^"]+)"(?: \(requested version (?P<r>[\w.]+)\))?"#, NO_PACKAGE),
    rule(MissingCmakePackage, "By not providing", r#"By not providing "Find(?P<s>[^"]+)\.cmake""#, NO_PACKAGE),
    rule(MissingCmakePackage, "could not be found", r"because (?:dependency |the following dependencies? )?(?P<s>[\w.+-]+) could not be found", NO_PACKAGE),
    rule(MissingCmakePackage, "to FALSE so package", r#"set (?P<s>\w+?)_FOUND to FALSE so package "#, NO_PACKAGE),
    rule(MissingCmakePackage, "but the target was not found", r#"(?:links to|target):?\s+(?:target )?"?(?P<s>\w[\w.+-]*)::[\w:.+-]+"?\s+but the target was not found"#, NO_PACKAGE),
    rule(MissingCmakePackage, "OT find ", r"^CMake Error.*Could NOT find (?P<s>[\w.+-]+)", NO_PACKAGE),
    rule(MissingFile, "could not find ", r"^CMake Error.*include could not find (?:requested|load) file: (?P<s>[\w./+-]*(?:/[\w.+-]+|\.cmake))", NO_FILE),
    rule(CompileError, "requires the language dialect", r#"requires the language dialect "(?P<s>[^"]+)""#, "the compiler does not support {s}"),
    rule(Permission, "Permission denied", r#"^CMake Error.*(?:cannot copy file "[^"]+" to|cannot \w+ (?:directory|file):?) "?(?P<s>[^":\s]+)"?:? .*Permission denied"#, "permission denied: `{s}`"),
    rule(MissingCmakePackage, "could not find ", r"^CMake Error.*include could not find (?:requested|load) file: (?P<s>[\w./+-]+)", "CMake module `{s}` not found"),
    rule(MissingPkgConfig, "The following required packages were not found", r"The following required packages were not found:\s+(?:- )?(?P<s>[\w.+-]+)(?P<r>\s*[<>=]+\s*[\w.]+)?", "pkg-config module `{s}` not found"),
    rule(ConfigureFailed, "A required package was not found", r"A required package was not found", "a pkg-config module was not found").consequence(),
    rule(MissingHeader, "set to NOTFOUND", r"set to NOTFOUND\..*correctly in the CMake files: (?:ADVANCED )?(?P<s>\w*INCLUDE\w*)", "header of `{s}` not found"),
    rule(MissingLibrary, "set to NOTFOUND", r"set to NOTFOUND\..*correctly in the CMake files: (?:ADVANCED )?(?P<s>\w+)", "library of `{s}` not found"),
    // Files
    rule(MissingFile, "does not appear to contain CMakeLists.txt", r"does not appear to contain (?P<s>CMakeLists\.txt)", NO_FILE),
    rule(MissingFile, "source directory", r#"^CMake Error.*[Tt]he source directory\s+"?(?P<s>[^"]+?)"?\s+does not (?:exist|contain a CMakeLists\.txt)"#, "no such directory: `{s}`"),
    rule(MissingFile, "Cannot find source file", r"Cannot find source file:\s+(?P<s>\S+)", NO_FILE),
    rule(MissingFile, "which is not an existing", r#"given source "(?P<s>[^"]+)" which is not an existing"#, "no such directory: `{s}`"),
    rule(MissingFile, "non-existent path|but this file does not exist", r#"(?:includes non-existent path|references the file)\s+"(?P<s>[^"]+)""#, NO_FILE),
    rule(MissingFile, "could not load cache|could not find CMAKE_PROJECT_NAME in Cache", r"could not load cache|could not find CMAKE_PROJECT_NAME in Cache", NO_FILE).about("CMakeCache.txt"),
    rule(MissingFile, "cannot find", r#"^CMake Error.*file (?:INSTALL|COPY|RENAME|STRINGS|READ) (?:cannot find|file) "?(?P<s>[^"\s]+)"?(?: cannot be read)?"#, NO_FILE),
    rule(CorruptFile, "HASH mismatch|hash mismatch", r"(?:HASH|hash) mismatch", "a download does not have the expected checksum"),
    rule(Network, "Failed to clone repository", r"Failed to clone repository: '(?P<s>[^']+)'", "cannot clone `{s}`").medium(),
    rule(Network, "status_string: |Each download failed", r#"status_string: "(?P<s>[^"]+)"|Each download failed"#, "download failed"),
    rule(ConfigureFailed, "Build step for |CMake step for ", r"^CMake Error.*(?:Build|CMake) step for (?P<s>\S+) failed", "configuring `{s}` failed").consequence(),
    rule(ConfigureFailed, "Generate step failed|configuration failed|Configuring incomplete", r"CMake Generate step failed|CMake configuration failed|Configuring incomplete", "CMake failed").consequence(),
    // Compilers that do not work
    rule(CompileError, "is not able to compile a simple test program", r"The (?P<s>\w+) compiler .*is not able to compile a simple test program", "the {s} compiler cannot build a test program"),
];
