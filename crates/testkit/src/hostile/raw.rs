//! Packages without any check: record, metadata and archive are written as told, also where they contradict each other.

use std::io::{self, Write};
use std::path::Path;

use fs_err as fs;
use rattler_conda_types::Subdir;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::archive::{Archive, Kind};
use crate::package::Format;

/// A package of version 1.0 and build 0 for the machine's platform, with whatever in it.
#[derive(Debug, Clone)]
pub struct RawPackage {
    pub(crate) format: Format,
    name: String,
    /// Changes to the record in the index of the channel.
    record: Map<String, Value>,
    /// Changes to `info/index.json`.
    index: Map<String, Value>,
    paths: Vec<Value>,
    link: Option<Value>,
    contents: Archive,
    /// The key of the record, where it is not the file's name.
    key: Option<String>,
}

impl RawPackage {
    pub(super) fn new(name: &str) -> Self {
        Self {
            format: Format::TarBz2,
            name: name.to_owned(),
            record: Map::new(),
            index: Map::new(),
            paths: Vec::new(),
            link: None,
            contents: Archive::new(),
            key: None,
        }
    }

    /// The name of its entry in a package cache.
    pub fn stem(&self) -> String {
        format!("{}-1.0-0", self.name)
    }

    /// Sets a key in the channel's index and in the package alike.
    pub(super) fn says(self, key: &str, value: Value) -> Self {
        self.record_says(key, value.clone()).index_says(key, value)
    }

    /// Sets a key in the channel's index only.
    pub(super) fn record_says(mut self, key: &str, value: Value) -> Self {
        self.record.insert(key.to_owned(), value);
        self
    }

    /// Sets a key in the package only.
    pub(super) fn index_says(mut self, key: &str, value: Value) -> Self {
        self.index.insert(key.to_owned(), value);
        self
    }

    pub(super) fn noarch_python(self, entry_points: &[&str]) -> Self {
        let mut package = self.says("noarch", json!("python")).says("depends", json!(["python"]));
        let noarch = json!({ "type": "python", "entry_points": entry_points });
        package.link = Some(json!({ "noarch": noarch, "package_metadata_version": 1 }));
        package
    }

    /// Adds a file to the archive and to `paths.json`.
    pub(super) fn file(self, path: &str, text: &str) -> Self {
        self.listed(path, "hardlink").holding(|contents| contents.file(path, text))
    }

    /// Adds an entry to `paths.json`.
    pub(super) fn listed(self, path: &str, path_type: &str) -> Self {
        self.listed_as(json!({ "_path": path, "path_type": path_type }))
    }

    /// Adds an entry to `paths.json`, as it is.
    pub(super) fn listed_as(mut self, entry: Value) -> Self {
        self.paths.push(entry);
        self
    }

    /// Adds entries to the archive only.
    pub(super) fn holding(mut self, fill: impl FnOnce(Archive) -> Archive) -> Self {
        self.contents = fill(self.contents);
        self
    }

    /// Has this for a file's name in the channel's index.
    pub(super) fn keyed(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self
    }

    fn index_json(&self) -> Map<String, Value> {
        let subdir = Subdir::current().unwrap_or(Subdir::NoArch).as_str();
        let index = json!({
            "name": self.name, "version": "1.0", "build": "0", "build_number": 0, "depends": [], "subdir": subdir,
        });
        index.as_object().cloned().unwrap_or_default()
    }

    fn bytes(&self) -> io::Result<Vec<u8>> {
        let mut index = self.index_json();
        index.extend(self.index.clone());
        let mut info = Archive::new()
            .file("info/index.json", Value::Object(index).to_string())
            .file("info/paths.json", json!({ "paths": self.paths, "paths_version": 1 }).to_string());
        if let Some(link) = &self.link {
            info = info.file("info/link.json", link.to_string());
        }
        match self.format {
            Format::TarBz2 => info.and(self.contents.clone()).bytes(Kind::TarBz2),
            Format::Conda => {
                let stem = self.stem();
                Archive::new()
                    .file("metadata.json", r#"{"conda_pkg_format_version":2}"#)
                    .file(format!("pkg-{stem}.tar.zst"), self.contents.bytes(Kind::TarZst)?)
                    .file(format!("info-{stem}.tar.zst"), info.bytes(Kind::TarZst)?)
                    .bytes(Kind::Zip)
            }
        }
    }

    fn file_name(&self) -> String {
        match self.format {
            Format::TarBz2 => format!("{}.tar.bz2", self.stem()),
            Format::Conda => format!("{}.conda", self.stem()),
        }
    }
}

/// Writes packages and an index for them; no library for indexes would take them.
pub(super) fn write_channel(folder: &Path, packages: &[RawPackage]) -> io::Result<()> {
    let subdir = Subdir::current().unwrap_or(Subdir::NoArch).as_str();
    let (mut tar_bz2, mut conda) = (Map::new(), Map::new());
    for package in packages {
        let bytes = package.bytes()?;
        let mut record = package.index_json();
        record.insert("sha256".to_owned(), json!(hex::encode(Sha256::digest(&bytes))));
        record.insert("size".to_owned(), json!(bytes.len()));
        record.extend(package.record.clone());
        let name = package.file_name();
        let file = folder.join(subdir).join(&name);
        fs::create_dir_all(folder.join(subdir))?;
        fs::File::create(file)?.write_all(&bytes)?;
        let records = if package.format == Format::Conda { &mut conda } else { &mut tar_bz2 };
        records.insert(package.key.clone().unwrap_or(name), Value::Object(record));
    }
    let repodata = json!({ "info": { "subdir": subdir }, "packages": tar_bz2, "packages.conda": conda });
    fs::write(folder.join(subdir).join("repodata.json"), repodata.to_string())?;
    let empty = json!({ "info": { "subdir": "noarch" }, "packages": {}, "packages.conda": {} });
    fs::create_dir_all(folder.join("noarch"))?;
    fs::write(folder.join("noarch/repodata.json"), empty.to_string())
}
