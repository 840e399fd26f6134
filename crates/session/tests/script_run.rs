//! Running scripts: how they end, what they see, what comes out.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod script_support;

use std::time::{Duration, Instant};

use script_support::{Heard, made, make_file, script};
use serde_json::json;
use sidewinder_session::options::Isolation;
use sidewinder_session::script::{
    Command, RunOptions, RunRequest, ScriptResult, StdinStream, Stream, end_processes_of, run,
};
use sidewinder_session::{Cancel, Error};

fn options(change: impl FnOnce(&mut RunOptions)) -> RunOptions {
    let mut options = RunOptions::default();
    change(&mut options);
    options
}

/// Waits for a thing to happen.
async fn until(happened: impl Fn() -> bool) {
    let started = Instant::now();
    while !happened() {
        assert!(started.elapsed() < Duration::from_secs(120), "it did not happen");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn is_running(pid: &str) -> bool {
    std::fs::read_to_string(format!("/proc/{}/stat", pid.trim())).is_ok_and(|stat| !stat.contains(") Z "))
}

#[tokio::test]
async fn exit_codes() {
    for (text, code) in [("exit 7", 7), ("true\nfalse\ntrue", 1), ("nosuchcommand\n", 127), ("exit 0", 0)] {
        let result = script(text).run().await;
        assert_eq!((result.exit_code, result.success, result.signal), (code, code == 0, None), "{text}");
    }
    assert!(script("nosuchcommand").run().await.stderr.contains("nosuchcommand: command not found"));
}

#[tokio::test]
async fn a_script_without_set_e_stops_at_the_first_error_all_the_same() {
    let made = script("");
    std::fs::write(made.layout.build_script(), "false\necho on\n").unwrap();
    let result = made.run().await;
    assert_eq!((result.exit_code, result.stdout.as_str()), (1, ""));
}

#[tokio::test]
async fn death_by_a_signal() {
    let result = script("kill -SEGV $$").run().await;
    assert_eq!((result.exit_code, result.signal.as_deref(), result.success), (139, Some("SIGSEGV"), false));
    let result = script("kill -9 $$").run().await;
    assert_eq!((result.exit_code, result.signal.as_deref()), (137, Some("SIGKILL")));
}

#[tokio::test]
async fn a_timeout_ends_the_whole_tree() {
    // One child in the background, one with a process group of its own, one in a session of its own; two of them ignore
    // the first signal, and all hold the pipes.
    let made = script(
        "set -m\n(trap '' TERM; while :; do sleep 1; done) & echo $! > pids\nset +m\n\
         (trap '' TERM; while :; do sleep 1; done) & echo $! >> pids\n\
         setsid sleep 600 & echo $! >> pids\n\
         echo ready\nsleep 600\n",
    );
    let started = Instant::now();
    let result = made.run_with(&options(|options| options.timeout_ms = Some(3000.0))).await;
    assert!(started.elapsed() < Duration::from_secs(300), "waited for the sleeping child");
    assert!(result.timed_out && !result.success);
    assert_eq!((result.exit_code, result.signal.as_deref()), (143, Some("SIGTERM")));
    assert_eq!(result.stdout, "ready\n");
    let pids = std::fs::read_to_string(made.layout.work_dir.join("pids")).unwrap();
    assert_eq!(pids.lines().count(), 3);
    until(|| !pids.lines().any(is_running)).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_timeout_ends_a_daemon_whose_parent_is_gone() {
    let made = script("setsid -f sh -c 'echo $$ > pid; exec sleep 600' >/dev/null 2>&1\nsleep 600\n");
    let pid = made.layout.work_dir.join("pid");
    let result = made.run_with(&options(|options| options.timeout_ms = Some(2000.0))).await;
    assert!(result.timed_out);
    let pid = std::fs::read_to_string(pid).unwrap();
    until(|| !is_running(&pid)).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_daemon_with_a_cleaned_environment_outlives_the_run_and_is_found_later() {
    let daemon = "env -i setsid sh -c 'echo $$ > pid.new; mv pid.new pid; exec sleep 600' > /dev/null 2>&1 &\n\
                  while [ ! -e pid ]; do :; done\n";
    let made = script(daemon);
    assert!(made.run().await.success);
    let pid = std::fs::read_to_string(made.layout.work_dir.join("pid")).unwrap();
    assert!(is_running(&pid));
    // A run that follows does not end it, not even when it is ended itself.
    made.exec_with(&options(|options| options.timeout_ms = Some(100.0)), Command::Line("sleep 600".into())).await;
    assert!(is_running(&pid));
    end_processes_of(&made.layout.work_dir);
    until(|| !is_running(&pid)).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_timeout_ends_a_daemon_with_a_cleaned_environment() {
    let made = script("env -i setsid -f sh -c 'echo $$ > pid; exec sleep 600' > /dev/null 2>&1\nsleep 600\n");
    assert!(made.run_with(&options(|options| options.timeout_ms = Some(1000.0))).await.timed_out);
    let pid = std::fs::read_to_string(made.layout.work_dir.join("pid")).unwrap();
    assert!(!is_running(&pid), "everything has ended when the result is there");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_run_that_kills_its_supervisor_is_killed_with_it() {
    let made = script("sleep 600 & echo $! > pid; kill -KILL $PPID; wait");
    let result = made.run().await;
    assert_eq!((result.exit_code, result.signal.as_deref()), (137, Some("SIGKILL")));
    let pid = std::fs::read_to_string(made.layout.work_dir.join("pid")).unwrap();
    until(|| !is_running(&pid)).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn scripts_inherit_no_descriptors_of_the_host() {
    // One that any program may have left open for its children.
    let open = std::fs::File::open("/dev/null").unwrap();
    let inherited = rustix::io::dup(&open).unwrap();
    rustix::io::fcntl_setfd(&inherited, rustix::io::FdFlags::empty()).unwrap();
    // The descriptor of the folder itself is that of `ls`.
    let result = script("ls -l /proc/self/fd | grep -v '/proc/[0-9]*/fd$'\n").run().await;
    let names: Vec<&str> = result.stdout.lines().filter(|line| line.contains(" -> ")).collect();
    assert_eq!(names.len(), 3, "{names:?}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_result_says_what_the_run_used() {
    let text = "head -c 20000000 /dev/zero > big\ncat big > /dev/null\n(for i in 1 2 3; do sleep 0.2 & done; wait)\n\
                end=$((SECONDS + 1)); while ((SECONDS < end)); do :; done\n";
    let usage = script(text).run().await.usage;
    assert!(usage.written_bytes >= 20_000_000 && usage.read_bytes >= 40_000_000, "{usage:?}");
    assert!(usage.cpu_ms > 0.0 && usage.max_memory_bytes > 1_000_000, "{usage:?}");
}

#[tokio::test]
async fn standard_input_can_be_written_while_the_script_runs() {
    let made = script("while read -r line; do echo \"read $line\"; done; echo end\n");
    let heard = Heard::default();
    let (no_options, cancel, stdin) = (RunOptions::default(), Cancel::new(), StdinStream::new());
    let request = RunRequest { stdin: Some(&stdin), ..made.request(&no_options) };
    let running = run(request, &cancel, heard.sink());
    let writing = async {
        assert!(stdin.write(b"one\n".to_vec()).await);
        until(|| heard.text(Stream::Stdout) == "read one\n").await;
        assert!(stdin.write(b"two\n".to_vec()).await);
        stdin.end();
    };
    let (result, ()) = tokio::join!(running, writing);
    assert_eq!(result.unwrap().stdout, "read one\nread two\nend\n");
}

#[tokio::test]
async fn writing_to_a_script_that_reads_nothing_ends_with_the_script() {
    let made = script("echo begun; exec < /dev/null; while [ ! -e go ]; do :; done\n");
    let (no_options, cancel, stdin) = (RunOptions::default(), Cancel::new(), StdinStream::new());
    let request = RunRequest { stdin: Some(&stdin), ..made.request(&no_options) };
    let writing = async {
        while stdin.write(vec![b'x'; 65536]).await {
            std::fs::write(made.layout.work_dir.join("go"), "").unwrap();
        }
    };
    let (result, ()) = tokio::join!(run(request, &cancel, None), writing);
    assert!(result.unwrap().success);
}

#[tokio::test]
async fn a_second_run_in_the_same_folder_is_refused_while_the_first_goes_on() {
    let made = script("echo begun; while [ ! -e go ]; do :; done\n");
    let heard = Heard::default();
    let (no_options, cancel) = (RunOptions::default(), Cancel::new());
    let running = run(made.request(&no_options), &cancel, heard.sink());
    let second = async {
        until(|| heard.text(Stream::Stdout) == "begun\n").await;
        let error = run(made.request(&no_options), &cancel, None).await.unwrap_err();
        assert_eq!(error.code(), "SESSION_BUSY", "{error}");
        std::fs::write(made.layout.work_dir.join("go"), "").unwrap();
    };
    let (result, ()) = tokio::join!(running, second);
    assert!(result.unwrap().success);
    assert!(made.run().await.success, "and free again afterwards");
}

#[tokio::test]
async fn the_lines_of_a_secret_that_the_run_is_given_are_masked() {
    let made = script("while read -r line; do echo \"key: $line\"; done <<< \"$SECRET_KEY\"\n");
    let secrets = ["SECRET_KEY".to_owned()];
    let options =
        options(|options| drop(options.env.insert("SECRET_KEY".to_owned(), "first line\nsecond line".to_owned())));
    let request = RunRequest { secrets: &secrets, ..made.request(&options) };
    let result = run(request, &Cancel::new(), None).await.unwrap();
    assert_eq!(result.stdout, "key: ********\nkey: ********\n");
}

#[tokio::test]
async fn a_script_that_ignores_the_request_is_killed() {
    let made = script("trap 'echo asked' TERM\nwhile :; do sleep 0.05 || :; done\n");
    let result = made.run_with(&options(|options| options.timeout_ms = Some(3000.0))).await;
    assert_eq!((result.timed_out, result.signal.as_deref()), (true, Some("SIGKILL")));
    assert_eq!(result.stdout, "asked\n");
}

#[tokio::test]
async fn cancelling_ends_the_tree_and_is_an_error() {
    let made = script("sleep 600 & echo $! > pid\necho ready\nwait\n");
    let cancel = Cancel::new();
    let heard = Heard::default();
    let no_options = RunOptions::default();
    let running = run(made.request(&no_options), &cancel, heard.sink());
    let cancelling = async {
        until(|| heard.text(Stream::Stdout) == "ready\n").await;
        cancel.cancel();
    };
    let (result, ()) = tokio::join!(running, cancelling);
    assert!(matches!(result, Err(Error::Cancelled)));
    let pid = std::fs::read_to_string(made.layout.work_dir.join("pid")).unwrap();
    until(|| !is_running(&pid)).await;
}

#[tokio::test]
async fn dropping_a_run_kills_it() {
    let made = script("echo $$ > pid\nsleep 600\n");
    let pid_file = made.layout.work_dir.join("pid");
    {
        let (no_options, cancel) = (RunOptions::default(), Cancel::new());
        let running = run(made.request(&no_options), &cancel, None);
        tokio::select! {
            _ = running => panic!("it ended"),
            () = until(|| std::fs::read_to_string(&pid_file).is_ok_and(|pid| pid.ends_with('\n'))) => {}
        }
    }
    let pid = std::fs::read_to_string(&pid_file).unwrap();
    // Not even a zombie stays.
    until(|| !std::path::Path::new("/proc").join(pid.trim()).exists()).await;
}

#[tokio::test]
async fn a_process_that_holds_the_pipes_does_not_delay_the_result() {
    let made = script("(trap '' TERM; while :; do sleep 1; done) & echo $! > pid\necho done\n");
    // The process never ends by itself.
    let result = tokio::time::timeout(Duration::from_secs(120), made.run()).await.unwrap();
    assert_eq!((result.exit_code, result.stdout.as_str()), (0, "done\n"));
    let pid = std::fs::read_to_string(made.layout.work_dir.join("pid")).unwrap();
    until(|| !is_running(&pid)).await;
}

#[tokio::test]
async fn what_a_tee_still_has_to_write_is_waited_for() {
    let result =
        script("exec > >(sleep 0.05; tee copy) 2>&1\nfor i in $(seq 2000); do echo line $i; done\n").run().await;
    assert_eq!(result.stdout.lines().count(), 2000);
}

#[tokio::test]
async fn a_flood_is_bounded_in_memory_and_whole_on_disk() {
    let made = script("head -c 30000000 /dev/zero | tr '\\0' 'x'; echo\necho end\necho problem >&2\n");
    let heard = Heard::default();
    let limited = options(|options| options.max_output_bytes = Some(100_000));
    let result = run(made.request(&limited), &Cancel::new(), heard.sink()).await.unwrap();
    assert!(result.stdout.len() <= 100_000);
    assert!(result.stdout.starts_with("xxx") && result.stdout.ends_with("xxx\nend\n"));
    let kept = result.stdout.matches('x').count() as u64;
    assert_eq!(kept + result.omitted.stdout, 30_000_000);
    assert_eq!((result.stderr.as_str(), result.omitted.stderr), ("problem\n", 0));
    assert_eq!(std::fs::metadata(&result.log_path).unwrap().len(), 30_000_000 + 5 + 8);
    assert_eq!(result.log_path, made.layout.build_dir.join("conda_build.log").to_str().unwrap());
    assert_eq!(result.log_error, None);
    assert_eq!(heard.text(Stream::Stdout).len(), 30_000_000 + 5);
}

#[tokio::test]
async fn output_comes_while_the_script_runs() {
    let made = script("echo first\nwhile [ ! -e go ]; do sleep 0.01; done\necho second\n");
    let heard = Heard::default();
    let no_options = RunOptions::default();
    let cancel = Cancel::new();
    let running = run(made.request(&no_options), &cancel, heard.sink());
    let looking = async {
        until(|| heard.text(Stream::Stdout) == "first\n").await;
        std::fs::write(made.layout.work_dir.join("go"), "").unwrap();
    };
    let (result, ()) = tokio::join!(running, looking);
    assert_eq!(result.unwrap().stdout, "first\nsecond\n");
}

#[tokio::test]
async fn half_characters_wait_for_their_other_half_and_wrong_bytes_are_replaced() {
    let made = script("printf '\\342\\202'; sleep 0.1; printf '\\254 \\377\\376\\r\\n'; printf 'caf\\303'\n");
    let heard = Heard::default();
    let no_options = RunOptions::default();
    let result = run(made.request(&no_options), &Cancel::new(), heard.sink()).await.unwrap();
    assert_eq!(result.stdout, "\u{20ac} \u{fffd}\u{fffd}\r\ncaf\u{fffd}");
    assert_eq!(heard.text(Stream::Stdout), result.stdout);
    let log = std::fs::read(&result.log_path).unwrap();
    assert_eq!(log, b"\xe2\x82\xac \xff\xfe\r\ncaf\xc3");
}

fn secret_session(content: &str) -> script_support::Made {
    let made = made(json!({"script": {"content": content, "secrets": ["MY_TOKEN", "NOT_THERE"]}}));
    let made = made.with_caller(&[("MY_TOKEN", "s3cr3t-t0k3n")]);
    made.write().unwrap();
    made
}

fn nothing_leaked(made: &script_support::Made, result: &ScriptResult, heard: &Heard) {
    let log = std::fs::read_to_string(&result.log_path).unwrap();
    for text in [&result.stdout, &result.stderr, &log, &made.env_text(), &heard.text(Stream::Stdout)] {
        assert!(!text.contains("s3cr3t"), "{text}");
    }
}

#[tokio::test]
async fn secrets_reach_the_script_and_nobody_else() {
    let made = secret_session("echo \"secret=$MY_TOKEN ${#MY_TOKEN}\"; echo $MY_TOKEN >&2\n");
    assert_eq!(made.progress.log_lines()[0], "Secret NOT_THERE not found in environment");
    let heard = Heard::default();
    let traced = options(|options| options.trace = true);
    let result = run(made.request(&traced), &Cancel::new(), heard.sink()).await.unwrap();
    assert_eq!(result.stdout, "secret=******** 12\n");
    assert!(result.stderr.contains("+ echo 'secret=******** 12'"), "{}", result.stderr);
    nothing_leaked(&made, &result, &heard);
    let result = made.exec(Command::Line("echo $MY_TOKEN".into())).await;
    assert_eq!(result.stdout, "********\n");
}

#[tokio::test]
async fn a_secret_in_pieces_is_masked() {
    let content = "for ((i = 0; i < ${#MY_TOKEN}; i++)); do printf %s \"${MY_TOKEN:i:1}\"; sleep 0.01; done; echo; \
                   printf s3cr; sleep 0.05; echo .\n";
    let made = secret_session(content);
    let heard = Heard::default();
    let no_options = RunOptions::default();
    let result = run(made.request(&no_options), &Cancel::new(), heard.sink()).await.unwrap();
    assert_eq!(result.stdout, "********\ns3cr.\n");
    assert_eq!(heard.text(Stream::Stdout), result.stdout);
}

#[tokio::test]
async fn strict_isolation_shows_what_is_named_only() {
    let mut made = script("env").with_caller(&[
        ("PASSED_BY_NAME", "1"),
        ("NOT_PASSED", "1"),
        ("https_proxy", "http://proxy"),
        ("CONDA_BUILD", "inherited"),
        ("BASH_ENV", "/dev/null/x"),
    ]);
    made.pass_env = vec!["PASSED_BY_NAME".into()];
    let env = made.run().await.stdout;
    let has = |line: &str| env.lines().any(|other| other == line);
    assert!(has("PASSED_BY_NAME=1") && has("https_proxy=http://proxy") && has("CONDA_BUILD=1") && has("USER=rattler"));
    assert!(!env.contains("NOT_PASSED") && !env.contains("BASH_ENV"));
    // Nothing of ours is left; the machine's own PATH may well lead through a folder of that name.
    let ours: Vec<&str> =
        env.lines().filter(|line| !line.starts_with("PATH=") && line.to_lowercase().contains("sidewinder")).collect();
    assert!(ours.is_empty(), "{ours:?}");
    assert!(has(&format!("HOME={}", made.layout.work_dir.display())));
    assert!(has(&format!("PWD={}", made.layout.work_dir.display())));

    made.isolation = Isolation::None;
    made.pass_env.clear();
    made.write().unwrap();
    let env = made.run().await.stdout;
    assert!(env.contains("\nNOT_PASSED=1\n"));
}

#[tokio::test]
async fn variables_of_a_run_win_over_those_of_the_build() {
    let made = script("printf '%s|' \"$PKG_NAME\" \"$NEW\" \"$USER\" $(env | grep -ci sidewinder_env)");
    let env = [("PKG_NAME", "it's $mine"), ("NEW", "a\nb"), ("USER", "")];
    let env = options(|options| options.env = env.iter().map(|(n, v)| ((*n).into(), (*v).into())).collect());
    assert_eq!(made.run_with(&env).await.stdout, "it's $mine|a\nb||0|");
    let wrong = options(|options| options.env = [("A=B".to_owned(), String::new())].into_iter().collect());
    let error = run(made.request(&wrong), &Cancel::new(), None).await.unwrap_err();
    assert_eq!(error.code(), "INVALID_OPTION");
}

#[tokio::test]
async fn standard_input_is_empty_unless_given() {
    let made = script("cat; echo end\n");
    assert_eq!(made.run().await.stdout, "end\n");
    let long = "line \u{fc}\n".repeat(100_000);
    let given = options(|options| options.stdin = Some(long.clone()));
    assert_eq!(made.run_with(&given).await.stdout, format!("{long}end\n"));
    let unread = script("exec <&-; echo end");
    assert_eq!(unread.run_with(&given).await.stdout, "end\n");
}

#[tokio::test]
async fn there_is_no_terminal_to_ask_on() {
    let result = script("if (exec < /dev/tty) 2> /dev/null; then echo terminal; else echo none; fi").run().await;
    assert_eq!(result.stdout, "none\n");
}

#[tokio::test]
async fn activation_scripts_see_no_arguments_of_ours() {
    let made = script("echo $SEEN");
    make_file(&made.layout.build_prefix.join("etc/conda/activate.d/z.sh"), "export SEEN=\"[$#]\"; set -u; IFS=x");
    made.write().unwrap();
    assert_eq!(made.run().await.stdout, "[0]\n");
}

#[tokio::test]
async fn other_commands_run_in_the_same_environment() {
    let made = script("true");
    let result = made.exec(Command::Line("echo $PKG_NAME; pwd; exit 5".into())).await;
    assert_eq!(result.stdout, format!("debug-demo\n{}\n", made.layout.work_dir.display()));
    assert_eq!(result.exit_code, 5);
    assert!(result.log_path.ends_with("conda_exec.log"));
    let result = made.exec(Command::Program(vec!["printf".into(), "[%s]".into(), "$A *".into(), "-n".into()])).await;
    assert_eq!(result.stdout, "[$A *][-n]");
    let result = made.exec(Command::Program(vec!["nosuchprogram".into()])).await;
    assert_eq!(result.exit_code, 127);
    assert!(result.stderr.contains("nosuchprogram: command not found"), "{}", result.stderr);
    let bash = made.exec(Command::Program(vec!["bash".into(), "-c".into(), "kill -TERM $$".into()])).await;
    assert_eq!((bash.exit_code, bash.signal.as_deref()), (143, Some("SIGTERM")));
}

#[tokio::test]
async fn what_is_gone_is_named() {
    let made = script("true");
    let no_options = RunOptions::default();
    let message = || async { run(made.request(&no_options), &Cancel::new(), None).await.unwrap_err().to_string() };
    let work = made.layout.work_dir.display().to_string();
    std::fs::remove_file(made.layout.build_script()).unwrap();
    assert_eq!(message().await, format!("conda_build.sh not found in {work}"));
    std::fs::remove_file(made.layout.build_env_script()).unwrap();
    assert_eq!(message().await, format!("build_env.sh not found in {work}"));
    std::fs::remove_dir_all(&made.layout.work_dir).unwrap();
    assert_eq!(message().await, format!("work directory not found: {work}"));
}

#[tokio::test]
async fn a_log_that_was_replaced_by_a_link_is_not_followed() {
    let made = script("echo x");
    let mine = make_file(&made.layout.output_dir.join("mine"), "mine");
    std::os::unix::fs::symlink(&mine, made.layout.build_dir.join("conda_build.log")).unwrap();
    made.run().await;
    assert_eq!(std::fs::read_to_string(mine).unwrap(), "mine");
}
