//! Sources that are downloaded.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use sidewinder_recipe::stage1::UrlSource;
use url::Url;

use super::archive::{ArchiveKind, unpack};
use super::cache::{LockedEntry, Metadata};
use super::checksum::{self, Actual, Expected};
use super::download::download;
use super::fetch::{Context, FetchedSource};
use super::origin::Origin;
use super::selection::Selection;
use super::task::blocking;
use crate::error::{Error, Result};
use crate::options::{ArchiveEntries, AttestationCheck};
use crate::redact::redact;

/// Brings a URL source into the cache, unpacked where it is an archive.
///
/// # Errors
/// Those of the last mirror: [`Error::Source`], [`Error::Checksum`], [`Error::Attestation`], [`Error::Io`],
/// [`Error::Cancelled`].
pub(super) async fn fetch(source: &UrlSource, context: &Context) -> Result<FetchedSource> {
    let urls = source.url.as_slice();
    let Some(first) = urls.first() else {
        return Err(Error::Source { location: "url".into(), reason: "no URL given".into(), http: None });
    };
    let shown = redact(first);
    let expected = Expected::new(source.sha256.as_deref(), source.md5.as_deref());
    check_attestation(source, &shown, context)?;
    context.progress.info(format!("Fetching source from url: {shown}"));

    let text = |checksum: &Option<String>| checksum.clone().unwrap_or_default();
    // Another content is another entry: sessions that are at work may still compare with the one they have.
    let stamp = if expected.is_empty() { stamp_of(first).unwrap_or_default() } else { String::new() };
    let parts = ["url", first, &text(&expected.sha256), &text(&expected.md5), &stamp];
    let entry = context.cache.entry(&parts).lock(&context.cancel).await?;
    let metadata = match cached(&entry, first, &expected, context).await? {
        Some(metadata) => metadata,
        None => fetch_any(&entry, urls, &expected, context).await?,
    };
    let raw = entry.raw(&metadata.file_name);
    if let Some(name) = &source.file_name {
        return Ok(FetchedSource::plain(Origin::File { path: raw, name: name.clone() }));
    }
    let Some(kind) = ArchiveKind::of(&metadata.file_name) else {
        return Ok(FetchedSource::plain(Origin::File { path: raw, name: metadata.file_name }));
    };
    let root = entry.extracted();
    if !root.is_dir() {
        let unpacked = unpack_entry(&entry, raw, kind, shown.clone(), context).await;
        if unpacked.is_err() && expected.is_empty() {
            // What arrived may be at fault; with a checksum it is known to be right.
            entry.forget()?;
        }
        unpacked?;
    }
    report_skipped(&entry, &shown, context)?;
    let extracted = root.file_name().map(|name| name.to_string_lossy().into_owned());
    let origin = Origin::Tree { root, selection: Selection::filtered(&source.filter) };
    Ok(FetchedSource { origin, extracted, commit: None })
}

/// Unpacks a file of the cache into its entry; also for archives next to the recipe.
pub(super) async fn unpack_entry(
    entry: &LockedEntry,
    archive: PathBuf,
    kind: ArchiveKind,
    location: String,
    context: &Context,
) -> Result<()> {
    let (scratch, to, limits, cancel) = (entry.scratch()?, entry.extracted(), context.limits, context.cancel.clone());
    let result = blocking(move || unpack(&archive, kind, &scratch, &to, &location, limits, &cancel)).await;
    entry.clear_scratch();
    result.and_then(|skipped| entry.seal_tree(&skipped))
}

/// Warns of entries of an archive that are not in its unpacked tree, also when another session unpacked it.
///
/// # Errors
/// [`Error::Source`] where the session refuses such archives.
pub(super) fn report_skipped(entry: &LockedEntry, location: &str, context: &Context) -> Result<()> {
    let skipped = entry.skipped_entries();
    if context.limits.dangerous_entries == ArchiveEntries::Refuse
        && let Some(reason) = skipped.first()
    {
        let reason = format!("cannot unpack the archive: {reason}");
        return Err(Error::Source { location: location.to_owned(), reason, http: None });
    }
    for reason in &skipped {
        context.progress.warn(format!("{location}: {reason}"));
    }
    Ok(())
}

/// What the cache has, if that is right.
async fn cached(entry: &LockedEntry, first: &str, expected: &Expected, context: &Context) -> Result<Option<Metadata>> {
    let Some(metadata) = entry.metadata() else { return Ok(None) };
    if entry.extracted().is_dir() {
        if entry.tree_is_whole() {
            return Ok(Some(metadata));
        }
        context.progress.warn("The extracted source in the cache was changed; extracting it again");
        entry.drop_tree()?;
    }
    let (raw, cancel) = (entry.raw(&metadata.file_name), context.cancel.clone());
    let actual = blocking(move || checksum::of_file(&raw, &cancel)).await?;
    if expected.verify(&actual, first).is_ok() && actual.sha256 == metadata.sha256 {
        return Ok(Some(metadata));
    }
    context.progress.warn("Checksum validation failed, re-downloading");
    entry.forget()?;
    Ok(None)
}

/// Tries all mirrors in order.
async fn fetch_any(entry: &LockedEntry, urls: &[String], expected: &Expected, context: &Context) -> Result<Metadata> {
    let mut last = None;
    for url in urls {
        context.cancel.check()?;
        match fetch_one(entry, url, expected, context).await {
            Ok(metadata) => return Ok(metadata),
            Err(Error::Cancelled) => return Err(Error::Cancelled),
            Err(error) => {
                if urls.len() > 1 {
                    context.progress.warn(format!("Failed to fetch from {}: {error}", redact(url)));
                }
                last = Some(error);
            }
        }
        entry.clear_scratch();
    }
    Err(last.unwrap_or_else(|| Error::Internal { reason: "a source without a URL".into() }))
}

async fn fetch_one(entry: &LockedEntry, address: &str, expected: &Expected, context: &Context) -> Result<Metadata> {
    let shown = redact(address);
    let fails = |reason: String| Error::Source { location: shown.clone(), reason, http: None };
    let url = Url::parse(address).map_err(|error| fails(format!("invalid URL: {error}")))?;
    let named = plain_name(&file_name_of(&url)).unwrap_or_else(|| "download".to_owned());
    let file = entry.scratch()?.join(&named);
    let (actual, server_name) = match url.scheme() {
        "file" => {
            let path = url.to_file_path().map_err(|()| fails("not a local file URL".to_owned()))?;
            (copy_local(path, file.clone(), &shown, context).await?, None)
        }
        "http" | "https" if context.offline => {
            return Err(fails("not in the cache, and the session is offline".to_owned()));
        }
        "http" | "https" => {
            let done = download(context.client.client(), &url, &file, &context.progress, &context.cancel).await?;
            (done.actual, done.server_name)
        }
        other => return Err(fails(format!("URLs of the kind `{other}:` are not supported"))),
    };
    expected.verify(&actual, &shown)?;
    if expected.is_empty() {
        context.progress.warn(format!("{shown} has no checksum in the recipe; it has sha256 {}", actual.sha256));
    }
    let metadata = Metadata {
        url: shown,
        file_name: server_name.as_deref().and_then(plain_name).unwrap_or(named),
        sha256: actual.sha256,
    };
    entry.store(&file, &metadata)?;
    entry.clear_scratch();
    Ok(metadata)
}

async fn copy_local(from: PathBuf, to: PathBuf, shown: &str, context: &Context) -> Result<Actual> {
    let missing =
        Error::Source { location: shown.to_owned(), reason: "the file does not exist".to_owned(), http: None };
    let cancel = context.cancel.clone();
    blocking(move || {
        if !from.is_file() {
            return Err(missing);
        }
        std::fs::copy(&from, &to).map_err(Error::io("cannot copy", &from))?;
        checksum::of_file(&to, &cancel)
    })
    .await
}

/// Size and time of a local file; `None` for what is not local.
fn stamp_of(address: &str) -> Option<String> {
    let url = Url::parse(address).ok().filter(|url| url.scheme() == "file")?;
    let metadata = std::fs::metadata(url.to_file_path().ok()?).ok()?;
    let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(format!("{}:{}", metadata.len(), modified.as_nanos()))
}

/// The last part of a URL's path, with its escapes: the reference keeps them, so recipes contain such names.
fn file_name_of(url: &Url) -> String {
    url.path_segments().and_then(|mut segments| segments.next_back()).unwrap_or_default().to_owned()
}

/// A name for a file in the cache: the last part, without characters that the system does not allow.
fn plain_name(name: &str) -> Option<String> {
    /// Leaves room for the key before it.
    const MAX_LENGTH: usize = 200;
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut clean: String = last
        .chars()
        .map(|c| if c.is_control() || cfg!(windows) && r#"<>:"|?*"#.contains(c) { '_' } else { c })
        .collect();
    while clean.len() > MAX_LENGTH {
        // From the front: the end decides what kind of file it is.
        clean.remove(0);
    }
    let usable = !clean.is_empty() && Path::new(&clean).file_name().is_some();
    usable.then_some(clean)
}

/// Signatures are not verified; a source with an attestation is fetched only if the caller skips the check.
fn check_attestation(source: &UrlSource, shown: &str, context: &Context) -> Result<()> {
    match (&source.attestation, context.attestation) {
        (None, _) => {}
        (Some(_), AttestationCheck::Refuse) => return Err(Error::Attestation { location: shown.to_owned() }),
        (Some(_), AttestationCheck::Skip) => {
            context.progress.warn(format!("The attestation of {shown} is not checked, as you chose"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn names_from_outside_become_plain_names() {
        for (name, plain) in [
            ("a-1.0.tar.gz", Some("a-1.0.tar.gz")),
            ("../../etc/passwd", Some("passwd")),
            ("..\\..\\x.zip", Some("x.zip")),
            ("..", None),
            ("", None),
            ("a/", None),
            ("a\nb.txt", Some("a_b.txt")),
            ("a%2Bb%20c.txt", Some("a%2Bb%20c.txt")),
        ] {
            assert_eq!(plain_name(name).as_deref(), plain, "{name:?}");
        }
        let long = plain_name(&format!("{}.tar.gz", "x".repeat(300))).unwrap();
        assert!(long.len() <= 200 && long.ends_with(".tar.gz"));
    }

    #[test]
    fn the_query_is_not_part_of_the_name() {
        let url = Url::parse("https://h.org/dir/a%2Bb.tar.gz?x=/y.zip").unwrap();
        assert_eq!(file_name_of(&url), "a%2Bb.tar.gz");
    }
}
