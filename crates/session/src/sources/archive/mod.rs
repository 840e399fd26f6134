//! Archives: which files are, and unpacking them safely.
//!
//! An archive comes from outside. Nothing in it may be written, linked or read outside of the folder it is unpacked
//! into, and it may not fill the disk; what would is an error that names the entry, never skipped in silence.

mod dos_time;
mod guard;
mod gzip;
mod kind;
mod links;
mod sevenz;
mod tar;
mod tree_writer;
pub(crate) use tree_writer::make_symlink;
mod unpack;
mod zip;

pub use guard::Limits;
pub use kind::ArchiveKind;
pub use unpack::unpack;
