//! Whatever changed in the sources: the patch of it, applied to fresh sources, gives the same files again.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod workbench;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use sidewinder_session::patch::{PatchOptions, PatchRequest, create_patch};
use sidewinder_testkit::archive::Archive;
use workbench::{Workbench, file_url, write};

/// Numbers that look random and are the same every time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn one_of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }

    fn text(&mut self) -> Vec<u8> {
        let lines: [&[u8]; 9] = [
            b"",
            b"a",
            b"int x;",
            b"\tindented",
            b"a\r",
            b"-- a",
            b"caf\xe9",
            b"@@ -1 +1 @@",
            b"\\ No newline at end of file",
        ];
        let mut text = Vec::new();
        for _ in 0..self.below(12) {
            let line: &[u8] = lines[self.below(lines.len())];
            text.extend_from_slice(line);
            text.push(b'\n');
        }
        if self.below(3) == 0 {
            text.pop();
        }
        text
    }

    /// Names that are easily taken for one another: folders of the same name in each other, blanks, quotes.
    fn name(&mut self) -> String {
        let folders = ["", "a/", "tt/", "tt/tt/", "b/a/", "with space/"];
        let names = ["a", "b", "tt", "x.c", "odd \"q\"", "é.txt", "new.orig"];
        format!("{}{}", self.one_of(&folders), self.one_of(&names))
    }
}

/// Some of the files changed, gone, renamed, made executable, and some new.
fn change(numbers: &mut Numbers, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for name in files.keys().cloned().collect::<Vec<_>>() {
        let path = folder.join(&name);
        match numbers.below(7) {
            0 => write(&path, numbers.text()),
            1 => std::fs::remove_file(&path).unwrap(),
            2 => {
                let mut text = files[&name].clone();
                let at = numbers.below(text.len() + 1);
                text.splice(at..at, *b"changed\r\n");
                write(&path, text);
            }
            3 => {
                let new = folder.join("renamed").join(&name);
                std::fs::create_dir_all(new.parent().unwrap()).unwrap();
                std::fs::rename(&path, new).unwrap();
            }
            #[cfg(unix)]
            4 => {
                use std::os::unix::fs::PermissionsExt;
                std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
            }
            _ => {}
        }
    }
    for _ in 0..numbers.below(3) {
        let name = numbers.name();
        let path = folder.join(&name);
        if !path.exists() && path.ancestors().skip(1).all(|folder| !folder.is_file()) {
            write(&path, numbers.text());
        }
    }
}

/// Content and whether it can be run, of every file.
fn state(bench: &Workbench) -> BTreeMap<String, (Vec<u8>, bool)> {
    let run = |path: &Path| {
        #[cfg(unix)]
        return std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(path).unwrap().permissions()) & 0o100 != 0;
        #[cfg(not(unix))]
        false
    };
    let entry = |name: String| {
        let path = bench.work(&name);
        let content = (std::fs::read(&path).unwrap(), run(&path));
        (name, content)
    };
    bench.tree().into_keys().map(entry).collect()
}

fn made_of(numbers: &mut Numbers) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for _ in 0..=numbers.below(8) {
        let name = numbers.name();
        let below = |one: &str, other: &str| one.starts_with(&format!("{other}/"));
        if !files.keys().any(|known: &String| below(known, &name) || below(&name, known)) {
            files.insert(name, numbers.text());
        }
    }
    files
}

async fn round(seed: u64) {
    let mut numbers = Numbers(seed);
    let bench = Workbench::new();
    let mut files = made_of(&mut numbers);
    let mut source: Value = if numbers.below(2) == 0 {
        for (name, content) in &files {
            bench.write_recipe_file(&format!("src/{name}"), content);
        }
        json!({ "path": "src" })
    } else {
        // A folder around all, which is left out, and one file so that it is never the only one.
        let archive = Archive::new().file("proj/keep", "kept\n").file("proj/keep2", "kept\n");
        let archive =
            files.iter().fold(archive, |archive, (name, text)| archive.file(format!("proj/{name}"), text.clone()));
        json!({ "url": file_url(&archive.write(bench.outside(), "proj.tar.gz").unwrap()) })
    };
    let target = *numbers.one_of(&["", "tt", "deep/a"]);
    if !target.is_empty() {
        source["target_directory"] = json!(target);
    }
    bench.fetch(json!([source])).await.unwrap();
    change(&mut numbers, &bench.work(target), &mut files);
    let edited = state(&bench);
    let options = PatchOptions { add: vec!["*".into()], ..PatchOptions::default() };
    let request = PatchRequest { layout: &bench.layout, variant: None, options: &options };
    let patch = create_patch(request, &bench.progress, &bench.cancel).unwrap_or_else(|error| panic!("{seed}: {error}"));
    assert!(patch.skipped.is_empty(), "{seed}: {:?}", patch.skipped);
    if patch.path.is_some() {
        source["patches"] = json!(["changes.patch"]);
    }
    bench.clear_work();
    bench.fetch(json!([source])).await.unwrap_or_else(|error| panic!("{seed}: {error}\n{}", patch.text));
    assert_eq!(state(&bench), edited, "{seed}:\n{}", patch.text);
}

/// As many as are quick; more where the environment says so.
fn rounds() -> u64 {
    std::env::var("SIDEWINDER_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(30)
}

#[tokio::test]
async fn every_patch_gives_the_same_files_again() {
    for seed in 1..rounds() {
        round(seed).await;
    }
}
