//! Specification 3.3: platform variables.

use serde_json::json;

use super::{typed_with, variant};
use crate::model::RenderConfig;
use crate::template::{PLATFORMS, Platforms};

fn on(platform: &str, name: &str) -> Option<serde_json::Value> {
    let config = RenderConfig { target_platform: Some(platform.to_owned()), ..RenderConfig::default() };
    typed_with(&format!("${{{{ {name} }}}}"), &config, &variant(&[])).ok()
}

#[test]
fn selectors_follow_the_platform() {
    for (platform, yes, no) in [
        ("linux-64", &["unix", "linux", "x86_64", "linux64"][..], &["win", "osx", "x86", "linux32"][..]),
        ("linux-aarch64", &["unix", "linux", "aarch64", "linuxaarch64"], &["arm64", "x86_64"]),
        ("osx-arm64", &["unix", "osx", "arm64", "osxarm64"], &["linux", "ios"]),
        ("win-64", &["win", "x86_64", "win64"], &["unix"]),
        ("win-32", &["win", "x86"], &["x86_64"]),
        ("emscripten-wasm32", &["unix", "emscripten", "wasm32", "emscriptenwasm32"], &["wasi"]),
        ("wasi-wasm32", &["wasi", "wasm32"], &["unix"]),
        ("zos-z", &["zos", "z"], &["unix"]),
        ("freebsd-64", &["unix", "freebsd"], &["linux"]),
        ("android-64", &["unix", "android"], &["linux"]),
        ("ios-arm64", &["unix", "ios"], &["osx"]),
        ("iossimulator-arm64", &["unix", "ios", "iossimulator"], &["osx"]),
        ("noarch", &[], &["unix", "linux", "win", "osx", "x86_64"]),
    ] {
        for name in yes {
            assert_eq!(on(platform, name), Some(json!(true)), "{name} on {platform}");
        }
        for name in no {
            assert_eq!(on(platform, name), Some(json!(false)), "{name} on {platform}");
        }
    }
    assert_eq!(on("linux-64", "armV6l"), None);
    assert_eq!(on("linux-64", "hash"), None);
}

#[test]
fn the_extension_of_shared_libraries_follows_the_target() {
    for (platform, extension) in [
        ("linux-64", ".so"),
        ("osx-64", ".dylib"),
        ("ios-arm64", ".dylib"),
        ("win-64", ".dll"),
        ("android-64", ".so"),
        ("noarch", ".not_implemented"),
        ("emscripten-wasm32", ".not_implemented"),
    ] {
        assert_eq!(on(platform, "SHLIB_EXT"), Some(json!(extension)));
    }
}

#[test]
fn the_host_platform_follows_the_target_unless_given_apart() {
    let host = |target: Option<&str>, host: Option<&str>, key: &[(&str, &str)]| {
        let config = RenderConfig {
            target_platform: target.map(str::to_owned),
            host_platform: host.map(str::to_owned),
            ..RenderConfig::default()
        };
        Platforms::new(&config, &variant(key)).host.into_owned()
    };
    assert_eq!(host(None, None, &[]), "linux-64");
    assert_eq!(host(Some("win-64"), Some("win-64"), &[("target_platform", "osx-64")]), "osx-64");
    assert_eq!(host(Some("noarch"), Some("win-64"), &[("target_platform", "noarch")]), "win-64");
    assert_eq!(host(Some("linux-64"), None, &[("host_platform", "osx-64")]), "osx-64");
}

#[test]
fn variant_keys_hide_platform_variables() {
    let found = typed_with("${{ linux }}", &RenderConfig::default(), &variant(&[("linux", "yes")]));
    assert_eq!(found, Ok(json!("yes")));
}

#[test]
fn every_platform_has_its_name_as_a_variable() {
    for platform in PLATFORMS.iter().filter(|platform| **platform != "noarch") {
        assert_eq!(on(platform, &platform.replace('-', "")), Some(json!(true)));
    }
}
