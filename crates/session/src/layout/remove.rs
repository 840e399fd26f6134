//! Removing folder trees, shared with the installer.

pub use sidewinder_installer::remove_tree;
