//! Packages for Android.

use super::family::Target;
use super::{Variables, set};

pub(super) fn add(variables: &mut Variables, target: Target<'_>) {
    let (abi, host) = match target.arch {
        "aarch64" => ("arm64-v8a", "aarch64-linux-android"),
        "armv7a" => ("armeabi-v7a", "armv7a-linux-androideabi"),
        "64" => ("x86_64", "x86_64-linux-android"),
        "32" => ("x86", "i686-linux-android"),
        _ => return,
    };
    set(variables, "ANDROID_ABI", abi);
    set(variables, "ANDROID_API_LEVEL", "24");
    set(variables, "HOST", host);
}
