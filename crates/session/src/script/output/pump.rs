//! Reading both pipes of a process until they end.

use std::future::pending;
use std::io;
use std::pin::Pin;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::decode::Decoder;
use super::keep::Kept;
use super::log::Log;
use super::mask::{Masker, Secrets};
use super::{Flow, OutputSink, Stream};

/// How much is read at once.
const PIECE: usize = 128 * 1024;

/// After the process ended: how long a pipe that another process holds may be silent, and how long it may go on.
/// A `tee` that the script started needs a moment to write what it has; a server would hold the pipe for ever.
const SILENCE: Duration = Duration::from_millis(100);
const MAX_DRAIN: Duration = Duration::from_secs(2);

/// The pipes that a process writes to.
pub(in crate::script) struct ScriptOutput {
    pub(in crate::script) stdout: Pin<Box<dyn AsyncRead + Send>>,
    pub(in crate::script) stderr: Pin<Box<dyn AsyncRead + Send>>,
}

/// What came out of the pipes.
#[derive(Debug)]
pub(in crate::script) struct Collected {
    pub(in crate::script) stdout: (String, u64),
    pub(in crate::script) stderr: (String, u64),
    /// Why the log is not whole.
    pub(in crate::script) log_error: Option<String>,
}

/// Reads both pipes. Writing the log and the caller's callback may block, so this is for a thread of its own.
pub(in crate::script) struct Pump {
    pub(in crate::script) secrets: Secrets,
    pub(in crate::script) limit: usize,
    pub(in crate::script) log: Log,
    pub(in crate::script) sink: Option<OutputSink>,
    /// How much may be written in all.
    pub(in crate::script) max_bytes: Option<u64>,
    /// Cancelled once more was written; the rest is dropped.
    pub(in crate::script) log_full: CancellationToken,
}

impl Pump {
    /// Reads, and keeps nothing.
    pub(in crate::script) fn to_nowhere() -> Self {
        Self {
            secrets: Secrets::default(),
            limit: 0,
            log: Log::none(),
            sink: None,
            max_bytes: None,
            log_full: CancellationToken::new(),
        }
    }

    /// Reads until both pipes are closed, or the process ended and they are silent: what they still hold then is read, but
    /// nothing is waited for. Meanwhile `feed` writes to the process.
    ///
    /// While too much is on its way to the caller, nothing is read, and so the script waits; but not once it is `killed`.
    pub(in crate::script) async fn run(
        mut self,
        output: ScriptOutput,
        feed: impl Future<Output = ()>,
        ended: &CancellationToken,
        killed: &CancellationToken,
    ) -> Collected {
        let ScriptOutput { mut stdout, mut stderr } = output;
        let mut out = Lane::new(Stream::Stdout, &self.secrets, self.limit);
        let mut err = Lane::new(Stream::Stderr, &self.secrets, self.limit);
        let (mut out_piece, mut err_piece) = (vec![0; PIECE], vec![0; PIECE]);
        let mut feed = Box::pin(feed);
        let mut fed = false;
        let mut drain: Option<Drain> = None;
        while (out.open || err.open) && !drain.as_ref().is_some_and(Drain::is_over) {
            if let Some(flow) = self.sink.as_ref().and_then(OutputSink::flow).cloned()
                && flow.is_full()
                && !killed.is_cancelled()
            {
                let since = Instant::now();
                tokio::select! {
                    () = flow.room() => {}
                    () = killed.cancelled() => {}
                    () = &mut feed, if !fed => fed = true,
                }
                // The caller's time is not the process's.
                if let Some(drain) = &mut drain {
                    drain.put_off(since.elapsed());
                }
                continue;
            }
            // In this order: what has come is read before silence counts.
            tokio::select! {
                biased;
                () = ended.cancelled(), if drain.is_none() => drain = Some(Drain::new()),
                () = &mut feed, if !fed => fed = true,
                (stream, read) = next(
                    out.open.then_some((&mut stdout, &mut out_piece)),
                    err.open.then_some((&mut stderr, &mut err_piece)),
                ) => {
                    let (lane, piece) = match stream {
                        Stream::Stdout => (&mut out, &out_piece),
                        Stream::Stderr => (&mut err, &err_piece),
                    };
                    self.take(lane, piece, read, &mut drain);
                }
                () = silence(drain.as_ref()) => break,
            }
        }
        let stdout = self.finish(out);
        let stderr = self.finish(err);
        Collected { stdout, stderr, log_error: self.log.failure() }
    }

    fn take(&mut self, lane: &mut Lane, piece: &[u8], read: io::Result<usize>, drain: &mut Option<Drain>) {
        match read {
            Ok(length) if length > 0 => {
                if let Some(drain) = drain {
                    drain.heard();
                }
                let length = self.allowed(length);
                let masked = lane.masker.push(piece.get(..length).unwrap_or_default());
                pass_on(&mut self.log, self.sink.as_ref(), lane.stream, &mut lane.kept, &mut lane.decoder, &masked);
            }
            // Closed, or broken: either way nothing more comes.
            _ => lane.open = false,
        }
    }

    /// How much of a piece may still be written.
    fn allowed(&mut self, length: usize) -> usize {
        let Some(left) = self.max_bytes else { return length };
        let allowed = length.min(usize::try_from(left).unwrap_or(usize::MAX));
        self.max_bytes = Some(left - allowed as u64);
        if allowed < length {
            self.log_full.cancel();
        }
        allowed
    }

    fn finish(&mut self, mut lane: Lane) -> (String, u64) {
        let held = lane.masker.finish();
        pass_on(&mut self.log, self.sink.as_ref(), lane.stream, &mut lane.kept, &mut lane.decoder, &held);
        let half = lane.decoder.finish();
        if let Some(sink) = self.sink.as_ref().filter(|_| !half.is_empty()) {
            sink.pass(lane.stream, &half);
        }
        lane.kept.finish()
    }
}

/// A pipe and where its bytes go.
type Source<'a> = Option<(&'a mut Pin<Box<dyn AsyncRead + Send>>, &'a mut Vec<u8>)>;

/// The next piece of either stream; none is preferred, so that neither starves.
async fn next(stdout: Source<'_>, stderr: Source<'_>) -> (Stream, io::Result<usize>) {
    async fn read(source: Source<'_>) -> io::Result<usize> {
        match source {
            Some((pipe, piece)) => pipe.read(piece).await,
            None => pending().await,
        }
    }
    tokio::select! {
        read = read(stdout) => (Stream::Stdout, read),
        read = read(stderr) => (Stream::Stderr, read),
    }
}

/// One stream on its way.
struct Lane {
    stream: Stream,
    masker: Masker,
    decoder: Decoder,
    kept: Kept,
    open: bool,
}

impl Lane {
    fn new(stream: Stream, secrets: &Secrets, limit: usize) -> Self {
        Self { stream, masker: secrets.masker(), decoder: Decoder::default(), kept: Kept::new(limit), open: true }
    }
}

fn pass_on(
    log: &mut Log,
    sink: Option<&OutputSink>,
    stream: Stream,
    kept: &mut Kept,
    decoder: &mut Decoder,
    masked: &[u8],
) {
    if masked.is_empty() {
        return;
    }
    log.write(masked);
    kept.push(masked);
    if let Some(sink) = sink {
        let text = decoder.push(masked);
        // Full only where the script was killed: then nobody waits for the rest.
        if !text.is_empty() && !sink.flow().is_some_and(Flow::is_full) {
            sink.pass(stream, &text);
        }
    }
}

/// The time after the process ended.
struct Drain {
    quiet_at: Instant,
    over_at: Instant,
}

impl Drain {
    fn new() -> Self {
        let now = Instant::now();
        Self { quiet_at: now + SILENCE, over_at: now + MAX_DRAIN }
    }

    fn is_over(&self) -> bool {
        Instant::now() >= self.over_at
    }

    fn put_off(&mut self, time: Duration) {
        self.quiet_at += time;
        self.over_at += time;
    }

    fn heard(&mut self) {
        self.quiet_at = Instant::now() + SILENCE;
    }
}

async fn silence(drain: Option<&Drain>) {
    match drain {
        Some(drain) => sleep_until(drain.quiet_at).await,
        None => pending().await,
    }
}
