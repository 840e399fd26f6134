//! What running costs: `cargo bench -p sidewinder_session --bench run_script`.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark fails by panicking and prints figures")]

#[path = "../tests/script_support/mod.rs"]
mod script_support;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use script_support::script;

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

#[tokio::main]
async fn main() {
    overhead().await;
    gigabytes().await;
}

/// What a run takes more than the script started by hand.
async fn overhead() {
    let made = script("echo hello\n");
    // As much memory as a Node.js process has: starting a process must not copy it.
    let ballast = vec![1_u8; 150_000_000];
    let (mut bare, mut own) = (Vec::new(), Vec::new());
    for _ in 0..60 {
        let started = Instant::now();
        let mut bash = Command::new("bash");
        bash.arg("conda_build.sh").current_dir(&made.layout.work_dir).stdin(Stdio::null());
        assert!(bash.output().unwrap().status.success());
        bare.push(started.elapsed());
        let started = Instant::now();
        assert!(made.run().await.success);
        own.push(started.elapsed());
    }
    let (bare, own) = (median(bare), median(own));
    println!("bash conda_build.sh: {bare:?}; run: {own:?}; more: {:?}", own.saturating_sub(bare));
    assert_eq!(ballast.len(), 150_000_000);
}

/// How fast output flows.
async fn gigabytes() {
    let made = script("head -c 2000000000 /dev/zero\n");
    let started = Instant::now();
    let result = made.run().await;
    println!("2 GB in {:?}, {} bytes left out", started.elapsed(), result.omitted.stdout);
    let started = Instant::now();
    let bare = Command::new("bash").args(["-c", "head -c 2000000000 /dev/zero | cat > /dev/null"]).status().unwrap();
    println!("the same through a pipe to /dev/null: {:?}", started.elapsed());
    assert!(result.success && bare.success());
    let made = script("head -c 1000000000 /dev/zero | tr '\\0' '\\n'\n").with_caller(&[("T", "s3cr3t")]);
    let started = Instant::now();
    let secrets = ["T".to_owned()];
    let options = sidewinder_session::script::RunOptions::default();
    let request = sidewinder_session::script::RunRequest { secrets: &secrets, ..made.request(&options) };
    sidewinder_session::script::run(request, &sidewinder_session::Cancel::new(), None).await.unwrap();
    println!("1 GB of short lines with a secret to mask: {:?}", started.elapsed());
}
