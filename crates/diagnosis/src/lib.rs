//! Finds out from the output of a build why it failed.
//!
//! Pure: it reads only the texts that are passed in, so that it also runs in a browser.
//!
//! Output is read in four steps: `read` cleans lines and joins messages of several lines, `rules` recognizes what
//! tools print, `rank` separates causes from what follows from them and from noise, `candidates` and `fixes` say what
//! may help.
//!
//! # Example: a missing header
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
mod fixes;
mod hits;
mod kind;
mod labels;
mod rank;
mod read;
mod rules;
mod script;

pub use self::candidates::{candidates, packages_for};
pub use self::diagnose::{Activation, MAX_FINDINGS, Output, diagnose, diagnose_log};
pub use self::finding::{
    Confidence, Environment, Evidence, Finding, FindingKind, LineRange, Location, Role, Stream, Suggestion,
};
pub use self::fixes::{Fix, FixSection, RequirementEdit, fixes, test_fixes};
