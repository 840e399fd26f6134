//! What goes into the archive, and reading it.

mod digest;
mod entry;
mod patch;
mod read;

pub(crate) use digest::{Digest, FileKind, Needles};
pub(crate) use entry::{Content, Entry, EntryKind, FileEntry, not_utf8};
pub(crate) use patch::Patch;
pub(crate) use read::{Reading, read_in_order};
