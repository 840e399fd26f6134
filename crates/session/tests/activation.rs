//! Activation scripts of packages do in a session what they do in a build: the script sources `build_env.sh` in its own
//! shell, under `set -e`. Each expectation is what a build by the reference showed.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod script_support;

use script_support::{make_file, script};
use sidewinder_session::script::{Command, RunOptions, ScriptResult};

/// Prints what an activation can change; fails in the middle, to show whether that ends the script.
const PROBE: &str = r#"
echo "flags ${-//[^eux]/}"
echo "variable ${PLAIN-unset}"
type -t helper || echo "no function"
shopt -q nullglob && echo nullglob
shopt -qo pipefail && echo pipefail
shopt -qo posix && echo posix
[ "$PWD" = / ] && echo "in the root"
[ "${IFS-unset}" = x ] && echo "IFS changed"
[ "$(umask)" = 0077 ] && echo "umask changed"
echo "arguments $# line ${LINE-unset} build ${CONDA_BUILD-unset} of ${0##*/}"
hello 2> /dev/null || true
false
echo "after a failure"
"#;

/// A session whose build environment has one package with this activation script, and the script's path.
fn with_activation(text: &str, activation: &str) -> (script_support::Made, String) {
    let made = script(text);
    let path = made.layout.build_prefix.join("etc/conda/activate.d/z-tool.sh");
    make_file(&path, activation);
    let record = r#"{"name": "z-tool", "version": "1", "files": ["bin/z", "etc/conda/activate.d/z-tool.sh"]}"#;
    make_file(&made.layout.build_prefix.join("conda-meta/z-tool-1-0.json"), record);
    made.write().unwrap();
    let path = path.to_str().unwrap().to_owned();
    (made, path)
}

async fn probed(activation: &str) -> ScriptResult {
    with_activation(PROBE, activation).0.run().await
}

#[tokio::test]
async fn what_an_activation_sets_reaches_the_script() {
    let plain = ["flags e", "variable unset", "no function", "arguments 0 line unset build 1 of conda_build.sh"];
    #[allow(clippy::type_complexity, reason = "a table of cases")]
    let changed: [(&str, &[(&str, &str)], &[&str]); 15] = [
        (":", &[], &[]),
        ("PLAIN=1", &[("variable unset", "variable 1")], &[]),
        ("helper() { :; }", &[("no function", "function")], &[]),
        ("set -u", &[("flags e", "flags eu")], &[]),
        ("set -o pipefail", &[], &["pipefail"]),
        ("shopt -s nullglob", &[], &["nullglob"]),
        ("set -o posix", &[], &["posix"]),
        ("cd /", &[], &["in the root"]),
        ("IFS=x", &[], &["IFS changed"]),
        ("umask 077", &[], &["umask changed"]),
        ("set -- a b", &[("arguments 0", "arguments 2")], &[]),
        ("read -r LINE || LINE=none", &[("line unset", "line none")], &[]),
        ("shopt -s expand_aliases; alias hello='echo aliased'", &[], &["aliased"]),
        ("trap 'echo bye' EXIT", &[], &["bye"]),
        ("sleep 0 &", &[], &[]),
    ];
    for (activation, replaced, added) in changed {
        let result = probed(activation).await;
        let mut expected: Vec<String> = plain.iter().map(|line| (*line).to_owned()).collect();
        for line in &mut expected {
            for (old, new) in replaced {
                *line = line.replace(old, new);
            }
        }
        let mut lines: Vec<String> = result.stdout.lines().map(str::to_owned).collect();
        expected.extend(added.iter().map(|line| (*line).to_owned()));
        expected.sort();
        lines.sort();
        assert_eq!(lines, expected, "{activation}: {}", result.stderr);
        assert_eq!((result.exit_code, result.activation_failed), (1, false), "{activation}");
    }
}

#[tokio::test]
async fn an_activation_that_switches_errexit_off_lets_the_script_go_on() {
    let result = probed("set +e").await;
    assert!(result.stdout.starts_with("flags \n") && result.stdout.ends_with("after a failure\n"), "{}", result.stdout);
    assert!(result.success);
}

#[tokio::test]
async fn an_activation_that_fails_ends_the_run_and_is_named() {
    for (activation, status, line) in [
        ("false", 1, Some(1)),
        ("true\nreturn 5", 5, Some(2)),
        ("true\n\nexit 4", 4, Some(3)),
        ("exit 0", 0, Some(1)),
        ("true\nif then\n", 2, Some(2)),
        ("set -u\necho $NOT_SET", 1, Some(2)),
        ("true\nno_such_command", 127, Some(2)),
        ("true\n(exit 3)", 3, Some(2)),
        ("[ -n \"$NOT_SET\" ] && X=1\n", 1, Some(1)),
        ("fail() {\n  exit 6\n}\nfail", 6, Some(2)),
    ] {
        let (made, path) = with_activation("echo ran", activation);
        let result = made.run().await;
        assert_eq!((result.exit_code, result.success, result.stdout.as_str()), (status, false, ""), "{activation}");
        let failure = result.activation.unwrap();
        assert!(result.activation_failed);
        assert_eq!((failure.script, failure.line, failure.exit_code), (path, line, status), "{activation}");
        assert_eq!(failure.package.as_deref(), Some("z-tool"));
    }
    let (made, path) = with_activation("echo ran", "exit 4");
    let result = made.exec(Command::Line("echo ran".into())).await;
    assert_eq!((result.activation.unwrap().script, result.exit_code), (path, 4), "commands are activated alike");
}

#[tokio::test]
async fn a_script_that_fails_is_no_failed_activation() {
    let result = script("exit 3").run().await;
    assert!(!result.activation_failed && result.activation.is_none() && result.stderr.is_empty());
}

#[tokio::test]
async fn a_trace_shows_the_script_and_not_the_activation() {
    let (made, _) = with_activation("echo ran", "ACTIVATED=1\nIFS=x\n");
    let traced = RunOptions { trace: true, ..RunOptions::default() };
    let result = made.run_with(&traced).await;
    assert_eq!(result.stderr, "+ set -e\n+ '[' -z x ']'\n+ echo ran\n");
}

#[tokio::test]
async fn nothing_of_the_activation_itself_is_left_in_the_shell() {
    for activation in [":", "set +e", "IFS=x", "set -x; set +x"] {
        let (made, _) =
            with_activation("unset _; set | grep -i sidewinder || true; trap -p; echo \"${-//[^T]/}\"", activation);
        let stdout = made.run().await.stdout;
        let own: Vec<&str> = stdout.lines().filter(|line| !line.contains('/') && line.contains("idewinder")).collect();
        assert!(own.is_empty() && !stdout.contains("DEBUG") && !stdout.ends_with("T\n"), "{activation}: {stdout}");
    }
}

#[tokio::test]
async fn a_script_without_the_preamble_is_activated_all_the_same() {
    let (made, _) = with_activation("", "PLAIN=1; set +e\n");
    std::fs::write(made.layout.build_script(), "echo \"$PLAIN $PKG_NAME ${-//[^e]/}\"\nfalse\necho on\n").unwrap();
    assert_eq!(made.run().await.stdout, "1 debug-demo \non\n");
}
