//! A sandbox for one run: rules for the supervisor (Linux).
//!
//! Landlock covers opening, creating, linking, renaming and removing files, signals, abstract sockets, ptrace and mounts. It
//! knows no rule for modes, owners, times and attributes of files; read-only mounts stop changes of those too. Both
//! together are required: without one of them there is no sandbox, and the run fails.

use std::ffi::CString;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, BitFlags, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr,
    RulesetCreatedAttr, Scope,
};

use crate::layout::{Layout, temporary_folder};
use crate::script::SandboxRules;

/// Linux 6.12: the first that keeps signals and abstract sockets inside.
const REQUIRED: ABI = ABI::V6;
/// Devices that programs write to.
const DEVICES: [&str; 8] =
    ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty", "/dev/ptmx", "/dev/pts"];
/// What a script reads that may not read everything: programs, libraries, configuration, the system's own files.
const SYSTEM: [&str; 11] =
    ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc", "/opt", "/proc", "/sys", "/dev"];
/// Places for temporary files besides `TMPDIR`.
const TEMPORARY: [&str; 3] = ["/tmp", "/var/tmp", "/dev/shm"];

/// What the supervisor sets up.
#[derive(Debug)]
pub(in crate::script) struct SandboxSetup {
    pub(in crate::script) ruleset: OwnedFd,
    /// Mounts in this order: paths that become writable, and paths within those that do not.
    pub(in crate::script) mounts: Vec<CString>,
}

impl SandboxSetup {
    /// # Errors
    /// Of kind `Unsupported` where the kernel lacks what is needed; those of folders that cannot be opened.
    pub(in crate::script) fn new(rules: &SandboxRules, layout: &Layout, state: &Path) -> io::Result<Self> {
        if let Some(missing) = rules.write.iter().find(|folder| !folder.exists()) {
            let reason = format!("file not found: `{}`", missing.display());
            return Err(io::Error::new(io::ErrorKind::NotFound, reason));
        }
        let own = [&layout.work_dir, &layout.build_prefix, &layout.host_prefix].map(|folder| folder.to_path_buf());
        let mut own: Vec<PathBuf> = own.into_iter().filter(|folder| folder.is_dir()).collect();
        own.dedup();
        // Where the shell says how the activation went.
        own.push(state.to_path_buf());
        let temporary = temporary_folders();
        let mut mounts = Vec::new();
        for folder in temporary.iter().chain(&rules.write) {
            mounts.push(option("write=", folder)?);
        }
        // Sessions live in temporary folders by default: what belongs to this one, and to others, is not to be changed.
        for folder in protected(layout, &temporary) {
            mounts.push(option("protect=", &folder)?);
        }
        for folder in &own {
            mounts.push(option("write=", folder)?);
        }
        let writable: Vec<PathBuf> = own.into_iter().chain(temporary).chain(rules.write.iter().cloned()).collect();
        let ruleset = ruleset(rules, &writable, layout).map_err(io::Error::other)?;
        let ruleset = ruleset.ok_or_else(|| {
            io::Error::new(io::ErrorKind::Unsupported, "a sandbox requires Linux 6.12 or later with Landlock enabled")
        })?;
        Ok(Self { ruleset, mounts })
    }
}

fn ruleset(
    rules: &SandboxRules,
    writable: &[PathBuf],
    layout: &Layout,
) -> Result<Option<OwnedFd>, landlock::RulesetError> {
    let all = AccessFs::from_all(REQUIRED);
    let read = AccessFs::from_read(REQUIRED);
    let created = Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(all)
        .and_then(|ruleset| ruleset.scope(Scope::from_all(REQUIRED)))
        .and_then(Ruleset::create);
    // Nothing less than all of it is a sandbox.
    let Ok(mut created) = created else { return Ok(None) };
    match &rules.read {
        None => created = add(created, Path::new("/"), read)?,
        Some(paths) => {
            let system = SYSTEM.iter().map(Path::new);
            let own = [layout.build_dir.as_path(), layout.recipe_dir.as_path()];
            for path in paths.iter().map(PathBuf::as_path).chain(system).chain(own) {
                created = add(created, path, read)?;
            }
        }
    }
    for path in writable {
        created = add(created, path, all)?;
    }
    for path in DEVICES {
        let access = AccessFs::ReadFile | AccessFs::WriteFile | AccessFs::IoctlDev;
        created = add(created, Path::new(path), access | AccessFs::ReadDir)?;
    }
    Ok(created.into())
}

fn add(
    created: landlock::RulesetCreated,
    path: &Path,
    access: impl Into<BitFlags<AccessFs>>,
) -> Result<landlock::RulesetCreated, landlock::RulesetError> {
    let access = access.into();
    // Some rights make sense for folders only, and the kernel refuses them for files.
    let access = if path.is_dir() { access } else { access & AccessFs::from_file(REQUIRED) };
    match PathFd::new(path) {
        Ok(folder) => created.add_rule(PathBeneath::new(folder, access)),
        // What does not exist needs no rule.
        Err(_) => Ok(created),
    }
}

fn temporary_folders() -> Vec<PathBuf> {
    let given = temporary_folder();
    let all = TEMPORARY.iter().map(PathBuf::from).chain([given]);
    let mut folders: Vec<PathBuf> = all.filter_map(|folder| folder.canonicalize().ok()).collect();
    folders.sort();
    folders.dedup();
    // One in another is writable with it.
    let outer = folders.clone();
    folders.retain(|folder| !outer.iter().any(|other| other != folder && folder.starts_with(other)));
    folders
}

/// Folders of sessions below temporary folders.
fn protected(layout: &Layout, temporary: &[PathBuf]) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = temporary
        .iter()
        .filter_map(|folder| std::fs::read_dir(folder).ok())
        .flat_map(|entries| entries.flatten().map(|entry| entry.path()))
        .filter(|path| path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"sidewinder_")))
        .filter(|path| path.is_dir())
        .collect();
    // The own one last, so that it is among those that the supervisor has room for.
    folders.retain(|folder| !layout.build_dir.starts_with(folder));
    folders.truncate(MAX_PROTECTED);
    if temporary.iter().any(|folder| layout.build_dir.starts_with(folder)) {
        folders.push(layout.build_dir.clone());
    }
    folders
}

/// Room for mounts in the supervisor: `MAX_MOUNTS` in `supervisor/options.rs`.
const MAX_PROTECTED: usize = 200;

fn option(name: &str, path: &Path) -> io::Result<CString> {
    let mut text = name.as_bytes().to_vec();
    text.extend_from_slice(path.as_os_str().as_bytes());
    Ok(CString::new(text)?)
}
