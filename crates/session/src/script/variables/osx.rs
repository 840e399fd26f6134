//! Packages for macOS.

use super::family::Target;
use super::{Variables, set};

pub(super) fn add(variables: &mut Variables, target: Target<'_>) {
    let (arch, oldest) = match target.arch {
        "64" => ("x86_64", "10.9"),
        "32" => ("i386", "10.9"),
        "arm64" => ("arm64", "11.0"),
        other => (other, "10.9"),
    };
    set(variables, "OSX_ARCH", arch);
    set(variables, "MACOSX_DEPLOYMENT_TARGET", oldest);
}
