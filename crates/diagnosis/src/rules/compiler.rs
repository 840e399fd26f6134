//! Compilers and linkers.

use super::{Rule, about, rule};
use crate::finding::FindingKind::{
    CompileError, MissingCommand, MissingHeader, MissingLibrary, OutOfMemory, UndefinedSymbol,
};

const NO_HEADER: &str = "the header `{}` is not there";
const NO_LIBRARY: &str = "the library `{}` is not there";
const NO_SYMBOL: &str = "the symbol `{}` is used, and no library that is linked has it";
const NO_COMPILER: &str = "there is no {}";
const ERROR: &str = "{} does not compile";

pub(super) const RULES: &[Rule] = &[
    // Headers.
    rule(MissingHeader, r"fatal error: (?P<subject>[^'\s:]+): No such file or directory$", NO_HEADER),
    rule(MissingHeader, r"error: '(?P<subject>[^']+)' file not found$", NO_HEADER),
    rule(MissingHeader, r"error: include file '(?P<subject>[^']+)' not found$", NO_HEADER),
    rule(MissingHeader, concat!("C1083: Cannot open include file: ", quoted!()), NO_HEADER),
    rule(
        MissingHeader,
        concat!("Cannot open (?:module|included) file ", quoted!()),
        "the Fortran module or file `{}` is not there",
    ),
    rule(
        MissingHeader,
        r"^[^:]+\.pyx:\d+:\d+: '(?P<subject>[^']+\.pxd)' not found$",
        "the Cython declarations `{}` are not there",
    ),
    // Libraries.
    rule(
        MissingLibrary,
        r"(?:cannot find -l|\bld: cannot find lib)(?P<subject>[\w.+-]+?)(?:: No such file or directory)?$",
        NO_LIBRARY,
    ),
    rule(MissingLibrary, r"unable to find library -l(?P<subject>\S+)", NO_LIBRARY),
    rule(MissingLibrary, concat!(r"\bld: library ", quoted!(), " not found"), NO_LIBRARY),
    rule(MissingLibrary, r"library not found for -l(?P<subject>\S+)", NO_LIBRARY),
    rule(
        MissingLibrary,
        r"error: (?:library|file) '(?:lib)?(?P<subject>[\w+-]+)(?:\.(?:a|so))?' not found$",
        NO_LIBRARY,
    ),
    rule(MissingLibrary, r"unable to find (?:dynamic|static)? ?system library '(?P<subject>[^']+)'", NO_LIBRARY),
    rule(
        MissingLibrary,
        r"(?:loading shared libraries|ImportError): (?P<subject>[^\s:]+): cannot open shared object file",
        "the shared library `{}` is not found when a program starts",
    ),
    rule(
        MissingLibrary,
        r"Library not loaded: (?:@rpath/)?(?P<subject>\S+)",
        "the shared library `{}` is not found when a program starts",
    ),
    rule(MissingLibrary, r"LNK1181: cannot open input file '(?P<subject>[^']+?)(?:\.lib)?'", NO_LIBRARY),
    rule(MissingLibrary, concat!("(?:shared or static|static|shared) library ", quoted!(), " not found"), NO_LIBRARY),
    // Symbols.
    rule(UndefinedSymbol, concat!("undefined reference to ", quoted!()), NO_SYMBOL),
    rule(UndefinedSymbol, r"error: undefined symbol:? '?(?P<subject>[^'\s]+)'?", NO_SYMBOL),
    rule(
        UndefinedSymbol,
        r"^ImportError: .*: undefined symbol: (?P<subject>\S+)",
        "the symbol `{}` is not in any library that is loaded",
    ),
    rule(UndefinedSymbol, r#"^\s*"(?P<subject>[^"]+)", referenced from:$"#, NO_SYMBOL),
    rule(UndefinedSymbol, r"LNK20(?:01|19): unresolved external symbol (?P<subject>\S+)", NO_SYMBOL),
    // Compilers that are not there, or that gave up.
    about(
        MissingCommand,
        "C compiler",
        r"no acceptable C compiler found|No CMAKE_C_COMPILER could be found|Unknown compiler\(s\): \[\['?cc",
        NO_COMPILER,
    ),
    about(
        MissingCommand,
        "C++ compiler",
        r"No CMAKE_CXX_COMPILER could be found|C\+\+ compiler cannot create executables",
        NO_COMPILER,
    ),
    about(MissingCommand, "Fortran compiler", r"No CMAKE_Fortran_COMPILER could be found", NO_COMPILER),
    rule(MissingCommand, concat!(r"error: linker ", quoted!(), " not found"), "the linker `{}` is not there"),
    rule(
        MissingCommand,
        r"(?:unable to execute|error: command) '(?P<subject>[^']+)'(?: failed)?: No such file or directory",
        "the command `{}` is not there",
    ),
    about(
        OutOfMemory,
        "memory",
        r"fatal error: Killed signal terminated program|virtual memory exhausted",
        "a compiler ran out of memory",
    ),
    // What is wrong in the sources.
    rule(
        CompileError,
        r"^(?P<subject>[^\s:]+\.(?:c|cc|cpp|cxx|c\+\+|C|h|hh|hpp|hxx|m|mm|cu|f|f90|F90|f95|for|s|S|pyx|zig|go|swift|java|kt|cs|ts)):\d+(?::\d+)?: (?:fatal )?(?:error|Error):? ",
        ERROR,
    ),
    rule(CompileError, r"^(?P<subject>[^\s(]+\.(?:c|cc|cpp|cxx|h|hpp))\(\d+(?:,\d+)?\): (?:fatal )?error C\d+", ERROR),
    rule(CompileError, r"^error\[E\d+\]: (?P<subject>.+)$", "a Rust source does not compile: {}"),
    rule(CompileError, r"^error: could not compile `(?P<subject>[^`]+)`", "the crate `{}` does not compile"),
    rule(CompileError, r"^(?P<subject>[\w./-]+\.go):\d+:\d+: ", ERROR),
];
