//! What was solved, as lines of the log.

use rattler_conda_types::{GenericVirtualPackage, RepoDataRecord, Subdir};
use sidewinder_recipe::render::RenderedVariant;

use super::run_dependencies::RunDependencies;
use super::specs::FinalDependency;
use super::table::table;
use crate::environment::channels::CurrentChannels;
use crate::progress::Progress;

/// Logs what an environment is solved from.
pub(super) fn problem(
    progress: &Progress,
    platform: Subdir,
    virtual_packages: &[GenericVirtualPackage],
    channels: &CurrentChannels,
    specs: &[FinalDependency],
) {
    let virtual_packages: Vec<String> = virtual_packages.iter().map(ToString::to_string).collect();
    progress.info(format!("  Platform: {platform} [{}]", virtual_packages.join(", ")));
    progress.info("  Channels: ");
    if let Some(built) = &channels.built {
        let (name, count) = (built.channel().canonical_name(), built.count());
        progress.info(format!("   - {name} (packages built here: {count}, before all channels)"));
        for file in built.unreadable() {
            progress.warn(format!("Left out, as it cannot be read: {file}"));
        }
    }
    for channel in &channels.list {
        progress.info(format!("   - {}", channel.canonical_name()));
    }
    progress.info("  Specs:");
    for spec in specs {
        progress.info(format!("   - {}", spec.spec));
    }
}

/// Logs what an environment was solved to, sorted by name.
pub(super) fn solution(progress: &Progress, records: &[RepoDataRecord]) {
    let mut rows: Vec<[String; 5]> = records
        .iter()
        .map(|record| {
            let package = &record.package_record;
            [
                package.name.as_normalized().to_owned(),
                package.version.to_string(),
                package.build.to_string(),
                short_channel(record.channel.as_deref().unwrap_or_default()),
                package.size.map(human_size).unwrap_or_default(),
            ]
        })
        .collect();
    rows.sort();
    progress.info(format!("\n{}", table(["Package", "Version", "Build", "Channel", "Size"], &rows)));
}

/// Logs what the package that is built will need.
pub(super) fn run_dependencies(progress: &Progress, variant: &RenderedVariant, run: &RunDependencies) {
    let exports = &run.run_exports;
    let mut sections =
        vec![("Run dependencies".to_owned(), &run.depends), ("Run constraints".to_owned(), &run.constrains)];
    sections.extend(run.extras.iter().map(|(name, list)| (format!("Extra ({name})"), list)));
    for (kind, list) in [
        ("Weak", &exports.weak),
        ("Strong", &exports.strong),
        ("Noarch", &exports.noarch),
        ("Weak constrains", &exports.weak_constraints),
        ("Strong constrains", &exports.strong_constraints),
    ] {
        sections.push((format!("Run exports ({kind})"), list));
    }
    sections.retain(|(_, list)| !list.is_empty());
    if sections.is_empty() {
        progress.info("Finalized run dependencies: this output has no run dependencies");
        return;
    }
    let mut rows = Vec::new();
    for (index, (title, list)) in sections.into_iter().enumerate() {
        if index > 0 {
            rows.push([String::new(), String::new()]);
        }
        rows.push([title, String::new()]);
        rows.extend(rows_of(list));
    }
    let RenderedVariant { name, version, build_string, .. } = variant;
    let table = table(["Name", "Spec"], &rows);
    progress.info(format!("\nFinalized run dependencies ({name}-{version}-{build_string}):\n{table}"));
}

/// One row a dependency; a name is written once when it comes several times in a row.
fn rows_of(list: &[FinalDependency]) -> Vec<[String; 2]> {
    let mut last = String::new();
    let mut rows = Vec::new();
    for dependency in list {
        let (name, spec) = dependency.parts();
        rows.push([if name == last { String::new() } else { name.clone() }, spec]);
        last = name;
    }
    rows
}

/// The last part of a channel's URL.
fn short_channel(channel: &str) -> String {
    channel.trim_end_matches('/').rsplit('/').next().unwrap_or(channel).to_owned()
}

/// A size for people, e.g. `1.4 MiB`.
#[expect(clippy::cast_precision_loss, reason = "two digits are shown")]
fn human_size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["B", "KiB", "MiB", "GiB"];
    let mut size = bytes as f64;
    let mut unit = 0;
    while size >= 1024.0 && unit + 1 < UNITS.len() {
        size /= 1024.0;
        unit += 1;
    }
    let unit_name = UNITS.get(unit).copied().unwrap_or_default();
    if unit == 0 { format!("{bytes} {unit_name}") } else { format!("{size:.1} {unit_name}") }
}
