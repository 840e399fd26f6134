//! The archive: content first, then the metadata that follows from it, then the place in the channel.

mod adaptive;
mod bz2;
mod conda;
mod members;
mod publish;

pub(crate) use members::digest_all;
pub(crate) use publish::{Published, publish};

use crate::content::{Digest, Entry};
use crate::error::Result;

/// Makes the members below `info/` once the content was read.
pub(crate) type Metadata<'a> = dyn FnMut(&[Entry], &[Option<Digest>]) -> Result<Vec<Entry>> + 'a;

/// How an archive is written.
#[derive(Clone, Copy)]
pub(crate) struct Writing<'a> {
    /// File name without extension.
    pub(crate) stem: &'a str,
    pub(crate) level: i32,
    pub(crate) threads: usize,
    /// Of all members, in seconds since 1970.
    pub(crate) timestamp: u64,
    pub(crate) needles: &'a crate::content::Needles,
    pub(crate) monitor: &'a dyn crate::monitor::Monitor,
}
