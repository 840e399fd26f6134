//! The Node.js binding of `sidewinder_session`: conversion, cancellation and callbacks, nothing else.
//!
//! Settings and results cross as JSON text. A rejected promise carries an error whose message is the JSON text of an
//! `ErrorRecord`; the SDK makes its typed errors from that. A panic becomes such an error too.

pub mod callback;
pub mod doctor;
mod environment;
mod error;
pub mod log;
mod memory;
pub mod package;
mod runtime;
pub mod search;
mod session;
mod stdin;
pub mod test;
mod token;

pub use callback::OutputFlow;
pub use session::{
    NativeSession, attach_session, create_session, find_session, list_sessions, prune_sessions, solve_environments,
};
pub use stdin::StdinWriter;
pub use token::CancelToken;
