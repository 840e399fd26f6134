//! Threads are started with a check: where the system has none left, that is an error and not a panic.

use std::io;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread::Builder;

/// Makes sure that rayon's global thread pool works, which rattler uses. Later calls cost nothing.
///
/// rayon builds the pool on first use, once: if no thread can be started then, every use panics for the life of the
/// process. So the threads are started here, and rayon gets those that were. If none can be started, rayon is not touched,
/// and the next call tries again.
///
/// # Errors
/// When not a single thread can be started.
pub fn ensure_thread_pool() -> io::Result<()> {
    static IS_READY: Mutex<bool> = Mutex::new(false);
    let mut is_ready = IS_READY.lock().unwrap_or_else(PoisonError::into_inner);
    if *is_ready {
        return Ok(());
    }
    let wanted = std::thread::available_parallelism().map_or(1, usize::from);
    let mut workers: Vec<Sender<rayon::ThreadBuilder>> = Vec::new();
    for number in 0..wanted {
        let (sender, receiver) = channel::<rayon::ThreadBuilder>();
        let work = move || {
            if let Ok(thread) = receiver.recv() {
                thread.run();
            }
        };
        match Builder::new().name(format!("sidewinder-{number}")).spawn(work) {
            Ok(_) => workers.push(sender),
            Err(error) if workers.is_empty() => return Err(error),
            Err(_) => break,
        }
    }
    let count = workers.len();
    let built = rayon::ThreadPoolBuilder::new()
        .num_threads(count)
        .spawn_handler(|thread| {
            let worker = workers.pop().ok_or_else(|| io::Error::other("no thread was started for a worker"))?;
            worker.send(thread).map_err(|_| io::Error::other("a thread ended before it was used"))
        })
        .build_global();
    // An error means that somebody else has built the pool.
    drop(built);
    *is_ready = true;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn the_pool_works() {
        ensure_thread_pool().unwrap();
        ensure_thread_pool().unwrap();
        let (a, b) = rayon::join(|| 1, || 2);
        assert_eq!(a + b, 3);
    }
}
