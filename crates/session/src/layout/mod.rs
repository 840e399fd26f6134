//! Folders of a session: their names, their making, and who holds them.
//!
//! ```text
//! <output>/                        canonical
//!   .condapackageignore            keeps the output folder out of `path:` sources that contain it
//!   rattler-build-log.txt          JSON lines; the last one names the latest session for other tools
//!   src_cache/  build_cache/
//!   bld/
//!     .sidewinder/                 locks and folders about to be removed
//!     rattler-build_<name>/        the build folder
//!       session.json               what is needed to take the session up again
//!       work/  build_env/  host_env_placehold…/
//! ```

mod build_folder;
mod create;
mod dir_handle;
mod folder_log;
mod host_prefix;
mod lock;
mod ownership;
mod paths;
mod plan;
mod rattler_build_compat;
mod relocate;
mod remove;
mod state;
mod temporary;

pub use build_folder::BuildFolder;
pub(crate) use dir_handle::Held;
pub use lock::SessionLock;
pub(crate) use ownership::check_folder;
pub use ownership::{is_build_dir, is_temporary_root, temporary_root};
pub use paths::DebugPaths;
pub use plan::{Layout, LayoutRequest};
pub use remove::remove_tree;
pub(crate) use temporary::temporary_folder;
