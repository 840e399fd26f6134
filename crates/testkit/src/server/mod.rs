//! A small HTTP server on the loopback interface with faults on demand.
//!
//! It serves a folder, knows ETags and credentials, keeps a log of what was asked, and stops when it is dropped.

mod fault;
mod request;
mod respond;
mod tls;

use std::collections::BTreeMap;
use std::io::{self, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

pub use fault::Fault;
use request::Request;
use tls::Identity;

/// What a client has to show.
#[derive(Debug, Clone)]
pub(crate) enum Credentials {
    Basic { user: String, password: String },
    Bearer { token: String },
    InPath { token: String },
}

/// A server to be.
///
/// ```
/// use sidewinder_testkit::server::{Fault, Site};
///
/// let server = Site::new().page("a.txt", "a\n").fault(Fault::on("*.txt").first(1).status(503)).start()?;
/// assert!(server.url("a.txt").starts_with("http://127.0.0.1:"));
/// assert!(server.requests().is_empty());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Site {
    folder: Option<PathBuf>,
    pages: BTreeMap<String, Vec<u8>>,
    credentials: Option<Credentials>,
    faults: Vec<Fault>,
}

impl Site {
    /// A site with nothing on it.
    pub fn new() -> Self {
        Self::default()
    }

    /// A site that has what is in that folder, as it is at the time of each request.
    pub fn folder(folder: impl Into<PathBuf>) -> Self {
        Self { folder: Some(folder.into()), ..Self::default() }
    }

    /// Adds a page, by its path without the first slash. It comes before a file of that name.
    pub fn page(mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.pages.insert(path.to_owned(), bytes.into());
        self
    }

    /// Lets in only who shows this name and password; others get a 401.
    pub fn basic_auth(mut self, user: &str, password: &str) -> Self {
        self.credentials = Some(Credentials::Basic { user: user.to_owned(), password: password.to_owned() });
        self
    }

    /// Lets in only who shows this token; others get a 401.
    pub fn bearer_auth(mut self, token: &str) -> Self {
        self.credentials = Some(Credentials::Bearer { token: token.to_owned() });
        self
    }

    /// Lets in only who puts `/t/TOKEN` before the path; others get a 401.
    pub fn conda_token(mut self, token: &str) -> Self {
        self.credentials = Some(Credentials::InPath { token: token.to_owned() });
        self
    }

    /// Adds a fault. Of several that fit a request, the first added takes it.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Starts to serve on a free port of the loopback interface.
    ///
    /// # Errors
    ///
    /// When there is no free port.
    pub fn start(self) -> io::Result<Server> {
        self.start_with(None)
    }

    /// Starts to serve over TLS, with a certificate that nobody trusts yet: see [`Server::certificate`].
    ///
    /// # Errors
    ///
    /// When there is no free port, or no certificate can be made.
    pub fn start_encrypted(self) -> io::Result<Server> {
        self.start_with(Some(Identity::new()?))
    }

    fn start_with(self, identity: Option<Identity>) -> io::Result<Server> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared { site: self, identity, ..Shared::default() });
        let accepting = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || accept(&listener, &shared))
        };
        Ok(Server { address, shared, accepting: Some(accepting) })
    }
}

/// A server that runs, until it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

/// One request that came in, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// The method: `GET`, `HEAD`.
    pub method: String,
    /// The path with its first slash, as the client wrote it.
    pub path: String,
    /// The status that was answered; 0 where the connection was dropped.
    pub status: u16,
    /// The headers that the client sent, names in lower case.
    pub headers: BTreeMap<String, String>,
}

impl Server {
    /// The address of a page; of the site itself for an empty path.
    pub fn url(&self, path: &str) -> String {
        let scheme = if self.shared.identity.is_some() { "https" } else { "http" };
        format!("{scheme}://{}/{path}", self.address)
    }

    /// The certificate of a server that was started with [`Site::start_encrypted`], in PEM form.
    pub fn certificate(&self) -> Option<&str> {
        self.shared.identity.as_ref().map(|identity| identity.certificate.as_str())
    }

    /// What was asked so far, in the order of the answers.
    pub fn requests(&self) -> Vec<Logged> {
        locked(&self.shared.log).clone()
    }

    /// From now on nothing goes wrong any more.
    pub fn heal(&self) {
        self.shared.healed.store(true, Ordering::SeqCst);
    }

    /// How many requests for paths like that came so far; `*` stands for any text.
    pub fn count(&self, pattern: &str) -> usize {
        locked(&self.shared.log).iter().filter(|logged| fault::is_like(pattern, &logged.path)).count()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for connections.
        drop(TcpStream::connect(self.address));
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
        for connection in locked(&self.shared.connections).drain(..) {
            let _ = connection.shutdown(Shutdown::Both);
        }
    }
}

/// What the threads of one server share.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    site: Site,
    identity: Option<Identity>,
    stopping: AtomicBool,
    healed: AtomicBool,
    log: Mutex<Vec<Logged>>,
    connections: Mutex<Vec<TcpStream>>,
    /// How many requests each fault has met.
    met: Mutex<BTreeMap<usize, u64>>,
}

impl Shared {
    /// The fault that takes this request, if any does.
    fn fault_for(&self, path: &str) -> Option<&Fault> {
        if self.healed.load(Ordering::SeqCst) {
            return None;
        }
        let mut met = locked(&self.met);
        self.site.faults.iter().enumerate().find_map(|(index, fault)| {
            if !fault.is_about(path) {
                return None;
            }
            let count = met.entry(index).or_default();
            *count += 1;
            fault.takes(*count - 1).then_some(fault)
        })
    }

    /// The bytes of a page or a file. Nothing outside the folder is served.
    fn content(&self, path: &str) -> Option<Vec<u8>> {
        let path = path.trim_start_matches('/');
        if let Some(page) = self.site.pages.get(path) {
            return Some(page.clone());
        }
        let inside = Path::new(path).components().all(|part| matches!(part, std::path::Component::Normal(_)));
        let file = self.site.folder.as_ref().filter(|_| inside)?.join(path);
        fs_err::read(file).ok()
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for connection in listener.incoming() {
        if shared.stopping.load(Ordering::SeqCst) {
            return;
        }
        let Ok(connection) = connection else { continue };
        let shared = Arc::clone(shared);
        // Ends by itself when the client closes, or when the server shuts the connection down.
        thread::spawn(move || take(connection, &shared));
    }
}

fn take(connection: TcpStream, shared: &Shared) {
    let Ok(clone) = connection.try_clone() else { return };
    locked(&shared.connections).push(clone);
    let _ = connection.set_nodelay(true);
    let closing = connection.try_clone();
    match &shared.identity {
        None => serve(connection, shared),
        Some(identity) => {
            if let Ok(stream) = identity.wrap(connection) {
                serve(stream, shared);
            }
        }
    }
    if let Ok(connection) = closing {
        let _ = connection.shutdown(Shutdown::Both);
    }
}

/// One connection: request after request until one side closes it.
fn serve(stream: impl Read + Write, shared: &Shared) {
    let mut reader = BufReader::new(stream);
    while let Ok(Some(request)) = Request::read(&mut reader) {
        let answer = respond::answer(&request, shared);
        let logged = Logged {
            method: request.method.clone(),
            path: request.target.clone(),
            status: answer.status,
            headers: request.headers.clone(),
        };
        // Before the answer is sent: who has it finds the request in the log.
        locked(&shared.log).push(logged);
        if answer.send(reader.get_mut(), &request).is_err() || answer.closes {
            break;
        }
    }
}

/// A panic in another thread of a test is that thread's business.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
