//! Letting a run reach some hosts only: an HTTP proxy, which is all that the run's network namespace leads to.
//!
//! The run has a loopback of its own and nothing else. A socket that listens there is handed to this process, which takes
//! the connections and makes those to allowed hosts. A program that ignores the proxy's variables has no network.

mod hosts;
#[cfg(sidewinder_supervisor)]
mod proxy;
#[cfg(sidewinder_supervisor)]
mod request;

use std::process::Command;

pub(super) use self::hosts::AllowedHosts;
#[cfg(sidewinder_supervisor)]
pub(super) use self::proxy::Proxy;

/// Where it listens, in a namespace in which every port is free.
pub(super) const PORT: u16 = 3128;

/// Without a supervisor there is no namespace, and so no proxy.
#[cfg(not(sidewinder_supervisor))]
#[derive(Debug)]
pub(super) enum Proxy {}

#[cfg(not(sidewinder_supervisor))]
impl Proxy {
    pub(super) async fn serve(self) -> std::convert::Infallible {
        match self {}
    }
}

/// Has programs use the proxy: the variables that curl, git, pip, cargo, wget and most others read.
pub(super) fn set_variables(process: &mut Command) {
    let proxy = format!("http://127.0.0.1:{PORT}");
    for name in ["http_proxy", "https_proxy", "all_proxy"] {
        process.env(name, &proxy).env(name.to_ascii_uppercase(), &proxy);
    }
    let local = "localhost,127.0.0.1,::1";
    process.env("no_proxy", local).env("NO_PROXY", local);
}
