//! The texts under `info/`, from a package's description.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::builder::Package;
use super::content::{Content, PrefixMark, placeholder};

/// 2024-01-01, in milliseconds: fixed, so that packages are reproducible.
const TIMESTAMP: u64 = 1_704_067_200_000;

impl Package {
    /// The files under `info/`, by path.
    pub(crate) fn metadata(&self) -> Vec<(String, Vec<u8>)> {
        let mut files = vec![
            file("index.json", &self.index_json()),
            file("about.json", &Value::Object(self.about.clone())),
            file("paths.json", &self.paths_json()),
            ("info/files".to_owned(), self.files().into_bytes()),
        ];
        if !self.run_exports.is_empty() {
            let kinds: Map<String, Value> =
                self.run_exports.iter().map(|(kind, specs)| (kind.key().to_owned(), json!(specs))).collect();
            files.push(file("run_exports.json", &Value::Object(kinds)));
        }
        if let Some(link) = self.link_json() {
            files.push(file("link.json", &link));
        }
        files
    }

    fn index_json(&self) -> Value {
        let mut index = Map::new();
        if let Some(arch) = self.subdir.arch() {
            index.insert("arch".to_owned(), json!(arch.as_str()));
        }
        if let Some(platform) = self.subdir.only_platform() {
            index.insert("platform".to_owned(), json!(platform));
        }
        index.insert("name".to_owned(), json!(self.name));
        index.insert("version".to_owned(), json!(self.version));
        index.insert("build".to_owned(), json!(self.build_string()));
        index.insert("build_number".to_owned(), json!(self.build_number));
        index.insert("subdir".to_owned(), json!(self.subdir.as_str()));
        if self.noarch.is_python() {
            index.insert("noarch".to_owned(), json!("python"));
        } else if !self.noarch.is_none() {
            index.insert("noarch".to_owned(), json!("generic"));
        }
        index.insert("depends".to_owned(), json!(self.depends));
        if !self.constrains.is_empty() {
            index.insert("constrains".to_owned(), json!(self.constrains));
        }
        index.insert("timestamp".to_owned(), json!(TIMESTAMP));
        index.extend(self.index.clone());
        Value::Object(index)
    }

    fn paths_json(&self) -> Value {
        let paths: Vec<Value> = self.contents.iter().map(|(path, content)| paths_entry(path, content)).collect();
        json!({ "paths": paths, "paths_version": 1 })
    }

    fn files(&self) -> String {
        self.contents
            .iter()
            .filter(|(_, content)| !matches!(content, Content::EmptyFolder))
            .map(|(path, _)| format!("{path}\n"))
            .collect()
    }

    fn link_json(&self) -> Option<Value> {
        let noarch = if self.noarch.is_python() {
            json!({ "type": "python", "entry_points": self.entry_points })
        } else if !self.noarch.is_none() {
            json!({ "type": "generic" })
        } else {
            return None;
        };
        Some(json!({ "noarch": noarch, "package_metadata_version": 1 }))
    }
}

fn paths_entry(path: &str, content: &Content) -> Value {
    match content {
        Content::File { bytes, prefix, no_link, .. } => {
            let mut entry = json!({
                "_path": path,
                "path_type": "hardlink",
                "sha256": hex::encode(Sha256::digest(bytes)),
                "size_in_bytes": bytes.len(),
            });
            if let (Some(mark), Some(entry)) = (prefix, entry.as_object_mut()) {
                let mode = match mark {
                    PrefixMark::Text => "text",
                    PrefixMark::Binary => "binary",
                };
                entry.insert("file_mode".to_owned(), json!(mode));
                entry.insert("prefix_placeholder".to_owned(), json!(placeholder()));
            }
            if let (true, Some(entry)) = (*no_link, entry.as_object_mut()) {
                entry.insert("no_link".to_owned(), json!(true));
            }
            entry
        }
        // No checksum: what it would be the checksum of is another entry's content.
        Content::Link { .. } => json!({ "_path": path, "path_type": "softlink" }),
        Content::EmptyFolder => json!({ "_path": path, "path_type": "directory" }),
    }
}

fn file(name: &str, value: &Value) -> (String, Vec<u8>) {
    (format!("info/{name}"), format!("{value:#}\n").into_bytes())
}
