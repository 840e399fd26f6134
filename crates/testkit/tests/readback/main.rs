//! What the testkit makes, read and installed by the field's own libraries.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "tests")]

mod archives;
mod channels;
mod embedded;
mod installed;
mod packages;
mod server;
