//! The pipeline from a prefix to a package in a channel.

use std::path::Path;

use crate::archive::{Published, Writing, digest_all, publish};
use crate::check::{check_contents, check_names, check_symlinks};
use crate::content::{Digest, Entry, FileKind, Needles};
use crate::error::{Error, Result};
use crate::info::{Detection, TestFiles, complete, license_files, metadata, packaged_files, recipe_files, test_files};
use crate::monitor::check;
use crate::prefix::{Folder, Installed, read_records, report_changes};
use crate::process::{bytecode, dist_info, dso_lists, entry_points, linking, menus, post_process, relink};
use crate::report::{BuiltPackage, PackagedFile, PrefixKind, Warnings};
use crate::request::PackageRequest;
use crate::select::{Selection, select};

/// Index of each text that files are searched for.
const HOST_PREFIX: usize = 0;
const BUILD_PREFIX: usize = 1;
const WORK_DIR: usize = 2;

/// Builds a package from what a script installed, and puts it into the folder of its platform in the output folder. The
/// channel is not indexed: see [`crate::index`].
///
/// All checks run before the archive gets its name. The same prefix, recipe, time and number of threads give the same
/// bytes.
///
/// # Errors
/// Any [`Error`] except [`Error::Index`]; the channel is as it was then.
pub fn build(request: &PackageRequest<'_>) -> Result<BuiltPackage> {
    let level = request.options.level()?;
    let mut assembly = Assembly::new(request)?;
    let variant = request.variant;
    let name = variant.name.to_lowercase();
    if name != variant.name {
        let message = format!("the package name `{}` is normalized to `{name}`", variant.name);
        assembly.warnings.add("normalized-name", message);
    }
    let output_dir = request.options.output_dir.as_ref().unwrap_or(&request.folders.output_dir);
    let folder = output_dir.join(&variant.subdir);
    let stem = format!("{name}-{}-{}", variant.version, variant.build_string);
    if [&stem, &variant.subdir].iter().any(|part| !is_file_name(part)) {
        let reason = format!("`{stem}` for `{}` is not a valid name of a package file", variant.subdir);
        return Err(Error::Metadata { reason });
    }
    let static_metadata = assembly.metadata()?;
    let mut files = Vec::new();
    let mut warnings = std::mem::take(&mut assembly.warnings);
    let writing = Writing { stem: &stem, level, ..assembly.writing(request) };
    let mut finish = |entries: &[Entry], digests: &[Option<Digest>]| {
        files = assembly.finish(entries, digests, &mut warnings)?;
        complete(static_metadata.clone(), &assembly.detection, entries, digests)
    };
    let format = request.options.format.unwrap_or_default();
    let published = publish(&writing, format, &folder, &assembly.entries, &mut finish)?;
    let Published { path, size, sha256, replaced } = published;
    if replaced {
        let message = format!("replaced an existing package: {}", path.display());
        warnings.add("package-replaced", message);
    }
    request.monitor.info(format!("Archive written to {}", path.display()));
    Ok(BuiltPackage {
        path,
        name,
        version: variant.version.clone(),
        build_string: variant.build_string.clone(),
        subdir: variant.subdir.clone(),
        size,
        sha256,
        files,
        warnings: warnings.0,
    })
}

/// Lists what the package would contain. Everything is done as for a package, except that no archive is written.
///
/// # Errors
/// Those of [`build`].
pub fn files(request: &PackageRequest<'_>) -> Result<Vec<PackagedFile>> {
    let assembly = Assembly::new(request)?;
    let digests = digest_all(&assembly.writing(request), &assembly.entries)?;
    Ok(packaged_files(&assembly.detection, &assembly.entries, &digests))
}

/// The content of a package, ready to be read.
struct Assembly<'a> {
    request: &'a PackageRequest<'a>,
    entries: Vec<Entry>,
    test_files: TestFiles,
    detection: Detection,
    needles: Needles,
    warnings: Warnings,
    /// Files made here; removed with it.
    _scratch: tempfile::TempDir,
}

impl<'a> Assembly<'a> {
    fn new(request: &'a PackageRequest<'a>) -> Result<Self> {
        let folders = request.folders;
        let mut warnings = Warnings::default();
        let prefix = open(&folders.host_prefix)?;
        let installed = Installed::read(&prefix, &request.recorded.installed)?;
        report_changes(&prefix, &installed, request.configuration.created, &mut warnings, request.monitor)?;
        let mut selection = select(request, &prefix, &installed, &mut warnings)?;
        if selection.entries.is_empty() && request.variant.recipe.build.script.is_some() {
            let message = "the package is empty: the script installed nothing into `$PREFIX` that is packaged";
            warnings.add("empty-package", message);
        }
        if request.configuration.runs > 1 {
            let message = format!(
                "the build script ran {} times in this prefix; files that only an earlier run installed are packaged too",
                request.configuration.runs
            );
            warnings.add("several-runs", message);
        }
        let scratch_dir = tempfile::Builder::new()
            .prefix(".package-")
            .tempdir_in(&folders.build_dir)
            .map_err(Error::io("failed to create a folder in", &folders.build_dir))?;
        let scratch = open(scratch_dir.path())?;
        let entries = process(request, &mut selection, &installed, &scratch, &mut warnings)?;
        let test_files = test_files(request)?;
        let mut assembly = Self {
            detection: Detection::new(request, HOST_PREFIX)?,
            needles: needles(request),
            entries,
            test_files,
            request,
            warnings,
            _scratch: scratch_dir,
        };
        assembly.entries.extend(assembly.test_files.entries.iter().cloned());
        assembly.entries.sort_by(|left, right| Path::new(&left.path).cmp(Path::new(&right.path)));
        check(request.monitor)?;
        Ok(assembly)
    }

    fn writing(&self, request: &'a PackageRequest<'a>) -> Writing<'_> {
        Writing {
            stem: "",
            level: 0,
            threads: request.options.threads(),
            timestamp: request.configuration.timestamp,
            needles: &self.needles,
            monitor: request.monitor,
        }
    }

    /// The members below `info/` that do not depend on what is read.
    fn metadata(&mut self) -> Result<Vec<Entry>> {
        let mut entries = metadata(self.request, &self.test_files)?;
        entries.extend(license_files(self.request, &mut self.warnings)?);
        if !self.request.options.no_include_recipe {
            entries.extend(recipe_files(self.request, &mut self.warnings)?);
        }
        Ok(entries)
    }

    /// What can be checked only when everything was read. Returns the files of the package.
    fn finish(
        &self,
        entries: &[Entry],
        digests: &[Option<Digest>],
        warnings: &mut Warnings,
    ) -> Result<Vec<PackagedFile>> {
        let files = packaged_files(&self.detection, entries, digests);
        let options = self.request.options;
        if options.error_prefix_in_binary
            && let Some(file) = files.iter().find(|file| file.prefix == Some(PrefixKind::Binary))
        {
            return Err(Error::PrefixInBinary { path: file.path.clone() });
        }
        if !options.allow_links_on_windows {
            check_symlinks(self.request.variant, &self.request.recorded.run.depends, entries)?;
        }
        let paths: Vec<&str> = entries.iter().map(|entry| entry.path.as_str()).collect();
        check_contents(self.request.variant, &paths)?;
        check_names(&paths, warnings);
        self.report_build_paths(entries, digests, warnings);
        Ok(files)
    }

    /// Warns about paths that do not exist where the package is installed.
    fn report_build_paths(&self, entries: &[Entry], digests: &[Option<Digest>], warnings: &mut Warnings) {
        for (entry, digest) in entries.iter().zip(digests) {
            let Some(digest) = digest else { continue };
            // Debug information names sources by their path, which does no harm.
            let is_text = digest.kind == FileKind::Text;
            for (needle, what) in [(BUILD_PREFIX, "build prefix"), (WORK_DIR, "work folder")] {
                if is_text && digest.contains.get(needle).copied().unwrap_or(false) {
                    let message = format!("`{}` contains the path of the {what}, which only exists here", entry.path);
                    warnings.about("build-path", &entry.path, message);
                }
            }
        }
    }
}

/// Changes the files of the package, checks what they need, and adds those that are made here.
fn process(
    request: &PackageRequest<'_>,
    selection: &mut Selection,
    installed: &Installed,
    scratch: &Folder,
    warnings: &mut Warnings,
) -> Result<Vec<Entry>> {
    let binaries = relink::relink(request, selection, scratch)?;
    let linking_is_checked = request.variant.noarch.is_none()
        && request.variant.subdir != "noarch"
        && request.variant.recipe.build.dynamic_linking.binary_relocation
            != sidewinder_recipe::stage1::BoolOrGlobs::Bool(false);
    if linking_is_checked {
        let build = Folder::open(&request.folders.build_prefix).ok();
        let build = build.map(|folder| read_records(&folder)).transpose()?.unwrap_or_default();
        linking::check(request, &binaries, installed, &build, warnings)?;
    }
    let mut entries = std::mem::take(&mut selection.entries);
    menus::check(&entries)?;
    dist_info::mark(&mut entries, request.variant, warnings);
    replace(&mut entries, entry_points::files(request.variant, installed, &request.folders.host_prefix)?);
    post_process::apply(&request.variant.recipe.build.post_process, &mut entries, request.monitor)?;
    dso_lists::check(&entries)?;
    let compiled = bytecode::compile(request, &entries, scratch, warnings)?;
    replace(&mut entries, compiled);
    Ok(entries)
}

/// Adds members; they replace those of the same path.
fn replace(entries: &mut Vec<Entry>, made: Vec<Entry>) {
    if made.is_empty() {
        return;
    }
    let paths: std::collections::HashSet<&str> = made.iter().map(|entry| entry.path.as_str()).collect();
    entries.retain(|entry| !paths.contains(entry.path.as_str()));
    entries.extend(made);
}

fn needles(request: &PackageRequest<'_>) -> Needles {
    let folders = request.folders;
    Needles::new(
        [&folders.host_prefix, &folders.build_prefix, &folders.work_dir]
            .map(|path| path.as_os_str().as_encoded_bytes()),
    )
}

fn open(path: &Path) -> Result<Folder> {
    Folder::open(path).map_err(Error::io("failed to open", path))
}

/// Whether a name cannot leave the folder that it is put into.
fn is_file_name(name: &str) -> bool {
    !name.is_empty() && name != "." && name != ".." && !name.contains(['/', '\\', '\0', '\n'])
}
