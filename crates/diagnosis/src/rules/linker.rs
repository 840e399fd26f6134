//! Linkers and loaders.

use super::rule::{Rule, rule};
use crate::finding::FindingKind::{
    ConfigureFailed, MissingLibrary, MultipleDefinition, NotPositionIndependent, UndefinedSymbol, VersionMismatch,
    WrongArchitecture,
};

const NO_LIBRARY: &str = "library `{s}` not found";
const NOT_LOADED: &str = "shared library `{s}` not found when a program starts";
const NO_SYMBOL: &str = "undefined symbol `{s}`: no linked library defines it";
const TWICE: &str = "multiple definition of `{s}`";
const OTHER_MACHINE: &str = "`{s}` is for another architecture";

pub(super) const RULES: &[Rule] = &[
    rule(
        MissingLibrary,
        "cannot open shared object file",
        r"for module \S+: (?P<s>[^\s:]+): cannot open shared object file",
        NOT_LOADED,
    ),
    rule(
        WrongArchitecture,
        "recognise the format|recognize the format",
        r"[Uu]nable to recogni[sz]e the format of (?:the input )?file:? '?(?P<s>[^\s'`]+)",
        OTHER_MACHINE,
    )
    .medium(),
    // Architectures; before "cannot find", which follows from it
    rule(
        WrongArchitecture,
        "skipping incompatible ",
        r"skipping incompatible (?P<s>\S+) when searching for",
        OTHER_MACHINE,
    )
    .low()
    .warnings(),
    rule(
        WrongArchitecture,
        "file in wrong format|file format not recognized|is incompatible with|incompatible target|EM: |Relocations in generic ELF|error adding symbols: file",
        r"(?:^|: )'?(?P<s>[^\s:']+)'?(?:\([^)]*\))?: (?:error adding symbols: )?(?:file in wrong format|[Ff]ile format not recognized|Relocations in generic ELF|.*is incompatible with|incompatible target)",
        OTHER_MACHINE,
    ),
    rule(WrongArchitecture, "is incompatible with", r"(?:^|: )'?(?P<s>[^\s:']+)'? is incompatible with", OTHER_MACHINE),
    rule(
        WrongArchitecture,
        "wrong ELF class|wrong architecture|incompatible architecture",
        r"(?P<s>[^\s:'(]+)'?(?:: |.*)(?:wrong ELF class|mach-o, but wrong architecture|incompatible architecture)",
        OTHER_MACHINE,
    ),
    rule(
        WrongArchitecture,
        "but attempting to link with file built for|found architecture",
        r"ignoring file '?(?P<s>[^\s',]+)'?[,:].*(?:attempting to link with file built for|found architecture)",
        OTHER_MACHINE,
    )
    .warnings(),
    rule(WrongArchitecture, "conflicts with target machine type", r"(?P<s>\S+) : fatal error LNK1112", OTHER_MACHINE),
    // Position-independent code
    rule(
        NotPositionIndependent,
        "relocation ",
        r"(?:^|: )(?P<s>[^\s:]+\.\w+(?:\([^)]*\))?)(?:: |:\([^)]*\): )relocation \S+ (?:against|cannot|out of range).*(?:can ?not be used|recompile with -fPIC|read-only)",
        "`{s}` was compiled without `-fPIC`",
    ),
    rule(
        NotPositionIndependent,
        "recompile with -fP|against local symbol in read-only|requires dynamic R_",
        r"(?:error: |: )(?:relocation (?P<s>\S+).*recompile with -fP|requires dynamic R_|.*against local symbol in read-only)",
        "objects were compiled without `-fPIC`",
    ),
    // Symbol versions
    rule(
        VersionMismatch,
        "' not found (required by",
        r"version '(?P<s>[A-Z]+_[\w.]+)' not found \(required by",
        "a loaded library is too old: it has no version `{s}`",
    ),
    // Libraries at link time
    rule(
        MissingLibrary,
        "cannot find ",
        r"cannot find -l:?(?P<s>[\w.+-]+?)(?:: No such file or directory)?(?: \(.*\))?$",
        NO_LIBRARY,
    ),
    rule(
        MissingLibrary,
        "cannot find ",
        r"(?:\bld|ld\.\w+|lld): (?:error: )?cannot find (?P<s>[\w./+-]+?)(?:: No such file or directory)?$",
        NO_LIBRARY,
    ),
    rule(MissingLibrary, "unable to find library -l", r"unable to find library -l(?P<s>\S+)", NO_LIBRARY),
    rule(MissingLibrary, "library not found", r"library not found(?: for -l|: )(?P<s>\S+)", NO_LIBRARY),
    rule(
        MissingLibrary,
        "library '|library \"",
        r"(?:\bld|lld): (?:error: )?library '(?P<s>[^']+)' not found",
        NO_LIBRARY,
    ),
    rule(
        MissingLibrary,
        "ramework",
        r"framework (?:not found |')(?P<s>[\w.]+)'?(?: not found)?",
        "framework `{s}` not found",
    ),
    rule(
        MissingLibrary,
        "LNK1181|LNK1104",
        r"LNK1(?:181|104): cannot open (?:input )?file '(?P<s>[^']+?)(?:\.lib)?'",
        NO_LIBRARY,
    ),
    rule(
        MissingLibrary,
        "native static library|native library|system library '",
        r"(?:could not find native (?:static )?library|unable to find (?:dynamic|static)? ?system library) '(?P<s>[^']+)'",
        NO_LIBRARY,
    ),
    rule(
        MissingLibrary,
        " not found (try using -rpath",
        r"warning: (?P<s>[^\s,]+), needed by .* not found \(try using",
        NO_LIBRARY,
    )
    .warnings()
    .low(),
    rule(
        MissingLibrary,
        "not found",
        r"(?:shared or static|static|shared) library '(?P<s>[^']+)' not found",
        NO_LIBRARY,
    ),
    rule(
        MissingLibrary,
        "' not found",
        r"error: (?:library|file) '(?P<s>lib[\w+-]+(?:\.(?:a|so|dylib))?)' not found$",
        NO_LIBRARY,
    ),
    // Libraries at run time
    rule(
        MissingLibrary,
        "error while loading shared libraries",
        r"error while loading shared libraries: (?P<s>[^\s:]+): (?:cannot open|object file)",
        NOT_LOADED,
    ),
    rule(
        MissingLibrary,
        "cannot open shared object file",
        r"(?:ImportError|OSError|error|Error|unable to load shared object '[^']*'):?\s+(?P<s>[^\s:]+): cannot open shared object file",
        NOT_LOADED,
    ),
    rule(
        MissingLibrary,
        "cannot open shared object file",
        r"^(?P<s>[^\s:]+\.so[\d.]*): cannot open shared object file",
        NOT_LOADED,
    ),
    rule(
        MissingLibrary,
        "cannot open shared object file",
        r"(?P<s>[^\s:]+\.so[\d.]*): cannot open shared object file",
        NOT_LOADED,
    )
    .low(),
    rule(MissingLibrary, "Library not loaded: ", r"Library not loaded: (?:@rpath/)?(?P<s>\S+)", NOT_LOADED),
    rule(MissingLibrary, "DLL load failed", r"DLL load failed(?: while importing (?P<s>\w+))?", "a DLL was not found"),
    rule(
        MissingLibrary,
        "Error loading shared library ",
        r"Error loading shared library (?P<s>[^\s:]+): No such file",
        NOT_LOADED,
    ),
    rule(
        MissingLibrary,
        "STATUS_DLL_NOT_FOUND|.dll was not found|3221225781",
        r"(?:(?P<s>[\w.-]+\.dll) was not found|STATUS_DLL_NOT_FOUND|3221225781)",
        "a DLL was not found",
    ),
    // Symbols
    rule(UndefinedSymbol, "undefined reference to ", r"undefined reference to (?:symbol )?'(?P<s>[^'\n]+)'", NO_SYMBOL),
    rule(UndefinedSymbol, "undefined symbol", r"error: .*?undefined symbol: '?(?P<s>[^'\n]+?)'?$", NO_SYMBOL),
    rule(
        UndefinedSymbol,
        "undefined symbol",
        r"(?:ImportError|OSError|symbol lookup error|error).*: undefined symbol: (?P<s>[^\s,]+)",
        NO_SYMBOL,
    ),
    rule(
        UndefinedSymbol,
        "symbol not found",
        r"(?:symbol not found in flat namespace|Symbol not found:|: symbol not found)[ (:]*'?(?P<s>[\w$]+)'?",
        NO_SYMBOL,
    ),
    rule(UndefinedSymbol, "symbol not found", r"Error relocating \S+ (?P<s>[\w$]+): symbol not found", NO_SYMBOL),
    rule(UndefinedSymbol, "\", referenced from:", r#"^"(?P<s>[^"]+)", referenced from:$"#, NO_SYMBOL),
    rule(
        UndefinedSymbol,
        "LNK2001|LNK2019",
        r#"LNK20(?:01|19): unresolved external symbol "?(?P<s>[^\s"]+(?: [^"]*")?)"#,
        NO_SYMBOL,
    ),
    rule(UndefinedSymbol, "hidden symbol ", r"hidden symbol '(?P<s>[^']+)' in .* is referenced by DSO", NO_SYMBOL),
    rule(
        UndefinedSymbol,
        "undefined hidden symbol|Unresolved symbol|unresolved symbol",
        r"[Uu]n(?:defined hidden|resolved) symbol:? '?(?P<s>[\w$]+)",
        NO_SYMBOL,
    ),
    rule(MultipleDefinition, "multiple definition of ", r"multiple definition of '(?P<s>[^']+)'", TWICE),
    rule(MultipleDefinition, "duplicate symbol", r"(?:^|: )duplicate symbol:? '?(?P<s>[^'\s]+(?:\([^)]*\))?)'?", TWICE),
    rule(MultipleDefinition, "LNK2005", r#"LNK2005: "?(?P<s>[^\s"]+).*already defined"#, TWICE),
    rule(MultipleDefinition, "multiply defined", r"symbol '?(?P<s>[^'\s]+)'? (?:is )?multiply defined", TWICE),
    rule(
        ConfigureFailed,
        "ld returned |linker command failed|symbol(s) not found|linking with '",
        r"ld returned \d+ exit status|linker command failed|symbol\(s\) not found for|error: linking with '",
        "linking failed",
    )
    .consequence(),
];
