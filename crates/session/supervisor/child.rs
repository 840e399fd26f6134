//! From the supervisor's process to the script's: namespaces, limits, sandbox, program.

use crate::options::{MAX_MOUNTS, Options};
use crate::{fd, sys};

/// What failed, as the host knows it; in this order in the host's list.
#[derive(Clone, Copy)]
#[repr(u8)]
pub enum Stage {
    Fork = 1,
    Namespaces = 2,
    Maps = 3,
    ReadOnly = 4,
    Cgroup = 5,
    Limits = 6,
    Landlock = 7,
    Execute = 8,
    Listen = 9,
}

/// Starts the script, and reports its process id to the host, or what failed: then this process ends.
pub fn start(options: &Options, environment: *const *const u8) -> i32 {
    let (Ok([told, tell]), Ok([go, release])) = (sys::pipe(), sys::pipe()) else { fail(Stage::Fork, -24) };
    let supervisor = sys::own_pid();
    match sys::fork() {
        0 => {
            sys::close(told);
            sys::close(release);
            let Failure(stage, error) = become_script(options, environment, supervisor, tell, go);
            let mut record = [b'E', stage as u8, 0, 0, 0, 0];
            record[2..].copy_from_slice(&(error as i32).to_le_bytes());
            sys::write(tell, &record);
            sys::exit(126)
        }
        pid if pid > 0 => {
            sys::close(tell);
            sys::close(go);
            let mut record = [0u8; 6];
            let mut length = sys::read(told, &mut record[..1]);
            if length == 1 && record[0] == b'U' {
                let error = write_maps(options, pid as i32);
                if error < 0 {
                    sys::kill(pid as i32, sys::SIGKILL);
                    fail(Stage::Maps, error);
                }
                sys::write(release, b"g");
                length = sys::read(told, &mut record[..1]);
            }
            // The pipe closes as the program begins.
            if length == 1 {
                sys::read(told, &mut record[1..]);
                sys::write(fd::STATUS, &record);
                sys::exit(126);
            }
            let mut record = [b'S', 0, 0, 0, 0, 0];
            record[2..].copy_from_slice(&(pid as i32).to_le_bytes());
            sys::write(fd::STATUS, &record);
            sys::close(told);
            sys::close(release);
            pid as i32
        }
        error => fail(Stage::Fork, error),
    }
}

fn fail(stage: Stage, error: isize) -> ! {
    let mut record = [b'E', stage as u8, 0, 0, 0, 0];
    record[2..].copy_from_slice(&(error as i32).to_le_bytes());
    sys::write(fd::STATUS, &record);
    sys::exit(126)
}

struct Failure(Stage, isize);

/// Only returns when something failed: nothing is run with less protection than was asked for.
fn become_script(
    options: &Options,
    environment: *const *const u8,
    supervisor: i32,
    tell: i32,
    go: i32,
) -> Failure {
    sys::new_session();
    sys::die_with_parent();
    if sys::parent() != supervisor {
        sys::exit(126);
    }
    for index in 0..options.cgroups {
        if !sys::write(fd::CGROUPS + index, b"0\n") {
            return Failure(Stage::Cgroup, -1);
        }
    }
    if let Err(failure) = enter_namespaces(options, tell, go) {
        return failure;
    }
    if options.read_only
        && let Err(error) = make_read_only(options)
    {
        return Failure(Stage::ReadOnly, error);
    }
    let mut index = 0;
    while index < options.limit_count {
        let (resource, value) = options.limits[index];
        let result = sys::set_limit(resource, value);
        if result < 0 {
            return Failure(Stage::Limits, result);
        }
        index += 1;
    }
    if options.landlock {
        let mut result = sys::no_new_privileges();
        if result >= 0 {
            result = sys::enforce_landlock(fd::RULESET);
        }
        if result < 0 {
            return Failure(Stage::Landlock, result);
        }
    }
    sys::reset_signals();
    sys::close_range(3, true);
    // SAFETY: both lists come from the kernel; the first variable is the supervisor's own.
    let error = unsafe { sys::execute(*options.program, options.program, environment.add(1)) };
    Failure(Stage::Execute, error)
}

fn enter_namespaces(options: &Options, tell: i32, go: i32) -> Result<(), Failure> {
    let mut flags = 0;
    if options.no_network {
        flags |= sys::CLONE_NEWNET;
    }
    if options.read_only {
        // System V and POSIX message queues are not files, so rules on files do not cover them.
        flags |= sys::CLONE_NEWNS | sys::CLONE_NEWIPC;
    }
    if flags == 0 {
        return Ok(());
    }
    // With an administrator's rights no user namespace is needed, and all users stay known. A sandbox has one all the
    // same: without, those rights would hold outside of it.
    if options.read_only || sys::unshare(flags) < 0 {
        if !options.user_namespace {
            return Err(Failure(Stage::Namespaces, -1));
        }
        let result = sys::unshare(flags | sys::CLONE_NEWUSER);
        if result < 0 {
            return Err(Failure(Stage::Namespaces, result));
        }
        map_users(options, tell, go)?;
        // The new rights that come with the namespace have cleared it.
        sys::die_with_parent();
    }
    if options.no_network {
        sys::loopback_up();
    }
    if options.listen != 0 {
        let result = sys::listen_for(options.listen, fd::PROXY);
        if result < 0 {
            return Err(Failure(Stage::Listen, result));
        }
    }
    Ok(())
}

/// A user may map themselves from inside; an administrator may map everybody, but only from outside.
fn map_users(options: &Options, tell: i32, go: i32) -> Result<(), Failure> {
    if options.deny_setgroups {
        for (path, text) in [
            (c"/proc/self/setgroups", &b"deny"[..]),
            (c"/proc/self/uid_map", options.uid_map),
            (c"/proc/self/gid_map", options.gid_map),
        ] {
            let result = sys::write_file(path.as_ptr().cast(), text);
            if result < 0 {
                return Err(Failure(Stage::Maps, result));
            }
        }
        return Ok(());
    }
    sys::write(tell, b"U");
    let mut byte = [0u8; 1];
    if sys::read(go, &mut byte) != 1 {
        sys::exit(126);
    }
    Ok(())
}

fn write_maps(options: &Options, pid: i32) -> isize {
    let mut path = [0u8; 32];
    let result = sys::write_file(proc_path(&mut path, pid, b"uid_map"), options.uid_map);
    if result < 0 {
        return result;
    }
    sys::write_file(proc_path(&mut path, pid, b"gid_map"), options.gid_map)
}

fn proc_path(path: &mut [u8; 32], pid: i32, name: &[u8]) -> *const u8 {
    let mut digits = [0u8; 10];
    let mut count = 0;
    let mut rest = pid;
    while rest > 0 {
        digits[count] = b'0' + (rest % 10) as u8;
        rest /= 10;
        count += 1;
    }
    let mut end = 6;
    path[..6].copy_from_slice(b"/proc/");
    while count > 0 {
        count -= 1;
        path[end] = digits[count];
        end += 1;
    }
    path[end] = b'/';
    path[end + 1..end + 1 + name.len()].copy_from_slice(name);
    path[end + 1 + name.len()] = 0;
    path.as_ptr()
}

/// Landlock knows no rule for modes, owners, times and attributes of files; a read-only mount stops changes of them too.
fn make_read_only(options: &Options) -> Result<(), isize> {
    const MOUNT_ATTR_RDONLY: u64 = 1;
    const MS_PRIVATE: u64 = 1 << 18;
    let check = |result: isize| if result < 0 { Err(result) } else { Ok(result) };
    check(sys::change_all_mounts(0, MS_PRIVATE))?;
    // Copied before, so that the copies stay writable.
    let mounts = &options.mounts[..options.mount_count];
    let mut trees = [-1i32; MAX_MOUNTS];
    for (tree, mount) in trees.iter_mut().zip(mounts) {
        if mount.writable {
            *tree = check(sys::copy_mounts(mount.path))? as i32;
        }
    }
    check(sys::change_all_mounts(MOUNT_ATTR_RDONLY, 0))?;
    for (tree, mount) in trees.iter().zip(mounts) {
        let mut tree = *tree;
        if !mount.writable {
            tree = match sys::copy_mounts(mount.path) {
                // Removed meanwhile: there is nothing to protect.
                sys::ENOENT => continue,
                copied => check(copied)? as i32,
            };
            check(sys::change_mounts(tree, MOUNT_ATTR_RDONLY))?;
        }
        check(sys::attach_mounts(tree, mount.path))?;
        sys::close(tree);
    }
    Ok(())
}
