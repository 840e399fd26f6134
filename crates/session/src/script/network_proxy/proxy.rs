//! Taking connections of the run's namespace, and making those to allowed hosts.

use std::convert::Infallible;
use std::io;
use std::net::TcpListener as StdListener;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::net::UnixStream as StdStream;
use std::sync::Arc;
use std::time::Duration;

use nix::sys::socket::{ControlMessageOwned, MsgFlags, recvmsg};
use tokio::io::{AsyncReadExt, AsyncWriteExt, Interest, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::hosts::AllowedHosts;
use super::request::ProxyRequest;

/// The largest head of a request.
const MAX_HEAD_BYTES: usize = 16 * 1024;
/// Connections at the same time; more wait.
const MAX_CONNECTIONS: usize = 64;
/// For the head of a request, and for a connection to a host.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// The proxy of one run.
#[derive(Debug)]
pub(in crate::script) struct Proxy {
    hosts: AllowedHosts,
    /// Where the listening socket comes from.
    receiver: StdStream,
}

impl Proxy {
    /// A proxy, and what the supervisor sends the listening socket over.
    ///
    /// # Errors
    /// When the system has no descriptors left.
    pub(in crate::script) fn new(hosts: AllowedHosts) -> io::Result<(Self, OwnedFd)> {
        let (receiver, sender) = StdStream::pair()?;
        Ok((Self { hosts, receiver }, sender.into()))
    }

    /// Takes connections until it is dropped. Without a socket it waits forever: the script then has no network.
    pub(in crate::script) async fn serve(self) -> Infallible {
        if let Err(error) = self.accept().await {
            tracing::warn!("the proxy of a run has ended: {error}");
        }
        std::future::pending().await
    }

    async fn accept(self) -> io::Result<()> {
        let listener = receive(self.receiver).await?;
        let hosts = Arc::new(self.hosts);
        let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
        // Dropped with the run, and all connections with it.
        let mut connections = JoinSet::new();
        loop {
            let slot = slots.clone().acquire_owned().await.map_err(io::Error::other)?;
            let (client, _) = listener.accept().await?;
            let hosts = hosts.clone();
            connections.spawn(async move {
                let _slot = slot;
                if let Err(error) = serve_one(client, &hosts).await {
                    tracing::debug!("a connection through the proxy of a run failed: {error}");
                }
            });
            // What is done must not pile up.
            while connections.try_join_next().is_some() {}
        }
    }
}

async fn serve_one(mut client: TcpStream, hosts: &AllowedHosts) -> io::Result<()> {
    let head = tokio::time::timeout(CONNECT_TIMEOUT, read_head(&mut client)).await??;
    let Some((head, rest)) = head else {
        return answer(&mut client, "400 Bad Request", "not a request to a proxy").await;
    };
    let Some(request) = ProxyRequest::parse(&head) else {
        return answer(&mut client, "400 Bad Request", "expected CONNECT or an http URL").await;
    };
    let ProxyRequest { host, port, head } = request;
    if !hosts.allows(&host, port) {
        tracing::info!(host, port, "a run was kept from a host that its sandbox does not list");
        let text = format!("host `{host}:{port}` is not in the `network` list of the sandbox");
        return answer(&mut client, "403 Forbidden", &text).await;
    }
    let connected = tokio::time::timeout(CONNECT_TIMEOUT, TcpStream::connect((host.as_str(), port))).await;
    let mut server = match connected.map_err(io::Error::from).flatten() {
        Ok(server) => server,
        Err(error) => {
            return answer(&mut client, "502 Bad Gateway", &format!("cannot connect to `{host}`: {error}")).await;
        }
    };
    match head {
        Some(head) => server.write_all(&head).await?,
        None => client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?,
    }
    server.write_all(&rest).await?;
    copy_bidirectional(&mut client, &mut server).await.map(drop)
}

/// The head of a request, and what was read after it. `None` when there is no head.
async fn read_head(client: &mut TcpStream) -> io::Result<Option<(Vec<u8>, Vec<u8>)>> {
    let mut head = Vec::new();
    let mut buffer = [0; 4096];
    while head.len() < MAX_HEAD_BYTES {
        let count = client.read(&mut buffer).await?;
        if count == 0 {
            break;
        }
        // The end may be split over two reads.
        let from = head.len().saturating_sub(3);
        head.extend_from_slice(buffer.get(..count).unwrap_or_default());
        if let Some(at) = head.get(from..).and_then(|new| new.windows(4).position(|end| end == b"\r\n\r\n")) {
            let rest = head.split_off(from + at + 4);
            return Ok(Some((head, rest)));
        }
    }
    Ok(None)
}

async fn answer(client: &mut TcpStream, status: &str, text: &str) -> io::Result<()> {
    let length = text.len() + 1;
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{text}\n"
    );
    client.write_all(answer.as_bytes()).await?;
    client.shutdown().await
}

/// Waits for the listening socket.
async fn receive(receiver: StdStream) -> io::Result<TcpListener> {
    receiver.set_nonblocking(true)?;
    let receiver = UnixStream::from_std(receiver)?;
    let descriptor = receiver.async_io(Interest::READABLE, || take_descriptor(&receiver)).await?;
    let listener = StdListener::from(descriptor);
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}

fn take_descriptor(receiver: &UnixStream) -> io::Result<OwnedFd> {
    let mut byte = [0];
    let mut data = [io::IoSliceMut::new(&mut byte)];
    let mut control = nix::cmsg_space!(i32);
    let message = recvmsg::<()>(receiver.as_raw_fd(), &mut data, Some(&mut control), MsgFlags::MSG_CMSG_CLOEXEC)?;
    for message in message.cmsgs()? {
        if let ControlMessageOwned::ScmRights(descriptors) = message
            && let Some(descriptor) = descriptors.first()
        {
            #[expect(unsafe_code, reason = "the library gives a number")]
            // SAFETY: the kernel just made this descriptor for this process; nobody else knows of it.
            return Ok(unsafe { OwnedFd::from_raw_fd(*descriptor) });
        }
    }
    Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the supervisor sent no socket"))
}
