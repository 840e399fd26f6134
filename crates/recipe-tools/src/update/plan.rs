//! The two steps of an update.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use sidewinder_recipe::diagnostic::DiagnosticRecord;
use sidewinder_recipe::edit::EditFault;
use sidewinder_recipe::stage0::{self, Stage0};
use sidewinder_recipe::stage1::Source;
use sidewinder_recipe::{VariantValue, versions};

use super::digests::{Swap, swapped};
use super::snapshot::{PLATFORMS, Part, snapshot};
use super::{UpdateError, number, version};

/// What is asked of an update.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct UpdateRequest {
    /// The new version. Without it, or with the present one, only checksums change.
    pub version: Option<String>,
    /// The new build number. Default: 0 for another version; else it stays.
    pub build_number: Option<u64>,
    /// Values of variant keys that versions or URLs use.
    pub variants: IndexMap<String, VariantValue>,
}

/// What an update changes, and which files it needs to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct UpdatePlan {
    /// The recipe with the new version and build number, and the old checksums.
    pub text: String,
    /// The version before.
    pub old_version: String,
    /// The version after, as the recipe prints it.
    pub new_version: String,
    /// The sources whose checksums or commits are to be found out, each once.
    pub sources: Vec<PlannedSource>,
    /// What a person should look at.
    pub warnings: Vec<String>,
}

/// A source of the new version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PlannedSource {
    /// Where to get it, in order of preference; mirrors of each other. For git, the repository.
    pub urls: Vec<String>,
    /// The checksum that the recipe has now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The checksum that the recipe has now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub md5: Option<String>,
    /// For git: the tag of the new version, without `refs/tags/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// For git: the commit that the recipe has now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
}

/// What a source turned out to be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SourceResult {
    /// SHA-256 of the file.
    pub sha256: Option<String>,
    /// MD5 of the file.
    pub md5: Option<String>,
    /// The commit of the new version.
    pub commit: Option<String>,
}

/// Writes version and build number, and lists the sources of the new version.
///
/// # Errors
/// The recipe does not parse, the version is not one, or nothing in the recipe makes its version or a source's URL.
///
/// # Example: a variable in `context`
/// ```
/// use sidewinder_recipe_tools::update::{UpdateRequest, plan};
///
/// let text = "context: {version: '1.0'}\npackage: {name: a, version: '${{ version }}'}\n";
/// let request = UpdateRequest { version: Some("1.1".to_owned()), ..UpdateRequest::default() };
/// assert!(plan(text, &request).unwrap().text.starts_with("context: {version: '1.1'}\n"));
/// ```
pub fn plan(text: &str, request: &UpdateRequest) -> Result<UpdatePlan, UpdateError> {
    let variants = &request.variants;
    let recipe = parse(text)?;
    let old_version = version::current(&recipe, variants).ok_or_else(UpdateError::no_version)?;
    let wanted = request.version.clone().unwrap_or_else(|| old_version.clone());
    if let Err(error) = versions::version(&wanted.replace('-', "_")) {
        let hint = "a version is digits and letters in segments, such as `1.2.3` or `2.0rc1`";
        return Err(UpdateError::new(EditFault::BreaksRecipe, error.message, hint));
    }
    let mut edited = version::set(text, &wanted, variants)?;
    let is_new = wanted != old_version;
    if let Some(number) = request.build_number.or(is_new.then_some(0)) {
        edited = number::set(&edited, number);
    }
    let mut warnings = Vec::new();
    let mut after = parse(&edited)?;
    if is_new {
        let literal = literal_sources(&recipe, &after, variants);
        if !literal.is_empty() {
            edited = with_version_in_urls(&edited, &literal, &old_version, &wanted)?;
            after = parse(&edited)?;
        }
    }
    let pairs = pairs(&recipe, &after, variants)?;
    let mut sources: Vec<PlannedSource> = Vec::new();
    for (old, new) in pairs {
        if is_new && address(&old) == address(&new) && commit(&new).is_none() {
            let urls = address(&new).join("`, `");
            warnings.push(format!("the source `{urls}` is the same for both versions"));
        }
        let planned = planned(&new);
        if let Some(planned) = planned
            && !sources.contains(&planned)
        {
            sources.push(planned);
        }
    }
    let new_version = version::current(&after, variants).unwrap_or(wanted);
    Ok(UpdatePlan { text: edited, old_version, new_version, sources, warnings })
}

/// Writes the checksums of the new sources: `results` has one item for each of the plan's sources.
///
/// # Errors
/// A checksum or commit that the recipe evaluates to is not written in it, or stands for two files that are different now.
pub fn finish(plan: &UpdatePlan, results: &[SourceResult]) -> Result<String, UpdateError> {
    let mut swaps: Vec<Swap> = Vec::new();
    for (source, result) in plan.sources.iter().zip(results) {
        let pairs = [(&source.sha256, &result.sha256), (&source.md5, &result.md5), (&source.commit, &result.commit)];
        for (from, to) in pairs {
            let (Some(from), Some(to)) = (from, to) else { continue };
            if let Some(other) = swaps.iter().find(|swap| swap.from == *from) {
                if other.to != *to {
                    return Err(UpdateError::new(
                        EditFault::UnsafePlace,
                        format!("the checksum `{from}` is given for two sources, whose new files are different"),
                        "give each source its own checksum",
                    ));
                }
                continue;
            }
            swaps.push(Swap { from: from.clone(), to: to.clone() });
        }
    }
    swapped(&plan.text, &swaps).map_err(|swap| {
        UpdateError::new(
            EditFault::UnsafePlace,
            format!("the recipe evaluates to the checksum `{}`, but does not contain it", swap.from),
            "write the checksum out in the recipe",
        )
    })
}

fn parse(text: &str) -> Result<Stage0, UpdateError> {
    let (recipe, diagnostics) = stage0::parse(text, Default::default());
    let has_errors = diagnostics.has_errors();
    match recipe {
        Some(recipe) if !has_errors => Ok(recipe),
        _ => {
            let index = sidewinder_recipe::diagnostic::TextIndex::new(text);
            let first = diagnostics.into_sorted().into_iter().next();
            let reason = first.map(|d| DiagnosticRecord::new(&d, &index, None)).map(|record| {
                let line = record.span.map_or(0, |span| span.line);
                format!("line {line}: {}", record.message)
            });
            Err(UpdateError::new(
                EditFault::UnreadableText,
                format!("the recipe does not parse: {}", reason.unwrap_or_default()),
                "check it with `sidewinder check`",
            ))
        }
    }
}

/// The sources before and after, of all platforms, each pair once.
fn pairs(
    before: &Stage0,
    after: &Stage0,
    variants: &IndexMap<String, VariantValue>,
) -> Result<Vec<(Source, Source)>, UpdateError> {
    let mut pairs: Vec<(Source, Source)> = Vec::new();
    let mut failure = None;
    let mut any = false;
    for platform in PLATFORMS {
        let (old, new) = match (snapshot(before, platform, variants), snapshot(after, platform, variants)) {
            (Ok(old), Ok(new)) => (old, new),
            (Err(diagnostics), _) | (_, Err(diagnostics)) => {
                failure.get_or_insert(diagnostics);
                continue;
            }
        };
        any = true;
        for (old, new) in of_both(&old, &new) {
            let pair = (old.clone(), new.clone());
            if !pairs.contains(&pair) {
                pairs.push(pair);
            }
        }
    }
    match failure {
        Some(diagnostics) if !any => {
            let reason = diagnostics.into_sorted().into_iter().next().map(|d| d.message).unwrap_or_default();
            Err(UpdateError::new(
                EditFault::NothingThere,
                format!("the sources cannot be evaluated: {reason}"),
                "pass the variant files that define the variables they use",
            ))
        }
        _ => Ok(pairs),
    }
}

fn of_both<'p>(old: &'p [Part], new: &'p [Part]) -> impl Iterator<Item = (&'p Source, &'p Source)> {
    old.iter()
        .zip(new)
        .filter(|(old, new)| old.sources.len() == new.sources.len())
        .flat_map(|(old, new)| old.sources.iter().zip(&new.sources))
}

/// Addresses and tags that do not change with the version, although they contain it.
fn literal_sources(before: &Stage0, after: &Stage0, variants: &IndexMap<String, VariantValue>) -> Vec<String> {
    let pairs = pairs(before, after, variants).unwrap_or_default();
    let mut literal: Vec<String> = Vec::new();
    for (old, new) in pairs {
        if let (Source::Git(old), Source::Git(new)) = (&old, &new) {
            if old.rev == new.rev {
                literal.extend(old.rev.as_deref().and_then(|rev| rev.strip_prefix("refs/tags/")).map(str::to_owned));
            }
        } else if address(&old) == address(&new) {
            literal.extend(address(&old));
        }
    }
    literal.dedup();
    literal
}

/// Rewrites literal URLs and tags that contain the old version.
fn with_version_in_urls(text: &str, literal: &[String], old: &str, new: &str) -> Result<String, UpdateError> {
    let mut edited = text.to_owned();
    for address in literal {
        if !address.contains(old) || !edited.contains(address.as_str()) {
            continue;
        }
        let mut changed = address.replace(old, new);
        // Folders such as `1.2` of version `1.2.3`.
        if let (Some(old), Some(new)) = (series(old), series(new)) {
            changed = changed
                .split('/')
                .map(|part| if part == old { new.to_owned() } else { part.to_owned() })
                .collect::<Vec<_>>()
                .join("/");
        }
        edited = edited.replace(address.as_str(), &changed);
    }
    Ok(edited)
}

/// `1.2` of `1.2.3`.
fn series(version: &str) -> Option<&str> {
    let (first, _) = version.match_indices('.').nth(1)?;
    version.get(..first)
}

fn address(source: &Source) -> Vec<String> {
    match source {
        Source::Url(url) => url.url.as_slice().to_vec(),
        Source::Git(git) => vec![git.git.clone(), git.rev.clone().unwrap_or_default()],
        Source::Path(path) => vec![path.path.clone()],
    }
}

/// The commit that a git source is fixed to.
fn commit(source: &Source) -> Option<String> {
    let Source::Git(git) = source else { return None };
    let is_commit = |text: &&String| text.len() == 40 && text.bytes().all(|b| b.is_ascii_hexdigit());
    git.rev.as_ref().filter(is_commit).or_else(|| git.expected_commit.as_ref().filter(is_commit)).cloned()
}

fn planned(source: &Source) -> Option<PlannedSource> {
    match source {
        Source::Url(url) => (url.sha256.is_some() || url.md5.is_some()).then(|| PlannedSource {
            urls: url.url.as_slice().to_vec(),
            sha256: url.sha256.clone(),
            md5: url.md5.clone(),
            tag: None,
            commit: None,
        }),
        Source::Git(git) => commit(source).map(|commit| PlannedSource {
            urls: vec![git.git.clone()],
            sha256: None,
            md5: None,
            tag: git.rev.as_deref().and_then(|rev| rev.strip_prefix("refs/tags/")).map(str::to_owned),
            commit: Some(commit),
        }),
        Source::Path(_) => None,
    }
}
