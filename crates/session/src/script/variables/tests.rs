#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::json;

use super::*;
use crate::script::made;

fn caller(pairs: &[(&str, &str)]) -> CallerEnvironment {
    pairs.iter().copied().collect()
}

fn listed(variables: &Variables) -> String {
    variables.iter().map(|(name, value)| format!("{name}={value}\n")).collect()
}

#[test]
fn linux_with_python_and_variant_keys() {
    let variant = made::variant(
        "linux-64",
        json!({"variant": {"target_platform": "linux-64", "python": "3.12.* *_cpython", "my-key.x": "a b",
            "numpy": 2, "r-base": "4.4", "not ok": "x", "line": "a\nb"}}),
    );
    let layout = made::layout("linux-64");
    let caller = caller(&[("PATH", "/usr/bin"), ("SSL_CERT_FILE", "/c.pem"), ("CFLAGS", "-O9"), ("DISPLAY", ":1")]);
    insta::assert_snapshot!(listed(&variables(&made::input(&variant, &layout, None, &caller))));
}

#[test]
fn macos_on_arm() {
    let variant = made::variant("osx-arm64", json!({"variant": {"MACOSX_DEPLOYMENT_TARGET": "12.0"}}));
    let layout = made::layout("osx-arm64");
    let caller = caller(&[("PATH", "/usr/bin"), ("CPU_COUNT", "3")]);
    let python =
        HostPython { version: "3.14.1".into(), site_packages_path: Some("lib/python3.14t/site-packages".into()) };
    insta::assert_snapshot!(listed(&variables(&made::input(&variant, &layout, Some(&python), &caller))));
}

#[test]
fn windows() {
    let variant = made::variant("win-64", json!({"variant": {"r-base": "4.4"}}));
    let layout = made::layout("win-64");
    let caller = caller(&[
        ("Path", r"C:\Windows"),
        ("LIB", r"C:\sdk\lib"),
        ("SystemRoot", r"C:\Windows"),
        ("VS140COMNTOOLS", r"C:\vs\14"),
        ("VS2022INSTALLDIR", r"C:\vs\2022"),
        ("VSCODE", "no"),
    ]);
    let python = HostPython { version: "3.12.0".into(), site_packages_path: Some("Lib/site-packages".into()) };
    insta::assert_snapshot!(listed(&variables(&made::input(&variant, &layout, Some(&python), &caller))));
}

#[test]
fn noarch_is_a_cross_build_with_the_variables_of_its_host() {
    let variant = made::variant(
        "linux-aarch64",
        json!({"subdir": "noarch", "targetPlatform": "noarch", "noarch": "python",
            "recipe": {"schema_version": 1, "context": {}, "package": {"name": "d", "version": "1"},
                "build": {"noarch": "python"}}}),
    );
    let layout = made::layout("linux-aarch64");
    let caller = caller(&[("LD_RUN_PATH", "/mine")]);
    let variables = variables(&made::input(&variant, &layout, None, &caller));
    let value = |name: &str| variables.get(name).map(String::as_str);
    assert_eq!(value("CONDA_BUILD_CROSS_COMPILATION"), Some("1"));
    assert_eq!(value("SUBDIR"), Some("noarch"));
    assert_eq!(value("SHLIB_EXT"), Some(".so"));
    assert_eq!(value("ARCH"), Some("aarch64"));
    assert_eq!(value("LD_RUN_PATH"), Some("/mine"));
    assert_eq!(value("PYTHONDONTWRITEBYTECODE"), Some("1"));
    assert_eq!(value("BUILD"), Some("aarch64-conda_cos7-linux-gnu"));
    assert_eq!(value("PATH"), None);
}

#[test]
fn rendered_for_noarch_the_machine_that_builds_is_the_host() {
    let platforms = json!({"subdir": "noarch", "targetPlatform": "noarch", "hostPlatform": "noarch"});
    let variant = made::variant("linux-64", platforms);
    let layout = made::layout("linux-64");
    let caller = caller(&[]);
    let variables = variables(&made::input(&variant, &layout, None, &caller));
    let value = |name: &str| variables.get(name).map(String::as_str);
    assert_eq!(
        (value("host_platform"), value("ARCH"), value("SHLIB_EXT")),
        (Some("linux-64"), Some("64"), Some(".so"))
    );
    assert_eq!((value("SUBDIR"), value("CMAKE_GENERATOR")), (Some("noarch"), Some("Unix Makefiles")));
    // Set although there is no Python.
    assert_eq!(value("PYTHON"), Some("/out/bld/rattler-build_demo/host_env_placehold/bin/python"));
}

#[test]
fn a_range_of_pythons_in_the_variant_gives_way_to_the_one_that_is_installed() {
    let layout = made::layout("linux-64");
    let caller = caller(&[]);
    let python = HostPython { version: "3.10.4".into(), site_packages_path: None };
    for (value, python, expected) in [
        (">=3.9,<3.11", Some(&python), "3.10"),
        ("3.9|3.10", Some(&python), "3.10"),
        (">=3.9,<3.11", None, "3.9"),
        ("3.12.* *_cpython", Some(&python), "3.12"),
    ] {
        let variant = made::variant("linux-64", json!({"variant": {"python": value}}));
        let variables = variables(&made::input(&variant, &layout, python, &caller));
        assert_eq!(variables.get("PY_VER").map(String::as_str), Some(expected), "{value}");
    }
}

#[test]
fn platforms_without_shared_libraries_have_an_ending_that_no_file_has() {
    let variant = made::variant("emscripten-wasm32", json!({"buildPlatform": "linux-64"}));
    let layout = made::layout("linux-64");
    let variables = variables(&made::input(&variant, &layout, None, &caller(&[])));
    assert_eq!(variables.get("SHLIB_EXT").map(String::as_str), Some(".not_implemented"));
}

#[test]
fn a_variant_key_like_python_in_capitals_is_not_python() {
    let variant = made::variant("linux-64", json!({"variant": {"PYTHON": "1.2", "R_base": "4"}}));
    let layout = made::layout("linux-64");
    let caller = caller(&[]);
    let variables = variables(&made::input(&variant, &layout, None, &caller));
    assert!(!variables.contains_key("PY_VER") && !variables.contains_key("R_VER"));
}

#[test]
fn without_isolation_the_caller_s_flags_and_home_stay() {
    let variant = made::variant("linux-64", json!({}));
    let layout = made::layout("linux-64");
    let caller = caller(&[("LANG", "de_DE.UTF-8"), ("CFLAGS", "-O9"), ("HOME", "/home/me")]);
    let mut input = made::input(&variant, &layout, None, &caller);
    input.isolation = Isolation::None;
    let variables = variables(&input);
    assert_eq!(variables.get("LANG").map(String::as_str), Some("de_DE.UTF-8"));
    assert_eq!(variables.get("CFLAGS").map(String::as_str), Some("-O9"));
    assert_eq!(variables.get("HOME"), None);
}

#[test]
fn a_windows_package_on_linux() {
    let variant = made::variant("win-64", json!({"buildPlatform": "linux-64"}));
    let layout = made::layout("linux-64");
    let variables = variables(&made::input(&variant, &layout, None, &caller(&[("PATH", "/usr/bin")])));
    assert_eq!(variables.get("LIBRARY_BIN").unwrap(), "/out/bld/rattler-build_demo/host_env_placehold/Library/bin");
    assert_eq!(variables.get("PATH"), None);
    assert_eq!(variables.get("CYGWIN_PREFIX"), None);
    assert_eq!(variables.get("CONDA_BUILD_CROSS_COMPILATION").unwrap(), "1");
    assert_eq!(variables.get("HOME").unwrap(), "/out/bld/rattler-build_demo/work");
}

#[test]
fn versions_are_cut_to_two_parts() {
    for (given, parts) in
        [("3.12.* *_cpython", "3.12"), ("3.12", "3.12"), ("=3.9.1", "3.9"), (">=3.8,<4", "3.8"), ("3", "3")]
    {
        assert_eq!(first_two_parts(given), parts);
    }
}
