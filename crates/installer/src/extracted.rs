//! Packages that were extracted before, for those who want to look into them.

use std::path::PathBuf;

use rattler_cache::PACKAGE_CACHE_DIR;
use rattler_conda_types::RepoDataRecord;

use crate::installer::Installer;
use crate::package_key::{PackageKey, folder_name, is_file_name};

impl Installer {
    /// The folder of a package that was extracted before: in the pool, or in the package cache that the machine's conda
    /// clients share. `None` if there is none from the same archive.
    ///
    /// The files may be in use: read them only.
    #[must_use]
    pub fn extracted_folder(&self, record: &RepoDataRecord) -> Option<PathBuf> {
        let entry = self.pool.entry_of(&PackageKey::of(record)?);
        if entry.record().is_some() {
            return Some(entry.folder().to_path_buf());
        }
        let name = folder_name(&record.package_record);
        if !is_file_name(&name) {
            return None;
        }
        let folder = self.cache_dir.join(PACKAGE_CACHE_DIR).join(name);
        // The name alone does not tell two archives apart.
        let text = std::fs::read(folder.join("info/repodata_record.json")).ok()?;
        let cached: RepoDataRecord = serde_json::from_slice(&text).ok()?;
        let sha256 = record.package_record.sha256?;
        (cached.package_record.sha256 == Some(sha256)).then_some(folder)
    }

    /// The names of the packages in the pool, sorted.
    #[must_use]
    pub fn extracted_names(&self) -> Vec<String> {
        let Ok(archives) = std::fs::read_dir(self.pool.folder()) else { return Vec::new() };
        let mut names: Vec<String> = archives
            .flatten()
            .filter(|archive| !archive.file_name().to_string_lossy().starts_with('.'))
            .filter_map(|archive| std::fs::read_dir(archive.path()).ok())
            .flat_map(|entries| entries.flatten())
            .filter_map(|entry| {
                // `<name>-<version>-<build>`; neither version nor build contains a dash.
                let folder = entry.file_name().into_string().ok()?;
                let mut parts = folder.rsplitn(3, '-');
                let (_build, _version, name) = (parts.next()?, parts.next()?, parts.next()?);
                Some(name.to_owned())
            })
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}
