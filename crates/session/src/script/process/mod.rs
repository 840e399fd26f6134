//! A process and everything it starts, as one thing that can be waited for and ended.

#[cfg(unix)]
mod descendants;
mod exit;
#[cfg(unix)]
mod unix;
mod waiter;
#[cfg(windows)]
mod windows;

pub(super) use self::exit::Exit;
#[cfg(unix)]
pub(super) use self::unix::{Stubborn, Tree, prepare, widen};
pub(super) use self::waiter::Waiter;
#[cfg(windows)]
pub(super) use self::windows::{Stubborn, Tree, prepare, widen};
