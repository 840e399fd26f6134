//! Platforms, and the variables that recipes select with.

use std::borrow::Cow;

use minijinja::Value;

use crate::model::{Combination, RenderConfig, VariantValue};

/// Platform that is taken where nothing else is known.
pub(crate) const DEFAULT_PLATFORM: &str = "linux-64";

/// All platforms that recipes may name.
pub const PLATFORMS: [&str; 31] = [
    "noarch",
    "linux-32",
    "linux-64",
    "linux-aarch64",
    "linux-armv6l",
    "linux-armv7l",
    "linux-loongarch64",
    "linux-ppc64le",
    "linux-ppc64",
    "linux-ppc",
    "linux-s390x",
    "linux-riscv32",
    "linux-riscv64",
    "freebsd-32",
    "freebsd-64",
    "freebsd-arm64",
    "osx-64",
    "osx-arm64",
    "ios-arm64",
    "iossimulator-arm64",
    "iossimulator-64",
    "android-aarch64",
    "android-armv7a",
    "android-64",
    "android-32",
    "win-32",
    "win-64",
    "win-arm64",
    "emscripten-wasm32",
    "wasi-wasm32",
    "zos-z",
];

pub(super) const FAMILIES: [&str; 10] =
    ["linux", "osx", "win", "emscripten", "wasi", "zos", "freebsd", "android", "ios", "iossimulator"];

const ARCHITECTURES: [&str; 17] = [
    "x86",
    "x86_64",
    "aarch64",
    "arm64",
    "armv6l",
    "armv7l",
    "armv7a",
    "loongarch64",
    "ppc64le",
    "ppc64",
    "ppc",
    "s390x",
    "riscv32",
    "riscv64",
    "wasm32",
    "z",
    "i686",
];

/// The three platforms of a rendering.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Platforms<'a> {
    /// Platform the package is for.
    pub target: Cow<'a, str>,
    /// Platform of the host environment; selectors follow it.
    pub host: Cow<'a, str>,
    /// Platform the build runs on.
    pub build: Cow<'a, str>,
}

impl<'a> Platforms<'a> {
    /// The platforms of a rendering for one combination: variant keys may choose other ones, where they are
    /// platforms; the host platform follows the target platform unless it is given apart.
    #[must_use]
    pub fn new(config: &'a RenderConfig, combination: &'a Combination) -> Self {
        let chosen = |key: &str| match combination.get(key) {
            Some(VariantValue::String(platform)) => Some(platform.as_str()).filter(|name| PLATFORMS.contains(name)),
            _ => None,
        };
        let configured = config.target_platform.as_deref().unwrap_or(DEFAULT_PLATFORM);
        let target = chosen("target_platform").unwrap_or(configured);
        let apart = config.host_platform.as_deref().filter(|host| *host != configured);
        let host = chosen("host_platform").or(apart).unwrap_or(target);
        let build = chosen("build_platform").or(config.build_platform.as_deref()).unwrap_or(DEFAULT_PLATFORM);
        Self { target: target.into(), host: host.into(), build: build.into() }
    }

    /// The value of a platform variable.
    pub(super) fn variable(&self, name: &str) -> Option<Value> {
        Some(match name {
            "target_platform" => Value::from_safe_string(self.target.to_string()),
            "host_platform" => Value::from_safe_string(self.host.to_string()),
            "build_platform" => Value::from_safe_string(self.build.to_string()),
            "unix" => Value::from(is_unix(&self.host)),
            "ios" => Value::from(is_ios(&self.host)),
            "SHLIB_EXT" => Value::from(shared_library_extension(&self.target)),
            "i686" => return None,
            _ if FAMILIES.contains(&name) => Value::from(family(&self.host) == name),
            _ if ARCHITECTURES.contains(&name) => Value::from(architecture(&self.host) == Some(name)),
            _ if PLATFORMS.iter().any(|p| is_joined(p, name)) => Value::from(is_joined(&self.host, name)),
            _ => return None,
        })
    }
}

/// Whether a name is a variable that tells platforms apart, such as `unix` or `linux64`, and no variant key by itself.
#[must_use]
pub fn is_selector(name: &str) -> bool {
    matches!(name, "unix" | "SHLIB_EXT" | "host_platform")
        || FAMILIES.contains(&name)
        || ARCHITECTURES.contains(&name)
        || PLATFORMS.iter().any(|platform| is_joined(platform, name))
}

/// Whether a name is a platform without its hyphen, such as `linux64`.
fn is_joined(platform: &str, name: &str) -> bool {
    platform.split_once('-').is_some_and(|(family, rest)| name.strip_prefix(family) == Some(rest))
}

/// The first part of a platform: `linux`, `osx`, `win` …
pub(crate) fn family(platform: &str) -> &str {
    platform.split_once('-').map_or(platform, |(family, _)| family)
}

/// The architecture of a platform; none for `noarch`.
pub(crate) fn architecture(platform: &str) -> Option<&str> {
    match platform.split_once('-')?.1 {
        "64" => Some("x86_64"),
        "32" => Some("x86"),
        other => Some(other),
    }
}

/// Whether a platform counts as Unix.
pub(crate) fn is_unix(platform: &str) -> bool {
    matches!(family(platform), "linux" | "osx" | "ios" | "iossimulator" | "android" | "emscripten" | "freebsd")
}

/// Whether a platform is iOS or its simulator.
pub(crate) fn is_ios(platform: &str) -> bool {
    matches!(family(platform), "ios" | "iossimulator")
}

fn shared_library_extension(platform: &str) -> &'static str {
    match family(platform) {
        "win" => ".dll",
        "osx" | "ios" | "iossimulator" => ".dylib",
        "linux" | "android" => ".so",
        _ => ".not_implemented",
    }
}
