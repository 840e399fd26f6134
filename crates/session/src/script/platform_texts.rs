//! The whole text of both scripts for three platforms, made on whatever machine runs the tests.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use indexmap::IndexMap;
use serde_json::json;

use super::activation::Activation;
use super::caller::CallerEnvironment;
use super::shell::Shell;
use super::text::{Part, Parts};
use super::variables::{HostPython, variables};
use super::{env_file, env_file_cmd, made, text, text_cmd};

/// `build_env` and `conda_build` of a package with Python for a platform.
fn texts(platform: &str) -> String {
    let variant = made::variant(platform, json!({"variant": {"python": "3.12.* *_cpython", "c_compiler": "cc 1"}}));
    let layout = made::layout(platform);
    let python = HostPython { version: "3.12.4".into(), site_packages_path: None };
    let caller: CallerEnvironment =
        [("PATH", "/usr/bin:/bin"), ("Path", r"C:\Windows"), ("CONDA_SHLVL", "1"), ("CONDA_PREFIX", "/opt/conda")]
            .into_iter()
            .collect();
    let input = made::input(&variant, &layout, Some(&python), &caller);
    let variables = variables(&input);
    let activations = Activation::of_build(&input).unwrap();
    let script_env: IndexMap<String, String> = [("FLAGS".to_owned(), "-O2 $PREFIX %PREFIX%".to_owned())].into();
    let parts = Parts::Single(Some(Part { body: "make install\n".into(), ..Part::default() }));
    let work_dir = layout.work_dir.to_str().unwrap();
    let env_path = input.shell.join(work_dir, &[input.shell.env_file()]);
    let (env, script) = match input.shell {
        Shell::Bash => (env_file::bash(&variables, &script_env, &activations, &caller), text::bash(&env_path, &parts)),
        Shell::Cmd => (
            env_file_cmd::cmd(&variables, &script_env, &activations, &caller),
            text_cmd::cmd(&env_path, work_dir, "cmd.exe", &parts).0,
        ),
    };
    let (env_name, script_name) = (input.shell.env_file(), input.shell.script_file());
    format!("=== {env_name}\n{env}\n=== {script_name}\n{script}").replace("\r\n", "\n")
}

#[test]
fn linux_64() {
    insta::assert_snapshot!(texts("linux-64"));
}

#[test]
fn osx_arm64() {
    insta::assert_snapshot!(texts("osx-arm64"));
}

#[test]
fn win_64() {
    insta::assert_snapshot!(texts("win-64"));
}
