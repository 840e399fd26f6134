//! Prints how well cases with known causes are diagnosed: `DIAGNOSIS_CASES=cases.jsonl DIAGNOSIS_NAMES=names.txt cargo
//! run --example measure [--misses]`. `DIAGNOSIS_NAMES` has the package names of a channel, one per line.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::indexing_slicing, reason = "a measurement, not shipped")]

use std::collections::{BTreeMap, HashSet};
use std::{env, fs};

use serde_json::Value;
use sidewinder_diagnosis::{Finding, FindingKind, Output, Suggestion, candidates, diagnose};

fn main() {
    let Some(path) = env::var_os("DIAGNOSIS_CASES") else {
        println!("skipped: DIAGNOSIS_CASES is not set");
        return;
    };
    let names: Option<HashSet<String>> = env::var("DIAGNOSIS_NAMES")
        .ok()
        .map(|path| fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect());
    let misses = env::args().any(|argument| argument == "--misses");
    let text = fs::read_to_string(path).unwrap();
    let mut families: BTreeMap<String, Figures> = BTreeMap::new();
    let mut total = Figures::default();
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let judged = judge(&case, names.as_ref());
        if misses && !judged.notes.is_empty() {
            println!("{} {}", case["id"].as_str().unwrap(), judged.notes.join("\n      "));
        }
        families.entry(case["family"].as_str().unwrap().to_owned()).or_default().add(&judged);
        total.add(&judged);
    }
    println!("{:14} {:>9} {:>9} {:>9} {:>9}", "family", "found", "first", "misled", "package");
    for (family, figures) in families.iter().chain([(&"total".to_owned(), &total)]) {
        println!("{family:14} {}", figures.row());
    }
}

#[derive(Default)]
struct Figures {
    found: (u32, u32),
    first: (u32, u32),
    misled: (u32, u32),
    package: (u32, u32),
}

impl Figures {
    fn add(&mut self, judged: &Judged) {
        for (sum, value) in [
            (&mut self.found, judged.found),
            (&mut self.first, judged.first),
            (&mut self.misled, judged.misled),
            (&mut self.package, judged.package),
        ] {
            if let Some(value) = value {
                sum.0 += u32::from(value);
                sum.1 += 1;
            }
        }
    }

    fn row(&self) -> String {
        [self.found, self.first, self.misled, self.package]
            .map(|(part, of)| format!("{:>9}", format!("{part}/{of}")))
            .join(" ")
    }
}

struct Judged {
    found: Option<bool>,
    first: Option<bool>,
    misled: Option<bool>,
    package: Option<bool>,
    notes: Vec<String>,
}

fn judge(case: &Value, names: Option<&HashSet<String>>) -> Judged {
    let text = |key: &str| case[key].as_str();
    let output = Output {
        stdout: text("stdout").unwrap(),
        stderr: text("stderr").unwrap(),
        exit_code: case["exit_code"].as_i64().unwrap() as i32,
        signal: text("signal"),
        script: text("script"),
        ..Output::default()
    };
    let expected = &case["expected"];
    let findings = diagnose(&output);
    let reported: Vec<&Finding> = findings.iter().filter(|finding| finding.kind != FindingKind::Other).collect();
    let roots: Vec<bool> = reported.iter().map(|finding| is_root(finding, expected)).collect();
    let root = reported
        .iter()
        .zip(&roots)
        .filter(|(_, is)| **is)
        .max_by_key(|(finding, _)| is_line(finding, expected))
        .map(|(finding, _)| *finding);
    let extra: Vec<String> = reported
        .iter()
        .zip(&roots)
        .filter(|(finding, is)| !**is && !is_also(finding, expected) && !is_line(finding, expected))
        .map(|(finding, _)| show(finding))
        .collect();
    let wanted = list(&expected["packages"]);
    let suggestions: Vec<Suggestion> = root.map(|root| suggestions(root, names)).unwrap_or_default();
    let positive = !expected["kind"].is_null();
    let negative = case["negative"].as_bool().unwrap();
    let mut judged = Judged {
        found: positive.then_some(root.is_some()),
        first: (!reported.is_empty()).then(|| roots[0]),
        misled: negative.then_some(!extra.is_empty()),
        package: (!wanted.is_empty()).then(|| suggestions.iter().any(|suggestion| wanted.contains(&suggestion.spec))),
        notes: Vec::new(),
    };
    let all = reported.iter().map(|finding| show(finding)).collect::<Vec<_>>().join(" | ");
    if judged.found == Some(false) {
        judged.notes.push(format!(
            "MISSED {} {} {} reported: {all}",
            expected["kind"], expected["proposed"], expected["subject"]
        ));
    } else if judged.first == Some(false) {
        judged.notes.push(format!("NOT FIRST {} reported: {all}", expected["kind"]));
    }
    if !extra.is_empty() {
        judged.notes.push(format!("{} {}", if negative { "MISLED" } else { "extra" }, extra.join(" | ")));
    }
    if judged.package == Some(false) {
        let got: Vec<_> = suggestions.iter().map(|suggestion| suggestion.spec.as_str()).collect();
        judged.notes.push(format!("PACKAGE wanted {} got {}", wanted.join("/"), got.join(" ")));
    }
    judged
}

fn suggestions(finding: &Finding, names: Option<&HashSet<String>>) -> Vec<Suggestion> {
    candidates(finding)
        .into_iter()
        .filter(|candidate| names.is_none_or(|names| names.contains(&candidate.spec)))
        .take(5)
        .collect()
}

fn show(finding: &Finding) -> String {
    format!(
        "{}:{} <- {}",
        kind(finding),
        finding.subject.as_deref().unwrap_or_default(),
        finding.evidence.text.chars().take(100).collect::<String>()
    )
}

fn kind(finding: &Finding) -> String {
    serde_json::to_value(finding.kind).unwrap().as_str().unwrap().to_owned()
}

/// Kinds that the cases propose under other names.
fn proposed(expected: &Value) -> Vec<&'static str> {
    match expected["proposed"].as_str().unwrap_or_default() {
        "script-syntax" => vec!["syntax-error"],
        "missing-autotools-macro" => vec!["missing-autotools-macro"],
        "file-exists" => vec!["file-exists"],
        "glibc-too-old" | "version-mismatch" | "tool-version" => vec!["version-mismatch"],
        "duplicate-symbol" => vec!["multiple-definition"],
        "missing-target" => vec!["missing-file"],
        "stated-by-project" | "compiler-broken" => vec!["configure-failed"],
        "version-unknown" => vec!["version-unknown"],
        "python-error" => vec!["syntax-error"],
        "offline-dependency" => vec!["offline"],
        "missing-perl-module" => vec!["missing-perl-module"],
        "missing-r-package" => vec!["missing-r-package"],
        "not-a-git-repository" => vec!["vcs"],
        _ => vec![],
    }
}

fn is_root(finding: &Finding, expected: &Value) -> bool {
    let kind = kind(finding);
    let kinds = list(&expected["accept"]);
    let fits = expected["kind"].as_str() == Some(&kind)
        || kinds.contains(&kind)
        || proposed(expected).contains(&kind.as_str());
    fits && (same_subject(finding.subject.as_deref(), &list(&expected["subject"])) || is_line(finding, expected))
}

fn is_line(finding: &Finding, expected: &Value) -> bool {
    let text = norm(&finding.evidence.text);
    list(&expected["decisive"]).iter().any(|decisive| {
        let decisive = norm(decisive);
        text.contains(&decisive) || (text.len() >= 12 && decisive.contains(&text))
    })
}

fn is_also(finding: &Finding, expected: &Value) -> bool {
    expected["also"].as_array().is_some_and(|also| {
        also.iter().any(|also| {
            also["kind"].as_str() == Some(&kind(finding))
                && same_subject(finding.subject.as_deref(), &list(&also["subject"]))
        })
    })
}

fn same_subject(subject: Option<&str>, wanted: &[String]) -> bool {
    if wanted.is_empty() {
        return true;
    }
    let Some(subject) = subject.map(norm) else { return false };
    wanted.iter().any(|wanted| {
        let wanted = norm(wanted);
        subject == wanted
            || library(&subject) == library(&wanted)
            || subject.ends_with(&format!("/{wanted}"))
            || wanted.ends_with(&format!("/{subject}"))
            || (wanted.len() >= 6 && subject.contains(&wanted))
            || subject.split([' ', ':', '(']).next() == Some(&wanted)
    })
}

fn library(name: &str) -> String {
    let name = name.rsplit('/').next().unwrap();
    let name = name.strip_prefix("lib").unwrap_or(name);
    let end = name.find(".so").or_else(|| {
        [".a", ".lib", ".dylib"].iter().find_map(|end| name.ends_with(end).then(|| name.len() - end.len()))
    });
    name[..end.unwrap_or(name.len())].to_owned()
}

fn norm(text: &str) -> String {
    let text = text.replace(['‘', '’', '`', '´'], "'").to_lowercase();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn list(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}
