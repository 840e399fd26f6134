//! A run that goes on although its host is gone: its output is read on, into the log.

use crate::sys::Poll;
use crate::{fd, sys};

/// The output pipes of a run without a host; they are kept for that case.
pub struct Output {
    polls: [Poll; 2],
    pub active: bool,
}

impl Output {
    pub fn new() -> Self {
        Self { polls: [Poll::input(fd::OUTPUT), Poll::input(fd::ERRORS)], active: false }
    }

    pub fn polls(&self) -> [Poll; 2] {
        if self.active { self.polls } else { [Poll::input(-1), Poll::input(-1)] }
    }

    /// Writes on what came. The host passes no log when the output may hold secrets: then it is only taken, so that the
    /// script does not stop.
    pub fn take(&mut self, happened: [Poll; 2]) {
        static mut PIECE: [u8; 64 * 1024] = [0; 64 * 1024];
        for (poll, happened) in self.polls.iter_mut().zip(happened) {
            if !self.active || poll.descriptor < 0 || happened.happened == 0 {
                continue;
            }
            // SAFETY: one thread, and not kept.
            let piece = unsafe { &mut PIECE };
            let count = sys::read(poll.descriptor, piece);
            if count > 0 {
                sys::write(fd::LOG, &piece[..count as usize]);
            } else {
                sys::close(poll.descriptor);
                poll.descriptor = -1;
            }
        }
    }
}
