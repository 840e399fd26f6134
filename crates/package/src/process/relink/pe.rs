//! DLLs that Windows binaries link against. Nothing is changed: Windows has no run paths.

use goblin::pe::PE;

use super::{Edit, Outcome};

/// What a PE file links against; nothing if it is none.
pub(super) fn inspect(content: &[u8]) -> Option<Outcome> {
    let file = PE::parse(content).ok()?;
    let mut needed: Vec<String> = file.libraries.iter().map(|&name| name.to_owned()).collect();
    needed.dedup();
    Some(Outcome { needed, search: Vec::new(), edit: Edit::Nothing })
}
