//! Packages for iOS and its simulator.

use super::family::Target;
use super::{Variables, set};

pub(super) fn add(variables: &mut Variables, target: Target<'_>) {
    let arch = if target.arch == "64" { "x86_64" } else { target.arch };
    let simulator = if target.system == "iossimulator" { "-simulator" } else { "" };
    set(variables, "IOS_ARCH", arch);
    set(variables, "IPHONEOS_DEPLOYMENT_TARGET", "13.0");
    set(variables, "HOST", format!("{arch}-apple-ios{simulator}"));
}
