//! Evaluates `source`.

use std::sync::Arc;

use super::fields::{Evaluation, Text};
use crate::diagnostic::{Code, Diagnostic};
use crate::stage0::{self, GitReference, List, SourceKind, literal, literal::Invalid};
use crate::stage1::{Attestation, GitSource, OneOrMany, PathSource, Publisher, Source, UrlSource, is_default};

/// Variables that patches may use before they have a value.
const LATE: &[&str] = &["SRC_DIR", "RECIPE_DIR", "BUILD_DIR"];

impl Evaluation<'_> {
    /// The sources in order.
    pub(super) fn sources(&mut self, sources: &List<stage0::Source>) -> Vec<Source> {
        self.list(sources, Self::source)
    }

    fn source(&mut self, source: &stage0::Source) -> Option<Source> {
        match &source.kind {
            SourceKind::Git(git) => self.git_source(source, git).map(Source::Git),
            SourceKind::Url(url) => self.url_source(source, url).map(Source::Url),
            SourceKind::Path(path) => self.path_source(source, path).map(Source::Path),
        }
    }

    fn patches(&mut self, source: &stage0::Source) -> Vec<String> {
        self.list(&source.patches, |this, value| this.late_text(value, LATE).filter(|text| !text.is_empty()))
    }

    fn optional(&mut self, value: Option<&Text>) -> Option<String> {
        value.and_then(|value| self.text(value))
    }

    fn checksum(&mut self, value: &Text, read: fn(&str) -> Result<Arc<str>, Invalid>) -> Option<String> {
        let mut is_empty = false;
        let sum = self.checked(value, |text| {
            is_empty = text.is_empty();
            read(text)
        });
        if is_empty {
            self.warnings.push(literal::empty_checksum(value.span));
        }
        sum
    }

    fn git_source(&mut self, source: &stage0::Source, git: &stage0::GitSource) -> Option<GitSource> {
        let rev = git.reference.as_ref().and_then(|(kind, value)| {
            let text = self.text(value)?;
            match kind {
                GitReference::Tag => Some(format!("refs/tags/{text}")),
                GitReference::Branch => Some(format!("refs/heads/{text}")),
                GitReference::Rev if text.eq_ignore_ascii_case("HEAD") => None,
                GitReference::Rev => Some(text),
            }
        });
        let address = self.text(&git.git);
        Some(GitSource {
            rev,
            depth: git.depth.as_ref().and_then(|depth| self.value(depth, literal::integer)),
            patches: self.patches(source),
            target_directory: self.optional(source.target_directory.as_ref()),
            lfs: self.boolean(git.lfs.as_ref(), "lfs", false),
            submodules: self.boolean(git.submodules.as_ref(), "submodules", true),
            expected_commit: self.optional(git.expected_commit.as_ref()),
            filter: self.globs(&source.filter),
            // A URL is printed in normal form; `user@host:path` and local paths stay as they are.
            git: address.map(|text| url::Url::parse(&text).map_or(text, String::from))?,
        })
    }

    fn url_source(&mut self, source: &stage0::Source, url: &stage0::UrlSource) -> Option<UrlSource> {
        let mut urls = Vec::with_capacity(url.urls.len());
        for value in &url.urls {
            urls.push(self.checked_late(value, literal::absolute_url));
        }
        let urls: Option<Vec<String>> = urls.into_iter().collect();
        Some(UrlSource {
            sha256: url.sha256.as_ref().and_then(|sum| self.checksum(sum, literal::sha256)),
            md5: url.md5.as_ref().and_then(|sum| self.checksum(sum, literal::md5)),
            file_name: url.file_name.as_ref().and_then(|name| self.trimmed(name)),
            patches: self.patches(source),
            target_directory: self.optional(source.target_directory.as_ref()),
            attestation: url.attestation.as_ref().and_then(|attestation| self.attestation(attestation)),
            filter: self.globs(&source.filter),
            url: OneOrMany::from(urls?),
        })
    }

    fn attestation(&mut self, attestation: &stage0::Attestation) -> Option<Attestation> {
        if !self.config.experimental {
            self.error(
                Diagnostic::error(
                    Code::ExperimentalFeature,
                    "`attestation` is an experimental feature",
                    attestation.span,
                )
                .with_help("set `experimental` in the render options (`--experimental`)"),
            );
            return None;
        }
        let bundle_url =
            attestation.bundle_url.as_ref().and_then(|value| self.checked_late(value, literal::absolute_url));
        let mut publishers = Vec::with_capacity(attestation.publishers.len());
        for value in &attestation.publishers {
            let Some(text) = self.text(value) else { continue };
            publishers.extend(self.ok(publisher(&text).map_err(|invalid| invalid.at(value.span))));
        }
        Some(Attestation { bundle_url, publishers }).filter(|attestation| !is_default(attestation))
    }

    fn path_source(&mut self, source: &stage0::Source, path: &stage0::PathSource) -> Option<PathSource> {
        let address = self.text(&path.path);
        Some(PathSource {
            sha256: path.sha256.as_ref().and_then(|sum| self.checksum(sum, literal::sha256)),
            md5: path.md5.as_ref().and_then(|sum| self.checksum(sum, literal::md5)),
            patches: self.patches(source),
            target_directory: self.optional(source.target_directory.as_ref()),
            file_name: self.optional(path.file_name.as_ref()),
            use_gitignore: path.use_gitignore,
            filter: self.globs(&source.filter),
            path: address?,
        })
    }
}

/// A publisher, from `github:OWNER/REPO[@REF]` or `gitlab:…`.
fn publisher(text: &str) -> Result<Publisher, Invalid> {
    let invalid = || {
        Invalid::new(Code::InvalidValue, format!("`{text}` is not a publisher"))
            .with_help("write `github:OWNER/REPO` or `gitlab:OWNER/REPO`, with `@REF` behind it if need be")
    };
    let (provider, rest) = text.split_once(':').ok_or_else(invalid)?;
    if !matches!(provider, "github" | "gitlab") {
        return Err(invalid());
    }
    let (path, ref_constraint) = match rest.split_once('@') {
        Some((path, constraint)) => (path, Some(constraint.to_owned())),
        None => (rest, None),
    };
    let (owner, repo) = path.split_once('/').ok_or_else(invalid)?;
    if owner.is_empty() || repo.is_empty() {
        return Err(invalid());
    }
    Ok(Publisher { provider: provider.to_owned(), owner: owner.to_owned(), repo: repo.to_owned(), ref_constraint })
}
