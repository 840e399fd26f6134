//! Environments on real packages, in channels made for the test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod add;
mod channels;
mod http;
mod install;
mod pool;
mod resolve;
mod run_exports;
mod search;
mod stage;
