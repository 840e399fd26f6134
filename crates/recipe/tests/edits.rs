//! Every edit of every recipe: the text still parses, only what was meant is another value, all other lines stay.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test: what is wrong fails it")]

use std::path::{Path, PathBuf};

use serde_json::Value;
use sidewinder_recipe::edit::{Edit, EditFault, EditValue, Section, edit};
use sidewinder_recipe::render::RepodataRevision;
use sidewinder_recipe::stage0;

const SECTIONS: [Section; 4] = [Section::Build, Section::Host, Section::Run, Section::RunConstraints];

/// The parsed recipe as JSON; `None` where the text does not parse.
fn parsed(text: &str) -> Option<Value> {
    let (recipe, problems) = stage0::parse(text, RepodataRevision::V3);
    if problems.has_errors() { None } else { recipe.map(|recipe| recipe.to_json()) }
}

/// Every edit worth trying on a recipe, with the path of the JSON that it may change.
fn edits(recipe: &Value) -> Vec<(Edit, String)> {
    let mut all = Vec::new();
    let outputs = recipe["outputs"].as_array();
    let places: Vec<(Option<String>, String, &Value)> = match outputs {
        None => vec![(None, String::new(), recipe)],
        Some(outputs) => outputs.iter().enumerate().filter_map(|(i, output)| named(i, output, outputs)).collect(),
    };
    for (output, at, value) in places {
        for section in SECTIONS {
            let path = format!("{at}/requirements/{}", section.key());
            let add = |spec: &str| Edit::AddRequirement { output: output.clone(), section, spec: spec.to_owned() };
            all.push((add("added-by-edit >=1,<2"), path.clone()));
            let first = value["requirements"][section.key()].as_array().into_iter().flatten().find_map(Value::as_str);
            if let Some(name) =
                first.filter(|spec| !spec.contains("${{")).and_then(|spec| spec.split([' ', '=']).next())
            {
                let name = name.rsplit("::").next().unwrap_or(name).to_owned();
                all.push((Edit::RemoveRequirement { output: output.clone(), section, name }, path));
            }
        }
        let number = Edit::SetBuildNumber { output: output.clone(), number: 4711 };
        all.push((number, format!("{at}/build/number")));
        let summary = "it's: edited # here".to_owned();
        let path = vec!["about".to_owned(), "summary".to_owned()];
        let set = Edit::Set { output: output.clone(), path, value: EditValue::Text(summary) };
        all.push((set, format!("{at}/about/summary")));
        if let Some(line) = first_line(&value["build"]["script"]) {
            let (output, path) = (output.clone(), format!("{at}/build/script"));
            let edits = [
                Edit::ReplaceScript { output: output.clone(), find: line.clone(), replace: format!("{line} --edited") },
                Edit::AddScriptLine {
                    output: output.clone(),
                    line: "echo edited".to_owned(),
                    before: None,
                    after: None,
                },
                Edit::AddScriptLine {
                    output: output.clone(),
                    line: "echo edited".to_owned(),
                    before: Some(line),
                    after: None,
                },
            ];
            all.extend(edits.map(|edit| (edit, path.clone())));
        }
        if !value["package"].is_null() {
            let test = Edit::AddTest {
                output: output.clone(),
                commands: vec!["edited --version".to_owned()],
                imports: Vec::new(),
                requirements: vec!["grep".to_owned()],
            };
            all.push((test, format!("{at}/tests")));
        }
        if value["source"].is_array() {
            let patch = Edit::AddPatch { output: output.clone(), source: 0, patch: "edited.patch".to_owned() };
            all.push((patch, format!("{at}/source")));
            let value = EditValue::Text("a".repeat(64));
            let sum = Edit::SetSource { output: output.clone(), source: 0, key: "sha256".to_owned(), value };
            all.push((sum, format!("{at}/source")));
        }
    }
    all.push((Edit::SetVersion { output: None, version: "2024.10".to_owned() }, "version".to_owned()));
    let value = EditValue::Text("10".to_owned());
    all.push((Edit::SetContext { name: "made_by_edit".to_owned(), value }, "/context/made_by_edit".to_owned()));
    let first = recipe["context"].as_object().and_then(|context| context.iter().find(|(_, value)| !value.is_array()));
    if let Some((name, _)) = first {
        let value = EditValue::Text("true".to_owned());
        all.push((Edit::SetContext { name: name.clone(), value }, format!("/context/{name}")));
    }
    all
}

/// The first line of an inline script.
fn first_line(script: &Value) -> Option<String> {
    let text = match script {
        Value::String(text) => text.as_str(),
        Value::Array(items) => items.iter().find_map(Value::as_str)?,
        Value::Object(script) => return first_line(script.get("content")?),
        _ => return None,
    };
    let line = text.lines().map(str::trim).find(|line| line.len() > 3)?;
    (!line.ends_with(".sh") && !line.ends_with(".bat")).then(|| line.to_owned())
}

/// An output with a literal name that no output before it has.
fn named<'v>(index: usize, output: &'v Value, all: &[Value]) -> Option<(Option<String>, String, &'v Value)> {
    let name = |output: &'v Value| output["package"]["name"].as_str().or(output["staging"]["name"].as_str());
    let own = name(output).filter(|name| !name.contains("${{"))?;
    let earlier = all
        .iter()
        .take(index)
        .any(|other| other["package"]["name"].as_str().or(other["staging"]["name"].as_str()) == Some(own));
    (!earlier).then(|| (Some(own.to_owned()), format!("/outputs/{index}"), output))
}

/// Paths at which two values differ.
fn differences(a: &Value, b: &Value, at: &str, found: &mut Vec<String>) {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            let keys: std::collections::BTreeSet<_> = a.keys().chain(b.keys()).collect();
            for key in keys {
                let (a, b) = (a.get(key).unwrap_or(&Value::Null), b.get(key).unwrap_or(&Value::Null));
                differences(a, b, &format!("{at}/{key}"), found);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().for_each(|(i, (a, b))| differences(a, b, &format!("{at}/{i}"), found));
        }
        (a, b) if a == b => {}
        _ => found.push(at.to_owned()),
    }
}

/// How many lines are different: removed, added.
fn changed_lines(before: &str, after: &str) -> (usize, usize) {
    let (before, after): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let same = |pairs: &mut dyn Iterator<Item = (&&str, &&str)>| pairs.take_while(|(a, b)| a == b).count();
    let head = same(&mut before.iter().zip(&after));
    let most = before.len().min(after.len()) - head;
    let tail = same(&mut before.iter().rev().zip(after.iter().rev())).min(most);
    (before.len() - head - tail, after.len() - head - tail)
}

/// Whether an edit sets a value that its field reads the same with and without quotes.
fn sets_text(edit: &Edit) -> bool {
    matches!(
        edit,
        Edit::SetVersion { .. }
            | Edit::SetBuildNumber { .. }
            | Edit::SetContext { value: EditValue::Text(_), .. }
            | Edit::SetSource { value: EditValue::Text(_), .. }
            | Edit::Set { value: EditValue::Text(_), .. }
    )
}

/// The quote that the value of a `key: value` line starts with.
fn quote_of_value(line: &str) -> Option<char> {
    let (_, value) = line.split_once(": ")?;
    value.trim_start().chars().next().filter(|c| matches!(c, '"' | '\''))
}

#[derive(Default)]
struct Tally {
    made: usize,
    refused: Vec<String>,
}

fn check(name: &str, text: &str, tally: &mut Tally) {
    let Some(before) = parsed(text) else { return };
    for (change, meant) in edits(&before) {
        let edited = match edit(text, std::slice::from_ref(&change), RepodataRevision::V3) {
            Ok(edited) => edited,
            Err(error) => {
                assert_ne!(error.fault, EditFault::UnreadableText, "{name}: {change:?}: {error}");
                tally.refused.push(format!("{name}: {change:?}: {error}"));
                continue;
            }
        };
        tally.made += 1;
        let after = parsed(&edited).unwrap_or_else(|| panic!("{name}: {change:?} gives\n{edited}"));
        let mut found = Vec::new();
        differences(&before, &after, "", &mut found);
        let is_meant =
            |path: &String| path.starts_with(&meant) || path.ends_with(&meant) || path.starts_with("/context");
        // Missing sections are added.
        let is_parent = |path: &String| meant.starts_with(path.as_str());
        assert!(found.iter().all(|path| is_meant(path) || is_parent(path)), "{name}: {change:?} changes {found:?}");
        let removes = matches!(change, Edit::RemoveRequirement { .. });
        if removes {
            let (mut old, mut new) = (text.lines(), 0);
            for line in edited.lines() {
                let mut rest = old.clone();
                if rest.any(|old| old == line) {
                    old = rest;
                } else {
                    new += 1;
                }
            }
            assert!(new <= 2, "{name}: {change:?} writes {new} lines\n{edited}");
        } else {
            let (gone, new) = changed_lines(text, &edited);
            if (gone, new) == (1, 1) && sets_text(&change) {
                let (old, new) = text.lines().zip(edited.lines()).find(|(old, new)| old != new).unwrap();
                if let Some(quote) = quote_of_value(old) {
                    assert_eq!(quote_of_value(new), Some(quote), "{name}: {change:?}: {old} becomes {new}");
                }
            }
            let is_replaced = matches!(change, Edit::ReplaceScript { .. });
            let most = if matches!(change, Edit::AddTest { .. }) { 7 } else { 4 };
            assert!(is_replaced || new <= most, "{name}: {change:?} writes {new} lines\n{edited}");
            assert!(is_replaced || gone <= 1 || new == 1, "{name}: {change:?} removes {gone} lines\n{edited}");
        }
        let breaks = |text: &str| (text.matches("\r\n").count() > 0, text.replace("\r\n", "").contains('\n'));
        assert_eq!(breaks(text), breaks(&edited), "{name}: {change:?}");
        if let Edit::AddRequirement { output, section, .. } = change {
            let (output, name_of_it) = (output.clone(), "added-by-edit".to_owned());
            let back = Edit::RemoveRequirement { output, section, name: name_of_it };
            let again =
                edit(&edited, &[back], RepodataRevision::V3).unwrap_or_else(|e| panic!("{name}: {e}\n{edited}"));
            let had_items = !before.pointer(&meant).and_then(Value::as_array).is_none_or(Vec::is_empty);
            if had_items {
                // A last line without a line break gets one.
                assert_eq!(
                    again.trim_end(),
                    text.trim_end(),
                    "{name}: adding and removing a dependency of {}",
                    section.key()
                );
            }
        }
    }
}

fn recipes(folder: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            recipes(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            out.push(path);
        }
    }
}

/// `SIDEWINDER_EDIT_STEP=1` takes all recipes.
fn check_all(folder: &Path, step: usize) -> Tally {
    let step = std::env::var("SIDEWINDER_EDIT_STEP").ok().and_then(|step| step.parse().ok()).unwrap_or(step);
    let mut paths = Vec::new();
    recipes(folder, &mut paths);
    let mut tally = Tally::default();
    for path in paths.iter().step_by(step) {
        let text = std::fs::read_to_string(path).unwrap();
        check(&path.strip_prefix(folder).unwrap().to_string_lossy(), &text, &mut tally);
    }
    tally
}

#[test]
fn every_edit_of_the_small_recipes_changes_what_it_says_and_nothing_else() {
    let tally = check_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/recipes"), 8);
    println!("{} edits made, {} refused", tally.made, tally.refused.len());
    assert!(tally.made > 500, "{}", tally.made);
    assert!(tally.refused.len() * 50 < tally.made, "{}", tally.refused.join("\n"));
}

#[test]
fn every_edit_of_real_recipes_changes_what_it_says_and_nothing_else() {
    let Some(corpus) = std::env::var_os("SIDEWINDER_CORPUS") else {
        println!("skipped: no corpus of recipes; name its folder in SIDEWINDER_CORPUS");
        return;
    };
    let tally = check_all(&PathBuf::from(corpus).join("recipes"), 100);
    println!("{} edits made, {} refused", tally.made, tally.refused.len());
    assert!(tally.refused.len() * 50 < tally.made, "{}", tally.refused.join("\n"));
}
