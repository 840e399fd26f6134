//! The engine of a debug session: sets up a conda build's environment without running the build, runs its script, and
//! changes both in place.
//!
//! The way of a session: rendered variant → [`layout`] → [`sources`] → [`environment`] → [`script`] →
//! [`session`]. All input and output of sidewinder lives here.

pub mod cancel;
pub mod checkpoint;
pub mod doctor;
pub mod environment;
pub mod error;
pub mod error_code;
mod http_failure;
pub mod layout;
pub mod options;
pub mod patch;
pub mod progress;
pub mod redact;
pub mod script;
pub mod session;
pub mod sources;

pub use cancel::Cancel;
pub use error::{Error, ErrorRecord, Result};
pub use error_code::ErrorCode;
pub use http_failure::HttpFailure;
pub use options::SessionOptions;
pub use progress::{Progress, ProgressEvent};
