//! Installs conda packages: solved records → packages in the pool → files in a prefix.
//!
//! [`Installer::fetch`] downloads and extracts packages into a pool below the cache folder, [`Installer::link`] links
//! them into a prefix. The crate knows nothing of recipes, sessions or solving.

pub mod cancel;
mod check;
mod copy_file;
mod environment_record;
pub mod error;
pub mod exhaustion;
mod extracted;
mod extracted_package;
mod fetch;
mod file_fingerprint;
mod file_modes;
mod folder_handle;
mod fork;
mod installer;
mod link;
mod link_driver;
mod link_files;
mod link_plan;
mod package_fetcher;
mod package_key;
mod package_metadata;
mod parallel;
mod pool;
mod pool_entry;
mod read_packages;
mod record_file;
pub mod redact;
mod redact_prefix_records;
mod remove_tree;
mod repair;
mod reporter;
pub mod threads;
mod transaction;
mod tree_copy;
mod validate_paths;

pub use cancel::{Cancel, Cancelled};
pub use check::EditedFile;
pub use check::release_below;
pub use environment_record::RunGuard;
pub use error::{Error, Result};
pub use extracted_package::{ExtractedPackage, python_info};
pub use fetch::{Fetched, Request};
pub use fork::SharedFiles;
pub use installer::Installer;
pub use parallel::in_parallel;
pub use pool::{FileSharing, file_sharing, trim};
pub use remove_tree::remove_tree;
pub use reporter::{PackageAction, Reporter, Silent, TransferReporter};
pub use transaction::{Sharing, Transaction, init_prefix};
