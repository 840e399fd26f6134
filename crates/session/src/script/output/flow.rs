//! Output goes on only as fast as it is taken.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// How many pieces of output may be on their way to somebody who takes them later, on another thread. Clones are one.
#[derive(Clone, Debug)]
pub struct Flow {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    max_pieces: usize,
    on_their_way: AtomicUsize,
    taken: Notify,
}

impl Flow {
    /// At most so many pieces, of at most 128 KiB each.
    #[must_use]
    pub fn new(max_pieces: usize) -> Self {
        Self {
            inner: Arc::new(Inner {
                max_pieces: max_pieces.max(1),
                on_their_way: AtomicUsize::new(0),
                taken: Notify::new(),
            }),
        }
    }

    /// A piece was taken.
    pub fn release(&self) {
        let one_less = |count: usize| Some(count.saturating_sub(1));
        // Never fails: there is always a new value.
        let _ = self.inner.on_their_way.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less);
        self.inner.taken.notify_waiters();
    }

    /// A piece is sent.
    pub(super) fn send(&self) {
        self.inner.on_their_way.fetch_add(1, Ordering::SeqCst);
    }

    /// Whether there is no room for a further piece.
    pub(super) fn is_full(&self) -> bool {
        self.inner.on_their_way.load(Ordering::SeqCst) >= self.inner.max_pieces
    }

    /// Waits until there is room.
    pub(super) async fn room(&self) {
        loop {
            let taken = self.inner.taken.notified();
            tokio::pin!(taken);
            // Before looking, so that what is taken just then is not missed.
            taken.as_mut().enable();
            if !self.is_full() {
                return;
            }
            taken.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn there_is_room_once_a_piece_was_taken() {
        let flow = Flow::new(2);
        flow.send();
        flow.room().await;
        flow.send();
        assert!(flow.is_full());
        let other = flow.clone();
        let waiting = tokio::spawn(async move { other.room().await });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        flow.release();
        assert!(waiting.await.is_ok());
        for _ in 0..5 {
            flow.release();
        }
        flow.send();
        assert!(!flow.is_full(), "more cannot be taken than was sent");
    }
}
