//! Moves run exports out of the index, to where other channels have them.

use std::io;
use std::path::Path;

use fs_err as fs;
use serde_json::{Map, Value, json};

use super::RunExportsIn;

/// The two maps of an index that hold records.
const MAPS: [&str; 2] = ["packages", "packages.conda"];

pub(super) fn place(folder: &Path, place: RunExportsIn) -> io::Result<()> {
    if place == RunExportsIn::Repodata {
        return Ok(());
    }
    for subdir in fs::read_dir(folder)? {
        let subdir = subdir?.path();
        let index = subdir.join("repodata.json");
        if !index.is_file() {
            continue;
        }
        let mut repodata: Value = serde_json::from_slice(&fs::read(&index)?)?;
        let exports = take_run_exports(&mut repodata);
        write_both(&subdir, "repodata.json", &repodata)?;
        if place == RunExportsIn::OwnFile {
            write_both(&subdir, "run_exports.json", &exports)?;
        }
    }
    Ok(())
}

/// Takes the run exports out of every record; returns the text of `run_exports.json`.
fn take_run_exports(repodata: &mut Value) -> Value {
    let mut file = Map::new();
    file.insert("info".to_owned(), repodata.get("info").cloned().unwrap_or_else(|| json!({})));
    for map in MAPS {
        let mut found = Map::new();
        let records = repodata.get_mut(map).and_then(Value::as_object_mut);
        for (name, record) in records.into_iter().flatten() {
            let exports = record.as_object_mut().and_then(|record| record.remove("run_exports"));
            found.insert(name.clone(), json!({ "run_exports": exports.unwrap_or_else(|| json!({})) }));
        }
        file.insert(map.to_owned(), Value::Object(found));
    }
    Value::Object(file)
}

fn write_both(folder: &Path, name: &str, value: &Value) -> io::Result<()> {
    let text = value.to_string();
    fs::write(folder.join(format!("{name}.zst")), zstd::encode_all(text.as_bytes(), 3)?)?;
    fs::write(folder.join(name), text)
}
