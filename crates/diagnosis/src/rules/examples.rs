//! A line of real output for every rule.

use super::Rules;
use crate::finding::FindingKind::{self, *};

const EXAMPLES: &[(&str, FindingKind, &str)] = &[
    ("/w/conda_build.sh: line 9: cmake: command not found", MissingCommand, "cmake"),
    ("sh: 1: ninja: not found", MissingCommand, "ninja"),
    ("./configure: 12: foo-config: not found", MissingCommand, "foo-config"),
    ("zsh: command not found: bison", MissingCommand, "bison"),
    ("/usr/bin/env: 'python2': No such file or directory", MissingCommand, "python2"),
    ("/usr/bin/env: ‘ruby’: No such file or directory", MissingCommand, "ruby"),
    ("env: node: No such file or directory", MissingCommand, "node"),
    ("make[2]: gfortran: No such file or directory", MissingCommand, "gfortran"),
    ("make: swig: Command not found", MissingCommand, "swig"),
    ("cgo: C compiler \"gcc\" not found: exec: \"gcc\": executable file not found in $PATH", MissingCommand, "gcc"),
    ("xargs: strip: No such file or directory", MissingCommand, "strip"),
    ("timeout: failed to run command 'ctest': No such file or directory", MissingCommand, "ctest"),
    (
        "Can't exec \"aclocal\": No such file or directory at /x/Autom4te/FileUtils.pm line 274.",
        MissingCommand,
        "aclocal",
    ),
    ("WARNING: 'makeinfo' is missing on your system.", MissingCommand, "makeinfo"),
    ("build.sh: flex: not found", MissingCommand, "flex"),
    ("/w/conda_build.sh: line 3: cd: build: No such file or directory", MissingFile, "build"),
    ("/w/conda_build.sh: line 3: ./configure: No such file or directory", MissingFile, "./configure"),
    ("/w/conda_build.sh: line 4: in.txt: No such file or directory", MissingFile, "in.txt"),
    ("sh: 3: cd: can't cd to build", MissingFile, "build"),
    ("sh: 1: cannot open in.txt: No such file", MissingFile, "in.txt"),
    ("bash: ./tool: /usr/bin/perl5: bad interpreter: No such file or directory", MissingFile, "/usr/bin/perl5"),
    ("/w/conda_build.sh: line 7: ./tool: cannot execute: required file not found", MissingFile, "./tool"),
    ("make: *** No rule to make target 'install'.  Stop.", MissingFile, "install"),
    ("make: *** No rule to make target 'a.c', needed by 'a.o'.  Stop.", MissingFile, "a.c"),
    ("make: *** No targets specified and no makefile found.  Stop.", MissingFile, "Makefile"),
    ("1 out of 2 hunks FAILED -- saving rejects to file src/a.c.rej", PatchFailed, "src/a.c"),
    ("error: patch failed: src/a.c:10", PatchFailed, "src/a.c"),
    ("error: src/a.c: patch does not apply", PatchFailed, "src/a.c"),
    ("patch: **** Only garbage was found in the patch input.", PatchFailed, "patch"),
    ("can't find file to patch at input line 3", PatchFailed, "patch"),
    ("main.c:1:10: fatal error: zlib.h: No such file or directory", MissingHeader, "zlib.h"),
    ("main.cpp:2:10: fatal error: 'boost/any.hpp' file not found", MissingHeader, "boost/any.hpp"),
    ("main.c:1: error: include file 'greet.h' not found", MissingHeader, "greet.h"),
    (
        "a.cpp(1): fatal error C1083: Cannot open include file: 'png.h': No such file or directory",
        MissingHeader,
        "png.h",
    ),
    (
        "Fatal Error: Cannot open module file ‘netcdf.mod’ for reading at (1): No such file or directory",
        MissingHeader,
        "netcdf.mod",
    ),
    ("src/a.pyx:3:0: 'numpy/arrays.pxd' not found", MissingHeader, "numpy/arrays.pxd"),
    ("/usr/bin/ld: cannot find -lz: No such file or directory", MissingLibrary, "z"),
    ("/opt/x86_64-conda-linux-gnu-ld: cannot find -lpng16", MissingLibrary, "png16"),
    ("ld.lld: error: unable to find library -lcurl", MissingLibrary, "curl"),
    ("ld: library 'xml2' not found", MissingLibrary, "xml2"),
    ("ld: library not found for -lomp", MissingLibrary, "omp"),
    ("tcc: error: library 'greet' not found", MissingLibrary, "greet"),
    ("error: unable to find dynamic system library 'z' using strategy 'paths_first'.", MissingLibrary, "z"),
    (
        "./tool: error while loading shared libraries: libz.so.1: cannot open shared object file: No such file or directory",
        MissingLibrary,
        "libz.so.1",
    ),
    (
        "ImportError: libGL.so.1: cannot open shared object file: No such file or directory",
        MissingLibrary,
        "libGL.so.1",
    ),
    ("  Library not loaded: @rpath/libz.1.dylib", MissingLibrary, "libz.1.dylib"),
    ("LINK : fatal error LNK1181: cannot open input file 'zlib.lib'", MissingLibrary, "zlib"),
    ("meson.build:4:6: ERROR: C shared or static library 'm2' not found", MissingLibrary, "m2"),
    ("main.c:(.text+0x9): undefined reference to `greet'", UndefinedSymbol, "greet"),
    ("ld.lld: error: undefined symbol: deflateInit_", UndefinedSymbol, "deflateInit_"),
    ("tcc: error: undefined symbol 'greet'", UndefinedSymbol, "greet"),
    ("ImportError: /p/_x.so: undefined symbol: PyFPE_jbuf", UndefinedSymbol, "PyFPE_jbuf"),
    ("  \"_deflate\", referenced from:", UndefinedSymbol, "_deflate"),
    ("main.obj : error LNK2019: unresolved external symbol deflate referenced in main", UndefinedSymbol, "deflate"),
    ("configure: error: no acceptable C compiler found in $PATH", MissingCommand, "C compiler"),
    ("  No CMAKE_CXX_COMPILER could be found.", MissingCommand, "C++ compiler"),
    ("  No CMAKE_Fortran_COMPILER could be found.", MissingCommand, "Fortran compiler"),
    ("error: linker `cc` not found", MissingCommand, "cc"),
    ("error: command 'gcc' failed: No such file or directory", MissingCommand, "gcc"),
    ("c++: fatal error: Killed signal terminated program cc1plus", OutOfMemory, "memory"),
    ("src/a.c:10:5: error: expected ';' before 'return'", CompileError, "src/a.c"),
    ("src/a.c:10: error: ';' expected (got \"}\")", CompileError, "src/a.c"),
    ("Main.java:3: error: cannot find symbol", CompileError, "Main.java"),
    ("a.cpp(3,7): error C2065: 'x': undeclared identifier", CompileError, "a.cpp"),
    ("error[E0425]: cannot find value `x` in this scope", CompileError, "cannot find value `x` in this scope"),
    ("error: could not compile `demo` (bin \"demo\") due to 1 previous error", CompileError, "demo"),
    ("./main.go:5:2: undefined: foo", CompileError, "./main.go"),
    (
        "CMake Error: CMake was unable to find a build program corresponding to \"Ninja\".  CMAKE_MAKE_PROGRAM is not set.",
        MissingCommand,
        "Ninja",
    ),
    ("  Could NOT find PkgConfig (missing: PKG_CONFIG_EXECUTABLE)", MissingCommand, "pkg-config"),
    ("meson.build:1:0: ERROR: Program 'bison' not found or not executable", MissingCommand, "bison"),
    ("configure: error: bison is required to build this", MissingCommand, "bison"),
    ("  Could NOT find ZLIB (missing: ZLIB_LIBRARY ZLIB_INCLUDE_DIR)", MissingCmakePackage, "ZLIB"),
    ("  Could not find a package configuration file provided by \"fmt\" with any of", MissingCmakePackage, "fmt"),
    ("  By not providing \"FindEigen3.cmake\" in CMAKE_MODULE_PATH this project has", MissingCmakePackage, "Eigen3"),
    ("  Could not find a configuration file for package \"Qt6\" that is compatible", MissingCmakePackage, "Qt6"),
    ("Package 'libpng', required by 'virtual:world', not found", MissingPkgConfig, "libpng"),
    ("No package 'glib-2.0' found", MissingPkgConfig, "glib-2.0"),
    ("Package libzmq was not found in the pkg-config search path.", MissingPkgConfig, "libzmq"),
    ("configure: error: Package requirements (libxml-2.0 >= 2.9) were not met:", MissingPkgConfig, "libxml-2.0"),
    ("meson.build:9:0: ERROR: Dependency \"cairo\" not found, tried pkgconfig and cmake", MissingPkgConfig, "cairo"),
    (
        "meson.build:9:0: ERROR: Dependency lookup for cairo with method 'pkgconfig' failed: x",
        MissingPkgConfig,
        "cairo",
    ),
    ("configure: error: the library libuuid not found", MissingLibrary, "uuid"),
    ("Error in library(jsonlite) : there is no package called ‘jsonlite’", Other, "jsonlite"),
    ("ERROR: dependencies ‘cli’, ‘rlang’ are not available for package ‘x’", Other, "‘cli’, ‘rlang’"),
    ("configure: error: this is not a good day", Other, "this is not a good day"),
    ("CMake Error: Parse error.  Expected a command name", Other, "Parse error.  Expected a command name"),
    ("../meson.build:1:0: ERROR: Unknown variable \"x\".", Other, "Unknown variable \"x\"."),
    ("ModuleNotFoundError: No module named 'setuptools'", MissingPythonModule, "setuptools"),
    ("/p/bin/python: No module named pip", MissingPythonModule, "pip"),
    (
        "pip._vendor.pyproject_hooks._impl.BackendUnavailable: Cannot import 'hatchling.build'",
        MissingPythonModule,
        "hatchling.build",
    ),
    (
        "ERROR: Could not find a version that satisfies the requirement wheel>=0.30 (from versions: none)",
        MissingPythonModule,
        "wheel",
    ),
    ("ERROR: No matching distribution found for setuptools>=61", MissingPythonModule, "setuptools"),
    (
        "pkg_resources.DistributionNotFound: The 'six>=1.5' distribution was not found and is required",
        MissingPythonModule,
        "six",
    ),
    ("importlib.metadata.PackageNotFoundError: No package metadata was found for demo", MissingPythonModule, "demo"),
    ("python: can't open file '/w/setup.py': [Errno 2] No such file or directory", MissingFile, "/w/setup.py"),
    ("FileNotFoundError: [Errno 2] No such file or directory: 'data.json'", MissingFile, "data.json"),
    (
        "ERROR: Directory '.' is not installable. Neither 'setup.py' nor 'pyproject.toml' found.",
        MissingFile,
        "pyproject.toml",
    ),
    ("SyntaxError: invalid syntax", CompileError, "SyntaxError: invalid syntax"),
    ("1/2 Test #1: basic ............................***Failed    0.00 sec", TestFailure, "basic"),
    ("FAILED tests/test_a.py::test_b[x y] - assert 1 == 2", TestFailure, "tests/test_a.py::test_b[x y]"),
    ("FAIL: test_b (tests.test_a.TestA)", TestFailure, "test_b (tests.test_a.TestA)"),
    ("test tests::it_works ... FAILED", TestFailure, "tests::it_works"),
    ("FAIL: check-basic", TestFailure, "check-basic"),
    ("--- FAIL: TestParse (0.00s)", TestFailure, "TestParse"),
    (" 3/10 unit tests / parse        FAIL            0.02s   exit status 1", TestFailure, "unit tests / parse"),
    ("[  FAILED  ] Parse.Empty (0 ms)", TestFailure, "Parse.Empty"),
    ("cp: error writing 'x': No space left on device", DiskFull, "disk"),
    ("terminate called after throwing an instance of 'std::bad_alloc'", OutOfMemory, "memory"),
    ("curl: (6) Could not resolve host: example.org", Network, "example.org"),
    ("curl: (7) Failed to connect to localhost port 1 after 0 ms: Couldn't connect to server", Network, "localhost"),
    ("fatal: unable to access 'https://example.org/x.git/': x", Network, "https://example.org/x.git/"),
    ("WARNING: Retrying: HTTPSConnectionPool(host='pypi.org', port=443): Max retries exceeded", Network, "pypi.org"),
    ("go: dial tcp: lookup proxy.golang.org on 1.1.1.1:53: no such host", Network, "proxy.golang.org"),
    ("ssh: connect to host x port 22: Connection refused", Network, "network"),
    ("/w/conda_build.sh: line 8: ./configure: Permission denied", Permission, "./configure"),
    ("mkdir: cannot create directory ‘/usr/x’: Permission denied", Permission, "/usr/x"),
    ("PermissionError: [Errno 13] Permission denied: '/usr/lib/x'", Permission, "/usr/lib/x"),
    ("touch: /usr/x: Read-only file system", Permission, "/usr/x"),
    ("x86_64-conda-linux-gnu-cc: error: main.c: No such file or directory", MissingFile, "main.c"),
    ("clang: error: no such file or directory: 'main.c'", MissingFile, "main.c"),
    ("ninja: error: loading 'build.ninja': No such file or directory", MissingFile, "build.ninja"),
    ("ninja: error: 'a.c', needed by 'a.o', missing and no known rule to make it", MissingFile, "a.c"),
    (
        "CMake Error: The source directory \"/w\" does not appear to contain CMakeLists.txt.",
        MissingFile,
        "CMakeLists.txt",
    ),
    ("error: could not find `Cargo.toml` in `/w` or any parent directory", MissingFile, "Cargo.toml"),
    (
        "Can't locate XML/Parser.pm in @INC (you may need to install the XML::Parser module)",
        MissingFile,
        "XML/Parser.pm",
    ),
    ("Can't open perl script \"make.pl\": No such file or directory", MissingFile, "make.pl"),
    ("Error: Cannot find module 'typescript'", MissingFile, "typescript"),
    ("cp: cannot stat 'README.md': No such file or directory", MissingFile, "README.md"),
    ("mv: cannot move 'a' to 'b/c': No such file or directory", MissingFile, "a"),
    ("cat: in.txt: No such file or directory", MissingFile, "in.txt"),
    ("sed: can't read config.h: No such file or directory", MissingFile, "config.h"),
    ("tar: src.tar.gz: Cannot open: No such file or directory", MissingFile, "src.tar.gz"),
];

#[test]
fn every_line_tells_what_it_should() {
    let wrong: Vec<String> = EXAMPLES
        .iter()
        .filter_map(|&(line, kind, subject)| {
            let found = Rules::get().read(line).map(|found| (found.rule.kind, found.subject));
            (found != Some((kind, Some(subject)))).then(|| format!("{line}\n  {found:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_line() {
    let mut used = std::collections::HashSet::new();
    for (line, _, _) in EXAMPLES {
        if let Some(found) = Rules::get().read(line) {
            used.insert(std::ptr::from_ref(found.rule));
        }
    }
    let idle: Vec<&str> = Rules::get()
        .rules
        .iter()
        .filter(|(rule, _)| !used.contains(&std::ptr::from_ref(*rule)))
        .map(|(rule, _)| rule.pattern)
        .collect();
    assert!(idle.is_empty(), "{}", idle.join("\n"));
}

#[test]
fn what_is_no_error_tells_nothing() {
    for line in [
        "",
        "checking for zlib.h... no",
        "-- Could NOT find Doxygen (missing: DOXYGEN_EXECUTABLE)",
        "-- Performing Test HAVE_FOO - Failed",
        "0 errors, 0 warnings",
        "gcc -c error.c -o error.o",
        "[100%] Built target demo",
        "test result: ok. 3 passed; 0 failed; 0 ignored",
        "main.c:3:1: warning: unused variable 'x'",
        "make: Entering directory '/w'",
    ] {
        assert!(Rules::get().read(line).is_none(), "{line}: {:?}", Rules::get().read(line).map(|m| m.rule.pattern));
    }
}
