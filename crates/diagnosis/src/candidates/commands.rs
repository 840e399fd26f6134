//! Commands and the packages that bring them.

/// Where the package has another name than the command.
const TABLE: &[(&str, &[&str])] = &[
    ("C compiler", &["c-compiler", "gcc", "clang"]),
    ("cc", &["c-compiler", "gcc", "clang"]),
    ("gcc", &["gcc", "c-compiler"]),
    ("C++ compiler", &["cxx-compiler", "gxx", "clangxx"]),
    ("c++", &["cxx-compiler", "gxx", "clangxx"]),
    ("g++", &["gxx", "cxx-compiler"]),
    ("clang++", &["clangxx", "cxx-compiler"]),
    ("Fortran compiler", &["fortran-compiler", "gfortran"]),
    ("f77", &["fortran-compiler", "gfortran"]),
    ("f95", &["fortran-compiler", "gfortran"]),
    ("ld", &["binutils", "ld_impl_linux-64"]),
    ("ar", &["binutils"]),
    ("as", &["binutils"]),
    ("nm", &["binutils"]),
    ("objdump", &["binutils"]),
    ("readelf", &["binutils"]),
    ("strip", &["binutils"]),
    ("gmake", &["make"]),
    ("ctest", &["cmake"]),
    ("cpack", &["cmake"]),
    ("Ninja", &["ninja"]),
    ("Unix Makefiles", &["make"]),
    ("aclocal", &["automake"]),
    ("autoreconf", &["autoconf", "automake", "libtool"]),
    ("autoheader", &["autoconf"]),
    ("autom4te", &["autoconf"]),
    ("libtoolize", &["libtool"]),
    ("autopoint", &["gettext"]),
    ("msgfmt", &["gettext"]),
    ("xgettext", &["gettext"]),
    ("msgmerge", &["gettext"]),
    ("makeinfo", &["texinfo"]),
    ("yacc", &["bison"]),
    ("lex", &["flex"]),
    ("protoc", &["libprotobuf", "protobuf"]),
    ("cargo", &["rust"]),
    ("rustc", &["rust"]),
    ("gofmt", &["go"]),
    ("node", &["nodejs"]),
    ("npm", &["nodejs"]),
    ("npx", &["nodejs"]),
    ("python3", &["python"]),
    ("pip3", &["pip"]),
    ("java", &["openjdk"]),
    ("javac", &["openjdk"]),
    ("mvn", &["maven"]),
    ("R", &["r-base"]),
    ("Rscript", &["r-base"]),
    ("sphinx-build", &["sphinx"]),
    ("f2py", &["numpy"]),
    ("nvcc", &["cuda-nvcc"]),
    ("qmake", &["qt-main", "qt6-main"]),
    ("gawk", &["gawk"]),
    ("awk", &["gawk"]),
    ("xz", &["xz-tools", "xz"]),
    ("bzip2", &["bzip2"]),
    ("which", &["which"]),
    ("hexdump", &["util-linux"]),
    ("patchelf", &["patchelf"]),
    ("install_name_tool", &["cctools"]),
    ("mpicc", &["openmpi", "mpich"]),
    ("pkgconf", &["pkgconf", "pkg-config"]),
    ("pkg-config", &["pkg-config", "pkgconf"]),
    ("glib-compile-schemas", &["glib-tools"]),
    ("glib-mkenums", &["glib-tools"]),
    ("g-ir-scanner", &["gobject-introspection"]),
];

pub(super) fn packages(command: &str) -> Vec<String> {
    let name = command.rsplit('/').next().unwrap_or(command).trim_end_matches(".exe");
    let mut packages = super::looked_up(TABLE, name);
    let plain = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '-');
    // A compiler with the name of a machine before it: `x86_64-conda-linux-gnu-gcc`.
    let tool = name.rsplit("-gnu-").next().unwrap_or(name);
    for other in [plain, tool] {
        if other != name {
            packages.extend(super::looked_up(TABLE, other));
        }
    }
    packages.extend([name.to_lowercase(), plain.to_lowercase()]);
    packages
}
