//! Sessions and the network: who is let in, what is trusted, where files come from, and what is asked for again.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "tests")]

mod credentials;
mod elsewhere;
mod kept_credentials;
#[cfg(target_os = "linux")]
mod keyring;
mod mirrors;
mod place;
mod proxies;
mod refused;
mod tls;
mod unchanged;
