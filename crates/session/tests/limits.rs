//! Limits end a run that exceeds them, and the result says which.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod script_support;

use script_support::{Made, script};
use sidewinder_session::script::{LimitKind, Limits, RunOptions, ScriptResult, run};
use sidewinder_session::{Cancel, Error};

const MIB: u64 = 1024 * 1024;

async fn limited(made: &Made, limits: Limits) -> ScriptResult {
    made.run_with(&RunOptions { limits, ..RunOptions::default() }).await
}

fn assert_ended_by(result: &ScriptResult, limit: LimitKind) {
    assert_eq!((result.limit, result.success, result.timed_out), (Some(limit), false, false), "{result:?}");
}

#[tokio::test]
async fn memory() {
    // `tail` keeps its input; the endless line never ends.
    let made = script("head -c 1G /dev/zero | tail\necho survived\nsleep 600\n");
    let result = limited(&made, Limits { memory_bytes: Some(64 * MIB), ..Limits::default() }).await;
    assert_ended_by(&result, LimitKind::MemoryBytes);
}

#[tokio::test]
async fn processor_time_of_all_processes_together() {
    let made = script("for i in 1 2; do (while :; do :; done) & done\nwait\n");
    let result = limited(&made, Limits { cpu_seconds: Some(0.5), ..Limits::default() }).await;
    assert_ended_by(&result, LimitKind::CpuSeconds);
    assert!(result.usage.cpu_ms >= 400.0, "{:?}", result.usage);
}

#[tokio::test]
async fn processor_time_of_processes_that_ended_counts() {
    let made = script("while :; do (for ((i = 0; i < 20000; i++)); do :; done); done\n");
    let result = limited(&made, Limits { cpu_seconds: Some(0.5), ..Limits::default() }).await;
    assert_ended_by(&result, LimitKind::CpuSeconds);
}

#[tokio::test]
async fn processes() {
    let made = script("for i in $(seq 50); do sleep 600 & done\nwait\n");
    let result = limited(&made, Limits { processes: Some(20), ..Limits::default() }).await;
    assert_ended_by(&result, LimitKind::Processes);
}

#[tokio::test]
async fn a_fork_bomb_ends_and_leaves_nothing() {
    let made = script("echo $$ > pid\nbomb() { bomb | bomb & }\nbomb\nsleep 600\n");
    let result = limited(&made, Limits { processes: Some(100), ..Limits::default() }).await;
    assert_ended_by(&result, LimitKind::Processes);
}

#[tokio::test]
async fn one_file_that_is_too_large() {
    let made = script("head -c 50M /dev/zero > big\necho survived\n");
    let result = limited(&made, Limits { disk_bytes: Some(10 * MIB), ..Limits::default() }).await;
    assert_ended_by(&result, LimitKind::DiskBytes);
}

#[tokio::test]
async fn many_files_that_are_too_large_together() {
    let made = script("i=0; while :; do i=$((i + 1)); head -c 1M /dev/zero > file$i; done\n");
    let result = limited(&made, Limits { disk_bytes: Some(10 * MIB), ..Limits::default() }).await;
    assert_ended_by(&result, LimitKind::DiskBytes);
}

#[tokio::test]
async fn output_of_both_streams_together() {
    let made = script("while :; do echo out; echo err >&2; done\n");
    let result = limited(&made, Limits { log_bytes: Some(100_000), ..Limits::default() }).await;
    assert_ended_by(&result, LimitKind::LogBytes);
    assert_eq!(std::fs::metadata(&result.log_path).unwrap().len(), 100_000);
}

#[tokio::test]
async fn a_run_within_its_limits_succeeds() {
    let made = script("head -c 1M /dev/zero > file; echo done\n");
    let limits = Limits {
        memory_bytes: Some(1024 * MIB),
        cpu_seconds: Some(600.0),
        processes: Some(100),
        disk_bytes: Some(100 * MIB),
        log_bytes: Some(MIB),
    };
    let result = limited(&made, limits).await;
    assert_eq!((result.limit, result.success, result.stdout.as_str()), (None, true, "done\n"), "{result:?}");
}

#[tokio::test]
async fn the_peak_of_memory_and_processes_is_reported() {
    let made = script("for i in 1 2 3 4; do sleep 1 & done\nhead -c 100M /dev/zero | tail | wc -c\nwait\n");
    let usage = made.run().await.usage;
    assert!(usage.processes >= 5 && usage.max_memory_bytes > 100_000_000, "{usage:?}");
}

#[tokio::test]
async fn a_limit_that_makes_no_sense_is_refused() {
    let made = script("true");
    for limits in [
        Limits { cpu_seconds: Some(0.0), ..Limits::default() },
        Limits { cpu_seconds: Some(f64::NAN), ..Limits::default() },
        Limits { memory_bytes: Some(0), ..Limits::default() },
    ] {
        let options = RunOptions { limits, ..RunOptions::default() };
        let error = run(made.request(&options), &Cancel::new(), None).await.unwrap_err();
        assert!(matches!(error, Error::InvalidOption { option: "limits", .. }), "{error}");
    }
}
