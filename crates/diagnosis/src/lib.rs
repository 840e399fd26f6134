//! Tells from what a build script wrote why it failed.
//!
//! Pure: it reads texts that are handed in, nothing else, so that it runs in a browser as well.
//!
//! ```
//! use sidewinder_diagnosis::{FindingKind, Output, diagnose};
//!
//! let stderr = "main.c:1:10: fatal error: zlib.h: No such file or directory\n";
//! let findings = diagnose(&Output { stderr, exit_code: 1, ..Output::default() });
//! assert_eq!(findings[0].kind, FindingKind::MissingHeader);
//! assert_eq!(findings[0].subject.as_deref(), Some("zlib.h"));
//! ```

mod candidates;
mod diagnose;
mod finding;
mod lines;
mod rules;
mod script;

pub use self::candidates::candidates;
pub use self::diagnose::{MOST_FINDINGS, Output, diagnose};
pub use self::finding::{Environment, Evidence, Finding, FindingKind, Stream, Suggestion};
