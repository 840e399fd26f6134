//! Sources in git repositories, by the `git` program.
//!
//! ```text
//! git/<key>/db                 bare repository with what was fetched
//! git/<key>/checkouts/<kind>-<commit>   a work tree with its `.git`, copied from there into the work folder
//! ```

mod checkout;
mod program;
mod reference;
mod remote;
mod repair;
mod repository;
mod source;

pub(super) use source::fetch;
