//! Events that wait for somebody who takes them one at a time, and perhaps slowly.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::ProgressEvent;

/// What waits for a taker that is busy. Clones are one.
///
/// Of the transfers of one name only the latest waits, and of a limited number of names; the others would be out of
/// date. All other events arrive, in the order in which they came: there are as many as lines in the session's log and
/// packages in its environments.
#[derive(Clone, Debug)]
pub struct Backlog {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    most_transfers: usize,
    state: Mutex<State>,
    idle: Notify,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<ProgressEvent>,
    transfers: usize,
    is_one_on_its_way: bool,
}

impl Backlog {
    /// For transfers of so many names at most.
    #[must_use]
    pub fn new(most_transfers: usize) -> Self {
        let most_transfers = most_transfers.max(1);
        Self { inner: Arc::new(Inner { most_transfers, state: Mutex::default(), idle: Notify::new() }) }
    }

    /// Takes an event; returns what is to be sent now, if nothing is on its way.
    #[must_use]
    pub fn push(&self, event: ProgressEvent) -> Option<ProgressEvent> {
        let mut state = self.state();
        state.push(event, self.inner.most_transfers);
        if state.is_one_on_its_way {
            return None;
        }
        let next = state.pop();
        state.is_one_on_its_way = next.is_some();
        next
    }

    /// What was sent has been taken; returns what is to be sent next.
    #[must_use]
    pub fn taken(&self) -> Option<ProgressEvent> {
        let mut state = self.state();
        let next = state.pop();
        state.is_one_on_its_way = next.is_some();
        drop(state);
        if next.is_none() {
            self.inner.idle.notify_waiters();
        }
        next
    }

    /// Nobody takes events any more: what waits is dropped.
    pub fn abandon(&self) {
        *self.state() = State::default();
        self.inner.idle.notify_waiters();
    }

    /// How many events wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.state().waiting.len()
    }

    /// Waits until all events have been taken.
    pub async fn idle(&self) {
        loop {
            let idle = self.inner.idle.notified();
            tokio::pin!(idle);
            // Before looking, so that what happens just then is not missed.
            idle.as_mut().enable();
            if !self.state().is_one_on_its_way {
                return;
            }
            idle.await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn push(&mut self, event: ProgressEvent, most_transfers: usize) {
        if let ProgressEvent::Transfer { name, .. } = &event {
            let same = |waiting: &ProgressEvent| matches!(waiting, ProgressEvent::Transfer { name: other, .. } if other == name);
            // The one it replaces goes, so that this one stays behind what was said meanwhile.
            let out_of_date = self.waiting.iter().rposition(same).or_else(|| {
                let is_transfer = |waiting: &ProgressEvent| matches!(waiting, ProgressEvent::Transfer { .. });
                (self.transfers >= most_transfers).then(|| self.waiting.iter().position(is_transfer)).flatten()
            });
            if out_of_date.and_then(|index| self.waiting.remove(index)).is_none() {
                self.transfers += 1;
            }
        }
        self.waiting.push_back(event);
    }

    fn pop(&mut self) -> Option<ProgressEvent> {
        let event = self.waiting.pop_front();
        if matches!(event, Some(ProgressEvent::Transfer { .. })) {
            self.transfers -= 1;
        }
        event
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::LogLevel;

    fn transfer(name: &str, bytes: u64) -> ProgressEvent {
        ProgressEvent::Transfer { name: name.to_owned(), bytes, total: None }
    }

    fn line(number: u64) -> ProgressEvent {
        ProgressEvent::Log { level: LogLevel::Info, message: number.to_string() }
    }

    fn rest(backlog: &Backlog) -> Vec<ProgressEvent> {
        std::iter::from_fn(|| backlog.taken()).collect()
    }

    #[test]
    fn an_event_is_sent_at_once_while_none_is_on_its_way() {
        let backlog = Backlog::new(8);
        assert_eq!(backlog.push(line(1)), Some(line(1)));
        assert_eq!(backlog.push(line(2)), None);
        assert_eq!(backlog.taken(), Some(line(2)));
        assert_eq!(backlog.taken(), None);
        assert_eq!(backlog.push(line(3)), Some(line(3)));
    }

    #[test]
    fn of_one_name_only_the_latest_transfer_waits() {
        let backlog = Backlog::new(8);
        let _sent = backlog.push(line(0));
        for bytes in 0..10_000 {
            assert_eq!(backlog.push(transfer("a", bytes)), None);
            assert_eq!(backlog.push(transfer("b", bytes)), None);
        }
        assert_eq!(rest(&backlog), [transfer("a", 9_999), transfer("b", 9_999)]);
    }

    #[test]
    fn transfers_of_a_limited_number_of_names_wait() {
        let backlog = Backlog::new(8);
        let _sent = backlog.push(line(0));
        for number in 0..10_000 {
            assert_eq!(backlog.push(transfer(&number.to_string(), 1)), None);
            assert!(backlog.waiting() <= 8);
        }
        assert_eq!(rest(&backlog).last(), Some(&transfer("9999", 1)));
    }

    #[test]
    fn other_events_all_arrive_in_order() {
        let backlog = Backlog::new(2);
        let _sent = backlog.push(line(0));
        for number in 1..1_000 {
            assert_eq!(backlog.push(line(number)), None);
            assert_eq!(backlog.push(transfer(&(number % 5).to_string(), number)), None);
        }
        let mut arrived = rest(&backlog);
        arrived.retain(|event| matches!(event, ProgressEvent::Log { .. }));
        assert_eq!(arrived, (1..1_000).map(line).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn it_is_idle_once_all_was_taken_or_nobody_takes_any() {
        let backlog = Backlog::new(2);
        backlog.idle().await;
        let _sent = backlog.push(line(0));
        let other = backlog.clone();
        let waiting = tokio::spawn(async move { other.idle().await });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        assert_eq!(backlog.taken(), None);
        assert!(waiting.await.is_ok());
        let _sent = backlog.push(line(1));
        backlog.abandon();
        backlog.idle().await;
    }
}
