//! What the system gives this process: threads, descriptors, memory.

use sidewinder_installer::threads::ensure_thread_pool;

use super::DoctorCheck;

pub(super) fn checks() -> Vec<DoctorCheck> {
    let threads = match ensure_thread_pool() {
        Ok(()) => DoctorCheck::ok("threads", "threads can be started"),
        Err(error) => DoctorCheck::failed("threads", format!("no thread can be started: {error}"))
            .hint("raise the limit of processes (`ulimit -u`, or the container's)"),
    };
    let mut checks = vec![threads];
    checks.extend(limits());
    checks
}

#[cfg(unix)]
fn limits() -> Vec<DoctorCheck> {
    use rustix::process::{Resource, getrlimit};

    let shown = |limit: Option<u64>| limit.map_or_else(|| "unlimited".to_owned(), |limit| limit.to_string());
    let check = |name: &str, what: &str, resource: Resource, enough: u64, flag: &str| {
        let limit = getrlimit(resource).current;
        let message = format!("{what}: {}", shown(limit));
        if limit.is_none_or(|limit| limit >= enough) {
            return DoctorCheck::ok(name, message);
        }
        DoctorCheck::limited(name, message).with_hint(Some(format!("raise it with `ulimit {flag}`")))
    };
    let mut checks = vec![
        check("fileDescriptors", "limit of file descriptors", Resource::Nofile, 256, "-n"),
        check("addressSpace", "limit of virtual memory in bytes", Resource::As, 16 << 30, "-v"),
        check("fileSize", "limit of a file's size in bytes", Resource::Fsize, 1 << 30, "-f"),
    ];
    #[cfg(target_os = "linux")]
    {
        checks.push(check("processes", "limit of the user's processes and threads", Resource::Nproc, 256, "-u"));
        checks.push(match std::path::Path::new("/proc/self/fd").is_dir() {
            true => DoctorCheck::ok("proc", "/proc is mounted"),
            false => DoctorCheck::limited("proc", "/proc is not mounted: no limits, no sandbox, no usage of runs")
                .hint("mount it: `mount -t proc proc /proc`"),
        });
    }
    checks
}

#[cfg(not(unix))]
fn limits() -> Vec<DoctorCheck> {
    Vec::new()
}
