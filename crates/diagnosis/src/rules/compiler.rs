//! Compilers of C, C++, Fortran, CUDA, Cython and other languages.

use super::rule::{Rule, rule};
use crate::finding::FindingKind::{CompileError, MissingCommand, MissingFile, MissingHeader, VersionMismatch};

const NO_HEADER: &str = "header `{s}` not found";
const NO_MODULE_FILE: &str = "Fortran module or include file `{s}` not found";
const OPTION: &str = "the compiler does not support `{s}`";
const ERROR: &str = "`{s}` does not compile";

pub(super) const RULES: &[Rule] = &[
    rule(MissingHeader, "Can't open included file|' was not found", r"(?:Can't open included file|Source file) '(?P<s>[^']+)'", NO_MODULE_FILE),
    // Headers
    rule(MissingHeader, ": No such file or directory", r"^(?P<file>[^:\s]+):(?P<line>\d+)(?::\d+)?: (?:fatal )?error: (?P<s>[^:]+): No such file or directory$", NO_HEADER),
    rule(MissingHeader, "' file not found", r"(?:^(?P<file>[^:\s]+):(?P<line>\d+):\d+: )?(?:fatal )?error: '(?P<s>[^']+)' file not found", NO_HEADER),
    rule(MissingHeader, "include file '", r"error: include file '(?P<s>[^']+)' not found", NO_HEADER),
    rule(MissingHeader, "Cannot open include file", r"C1083: Cannot open include file: '(?P<s>[^']+)'", NO_HEADER),
    rule(MissingHeader, "cannot open source file", r#"(?:error|catastrophic error)[^:]*: cannot open source file "(?P<s>[^"]+)""#, NO_HEADER),
    rule(MissingHeader, "unable to open include file", r"(?:fatal|error): unable to open include file '(?P<s>[^']+)'", NO_HEADER),
    rule(MissingHeader, "Unable to find '", r"Error: Unable to find '(?P<s>[^']+)'", NO_HEADER),
    rule(MissingHeader, "Cannot open ", r"Cannot open (?:module|included) file '(?P<s>[^']+)'", NO_MODULE_FILE),
    rule(MissingHeader, "opening the compiled module file", r"error #7002: Error in opening the compiled module file\..*\[(?P<s>\w+)\]", NO_MODULE_FILE),
    rule(MissingHeader, "arse module file for module|module file for module", r"Cannot (?:parse|find|read) module file for module '(?P<s>\w+)'", NO_MODULE_FILE),
    rule(MissingHeader, ".pxd' not found", r"^(?P<file>[^:\s]+\.p[yx][xd]?):(?P<line>\d+):\d+: '(?P<s>[^']+\.pxd)' not found", "Cython declarations `{s}` not found"),
    rule(MissingHeader, "can't find header files", r"can't find header files for ruby", NO_HEADER).about("ruby.h"),
    rule(MissingHeader, ".proto", r#"(?P<s>[\w./-]+\.proto): File not found"#, "protobuf file `{s}` not found"),
    // Modules of another compiler version
    rule(VersionMismatch, "because it was created by a different version of", r"Cannot read module file '(?P<s>[^']+)' opened at \(1\), because it was created by a different version of (?P<f>[\w ]+)", "module file `{s}` was created by a different version of the compiler"),
    rule(VersionMismatch, "not a GNU Fortran module file|not a gfortran module file", r"(?:File )?'(?P<s>[^']+)' opened at \(1\) is not a (?:GNU Fortran|gfortran) module file", "module file `{s}` was created by another compiler"),
    // Options and machines
    rule(CompileError, "unsupported GNU version", r"(?P<file>[^:\s]+):(?P<line>\d+).*(?P<s>unsupported GNU version! gcc versions later than (?P<r>\d+) are not supported)", "CUDA does not support this gcc: versions up to {r} work"),
    rule(CompileError, "ommand-line option|ommand line option", r"error: unrecognized command[- ]line option:? '?(?P<s>[^\s';]+)", OPTION),
    rule(CompileError, "error: unsupported option|error: unknown argument|invalid argument|error: argument unused", r"error: (?:unsupported option|unknown argument:?|invalid argument|argument unused during compilation:) '(?P<s>[^']+)'", OPTION),
    rule(CompileError, "error: bad value|unknown target CPU|unknown value", r"error: (?:bad value \(?'?|unknown target CPU '|unknown value ')(?P<s>[^')]+)", OPTION),
    rule(CompileError, "error: invalid value '", r"error: invalid value '(?P<s>[^']+)' in", OPTION),
    rule(CompileError, "nvcc fatal", r"nvcc fatal\s*: (?P<s>.+)$", "nvcc: {s}"),
    rule(MissingCommand, "installation of the CUDA|cannot find CUDA installation", r"cannot find CUDA installation", "CUDA toolkit not found").about("nvcc"),
    // Sources
    rule(MissingFile, "no input files", r"(?:fatal error|error): no input files", "no input files").about("input files").medium(),
    rule(CompileError, "rror", r"^(?P<s>(?P<file>(?:[A-Za-z]:)?[^\s:()]+\.(?:c|cc|cpp|cxx|c\+\+|C|h|hh|hpp|hxx|ipp|inl|tcc|m|mm|cu|cuh|f|for|f77|f90|F|F90|f95|F95|f03|f08|F08|s|S|asm|pyx|pxd|pxi|zig|go|swift|java|kt|scala|cs|d|vala|hs|y|l|i|cl|ispc|nim|re|cr|v|sv|vhd|proto|thrift)):(?P<line>\d+))(?::\d+)*(?:[-.]\d+)*: (?:fatal |syntax )?[Ee]rror\b", ERROR),
    rule(CompileError, "error", r"^(?P<s>(?P<file>(?:[A-Za-z]:)?[^\s(:]+\.\w+)\((?P<line>\d+)(?:,\d+)?\))(?:: | : )(?:fatal |catastrophic )?error\b", ERROR),
    rule(CompileError, "Error: ", r"^(?:Fatal )?Error: (?P<s>.+ at \(\d\).*)$", "Fortran source does not compile: {s}"),
    rule(CompileError, ".pyx:|.pxd:|.py:", r"^(?P<s>(?P<file>[^\s:]+\.(?:pyx|pxd|pxi|py)):(?P<line>\d+)):\d+: (?:undeclared|Cannot|Invalid|Expected|cimported|Compiler crash|undefined|Assignment|Call with|'\w+' is not|'[\w.]+' not found)", ERROR),
    rule(CompileError, "Error: ", r"^(?P<s>Error: (?:Unbound|This expression|no such instruction|bad expression|unknown pseudo-op|junk at end|invalid|expecting|operand).*)$", "does not compile: {s}"),
    rule(CompileError, "error: cannot find symbol|Compilation failed|COMPILATION ERROR", r"^(?P<s>.*(?:Compilation failed; see the compiler error output|COMPILATION ERROR).*)$", "compilation failed").consequence(),
    rule(MissingFile, "No such file or directory", r"^(?:\S*/)?(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+|gfortran|cc1|cc1plus|f951|[\w.-]+-(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+|gfortran)(?:-\d+)?): (?:fatal )?error: (?P<s>[^:\s]+): No such file or directory$", "file not found: `{s}`"),
    rule(CompileError, "error: ", r"^(?:\S*/)?(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+|gfortran|cc1|cc1plus|f951|[\w.-]+-(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+|gfortran)(?:-\d+)?): (?:fatal )?error: (?P<s>.+)$", "compiler: {s}").medium(),
    rule(CompileError, ": error: ", r"^(?:\S*/)?(?:wasm-ld|ld\.lld|lld-link|ld64\.lld|mold): error: (?P<s>.+)$", "linker: {s}").medium(),
    rule(CompileError, "ptxas fatal", r"ptxas fatal\s*: (?P<s>.+)$", "ptxas: {s}"),
    rule(CompileError, "build constraints exclude all Go files", r"build constraints exclude all Go files in (?P<s>\S+)", "no Go files of `{s}` are for this platform"),
];
