//! Renders the whole corpus of recipes with the default options and compares with what the reference gives.
//!
//! `SIDEWINDER_CORPUS` names the folder of the corpus; without it there is nothing to compare, and the test says so.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test: what cannot be read fails it, numbers are shown")]

mod records;

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use records::{Corpus, Job, difference};
use serde::Deserialize;
use serde_json::Value;

/// A record that differs on purpose.
#[derive(Deserialize)]
struct Allowed {
    set: String,
    id: String,
    /// All platforms where absent.
    platform: Option<String>,
    reason: String,
}

fn corpus() -> Option<PathBuf> {
    PathBuf::from(std::env::var_os("SIDEWINDER_CORPUS")?).canonicalize().ok()
}

fn allowed() -> Vec<Allowed> {
    let allowed: Vec<Allowed> = serde_json::from_str(include_str!("allowed-differences.json")).unwrap();
    assert!(allowed.iter().all(|difference| !difference.reason.is_empty()));
    allowed
}

fn lines(path: &Path) -> Vec<String> {
    let mut text = String::new();
    if path.extension().is_some_and(|e| e == "gz") {
        flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    } else {
        text = std::fs::read_to_string(path).unwrap();
    }
    text.lines().map(str::to_owned).collect()
}

#[test]
fn recipes_render_as_the_reference_renders_them() {
    let Some(root) = corpus() else {
        println!("skipped: no corpus of recipes; name its folder in SIDEWINDER_CORPUS");
        return;
    };
    let allowed = allowed();
    let corpus = Corpus::new(&root);
    let mut sets: Vec<PathBuf> = std::fs::read_dir(root.join("jobs")).unwrap().map(|e| e.unwrap().path()).collect();
    sets.sort();
    assert!(!sets.is_empty(), "the corpus at {} has no jobs", root.display());
    let mut faults: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in sets {
        let set = path.file_stem().unwrap().to_string_lossy().into_owned();
        let jobs: Vec<Job> = lines(&path).iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        let expected: Vec<Value> = lines(&root.join(format!("expected/{set}.jsonl.gz")))
            .iter()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(jobs.len(), expected.len(), "{set}");
        let found = corpus.records(&jobs);
        let mut identical = 0;
        for ((job, expected), found) in jobs.iter().zip(&expected).zip(&found) {
            let Some(difference) = difference(expected, found) else {
                identical += 1;
                continue;
            };
            let is_allowed = allowed
                .iter()
                .any(|a| a.set == set && a.id == job.id && a.platform.as_ref().is_none_or(|p| *p == job.platform));
            if !is_allowed {
                let why = found["error"]["message"].as_str().unwrap_or_default();
                faults
                    .entry(set.clone())
                    .or_default()
                    .push(format!("{} [{}] {difference} {why}", job.id, job.platform));
            }
        }
        println!("{set}: identical {identical}/{} = {:.2}%", jobs.len(), 100.0 * identical as f64 / jobs.len() as f64);
    }
    let report: Vec<String> = faults
        .iter()
        .flat_map(|(set, lines)| lines.iter().take(20).map(move |line| format!("{set}: {line}")))
        .collect();
    assert!(report.is_empty(), "records that differ:\n{}", report.join("\n"));
}
