//! A server's own certificate, made when it starts and signed by nobody else.

use std::io;
use std::net::TcpStream;
use std::sync::Arc;

use rcgen::CertifiedKey;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What a server needs to speak TLS.
#[derive(Debug)]
pub(super) struct Identity {
    config: Arc<ServerConfig>,
    /// In PEM form; who trusts it trusts the server.
    pub(super) certificate: String,
}

impl Identity {
    /// For the loopback address.
    pub(super) fn new() -> io::Result<Self> {
        let names = ["127.0.0.1".to_owned(), "localhost".to_owned()];
        let CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed(names).map_err(io::Error::other)?;
        let key = PrivatePkcs8KeyDer::from(signing_key.serialize_der());
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key.into())
            .map_err(io::Error::other)?;
        Ok(Self { config: Arc::new(config), certificate: cert.pem() })
    }

    /// The encrypted stream of a connection; the handshake happens with its first use.
    pub(super) fn wrap(&self, connection: TcpStream) -> io::Result<StreamOwned<ServerConnection, TcpStream>> {
        let server = ServerConnection::new(Arc::clone(&self.config)).map_err(io::Error::other)?;
        Ok(StreamOwned::new(server, connection))
    }
}
