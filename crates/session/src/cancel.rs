//! Cancellation, shared with the installer.

pub use sidewinder_installer::{Cancel, Cancelled};
