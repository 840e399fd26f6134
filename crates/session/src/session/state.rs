//! What is written next to the work folder, so that another process can take the session up.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use serde::{Deserialize, Serialize};
use sidewinder_recipe::RenderedVariant;

use super::test::OpenTest;
use crate::environment::AddedSpecs;
use crate::options::SessionOptions;
use crate::sources::hide_secrets;

/// The state of a session that is set up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct State {
    /// What it was made from.
    pub(super) variant: RenderedVariant,
    /// How it was made; channels without their secrets.
    pub(super) options: SessionOptions,
    /// When it was made, in seconds since 1970.
    pub(super) created: u64,
    /// What was added to the environments by hand.
    #[serde(default)]
    pub(super) added: AddedSpecs,
    /// What the set-up logged.
    pub(super) setup_log: Vec<String>,
    /// The temporary folder that holds everything, where the session made one.
    pub(super) temporary_root: Option<PathBuf>,
    /// The test of a package that the session is about; none for a build.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) test: Option<OpenTest>,
}

impl State {
    /// Whether another tool made the session: then its recipe is not known.
    pub(super) fn is_foreign(&self) -> bool {
        self.created == 0
    }

    /// As it may be written down: also without the secrets in addresses of sources.
    pub(super) fn without_secrets(&self) -> Self {
        let mut state = self.clone();
        let recipe = &mut state.variant.recipe;
        let staged = recipe.staging_caches.iter_mut().flat_map(|staging| &mut staging.source);
        recipe.source.iter_mut().chain(staged).for_each(hide_secrets);
        state
    }
}

/// The state as it is now: it changes when the scripts are written for another variant.
#[derive(Debug)]
pub(super) struct CurrentState(RwLock<Arc<State>>);

impl CurrentState {
    pub(super) fn new(state: State) -> Self {
        Self(RwLock::new(Arc::new(state)))
    }

    pub(super) fn get(&self) -> Arc<State> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set(&self, state: State) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(state);
    }
}
