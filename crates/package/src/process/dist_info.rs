//! Metadata folders of Python distributions (`*.dist-info`).

use sidewinder_recipe::RenderedVariant;

use crate::content::Entry;
use crate::report::Warnings;

/// Says in each distribution that conda installed it, so that pip does not change it, and warns about one of the package
/// itself with another version.
pub(crate) fn mark(entries: &mut [Entry], variant: &RenderedVariant, warnings: &mut Warnings) {
    let own = normalized(&variant.name);
    let mut seen = Vec::new();
    for entry in entries {
        let Some((folder, name)) = in_dist_info(&entry.path) else { continue };
        if !seen.contains(&folder) {
            let (distribution, version) = folder.split_once('-').unwrap_or((&folder, ""));
            if normalized(distribution) == own && version != variant.version {
                let message = format!(
                    "`{folder}.dist-info` has version {version}, and the recipe has version {}",
                    variant.version
                );
                warnings.about("dist-info-version", entry.path.clone(), message);
            }
            seen.push(folder.clone());
        }
        if name == "INSTALLER" && entry.as_file().is_some() {
            *entry = Entry::made(std::mem::take(&mut entry.path), b"conda\n".as_slice(), false);
        }
    }
}

/// The distribution's folder without its extension, and the file in it.
fn in_dist_info(path: &str) -> Option<(String, &str)> {
    let (folder, name) = path.rsplit_once('/')?;
    let folder = folder.rsplit('/').next()?.strip_suffix(".dist-info")?;
    Some((folder.to_owned(), name))
}

/// PEP 503: `-`, `_` and `.` are the same in names of distributions.
fn normalized(name: &str) -> String {
    name.to_ascii_lowercase().replace(['_', '.'], "-")
}
