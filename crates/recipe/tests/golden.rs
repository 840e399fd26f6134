//! Renders the small recipes of `golden/` and compares, field by field, with what the reference answers to them.

#![allow(clippy::unwrap_used, reason = "a test: what cannot be read fails it")]

mod records;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use records::{Corpus, Job, difference};
use serde::Deserialize;
use serde_json::Value;

/// A recipe that is meant to render otherwise than the reference renders it.
#[derive(Deserialize)]
struct Allowed {
    id: String,
    /// Platform to the first difference there.
    differences: BTreeMap<String, String>,
    reason: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn lines<T: serde::de::DeserializeOwned>(name: &str) -> Vec<T> {
    let text = std::fs::read_to_string(root().join(name)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn small_recipes_render_as_the_reference_renders_them() {
    let jobs: Vec<Job> = lines("jobs.jsonl");
    let expected: Vec<Value> = lines("expected.jsonl");
    let allowed: Vec<Allowed> =
        serde_json::from_str(&std::fs::read_to_string(root().join("allowed-differences.json")).unwrap()).unwrap();
    assert_eq!(jobs.len(), expected.len(), "each job has one answer");

    let found = Corpus::new(root()).records(&jobs);
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    for ((job, expected), found) in jobs.iter().zip(&expected).zip(&found) {
        let Some(difference) = difference(expected, found) else { continue };
        let is_allowed = allowed
            .iter()
            .any(|allowed| allowed.id == job.id && allowed.differences.get(&job.platform) == Some(&difference));
        if is_allowed {
            seen.insert((&job.id, &job.platform));
        } else {
            let why = found["error"]["message"].as_str().unwrap_or_default();
            faults.push(format!("{} [{}] {difference} {why}", job.id, job.platform));
        }
    }
    assert!(faults.is_empty(), "{} records differ:\n{}", faults.len(), faults.join("\n"));

    for allowed in &allowed {
        assert!(!allowed.reason.is_empty(), "{} is allowed to differ without a reason", allowed.id);
        for platform in allowed.differences.keys() {
            assert!(seen.contains(&(&allowed.id, platform)), "{} [{platform}] does not differ any more", allowed.id);
        }
    }
}

/// A recipe or variant file that no job names would look tested without being so.
#[test]
fn every_file_is_part_of_a_job() {
    let jobs: Vec<Job> = lines("jobs.jsonl");
    let named: BTreeSet<PathBuf> = jobs
        .iter()
        .flat_map(|job| std::iter::once(&job.recipe).chain(&job.config))
        .map(|path| root().join(path))
        .collect();
    let mut present = BTreeSet::new();
    let mut folders = vec![root().join("recipes"), root().join("variants")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                present.insert(path);
            }
        }
    }
    assert_eq!(named, present);
}
