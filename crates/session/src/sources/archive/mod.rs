//! Archives: which files are, and unpacking them safely.
//!
//! An archive comes from outside. Nothing in it may be written, linked or read outside of the folder it is unpacked
//! into, and it may not fill the disk. An entry that cannot be unpacked safely is skipped with a warning that names it, or
//! is an error, as the caller chooses.

mod dos_time;
mod gzip;
mod kind;
mod limits;
mod sevenz;
mod tar;
mod tree_writer;
pub(crate) use tree_writer::make_symlink;
mod unpack;
mod zip;

pub use kind::ArchiveKind;
pub use limits::Limits;
pub use unpack::unpack;
