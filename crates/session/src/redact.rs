//! Secrets in URLs, shared with the installer.

pub use sidewinder_installer::redact::{chain, redact, without_secrets};
