//! What the machine itself provides: `__glibc`, `__cuda`, `__archspec` and the like.

use rattler_conda_types::{GenericVirtualPackage, Subdir};
use rattler_virtual_packages::{VirtualPackageOverrides, VirtualPackages};

use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::redact::chain;

/// The virtual packages for a platform: detected where it is the machine's own, else what the platform is assumed to
/// have; `CONDA_OVERRIDE_*` win, and an empty one takes the package away.
///
/// # Errors
/// [`Error::InvalidOption`] when an override cannot be read.
pub async fn virtual_packages(platform: Subdir, progress: &Progress) -> Result<Vec<GenericVirtualPackage>> {
    // Detection may start programs and load drivers.
    let detected = tokio::task::spawn_blocking(move || {
        let overrides = VirtualPackageOverrides::from_env();
        VirtualPackages::detect_for_platform(platform, &overrides, None)
            .map(|packages| packages.into_generic_virtual_packages().collect::<Vec<_>>())
            .map_err(|error| chain(&error))
    });
    let packages = detected
        .await
        .map_err(|error| Error::Internal { reason: format!("cannot detect virtual packages: {error}") })?
        .map_err(|reason| Error::InvalidOption { option: "CONDA_OVERRIDE_*", reason })?;
    if Some(platform) != Subdir::current() {
        let assumed: Vec<String> = packages.iter().map(ToString::to_string).collect();
        progress.info(format!("This machine is not {platform}; assuming {}", assumed.join(", ")));
    }
    Ok(packages)
}
