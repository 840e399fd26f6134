//! The files of a package, read from an extracted package or from its archive.

use std::path::Path;

use rattler_conda_types::package::{LinkJson, NoArchLinks, PathsJson};
use rattler_package_streaming::ExtractError;
use rattler_package_streaming::archive::{PackageArchive, RemoteArchiveOptions, Section};
use reqwest_middleware::ClientWithMiddleware;
use url::Url;

/// Maximum size of one file of metadata that is read, in bytes. Packages are not trusted.
pub const MAX_METADATA_BYTES: u64 = 64 * 1024 * 1024;

/// Maximum number of files of metadata in an archive that are looked at.
const MAX_ENTRIES: usize = 10_000;

/// The files of a package, with `/` between the parts of paths. Commands that an installer writes for noarch Python
/// packages are among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileList {
    paths: Vec<String>,
}

/// Why the files of a package could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The archive is broken, or was not downloaded.
    #[error("cannot read the archive")]
    Archive(#[source] ExtractError),
    /// The list of files does not parse.
    #[error("invalid `{0}`")]
    Metadata(&'static str, #[source] std::io::Error),
    /// The package has no list of files.
    #[error("the package has no list of files")]
    NoList,
    /// A file of metadata is larger than [`MAX_METADATA_BYTES`], or there are too many.
    #[error("the metadata of the package is too large")]
    TooLarge,
}

impl FileList {
    /// A list of these paths. Those that cannot be files of a package are left out.
    #[must_use]
    pub fn of_paths<P: Into<String>>(paths: impl IntoIterator<Item = P>) -> Self {
        let mut paths: Vec<String> = paths.into_iter().map(Into::into).filter(|path| is_safe(path)).collect();
        paths.sort_unstable();
        paths.dedup();
        Self { paths }
    }

    /// The paths, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.paths.iter().map(String::as_str)
    }

    /// The files of an extracted package.
    ///
    /// # Errors
    /// [`ReadError::NoList`] if it has no list of files, [`ReadError::Metadata`] if the list is broken,
    /// [`ReadError::TooLarge`].
    pub fn of_folder(folder: &Path) -> Result<Self, ReadError> {
        let read = |name: &str| -> Result<Option<Vec<u8>>, ReadError> {
            let path = folder.join(name);
            match std::fs::metadata(&path) {
                Ok(found) if found.len() > MAX_METADATA_BYTES => return Err(ReadError::TooLarge),
                Ok(found) if found.is_file() => {}
                _ => return Ok(None),
            }
            fs_err::read(path).map(Some).map_err(|error| ReadError::Archive(ExtractError::IoError(error)))
        };
        Metadata { paths: read(PATHS)?, files: read(FILES)?, link: read(LINK)? }.list()
    }

    /// The files of an archive on this machine. Only the part with the metadata is read.
    ///
    /// # Errors
    /// Those of [`FileList::of_folder`], and [`ReadError::Archive`] for an archive that cannot be read.
    pub async fn of_archive(archive: &Path) -> Result<Self, ReadError> {
        let archive = PackageArchive::from_path(archive).await.map_err(ReadError::Archive)?;
        Self::of(&archive).await
    }

    /// The files of an archive on a server: by range requests, else by downloading at most `max_bytes`.
    ///
    /// # Errors
    /// Those of [`FileList::of_archive`]; [`ReadError::Archive`] also for an archive that is too large to download.
    pub async fn of_url(client: ClientWithMiddleware, url: Url, max_bytes: u64) -> Result<Self, ReadError> {
        let options = RemoteArchiveOptions::new().with_max_spool_size(max_bytes);
        let archive = PackageArchive::from_url_with_options(client, url, options).await.map_err(ReadError::Archive)?;
        Self::of(&archive).await
    }

    async fn of(archive: &PackageArchive) -> Result<Self, ReadError> {
        let mut stream = archive.stream(Section::Info).await.map_err(ReadError::Archive)?;
        let mut metadata = Metadata::default();
        let mut entries = 0;
        while let Some(mut entry) = stream.next_entry().await.map_err(ReadError::Archive)? {
            entries += 1;
            if entries > MAX_ENTRIES {
                return Err(ReadError::TooLarge);
            }
            let Some(slot) = metadata.slot(entry.path()) else { continue };
            if entry.size().map_err(ReadError::Archive)? > MAX_METADATA_BYTES {
                return Err(ReadError::TooLarge);
            }
            *slot = Some(entry.read().await.map_err(ReadError::Archive)?);
            if metadata.paths.is_some() && metadata.link.is_some() {
                break;
            }
        }
        metadata.list()
    }
}

const PATHS: &str = "info/paths.json";
/// What packages have that were built before `paths.json` existed.
const FILES: &str = "info/files";
const LINK: &str = "info/link.json";

#[derive(Default)]
struct Metadata {
    paths: Option<Vec<u8>>,
    files: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
}

impl Metadata {
    fn slot(&mut self, path: &Path) -> Option<&mut Option<Vec<u8>>> {
        [(PATHS, &mut self.paths), (FILES, &mut self.files), (LINK, &mut self.link)]
            .into_iter()
            .find_map(|(name, slot)| (path == Path::new(name)).then_some(slot))
    }

    fn list(self) -> Result<FileList, ReadError> {
        let mut paths: Vec<String> = match (self.paths, self.files) {
            (Some(bytes), _) => {
                let paths: PathsJson =
                    serde_json::from_slice(&bytes).map_err(|error| ReadError::Metadata(PATHS, error.into()))?;
                paths.paths.into_iter().filter_map(|entry| path_text(&entry.relative_path)).collect()
            }
            (None, Some(bytes)) => String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect(),
            (None, None) => return Err(ReadError::NoList),
        };
        if let Some(link) = self.link {
            let link: LinkJson =
                serde_json::from_slice(&link).map_err(|error| ReadError::Metadata(LINK, error.into()))?;
            if let NoArchLinks::Python(python) = link.noarch {
                paths.extend(python.entry_points.into_iter().map(|entry| format!("bin/{}", entry.command)));
            }
        }
        // Files of noarch Python packages are named without the folder that depends on the platform.
        let scripts = paths.iter().filter_map(|path| path.strip_prefix("python-scripts/"));
        let scripts: Vec<String> = scripts.map(|name| format!("bin/{name}")).collect();
        paths.extend(scripts);
        Ok(FileList::of_paths(paths))
    }
}

fn path_text(path: &Path) -> Option<String> {
    path.to_str().map(|path| path.replace('\\', "/"))
}

/// Whether a path can be one of a package; names with line breaks could not be kept in a list of lines.
fn is_safe(path: &str) -> bool {
    !path.is_empty()
        && path.len() <= 4096
        && !path.starts_with('/')
        && !path.contains(['\n', '\r', '\0'])
        && path.split('/').all(|part| part != "..")
}
