//! What the machine itself provides: `__glibc`, `__cuda`, `__archspec` and the like.

use rattler_conda_types::{GenericVirtualPackage, Subdir};
use rattler_virtual_packages::{
    AmdGpu, AmdGpuArch, Archspec, Cuda, CudaArch, EnvOverride, VirtualPackageOverrides, VirtualPackages,
};

use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::redact::chain;

/// The virtual packages for a platform: detected where it is the machine's own, else what the platform is assumed to
/// have; `CONDA_OVERRIDE_*` win, and an empty one takes the package away.
///
/// An override counts for the environments whose platform can have the package: that of `__glibc` for Linux, that of
/// `__archspec` for platforms of that kind of processor.
///
/// # Errors
/// [`Error::InvalidOption`] when an override cannot be read.
pub async fn virtual_packages(platform: Subdir, progress: &Progress) -> Result<Vec<GenericVirtualPackage>> {
    // Detection may start programs and load drivers.
    let detected = tokio::task::spawn_blocking(move || {
        let overrides = VirtualPackageOverrides::from_env();
        VirtualPackages::detect_for_platform(platform, &overrides, None)
            .map(|packages| fitting(packages, platform).into_generic_virtual_packages().collect::<Vec<_>>())
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

/// Without what says nothing about a platform: other systems, whose versions may be named for another environment of the
/// same build; the graphics cards of this machine for another one; a processor of another kind.
fn fitting(mut packages: VirtualPackages, platform: Subdir) -> VirtualPackages {
    let is_own = Some(platform) == Subdir::current();
    packages.win = packages.win.filter(|_| platform.is_windows());
    packages.osx = packages.osx.filter(|_| platform.is_osx());
    packages.ios = packages.ios.filter(|_| platform.is_ios());
    packages.android = packages.android.filter(|_| platform.is_android());
    packages.linux = packages.linux.filter(|_| platform.is_linux());
    packages.libc = packages.libc.filter(|_| platform.is_linux());
    if !is_own {
        packages.cuda = packages.cuda.filter(|_| is_overridden::<Cuda>());
        packages.cuda_arch = packages.cuda_arch.filter(|_| is_overridden::<CudaArch>());
        packages.amdgpu = packages.amdgpu.filter(|_| is_overridden::<AmdGpu>());
        packages.amdgpu_arch = packages.amdgpu_arch.filter(|_| is_overridden::<AmdGpuArch>());
    }
    let least = Archspec::from_platform(platform);
    if let (Some(Archspec::Microarchitecture(found)), Some(Archspec::Microarchitecture(least))) =
        (&packages.archspec, &least)
        && found.family().name() != least.family().name()
    {
        packages.archspec = Some(if is_own { Archspec::current() } else { Archspec::Microarchitecture(least.clone()) });
    }
    packages
}

fn is_overridden<T: EnvOverride>() -> bool {
    std::env::var_os(T::DEFAULT_ENV_NAME).is_some()
}
