//! Renders jobs and writes one record a line, for comparing renderers.
//!
//! ```text
//! cargo run -p sidewinder_recipe --example render_jobs -- --jobs jobs/pinned.jsonl --root . > pinned.jsonl
//! ```

#![allow(clippy::print_stderr, reason = "a program for the command line")]

#[path = "../tests/records/mod.rs"]
mod records;

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Instant;

use records::{Corpus, Job};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("render_jobs: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let (mut jobs, mut root, mut only) = (None, ".".to_owned(), None);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{argument} needs a value"))?;
        match argument.as_str() {
            "--jobs" => jobs = Some(value),
            "--root" => root = value,
            "--id" => only = Some(value),
            _ => return Err(format!("{argument} is not known; give --jobs FILE --root DIR [--id TEXT]")),
        }
    }
    let path = jobs.ok_or("give --jobs FILE")?;
    let text = std::fs::read_to_string(&path).map_err(|e| format!("{path}: {e}"))?;
    let mut jobs: Vec<Job> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| serde_json::from_str(line).map_err(|e| format!("{path}: {e}")))
        .collect::<Result<_, _>>()?;
    jobs.retain(|job| only.as_ref().is_none_or(|only| job.id.contains(only.as_str())));
    let corpus = Corpus::new(root);
    let started = Instant::now();
    let records = corpus.records(&jobs);
    eprintln!("{} jobs in {:.3} s", jobs.len(), started.elapsed().as_secs_f64());
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let root = corpus.root().to_string_lossy().into_owned();
    for record in &records {
        let line = record.to_string();
        let line = if root.starts_with('/') { line.replace(&root, "<root>") } else { line };
        writeln!(out, "{line}").map_err(|e| e.to_string())?;
    }
    Ok(())
}
