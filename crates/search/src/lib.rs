//! Finds packages: by name, also by a name that is misspelt or that the package does not have in conda, and by the files
//! in them.
//!
//! [`Question`] says which file is wanted, [`FileList`] is what a package contains, [`FileIndex`] keeps lists on disk.
//! The crate knows nothing of channels: whoever has their records passes names and archives in.
//!
//! # Example: the package of a header
//! ```
//! use sidewinder_search::{FileList, Question, SearchKind};
//!
//! let files = FileList::of_paths(["include/zlib.h", "lib/libz.so"]);
//! let question = Question::new(SearchKind::Header, "zlib.h");
//! assert_eq!(question.answers(&files), ["include/zlib.h"]);
//! ```

mod file_index;
mod file_list;
mod names;
mod providers;
mod question;
mod subjects;

pub use file_index::FileIndex;
pub use file_list::{FileList, MAX_METADATA_BYTES, ReadError};
pub use names::{NameMatch, match_name, nearest};
pub use providers::{likely_packages, likely_providers};
pub use question::{Question, SearchKind};
