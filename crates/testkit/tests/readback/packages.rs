//! Packages that the testkit makes are packages to the field's own libraries.

use std::os::unix::fs::PermissionsExt;

use crate::installed::{install, records};
use rattler_conda_types::package::{
    FileMode, IndexJson, LinkJson, NoArchLinks, PackageFile, PathType, PathsJson, RunExportsJson,
};
use sidewinder_testkit::{Channel, Format, Package, RunExport, placeholder};

fn demo() -> Package {
    Package::new("demo", "1.2.3")
        .build("h0_4")
        .number(4)
        .depends(["zlib >=1"])
        .constrains(["other <2"])
        .run_export(RunExport::Weak, "demo >=1.2.3,<2")
        .run_export(RunExport::StrongConstrains, "demo-abi 1")
        .file("include/demo.h", "#pragma once\n")
        .script("bin/demo-config", "#!/bin/sh\necho @PREFIX@/include\n")
        .prefixed_binary("lib/demo.bin", b"\x7f\x00@PREFIX@/lib\x00tail\xff")
        .link("lib/demo.so", "demo.bin")
}

#[test]
fn both_formats_can_be_read_back() {
    for format in [Format::Conda, Format::TarBz2] {
        let folder = tempfile::tempdir().unwrap();
        let file = demo().empty_folder("var/demo").format(format).write(folder.path()).unwrap();
        let out = folder.path().join("out");
        rattler_package_streaming::fs::extract(&file, &out).unwrap();

        let index = IndexJson::from_package_directory(&out).unwrap();
        assert_eq!((index.name.as_normalized(), index.build.as_str(), index.build_number), ("demo", "h0_4", 4));
        assert_eq!((index.depends, index.constrains), (vec!["zlib >=1".to_owned()], vec!["other <2".to_owned()]));

        let exports = RunExportsJson::from_package_directory(&out).unwrap();
        assert_eq!(exports.weak, ["demo >=1.2.3,<2"]);
        assert_eq!(exports.strong_constrains, ["demo-abi 1"]);

        let paths = PathsJson::from_package_directory(&out).unwrap().paths;
        let of = |path: &str| paths.iter().find(|entry| entry.relative_path.to_str() == Some(path)).unwrap();
        let config = of("bin/demo-config").prefix_placeholder.clone().unwrap();
        assert_eq!((config.file_mode, config.placeholder.as_str()), (FileMode::Text, placeholder()));
        assert_eq!(of("lib/demo.bin").prefix_placeholder.clone().unwrap().file_mode, FileMode::Binary);
        assert_eq!(of("lib/demo.so").path_type, PathType::SoftLink);
        assert_eq!(of("var/demo").path_type, PathType::Directory);
        assert_eq!(of("include/demo.h").size_in_bytes, Some(13));

        let mode = |path: &str| fs_err::metadata(out.join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("bin/demo-config"), mode("include/demo.h")), (0o755, 0o644));
        assert!(out.join("var/demo").is_dir());
    }
}

#[test]
fn the_same_description_gives_the_same_bytes() {
    for format in [Format::Conda, Format::TarBz2] {
        let [one, two] = [(); 2].map(|()| {
            let folder = tempfile::tempdir().unwrap();
            fs_err::read(demo().format(format).write(folder.path()).unwrap()).unwrap()
        });
        assert!(one == two);
    }
}

#[test]
fn a_path_that_leaves_the_package_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for path in ["../up", "/abs", "a/../../b", ""] {
        let error = Package::new("bad", "1").file(path, "").write(folder.path()).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput, "{path}");
    }
}

#[tokio::test]
async fn an_installer_puts_the_prefix_in_and_runs_the_link_script() {
    let folder = tempfile::tempdir().unwrap();
    let package = demo()
        .format(Format::TarBz2)
        .post_link("echo \"$PREFIX $PKG_NAME\" > \"$PREFIX/linked\"\n")
        .activate("export DEMO=1\n")
        .env_vars([("DEMO_VAR", "x")]);
    let channel = Channel::new().add(package).write(folder.path()).unwrap();
    let env = install(&channel).await;
    let prefix = env.prefix.to_str().unwrap();
    assert_eq!(env.text("bin/demo-config"), format!("#!/bin/sh\necho {prefix}/include\n"));
    assert_eq!(env.text("linked"), format!("{prefix} demo\n"));
    assert_eq!(env.text("etc/conda/activate.d/demo.sh"), "export DEMO=1\n");
    assert_eq!(env.text("etc/conda/env_vars.d/demo.json"), r#"{"DEMO_VAR":"x"}"#);
    let binary = fs_err::read(env.prefix.join("lib/demo.so")).unwrap();
    let padding = "\0".repeat(placeholder().len() - prefix.len());
    let expected = [b"\x7f\x00", prefix.as_bytes(), b"/lib", padding.as_bytes(), b"\x00tail\xff"].concat();
    assert!(binary == expected);
}

#[tokio::test]
async fn noarch_python_goes_to_site_packages_and_gets_its_entry_point() {
    let folder = tempfile::tempdir().unwrap();
    let channel = Channel::new()
        .add(Package::new("python", "3.12.1").build("0_cpython"))
        .add(
            Package::new("hello", "1.0")
                .noarch_python()
                .depends(["python"])
                .site_package("hello/__init__.py", "def main(): print('hello')\n")
                .entry_point("hello = hello:main"),
        )
        .write(folder.path())
        .unwrap();
    let file = channel.path().join("noarch/hello-1.0-0.conda");
    let out = folder.path().join("out");
    rattler_package_streaming::fs::extract(&file, &out).unwrap();
    assert!(matches!(
        LinkJson::from_package_directory(&out).unwrap().noarch,
        NoArchLinks::Python(points) if points.entry_points.len() == 1
    ));
    fs_err::remove_dir_all(&out).unwrap();
    let env = install(&channel).await;
    assert!(env.text("lib/python3.12/site-packages/hello/__init__.py").starts_with("def main"));
    assert!(env.text("bin/hello").contains("from hello import main"));
    assert_eq!(records(channel.path()).len(), 2);
}
