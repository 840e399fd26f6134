//! The embedded channel: complete, quick, and working once installed.

use std::path::Path;
use std::process::Command;

use rattler_conda_types::Subdir;
use sidewinder_testkit::{WrittenChannel, embedded};

use crate::installed::{Installed, install_some, records};

fn channel() -> WrittenChannel {
    embedded::write(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("embedded")).unwrap()
}

async fn installed(names: &[&str]) -> Installed {
    install_some(&channel(), |record| {
        let record = &record.package_record;
        names.contains(&format!("{}-{}", record.name.as_normalized(), record.version).as_str())
    })
    .await
}

fn output(program: impl AsRef<Path>, args: &[&str]) -> String {
    let output = Command::new(program.as_ref()).args(args).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn it_is_made_once_and_left_alone_then() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("deep/channel");
    let first = embedded::write(&at).unwrap();
    let index = first.path().join("noarch/repodata.json");
    let made = fs_err::metadata(&index).unwrap().modified().unwrap();
    embedded::write(&at).unwrap();
    assert_eq!(fs_err::metadata(&index).unwrap().modified().unwrap(), made);
    fs_err::write(at.join(".embedded-channel"), "of another time").unwrap();
    fs_err::write(at.join("noarch/left-over.conda"), "").unwrap();
    embedded::write(&at).unwrap();
    assert_ne!(fs_err::metadata(&index).unwrap().modified().unwrap(), made);
    assert!(!at.join("noarch/left-over.conda").exists());
    let left: Vec<_> = fs_err::read_dir(folder.path().join("deep")).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn several_at_once_end_with_one_whole_channel() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("channel");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| embedded::write(&at).unwrap());
        }
    });
    assert_eq!(records(&at).len(), records(channel().path()).len());
}

#[test]
fn the_compiler_is_what_the_field_s_function_makes_of_cc() {
    let name = format!("cc_{}", Subdir::current().unwrap());
    let records = records(channel().path());
    let compiler = records.iter().find(|record| record.package_record.name.as_normalized() == name).unwrap();
    assert_eq!(compiler.package_record.run_exports.as_ref().unwrap().strong, ["cc-runtime >=1"]);
}

#[tokio::test]
async fn a_program_is_compiled_against_the_installed_library_and_runs() {
    let env = installed(&["libgreet-1.2.0", "greet-config-1.2.0", "greet-where-1.2.0"]).await;
    let prefix = env.prefix.to_str().unwrap();
    let source = env.prefix.join("main.c");
    fs_err::write(
        &source,
        r#"
#include <greet.h>
#include <stdio.h>
int main(void) { char out[99]; greet("you", out, sizeof out); puts(out); return 0; }
"#,
    )
    .unwrap();
    let program = env.prefix.join("main");
    let config = env.prefix.join("bin/greet-config");
    let (cflags, libs) = (output(&config, &["--cflags"]), output(&config, &["--libs"]));
    let rpath = format!("-Wl,-rpath,{prefix}/lib");
    let mut args = vec![source.to_str().unwrap(), "-o", program.to_str().unwrap(), &rpath];
    args.extend(cflags.split_whitespace().chain(libs.split_whitespace()));
    output("cc", &args);
    assert_eq!(output(&program, &[]), "Hello, you, from libgreet 1.2.0!\n");
    assert_eq!(output(env.prefix.join("bin/greet-where"), &[]), format!("{prefix}/share/greet\n"));
}

#[tokio::test]
async fn the_python_package_is_installed_where_the_stand_in_looks() {
    let env = installed(&["python-3.12.0", "greet-py-0.3.0"]).await;
    assert!(env.text("lib/python3.12/site-packages/greet_py/__init__.py").contains("def main"));
    assert!(env.text("bin/greet-py").contains("from greet_py import main"));
    if Path::new("/usr/bin/python3").exists() {
        let said = output(env.prefix.join("bin/greet-py"), &[]);
        assert!(said.starts_with("Hello from greet-py") && said.contains(env.prefix.to_str().unwrap()), "{said}");
    }
}
