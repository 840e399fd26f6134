//! Changes to the files of the package, and checks of what they need.

pub(crate) mod bytecode;
pub(crate) mod dist_info;
pub(crate) mod dso_lists;
pub(crate) mod entry_points;
pub(crate) mod linking;
pub(crate) mod menus;
pub(crate) mod post_process;
pub(crate) mod relink;
pub(crate) mod system_libraries;
