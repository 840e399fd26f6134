//! Checkpoints of a session, and independent copies of it.

use std::sync::atomic::AtomicBool;

use tokio::sync::Mutex;

use super::output_folder::{OutputFolder, make_private};
use super::registry::Registry;
use super::state::{CurrentState, State};
use super::{DebugSession, Hold, blocking};
use crate::cancel::Cancel;
use crate::checkpoint;
use crate::error::Result;
use crate::layout::{Layout, remove_tree};

impl DebugSession {
    /// Saves the work folder and both prefixes as a checkpoint; a checkpoint of that name is replaced.
    ///
    /// # Errors
    /// Those of [`checkpoint::take`]; [`Error::Busy`], [`Error::Closed`].
    pub async fn checkpoint(&self, name: &str, cancel: &Cancel) -> Result<()> {
        let name = name.to_owned();
        self.on_folders(cancel, move |layout, cancel| checkpoint::take(layout, &name, cancel)).await
    }

    /// Makes the work folder and both prefixes what they were at a checkpoint.
    ///
    /// # Errors
    /// Those of [`checkpoint::restore`]; [`Error::Busy`], [`Error::Closed`].
    pub async fn restore(&self, name: &str, cancel: &Cancel) -> Result<()> {
        let name = name.to_owned();
        let restored = self.on_folders(cancel, move |layout, cancel| checkpoint::restore(layout, &name, cancel)).await;
        // What the checkpoint put back is not an edit of the next run.
        self.edited_packages().await;
        restored
    }

    /// The names of all checkpoints, sorted.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Closed`].
    pub async fn checkpoints(&self) -> Result<Vec<String>> {
        self.check_open()?;
        let layout = self.layout.clone();
        blocking(move || checkpoint::list(&layout)).await
    }

    /// An independent copy of the session in a temporary folder of its own, which closing it removes. Nothing is solved,
    /// fetched or installed; checkpoints stay with the original.
    ///
    /// # Errors
    /// Those of [`Layout::twin_folder`] and [`checkpoint::copy_session`]; [`Error::Busy`], [`Error::Closed`].
    pub async fn fork(&self, cancel: &Cancel) -> Result<Self> {
        let state = self.state();
        let registry = Registry::new(self.services.cache_dir());
        // Files that were edited are private from now on, and are copied.
        self.edited_packages().await;
        let installer = self.services.installer().clone();
        let (layout, hold, state) = self
            .on_folders(cancel, move |layout, cancel| {
                layout.check_own()?;
                let root = layout.twin_folder()?;
                let copied = (|| {
                    let copy = layout.relocated(&root);
                    let registered = registry.enter(&copy.build_dir, Some(&root), &state.variant);
                    make_private(&root)?;
                    let lock = copy.create_empty()?;
                    checkpoint::copy_session(layout, &copy, &installer, cancel)?;
                    let mut state = State::clone(&state);
                    state.options.output_dir = None;
                    state.temporary_root = Some(root.clone());
                    copy.write_state(&state.without_secrets())?;
                    Ok((copy, Hold { lock, registered }, state))
                })();
                if copied.is_err() {
                    // The error is what matters, also when the folder cannot be removed.
                    let _ = remove_tree(&root);
                    registry.forget(&root);
                }
                copied
            })
            .await?;
        let mut settings = self.settings.clone();
        settings.channels = settings.channels.with_output_folder(&layout.output_dir);
        Ok(Self {
            output_folder: OutputFolder::of(&layout, state.temporary_root.as_deref()),
            layout,
            state: CurrentState::new(state),
            services: self.services.clone(),
            settings,
            closed: AtomicBool::new(false),
            life: Cancel::new(),
            working: Mutex::new(Some(hold)),
            usage: std::sync::Mutex::default(),
        })
    }

    /// Work on the session's folders, while nothing else is done with them.
    pub(super) async fn on_folders<T: Send + 'static>(
        &self,
        cancel: &Cancel,
        work: impl FnOnce(&Layout, &Cancel) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let _working = self.begin()?;
        let layout = self.layout.clone();
        self.until_closed(cancel, async move |cancel| {
            let cancel = cancel.clone();
            blocking(move || work(&layout, &cancel)).await
        })
        .await
    }
}
