//! Which platform each environment is solved for.

use rattler_conda_types::Subdir;
use sidewinder_recipe::render::RenderedVariant;

use crate::error::{Error, Result};

/// The platforms that the environments of a build are solved for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Platforms {
    /// Platform of the build environment: where the build runs.
    pub build: Subdir,
    /// Platform of the host environment: that of the package, or where the build runs for a `noarch` package.
    pub host: Subdir,
}

impl Platforms {
    /// Reads the platforms of a rendered variant.
    ///
    /// # Errors
    /// [`Error::InvalidVariant`] for a platform that conda does not know.
    pub fn of(variant: &RenderedVariant) -> Result<Self> {
        let build = platform("buildPlatform", &variant.build_platform)?;
        if build == Subdir::NoArch {
            return Err(Error::InvalidVariant { reason: "`buildPlatform` cannot be `noarch`".to_owned() });
        }
        let host = platform("hostPlatform", &variant.host_platform)?;
        // A noarch package is built with the tools and libraries of the machine that builds it.
        let noarch = variant.noarch.is_some() || host == Subdir::NoArch;
        Ok(Self { build, host: if noarch { build } else { host } })
    }
}

fn platform(field: &str, value: &str) -> Result<Subdir> {
    value.parse().map_err(|_| Error::InvalidVariant {
        reason: format!("unknown platform `{value}` in `{field}`; expected one like `linux-64`"),
    })
}
