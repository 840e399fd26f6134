//! The newest version that a place announces.

use std::cmp::Ordering;

use serde::Serialize;
use sidewinder_recipe::versions;

use super::upstream::{Upstream, UpstreamKind};

/// Words in versions that are not final releases.
const PRERELEASES: [&str; 15] = [
    "a", "alpha", "b", "beta", "c", "rc", "pre", "preview", "dev", "nightly", "snapshot", "canary", "next", "test", "m",
];

/// The newest version of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Newest {
    /// The version as the place spells it, without the parts of a tag around it.
    pub version: String,
    /// Whether it is newer than the present one.
    pub is_newer: bool,
    /// For tags: the commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
}

/// Reads what a place answered: the newest of its versions, by conda's order. Versions that were withdrawn do not count,
/// pre-releases only with `prereleases`.
///
/// `None` if the answer has no version, or is not what such a place answers.
///
/// # Example: tags
/// ```
/// use sidewinder_recipe_tools::update::{newest, upstream};
///
/// let recipe = "package: {name: a, version: '1.9'}\nsource: {url: 'https://github.com/o/a/archive/v1.9.tar.gz'}\n";
/// let place = &upstream(recipe, &Default::default())[0];
/// let found = newest(place, r#"[{"name": "v1.9"}, {"name": "v1.10"}, {"name": "v2.0rc1"}]"#, false).unwrap();
/// assert_eq!((found.version.as_str(), found.is_newer), ("1.10", true));
/// ```
#[must_use]
pub fn newest(place: &Upstream, answer: &str, prereleases: bool) -> Option<Newest> {
    let announced = announced(place, answer, prereleases)?;
    let mut best: Option<Newest> = None;
    for (version, commit) in announced {
        let spelled = conda_spelling(&version);
        if versions::version(&spelled).is_err() || (!prereleases && is_prerelease(&version)) {
            continue;
        }
        let is_better = best
            .as_ref()
            .is_none_or(|best| versions::compare(&spelled, &conda_spelling(&best.version)) == Ok(Ordering::Greater));
        if is_better {
            best = Some(Newest { version, is_newer: false, commit });
        }
    }
    let mut best = best?;
    let order = versions::compare(&conda_spelling(&best.version), &conda_spelling(&place.current));
    best.is_newer = order == Ok(Ordering::Greater);
    Some(best)
}

/// Conda versions have no hyphens.
fn conda_spelling(version: &str) -> String {
    version.replace('-', "_")
}

/// Whether a version is announced as not ready.
fn is_prerelease(version: &str) -> bool {
    let lower = version.to_ascii_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    // A letter at the end, as in `1.1.1w`, is a patch level; `1.0a1` is an alpha version.
    let ends_with_letter = lower.ends_with(|c: char| c.is_ascii_alphabetic());
    let mut words = words.peekable();
    while let Some(word) = words.next() {
        let is_last_letter = words.peek().is_none() && ends_with_letter && word.len() == 1;
        if PRERELEASES.contains(&word) && !is_last_letter {
            return true;
        }
    }
    false
}

/// Versions with the commit of their tag.
fn announced(place: &Upstream, answer: &str, prereleases: bool) -> Option<Vec<(String, Option<String>)>> {
    if place.kind == UpstreamKind::Cran {
        let version = answer.lines().find_map(|line| line.strip_prefix("Version:"))?;
        return Some(vec![(version.trim().to_owned(), None)]);
    }
    let json: serde_json::Value = serde_json::from_str(answer).ok()?;
    let flag =
        |value: &serde_json::Value, key: &str| value.get(key).and_then(serde_json::Value::as_bool).unwrap_or(false);
    let text =
        |value: &serde_json::Value, key: &str| value.get(key).and_then(serde_json::Value::as_str).map(str::to_owned);
    let plain = |versions: Vec<String>| versions.into_iter().map(|version| (version, None)).collect();
    Some(match place.kind {
        UpstreamKind::Pypi => {
            let releases = json.get("releases")?.as_object()?;
            let usable = releases.iter().filter(|(_, files)| {
                // A recipe is built from a source, so a version of wheels only is of no use to one that has it.
                files.as_array().is_some_and(|files| files.iter().any(|file| !flag(file, "yanked")))
            });
            plain(usable.map(|(version, _)| version.clone()).collect())
        }
        UpstreamKind::Npm => {
            let versions = json.get("versions")?.as_object()?;
            let usable = versions.iter().filter(|(_, version)| version.get("deprecated").is_none());
            plain(usable.map(|(version, _)| version.clone()).collect())
        }
        UpstreamKind::Crates => {
            let versions = json.get("versions")?.as_array()?;
            plain(versions.iter().filter(|version| !flag(version, "yanked")).filter_map(|v| text(v, "num")).collect())
        }
        UpstreamKind::GithubTags => json
            .as_array()?
            .iter()
            .filter_map(|tag| {
                let version = of_tag(place, &text(tag, "name")?)?;
                Some((version, tag.get("commit").and_then(|commit| text(commit, "sha"))))
            })
            .collect(),
        UpstreamKind::GithubReleases => json
            .as_array()?
            .iter()
            .filter(|release| !flag(release, "draft") && (prereleases || !flag(release, "prerelease")))
            .filter_map(|release| Some((of_tag(place, &text(release, "tag_name")?)?, None)))
            .collect(),
        UpstreamKind::Cran => return None,
    })
}

/// The version in a tag of the same form as the present one.
fn of_tag(place: &Upstream, tag: &str) -> Option<String> {
    let version = tag.strip_prefix(place.prefix.as_str())?.strip_suffix(place.suffix.as_str())?;
    version.starts_with(|c: char| c.is_ascii_digit()).then(|| version.to_owned())
}
