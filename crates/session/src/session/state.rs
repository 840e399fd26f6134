//! What is written beside the work folder, so that another process can take the session up.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use sidewinder_recipe::RenderedVariant;

use crate::options::SessionOptions;

/// The state of a session that is set up; holds no secrets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct State {
    /// What it was made from.
    pub(super) variant: RenderedVariant,
    /// How it was made; channels without their secrets.
    pub(super) options: SessionOptions,
    /// When it was made, in seconds since 1970.
    pub(super) created: u64,
    /// What the set-up logged.
    pub(super) setup_log: Vec<String>,
    /// The temporary folder that holds everything, where the session made one.
    pub(super) temporary_root: Option<PathBuf>,
}
