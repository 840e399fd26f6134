//! Which authorities are trusted to vouch for servers.

use std::path::Path;

use reqwest::{Certificate, ClientBuilder};

use super::stamp::Stamped;

/// Variables of which the first replaces the machine's own store, as for all tools on OpenSSL.
const INSTEAD: &str = "SSL_CERT_FILE";
const INSTEAD_FOLDERS: &str = "SSL_CERT_DIR";
/// Variables of conda, requests and curl; what they name is trusted besides.
const BESIDES: [&str; 2] = ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"];

/// The files that the environment names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in super::super) struct Certificates {
    instead: Option<Stamped>,
    instead_folders: Vec<Stamped>,
    besides: Vec<(&'static str, Stamped)>,
}

impl Certificates {
    pub(super) fn named() -> Self {
        let folders = std::env::var_os(INSTEAD_FOLDERS).unwrap_or_default();
        Self {
            instead: Stamped::named_by(INSTEAD),
            instead_folders: std::env::split_paths(&folders)
                .filter(|folder| !folder.as_os_str().is_empty())
                .map(Stamped::new)
                .collect(),
            besides: BESIDES.iter().filter_map(|name| Some((*name, Stamped::named_by(name)?))).collect(),
        }
    }

    /// Has the client trust them.
    ///
    /// # Errors
    /// Names the variable and the file that cannot be used.
    pub(in super::super) fn trusted_by(&self, client: ClientBuilder) -> Result<ClientBuilder, String> {
        let mut besides = Vec::new();
        for (variable, file) in &self.besides {
            // Requests takes a folder as well.
            let is_folder = file.path.is_dir();
            let found = if is_folder { in_folder(variable, &file.path)? } else { in_file(variable, &file.path)? };
            besides.extend(found);
        }
        if self.instead.is_none() && self.instead_folders.is_empty() {
            return Ok(client.tls_certs_merge(besides));
        }
        let mut all = besides;
        if let Some(file) = &self.instead {
            all.extend(in_file(INSTEAD, &file.path)?);
        }
        for folder in &self.instead_folders {
            all.extend(in_folder(INSTEAD_FOLDERS, &folder.path)?);
        }
        Ok(client.tls_certs_only(all))
    }
}

fn in_file(variable: &str, path: &Path) -> Result<Vec<Certificate>, String> {
    let unusable = |reason: &str| format!("the file of `{variable}` cannot be used: `{}`: {reason}", path.display());
    let text = std::fs::read(path).map_err(|error| unusable(&error.to_string()))?;
    let found = Certificate::from_pem_bundle(&text).map_err(|_| unusable("expected certificates in PEM form"))?;
    if found.is_empty() { Err(unusable("it holds no certificate in PEM form")) } else { Ok(found) }
}

/// What a folder holds; files without certificates are left out, as OpenSSL does.
fn in_folder(variable: &str, path: &Path) -> Result<Vec<Certificate>, String> {
    let unusable =
        |error: std::io::Error| format!("the folder of `{variable}` cannot be used: `{}`: {error}", path.display());
    let mut all = Vec::new();
    for entry in std::fs::read_dir(path).map_err(unusable)? {
        let file = entry.map_err(unusable)?.path();
        let found = std::fs::read(&file).ok().and_then(|text| Certificate::from_pem_bundle(&text).ok());
        all.extend(found.into_iter().flatten());
    }
    Ok(all)
}
