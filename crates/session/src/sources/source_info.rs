//! `.source_info.json` in the work folder, as other tools read it.

use std::path::Path;

use serde_json::{Map, Value, json};
use sidewinder_recipe::stage1::{OneOrMany, Source};

use super::fetch::FetchedSource;
use crate::error::{Error, Result};
use crate::redact::redact;

/// Writes what was fetched: sources with their resolved commits, without secrets, and where they were unpacked.
///
/// # Errors
/// [`Error::Io`].
pub(super) fn write(
    work_dir: &Path,
    recipe_path: &Path,
    source_cache: &Path,
    sources: &[Source],
    fetched: &[FetchedSource],
) -> Result<()> {
    let shown: Vec<Source> = sources.iter().zip(fetched).map(|(source, fetched)| resolved(source, fetched)).collect();
    let mut info = json!({ "recipe_path": recipe_path, "source_cache": source_cache, "sources": shown });
    let extracted: Map<String, Value> = fetched
        .iter()
        .enumerate()
        .filter_map(|(index, fetched)| Some((index.to_string(), Value::String(fetched.extracted.clone()?))))
        .collect();
    if !extracted.is_empty()
        && let Some(object) = info.as_object_mut()
    {
        object.insert("extracted_paths".into(), Value::Object(extracted));
    }
    let path = work_dir.join(".source_info.json");
    // A source may contain a symlink of this name.
    let _ = std::fs::remove_file(&path);
    fs_err::write(&path, info.to_string()).map_err(Error::io("cannot write", path))
}

fn resolved(source: &Source, fetched: &FetchedSource) -> Source {
    let mut source = source.clone();
    hide_secrets(&mut source);
    if let Source::Git(git) = &mut source
        && fetched.commit.is_some()
    {
        git.rev.clone_from(&fetched.commit);
    }
    source
}

/// Takes the secrets out of a source's addresses.
pub(crate) fn hide_secrets(source: &mut Source) {
    match source {
        Source::Url(url) => match &mut url.url {
            OneOrMany::One(url) => *url = redact(url),
            OneOrMany::Many(many) => many.iter_mut().for_each(|url| *url = redact(url)),
        },
        Source::Git(git) => git.git = redact(&git.git),
        Source::Path(_) => {}
    }
}
