//! `about.json`: what people want to know about the package.

use rattler_conda_types::package::AboutJson;
use url::Url;

use super::text::json;
use crate::content::Entry;
use crate::error::{Error, Result};
use crate::request::PackageRequest;

/// Writes `about.json`.
///
/// # Errors
/// [`Error::Metadata`] for addresses that are not URLs.
pub(super) fn about_json(request: &PackageRequest<'_>) -> Result<Entry> {
    let about = &request.variant.recipe.about;
    let trimmed = |text: &Option<String>| text.as_ref().map(|text| text.trim_end().to_owned());
    let channels = request.configuration.channels.iter().map(|url| format!("{}/", url.trim_end_matches('/')));
    let value = AboutJson {
        channels: channels.collect(),
        description: trimmed(&about.description),
        dev_url: urls("repository", &about.repository)?,
        doc_url: urls("documentation", &about.documentation)?,
        extra: request.variant.recipe.extra.iter().map(|(key, value)| (key.clone(), value.clone())).collect(),
        home: urls("homepage", &about.homepage)?,
        license: about.license.clone(),
        license_family: about.license_family.clone(),
        source_url: None,
        summary: trimmed(&about.summary),
    };
    json("info/about.json", &value)
}

fn urls(field: &str, text: &Option<String>) -> Result<Vec<Url>> {
    let parse = |text: &String| {
        Url::parse(text).map_err(|error| Error::Metadata {
            reason: format!("`{text}` in `about.{field}` is not a valid URL: {error}"),
        })
    };
    text.iter().map(parse).collect()
}
