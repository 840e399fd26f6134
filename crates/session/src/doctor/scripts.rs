//! What running scripts needs: programs, isolation, limits.

use std::path::Path;

use super::DoctorCheck;
use crate::error::{Error, Result};
use crate::layout::{Layout, LayoutRequest};
use crate::script::{
    CallerEnvironment, Limits, Sandbox, available_cgroups, check_enforceable, check_network_isolation,
    program_of_caller,
};

pub(super) fn checks() -> Vec<DoctorCheck> {
    let mut checks = programs();
    checks.push(match check_network_isolation() {
        Ok(()) => DoctorCheck::ok("networkIsolation", "`network: false` works: user and network namespaces"),
        Err(error) => DoctorCheck::limited("networkIsolation", reason(&error)).hint(
            "allow unprivileged user namespaces: `sysctl kernel.unprivileged_userns_clone=1`, \
             `kernel.apparmor_restrict_unprivileged_userns=0`, or the container's seccomp profile",
        ),
    });
    checks.push(landlock());
    checks.push(match sandbox() {
        Ok(()) => DoctorCheck::ok("sandbox", "`sandbox` works: Landlock and namespaces"),
        Err(error) => DoctorCheck::limited("sandbox", reason(&error)),
    });
    checks.extend(cgroups());
    checks
}

fn reason(error: &Error) -> String {
    match error {
        Error::InvalidOption { reason, .. } => reason.clone(),
        error => error.to_string(),
    }
}

fn programs() -> Vec<DoctorCheck> {
    let caller = CallerEnvironment::of_process();
    let shell = if cfg!(windows) { "cmd" } else { "bash" };
    let needed = match program_of_caller(shell, &caller) {
        Some(path) => DoctorCheck::ok("shell", path.display().to_string()),
        None => DoctorCheck::failed("shell", format!("command not found: `{shell}`"))
            .with_hint(Some(format!("install {shell}: build scripts run in it"))),
    };
    let git = match program_of_caller("git", &caller) {
        Some(path) => DoctorCheck::ok("git", path.display().to_string()),
        None => DoctorCheck::limited("git", "command not found: `git`").hint("install git to use sources with `git:`"),
    };
    vec![needed, git]
}

/// A sandbox around a session in a temporary folder.
fn sandbox() -> Result<()> {
    let folder = tempfile::tempdir().map_err(Error::io("cannot create a folder in", std::env::temp_dir()))?;
    let layout = Layout::plan(LayoutRequest {
        output_dir: folder.path(),
        name: "doctor",
        recipe_path: None,
        merged: false,
        no_build_id: true,
    })?;
    for folder in [&layout.work_dir, &layout.build_prefix, &layout.host_prefix] {
        std::fs::create_dir_all(folder).map_err(Error::io("cannot create", Path::new(folder)))?;
    }
    check_enforceable(Limits::default(), Some(&Sandbox::Enabled(true)), true, &layout)
}

#[cfg(target_os = "linux")]
fn landlock() -> DoctorCheck {
    /// The first that keeps signals and abstract sockets inside (Linux 6.12).
    const REQUIRED: i64 = 6;
    /// `LANDLOCK_CREATE_RULESET_VERSION`.
    const VERSION: u32 = 1;
    #[expect(unsafe_code, reason = "the library does not tell the version")]
    // SAFETY: with this flag the call takes no rules and only returns a number.
    let version =
        unsafe { nix::libc::syscall(nix::libc::SYS_landlock_create_ruleset, std::ptr::null::<u8>(), 0_usize, VERSION) };
    match version {
        ..1 => DoctorCheck::limited("landlock", "Landlock is not available")
            .hint("use Linux 6.12 or later, and enable it at boot: `lsm=landlock,…`"),
        1..REQUIRED => {
            DoctorCheck::limited("landlock", format!("Landlock ABI {version}; a sandbox requires {REQUIRED}"))
                .hint("use Linux 6.12 or later")
        }
        _ => DoctorCheck::ok("landlock", format!("Landlock ABI {version}")),
    }
}

#[cfg(not(target_os = "linux"))]
fn landlock() -> DoctorCheck {
    DoctorCheck::limited("landlock", "only Linux has Landlock")
}

fn cgroups() -> Vec<DoctorCheck> {
    if !cfg!(target_os = "linux") {
        return vec![DoctorCheck::limited("cgroups", "only Linux has cgroups: of `limits`, only `logBytes` works")];
    }
    let available = available_cgroups();
    let check = |name: &str, limit: &str, version: Option<u8>| match version {
        Some(version) => DoctorCheck::ok(name, format!("`limits.{limit}` is exact: cgroup version {version}")),
        None => DoctorCheck::limited(name, format!("`limits.{limit}` is measured only: no cgroup can be created"))
            .hint("delegate a cgroup to this user, e.g. with `systemd-run --user --scope -p Delegate=yes`"),
    };
    vec![check("memoryLimit", "memoryBytes", available.memory), check("processLimit", "processes", available.processes)]
}
