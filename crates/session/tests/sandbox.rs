//! A script in a sandbox cannot change anything outside of its session's and temporary folders, nor reach other processes.
//!
//! Skipped with a message where the kernel lacks what the sandbox needs: there, asking for one is an error.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a test fails by panicking, and says what it skips"
)]

mod script_support;

use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::path::Path;
use std::process::{Child, Stdio};

use script_support::{Made, make_file, script};
use sidewinder_session::script::{Command, NetworkAccess, RunOptions, Sandbox, SandboxRules, run};
use sidewinder_session::{Cancel, Error};

/// A session in a sandbox; `None` where there can be none.
async fn sandboxed(text: &str, rules: SandboxRules) -> Option<Made> {
    let mut made = script(text);
    made.sandbox = Some(Sandbox::Rules(rules));
    let options = RunOptions::default();
    match run(made.request(&options), &Cancel::new(), None).await {
        Err(Error::InvalidOption { option: "sandbox", reason }) => {
            eprintln!("skipped: {reason}");
            None
        }
        result => result.map(|_| made).ok(),
    }
}

/// A folder outside of temporary folders and the session, with a file in it.
fn outside() -> tempfile::TempDir {
    let home = std::env::var_os("HOME").unwrap_or_default();
    let candidates =
        [Path::new(env!("CARGO_MANIFEST_DIR")), Path::new(&home), Path::new("/var/lib"), Path::new("/opt")];
    let is_temporary = |path: &Path| {
        let temporary = std::env::temp_dir();
        [Path::new("/tmp"), Path::new("/var/tmp"), Path::new("/dev/shm"), &temporary]
            .iter()
            .any(|folder| path.starts_with(folder))
    };
    let made = candidates
        .iter()
        .filter(|path| path.is_dir() && !is_temporary(path))
        .find_map(|path| tempfile::Builder::new().prefix(".sidewinder-test-").tempdir_in(path).ok());
    let folder = made.expect("a folder that is not temporary");
    make_file(&folder.path().join("file"), "precious");
    folder
}

/// Content, mode, owner, times and neighbors of the file.
fn state(folder: &Path) -> String {
    use std::os::unix::fs::MetadataExt;
    let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    let file = folder.join("file");
    let data = std::fs::metadata(&file).unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    format!("{names:?} {text} {:o} {} {} {} {}", data.mode(), data.uid(), data.gid(), data.mtime(), data.nlink())
}

struct Victim(Child);

impl Drop for Victim {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn victim() -> Victim {
    let child = std::process::Command::new("sleep").arg("600").stdin(Stdio::null()).env("VICTIM", "hidden").spawn();
    Victim(child.unwrap())
}

#[tokio::test]
async fn attempts_to_change_files_outside_fail() {
    let Some(made) = sandboxed(":", SandboxRules::default()).await else { return };
    let folder = outside();
    let out = folder.path().display().to_string();
    let before = state(folder.path());
    for attempt in [
        "echo x > $OUT/file",
        "echo x >> $OUT/file",
        "echo x > $OUT/new",
        "rm -f $OUT/file",
        "truncate -s 0 $OUT/file",
        "mv $OUT/file $OUT/moved",
        "mv $OUT/file $SRC_DIR/stolen",
        "echo x > mine && mv mine $OUT/file",
        "ln -sfn $OUT link && echo x > link/file",
        "ln -sf $OUT/file link2 && echo x > link2",
        "ln $OUT/file hard && echo x > hard",
        "ln -s /etc $OUT/link",
        "mkdir $OUT/folder",
        "mkfifo $OUT/fifo",
        "mknod $OUT/device c 1 3",
        "chmod 777 $OUT/file",
        "chown 12345 $OUT/file",
        "touch -d 2001-01-01 $OUT/file",
        "cp /bin/sh $OUT/sh",
        "dd if=/dev/zero of=$OUT/file bs=1 count=1 conv=notrunc",
        "cd $OUT && echo x > file",
        "echo x > /proc/self/root$OUT/file",
        "echo x > /proc/self/cwd/$(realpath --relative-to=$SRC_DIR $OUT)/file",
        "echo x > /proc/$PPID/root$OUT/file",
        "mount -o remount,rw / && echo x > $OUT/file",
        "mkdir -p m && mount --bind $OUT m && echo x > m/file",
        "mount -t tmpfs none $OUT && false",
        "umount -l $OUT; umount -l /; echo x > $OUT/file",
        "unshare -Urm sh -c \"mount -o remount,rw / ; echo x > $OUT/file\"",
        "unshare -Ur chown 0:0 $OUT/file",
        "nsenter -t 1 -m sh -c \"echo x > $OUT/file\"",
        "nsenter -t $PPID -m sh -c \"echo x > $OUT/file\"",
        "chroot / sh -c \"echo x > $OUT/file\"",
        "setsid sh -c \"echo x > $OUT/file\"",
        "env -i /usr/bin/setsid /bin/sh -c \"echo x > $OUT/file\" & wait",
        "python3 -c \"open('$OUT/file', 'w').write('x')\"",
        "python3 -c \"import os; os.setxattr('$OUT/file', 'user.x', b'1')\"",
        "perl -e 'open my $f, \">\", \"$ENV{OUT}/file\" or exit 1; print $f \"x\"'",
    ] {
        let options = RunOptions {
            env: [("OUT".to_owned(), out.clone())].into_iter().collect(),
            timeout_ms: Some(60_000.0),
            ..RunOptions::default()
        };
        let line = format!("({attempt}) < /dev/null; true");
        let result = made.exec_with(&options, Command::Line(line)).await;
        assert!(!result.timed_out, "{attempt}");
        assert_eq!(state(folder.path()), before, "{attempt}: {}", result.stderr);
    }
}

#[tokio::test]
async fn attempts_to_reach_other_processes_fail() {
    let Some(made) = sandboxed(":", SandboxRules::default()).await else { return };
    let mut victim = victim();
    let pid = victim.0.id().to_string();
    let name = format!("sidewinder-test-{}", std::process::id());
    let _listener = UnixListener::bind_addr(&SocketAddr::from_abstract_name(&name).unwrap()).unwrap();
    for attempt in [
        "kill -KILL $VICTIM_PID",
        "kill -TERM $VICTIM_PID",
        "kill -KILL $PPID",
        "kill -STOP $HOST_PID",
        "cat /proc/$VICTIM_PID/environ | tr '\\0' '\\n' | grep VICTIM=hidden",
        "ls /proc/$HOST_PID/fd/0",
        "ls /proc/$VICTIM_PID/root/etc",
        "ls /proc/$VICTIM_PID/cwd/",
        "readlink /proc/$VICTIM_PID/exe",
        "head -c 1 /proc/$VICTIM_PID/mem",
        "cat /proc/$VICTIM_PID/maps | grep .",
        "python3 -c \"import socket, os; s = socket.socket(socket.AF_UNIX); s.connect('\\0' + os.environ['SOCKET'])\"",
        "python3 -c \"import ctypes, os, sys; l = ctypes.CDLL(None); sys.exit(l.ptrace(16, int(os.environ['VICTIM_PID']), 0, 0) != 0)\"",
        "nsenter -t $VICTIM_PID -a true",
        "ipcs -m | grep -q $VICTIM_PID",
        "echo 1 > /proc/sys/kernel/panic",
        "echo b > /proc/sysrq-trigger",
        "echo -1000 > /proc/$HOST_PID/oom_score_adj",
        "hostname changed-by-a-script",
        "date -s 2001-01-01",
        "mkdir /sys/fs/cgroup/sidewinder-escape || mkdir /sys/fs/cgroup/memory/sidewinder-escape",
    ] {
        let env = [("VICTIM_PID", pid.clone()), ("HOST_PID", std::process::id().to_string()), ("SOCKET", name.clone())];
        let options = RunOptions {
            env: env.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            ..RunOptions::default()
        };
        let result = made.exec_with(&options, Command::Line(format!("({attempt}) < /dev/null"))).await;
        assert_ne!(result.exit_code, 0, "{attempt}: {}{}", result.stdout, result.stderr);
        assert!(victim.0.try_wait().unwrap().is_none(), "{attempt}");
    }
}

#[tokio::test]
async fn what_a_build_needs_works() {
    let text = "echo x > file; mkdir -p $PREFIX/bin; cp /bin/true $PREFIX/bin/; $PREFIX/bin/true; chmod 700 file\n\
                mktemp > /dev/null; echo y > /tmp/sidewinder-test-$$; rm /tmp/sidewinder-test-$$\n\
                ln -s file link; mv file moved; echo z > /dev/null; (sleep 600 & kill $!); id > /dev/null; echo done\n";
    let Some(made) = sandboxed(text, SandboxRules::default()).await else { return };
    std::fs::remove_file(made.layout.work_dir.join("link")).unwrap();
    let result = made.run().await;
    assert_eq!((result.exit_code, result.stdout.as_str()), (0, "done\n"), "{}", result.stderr);
    // The session's own records are out of reach, although it is in a temporary folder.
    let line = "echo x > ../.run.lock || echo x > ../conda_exec.log || rm -rf ../work || mv ../work ../other";
    let result = made.exec(Command::Line(line.to_owned())).await;
    assert!(result.exit_code != 0 && made.layout.work_dir.is_dir(), "{result:?}");
}

#[tokio::test]
async fn rules_allow_more_writing_and_less_reading() {
    let folder = outside();
    let rules = SandboxRules { write: vec![folder.path().to_path_buf()], ..SandboxRules::default() };
    let Some(made) = sandboxed(":", rules).await else { return };
    let file = folder.path().join("file");
    let line = format!("echo changed > {}", file.display());
    assert_eq!(made.exec(Command::Line(line)).await.exit_code, 0);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "changed\n");

    let rules =
        SandboxRules { read: Some(Vec::new()), network: Some(NetworkAccess::Open(false)), ..SandboxRules::default() };
    let Some(made) = sandboxed(":", rules).await else { return };
    let line = format!(
        "cat {} && exit 9; cat $SRC_DIR/conda_build.sh > /dev/null && ls / > /dev/null || true",
        file.display()
    );
    let result = made.exec(Command::Line(line)).await;
    assert!(result.exit_code == 0 && !result.stdout.contains("changed"), "{result:?}");
    let result = made.exec(Command::Line("cat /proc/net/dev | tail -n +3 | grep -v ' lo:'".into())).await;
    assert_eq!(result.stdout, "");
}

/// Answers every connection in the same way until the process ends.
fn web_server() -> u16 {
    use std::io::{Read as _, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let mut request = [0; 4096];
            let count = client.read(&mut request).unwrap_or(0);
            let first = String::from_utf8_lossy(&request[..count]).lines().next().unwrap_or_default().to_owned();
            let _ = client.write_all(format!("HTTP/1.0 200 OK\r\n\r\nserver got {first}\n").as_bytes());
        }
    });
    port
}

#[tokio::test]
async fn a_list_of_hosts_is_all_of_the_network_that_is_reached() {
    let port = web_server();
    let hosts = NetworkAccess::Hosts(vec![format!("localhost:{port}"), "nowhere.invalid".to_owned()]);
    let Some(made) = sandboxed(":", SandboxRules { network: Some(hosts), ..SandboxRules::default() }).await else {
        return;
    };
    // bash alone speaks to the proxy; other programs read the variables.
    let ask = |request: &str| {
        let line = format!("exec 3<>/dev/tcp/127.0.0.1/${{https_proxy##*:}}; printf '{request}' >&3; cat <&3");
        Command::Line(line)
    };
    for (request, answer) in [
        (format!("GET http://localhost:{port}/a?b HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n"), "server got GET /a?b HTTP/1.1"),
        (
            format!("CONNECT localhost:{port} HTTP/1.1\\r\\n\\r\\nGET /through HTTP/1.0\\r\\n\\r\\n"),
            "server got GET /through HTTP/1.0",
        ),
        (format!("GET http://127.0.0.1:{port}/ HTTP/1.1\\r\\n\\r\\n"), "403 Forbidden"),
        ("CONNECT localhost:1 HTTP/1.1\\r\\n\\r\\n".to_owned(), "403 Forbidden"),
        (format!("GET http://localhost:{port}@other.test/ HTTP/1.1\\r\\n\\r\\n"), "403 Forbidden"),
        ("CONNECT nowhere.invalid:443 HTTP/1.1\\r\\n\\r\\n".to_owned(), "502 Bad Gateway"),
        ("nonsense\\r\\n\\r\\n".to_owned(), "400 Bad Request"),
    ] {
        let result = made.exec(ask(&request)).await;
        assert!(result.stdout.contains(answer), "{request}: {}{}", result.stdout, result.stderr);
    }
    // Past the proxy there is nothing, not even this machine.
    for line in
        [format!("exec 3<>/dev/tcp/127.0.0.1/{port}"), "cat /proc/net/dev | tail -n +3 | grep -v ' lo:'".to_owned()]
    {
        let result = made.exec(Command::Line(line.clone())).await;
        assert_ne!(result.exit_code, 0, "{line}: {}", result.stdout);
    }
}

#[tokio::test]
async fn a_host_that_is_a_url_is_refused() {
    let mut made = script(":");
    let network = Some(NetworkAccess::Hosts(vec!["https://example.org/".to_owned()]));
    made.sandbox = Some(Sandbox::Rules(SandboxRules { network, ..SandboxRules::default() }));
    let options = RunOptions::default();
    let error = run(made.request(&options), &Cancel::new(), None).await.unwrap_err();
    assert!(matches!(&error, Error::InvalidOption { reason, .. } if reason.contains("invalid host")), "{error}");
}
