//! The compiler package, the library that it compiles with, and two tools that have the prefix in them.

use std::io;

use rattler_conda_types::Subdir;

use super::compile::Compiler;
use crate::package::{Format, Package, RunExport, placeholder};

pub(super) const HEADER: &str = include_str!("../../channel-sources/greet.h");
pub(super) const LIBRARY: &str = include_str!("../../channel-sources/greet.c");
pub(super) const WHERE: &str = include_str!("../../channel-sources/greet-where.c");
pub(super) const CONFIG: &str = include_str!("../../channel-sources/greet-config.sh");
pub(super) const ACTIVATE: &str = include_str!("../../channel-sources/activate-cc.sh");

pub(super) fn packages(platform: Subdir, compiler: &Compiler) -> io::Result<Vec<Package>> {
    Ok(vec![
        Package::new(format!("cc_{platform}"), "1.0")
            .about("summary", "Activates the machine's own C compiler")
            .run_export(RunExport::Strong, "cc-runtime >=1")
            .activate(ACTIVATE),
        Package::new("cc-runtime", "1.0").about("summary", "Stands for the compiler's runtime; there is nothing in it"),
        libgreet(platform, compiler, "1.1.0")?,
        libgreet(platform, compiler, "1.2.0")?,
        Package::new("greet-config", "1.2.0").script("bin/greet-config", CONFIG),
        Package::new("greet-where", "1.2.0")
            .format(Format::TarBz2)
            .prefixed_binary("bin/greet-where", &greet_where(compiler)?),
    ])
}

fn libgreet(platform: Subdir, compiler: &Compiler, version: &str) -> io::Result<Package> {
    let header = HEADER.replace("1.2.0", version);
    let (file, name_flag) = if platform.is_osx() {
        ("libgreet.dylib", "-Wl,-install_name,@rpath/libgreet.dylib")
    } else {
        ("libgreet.so", "-Wl,-soname,libgreet.so")
    };
    let files = [("greet.h", header.as_str()), ("greet.c", LIBRARY)];
    let library = compiler.compile(&files, "greet.c", &["-shared", "-fPIC", name_flag])?;
    let pkg_config = format!(
        "prefix=@PREFIX@\n\nName: greet\nDescription: Greets\nVersion: {version}\n\
         Cflags: -I${{prefix}}/include\nLibs: -L${{prefix}}/lib -lgreet\n"
    );
    Ok(Package::new("libgreet", version)
        .about("summary", "Greets, from C")
        .run_export(RunExport::Weak, format!("libgreet >={version},<2.0a0"))
        .file("include/greet.h", header)
        .executable(format!("lib/{file}"), library)
        .prefixed("lib/pkgconfig/greet.pc", &pkg_config))
}

fn greet_where(compiler: &Compiler) -> io::Result<Vec<u8>> {
    let prefix = format!("-DGREET_PREFIX=\"{}\"", placeholder());
    compiler.compile(&[("greet-where.c", WHERE)], "greet-where.c", &[&prefix])
}
