//! What a script reads from its standard input.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::AsyncWriteExt;
use tokio::process::ChildStdin;
use tokio::sync::mpsc;

/// Pieces that may wait for the script to read them.
const WAITING_PIECES: usize = 16;

/// Standard input that is written while the script runs. Clones are one stream.
///
/// # Example
/// Write from one task while another runs the script:
/// ```
/// # async fn example() {
/// use sidewinder_session::script::StdinStream;
///
/// let stdin = StdinStream::new();
/// stdin.write(b"first line\n".to_vec()).await;
/// stdin.end();
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct StdinStream {
    sender: Arc<Mutex<Option<mpsc::Sender<Vec<u8>>>>>,
    receiver: Arc<Mutex<Option<mpsc::Receiver<Vec<u8>>>>>,
}

impl Default for StdinStream {
    fn default() -> Self {
        Self::new()
    }
}

impl StdinStream {
    /// A stream for one run.
    #[must_use]
    pub fn new() -> Self {
        let (sender, receiver) = mpsc::channel(WAITING_PIECES);
        Self { sender: Arc::new(Mutex::new(Some(sender))), receiver: Arc::new(Mutex::new(Some(receiver))) }
    }

    /// Passes a piece on, waiting while the script does not read. `false` once nobody will read it: the script ended, or
    /// closed its standard input.
    pub async fn write(&self, piece: Vec<u8>) -> bool {
        let sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match sender {
            Some(sender) => sender.send(piece).await.is_ok(),
            None => false,
        }
    }

    /// The script reads the end of file after what was written.
    pub fn end(&self) {
        drop(self.sender.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    pub(super) fn take(&self) -> Stdin {
        let receiver = self.receiver.lock().unwrap_or_else(PoisonError::into_inner).take();
        // A second run with the same stream has nothing to read.
        receiver.map_or(Stdin::None, Stdin::Pieces)
    }
}

/// The standard input of a run.
#[derive(Debug)]
pub(super) enum Stdin {
    /// Empty.
    None,
    /// A text.
    Text(String),
    /// Pieces as they come.
    Pieces(mpsc::Receiver<Vec<u8>>),
}

impl Stdin {
    pub(super) fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    /// Writes all of it. Whether the process reads it is its own business; once it does not, the rest is dropped, and
    /// with it the receiver, so that whoever writes learns of it.
    pub(super) async fn feed(self, pipe: Option<ChildStdin>) {
        let Some(mut pipe) = pipe else { return };
        match self {
            Self::None => {}
            Self::Text(text) => {
                let _ = pipe.write_all(text.as_bytes()).await;
            }
            Self::Pieces(mut pieces) => {
                while let Some(piece) = pieces.recv().await {
                    if pipe.write_all(&piece).await.is_err() {
                        return;
                    }
                }
            }
        }
        let _ = pipe.shutdown().await;
    }
}
