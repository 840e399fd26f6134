//! Installs conda packages: solved records → packages in the pool → files in a prefix.
//!
//! [`Installer::fetch`] downloads and extracts packages into a pool below the cache folder, [`Installer::link`] links
//! them into a prefix. The crate knows nothing of recipes, sessions or solving.

pub mod cancel;
mod copy_file;
pub mod error;
mod extracted_package;
mod fetch;
mod file_fingerprint;
mod file_modes;
mod installer;
mod link;
mod link_files;
mod link_plan;
mod link_reporter;
mod package_fetcher;
mod package_key;
mod package_metadata;
mod packages_with_folders;
mod parallel;
mod pool;
mod pool_entry;
mod read_packages;
pub mod redact;
mod redact_prefix_records;
mod remove_tree;
mod reporter;
mod transaction;
mod validate_paths;

pub use cancel::{Cancel, Cancelled};
pub use error::{Error, Result};
pub use extracted_package::{ExtractedPackage, python_info};
pub use fetch::{Fetched, Request};
pub use installer::Installer;
pub use parallel::in_parallel;
pub use pool::trim;
pub use remove_tree::remove_tree;
pub use reporter::{PackageAction, Reporter, TransferReporter};
pub use transaction::{Transaction, init_prefix};
