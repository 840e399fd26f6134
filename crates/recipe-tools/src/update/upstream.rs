//! Where new versions of a recipe's sources are announced, recognized by the form of their URLs.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use sidewinder_recipe::VariantValue;
use sidewinder_recipe::stage0;
use sidewinder_recipe::stage1::Source;

use super::snapshot::{PLATFORMS, snapshot};
use super::version;

/// A kind of place that announces versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum UpstreamKind {
    /// The Python package index, and what is built like it.
    Pypi,
    /// Tags of a repository at GitHub.
    GithubTags,
    /// Releases of a repository at GitHub: for files that are attached to one.
    GithubReleases,
    /// The npm registry, and what is built like it.
    Npm,
    /// The registry of Rust crates.
    Crates,
    /// The archive network of R packages, and its mirrors.
    Cran,
}

/// One place to ask for versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Upstream {
    /// What kind of place it is.
    pub kind: UpstreamKind,
    /// The project there: a package, or `owner/repository`.
    pub name: String,
    /// Scheme and host of the source, e.g. `https://example.org`: where its kind of place is asked by default.
    pub origin: String,
    /// Path and query to ask for, below a base URL such as the origin.
    pub path: String,
    /// The present version as the place spells it.
    pub current: String,
    /// For tags: what precedes the version.
    pub prefix: String,
    /// For tags: what follows the version.
    pub suffix: String,
}

/// The places that announce versions of a recipe, in the order of its sources.
///
/// Empty if no source has a URL of a known form, or if the recipe does not evaluate.
#[must_use]
pub fn upstream(text: &str, variants: &IndexMap<String, VariantValue>) -> Vec<Upstream> {
    let (Some(recipe), _) = stage0::parse(text, Default::default()) else { return Vec::new() };
    let Some(current) = version::current(&recipe, variants) else { return Vec::new() };
    let Some(parts) = PLATFORMS.iter().find_map(|platform| snapshot(&recipe, platform, variants).ok()) else {
        return Vec::new();
    };
    let mut places: Vec<Upstream> = Vec::new();
    for source in parts.iter().flat_map(|part| &part.sources) {
        let place = match source {
            Source::Url(url) => url.url.as_slice().iter().find_map(|url| of_url(url, &current)),
            Source::Git(git) => {
                let tag = git.rev.as_deref().and_then(|rev| rev.strip_prefix("refs/tags/")).unwrap_or_default();
                of_repository(&git.git, tag, &current)
            }
            Source::Path(_) => None,
        };
        if let Some(place) = place
            && !places.contains(&place)
        {
            places.push(place);
        }
    }
    places
}

/// How the version may be spelled in a URL.
fn spellings(version: &str) -> Vec<String> {
    let mut spellings = vec![version.to_owned()];
    for other in
        [version.replace('_', "-"), version.replace('.', "_"), version.replace('.', "-"), version.replace('_', "")]
    {
        if !spellings.contains(&other) {
            spellings.push(other);
        }
    }
    spellings
}

fn of_url(url: &str, current: &str) -> Option<Upstream> {
    let (scheme, rest) = url.split_once("://")?;
    let (host, path) = rest.split_once('/')?;
    let origin = format!("{scheme}://{host}");
    let segments: Vec<&str> = path.split(['?', '#']).next()?.split('/').filter(|part| !part.is_empty()).collect();
    let place = |kind, name: &str, path: String, current: &str| Upstream {
        kind,
        name: name.to_owned(),
        origin: origin.clone(),
        path,
        current: current.to_owned(),
        prefix: String::new(),
        suffix: String::new(),
    };
    match segments.as_slice() {
        // The form of the index itself, and of its mirrors.
        ["packages", "source", _, name, _] => {
            Some(place(UpstreamKind::Pypi, name, format!("pypi/{name}/json"), current))
        }
        // Wheels: `packages/py3/n/name/name-1.0-py3-none-any.whl`.
        ["packages", tag, _, name, file] if file.ends_with(".whl") && !tag.is_empty() && tag.len() < 12 => {
            Some(place(UpstreamKind::Pypi, name, format!("pypi/{name}/json"), current))
        }
        [name, "-", file] if file.ends_with(".tgz") => {
            Some(place(UpstreamKind::Npm, name, (*name).to_owned(), current))
        }
        [scope, name, "-", file] if scope.starts_with('@') && file.ends_with(".tgz") => {
            let name = format!("{scope}/{name}");
            Some(place(UpstreamKind::Npm, &name, format!("{scope}%2F{}", name.rsplit('/').next()?), current))
        }
        ["api", "v1", "crates", name, version, "download"] => {
            Some(place(UpstreamKind::Crates, name, format!("api/v1/crates/{name}"), version))
        }
        ["crates", name, file] if file.ends_with(".crate") => {
            let mut found = place(UpstreamKind::Crates, name, format!("api/v1/crates/{name}"), current);
            // Files are at a host of their own, below the one that is asked.
            found.origin = origin.replacen("://static.", "://", 1);
            Some(found)
        }
        [.., "src", "contrib", file] | [.., "src", "contrib", "Archive", _, file] if file.ends_with(".tar.gz") => {
            let (name, version) = file.strip_suffix(".tar.gz")?.split_once('_')?;
            let below = segments.iter().position(|part| *part == "src")?;
            let base: String = segments.get(..below)?.iter().flat_map(|part| [*part, "/"]).collect();
            Some(place(UpstreamKind::Cran, name, format!("{base}web/packages/{name}/DESCRIPTION"), version))
        }
        [owner, repository, rest @ ..] if is_github(host) => {
            let repository = repository.trim_end_matches(".git");
            match rest {
                ["archive", "refs", "tags", tag @ ..] => {
                    tagged(&origin, owner, repository, &without_extension(&tag.join("/")), current)
                }
                ["archive", tag @ ..] => {
                    tagged(&origin, owner, repository, &without_extension(&tag.join("/")), current)
                }
                ["tarball" | "zipball", tag] => tagged(&origin, owner, repository, tag, current),
                ["releases", "download", tag, _] => {
                    let mut found = tagged(&origin, owner, repository, tag, current)?;
                    found.kind = UpstreamKind::GithubReleases;
                    found.path = format!("repos/{owner}/{repository}/releases?per_page=100");
                    Some(found)
                }
                _ => None,
            }
        }
        _ => None,
    }
}

fn is_github(host: &str) -> bool {
    host == "github.com"
        || host == "codeload.github.com"
        || host.starts_with("127.0.0.1")
        || host.starts_with("localhost")
}

fn of_repository(url: &str, tag: &str, current: &str) -> Option<Upstream> {
    let (scheme, rest) = url.split_once("://")?;
    let (host, path) = rest.split_once('/')?;
    if !is_github(host) {
        return None;
    }
    let (owner, repository) = path.trim_end_matches('/').split_once('/')?;
    let tag = if tag.is_empty() { current } else { tag };
    tagged(&format!("{scheme}://{host}"), owner, repository.trim_end_matches(".git"), tag, current)
}

fn tagged(origin: &str, owner: &str, repository: &str, tag: &str, current: &str) -> Option<Upstream> {
    let spelled = spellings(current).into_iter().find(|version| tag.contains(version.as_str()))?;
    let (prefix, suffix) = tag.split_once(spelled.as_str())?;
    Some(Upstream {
        kind: UpstreamKind::GithubTags,
        name: format!("{owner}/{repository}"),
        origin: origin.to_owned(),
        path: format!("repos/{owner}/{repository}/tags?per_page=100"),
        current: spelled.clone(),
        prefix: prefix.to_owned(),
        suffix: suffix.to_owned(),
    })
}

fn without_extension(name: &str) -> String {
    let extensions = [".tar.gz", ".tar.bz2", ".tar.xz", ".tgz", ".zip"];
    extensions.iter().find_map(|extension| name.strip_suffix(extension)).unwrap_or(name).to_owned()
}
