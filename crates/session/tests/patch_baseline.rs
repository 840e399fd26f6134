//! What a new patch is made against: the sources with the patches that the recipe applies, or a checkpoint.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod workbench;

use std::time::Duration;

use serde_json::{Value, json};
use sidewinder_recipe::{ParsedRecipe, RenderConfig, RenderedVariant, VariantConfig};
use sidewinder_session::Error;
use sidewinder_session::checkpoint;
use sidewinder_session::patch::{Change, Patch, PatchOptions, PatchRequest, RecordedRun, create_patch};
use workbench::{Workbench, write};

const RECIPE: &str = "package:\n  name: demo\n  version: 1.0.0\nsource:\n  - path: src\n";

/// A session of a recipe whose source has `a` and `b` of ten lines each, and `old.c`.
struct Session {
    bench: Workbench,
    variant: RenderedVariant,
}

fn lines(word: &str) -> String {
    (1..=10).map(|number| format!("{word} {number}\n")).collect()
}

impl Session {
    async fn new() -> Self {
        let bench = Workbench::new();
        for name in ["a", "b", "old.c"] {
            bench.write_recipe_file(&format!("src/{name}"), lines(name));
        }
        bench.write_recipe_file("recipe.yaml", RECIPE);
        let recipe = ParsedRecipe::parse(RECIPE, None, RenderConfig::default().repodata_revision).unwrap();
        let variants = VariantConfig::new(Default::default(), Vec::new()).unwrap();
        let variant = recipe.render(&variants, &RenderConfig::default()).unwrap().remove(0);
        let session = Self { bench, variant };
        session.fetch(json!([{ "path": "src" }])).await;
        session
    }

    async fn fetch(&self, sources: Value) {
        self.bench.fetch(sources).await.unwrap();
    }

    fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.bench.read_work(name);
        assert!(text.contains(from));
        write(&self.bench.work(name), text.replace(from, to));
    }

    fn try_create(&self, options: &PatchOptions) -> sidewinder_session::Result<Patch> {
        let request = PatchRequest { layout: &self.bench.layout, variant: Some(&self.variant), options };
        create_patch(request, &self.bench.progress, &self.bench.cancel)
    }

    fn create(&self, options: PatchOptions) -> Patch {
        self.try_create(&options).unwrap()
    }

    fn checkpoint(&self, name: &str) {
        checkpoint::take(&self.bench.layout, name, &self.bench.cancel).unwrap();
    }

    fn restore(&self, name: &str) {
        checkpoint::restore(&self.bench.layout, name, &self.bench.cancel).unwrap();
    }

    /// The patches that the recipe lists.
    fn list(&self, patches: &[&str]) {
        let entries: String = patches.iter().map(|patch| format!("      - {patch}\n")).collect();
        self.bench.write_recipe_file("recipe.yaml", format!("{RECIPE}    patches:\n{entries}"));
    }

    /// Applies patches to fresh sources; the result must be the work folder.
    async fn assert_gives_the_work_folder(&self, patches: &[&str]) {
        let edited = self.bench.tree();
        self.bench.clear_work();
        self.fetch(json!([{ "path": "src", "patches": patches }])).await;
        assert_eq!(self.bench.tree(), edited, "{patches:?}");
    }
}

fn named(name: &str) -> PatchOptions {
    PatchOptions { name: Some(name.into()), ..PatchOptions::default() }
}

fn paths(patch: &Patch) -> Vec<&str> {
    patch.files.iter().map(|file| file.path.as_str()).collect()
}

#[tokio::test]
async fn a_draft_does_not_swallow_the_change() {
    for what in ["kept", "deleted", "renamed", "elsewhere"] {
        let session = Session::new().await;
        session.edit("a", "a 5\n", "five\n");
        let output_dir = (what == "elsewhere").then(|| session.bench.outside().join("drafts"));
        let draft = session.create(PatchOptions { output_dir, ..named("draft") });
        let path = draft.path.unwrap();
        match what {
            "deleted" => std::fs::remove_file(&path).unwrap(),
            "renamed" => std::fs::rename(&path, session.bench.recipe("other.patch")).unwrap(),
            _ => {}
        }
        assert_eq!(session.create(named("final")).text, draft.text, "{what}");
        session.assert_gives_the_work_folder(&["final.patch"]).await;
    }
}

#[tokio::test]
async fn a_patch_counts_while_the_recipe_lists_it() {
    let session = Session::new().await;
    session.edit("a", "a 5\n", "five\n");
    let first = session.create(PatchOptions { update_recipe: true, ..named("first") });
    assert!(first.recipe.is_some());
    session.edit("a", "a 6\n", "six\n");
    let second = session.create(named("second"));
    assert!(second.text.contains("+six") && !second.text.contains("+five"), "{}", second.text);
    session.assert_gives_the_work_folder(&["first.patch", "second.patch"]).await;

    // Renamed, and listed under the new name.
    let session = Session::new().await;
    session.edit("a", "a 5\n", "five\n");
    session.create(named("draft"));
    std::fs::rename(session.bench.recipe("draft.patch"), session.bench.recipe("renamed.patch")).unwrap();
    session.list(&["renamed.patch"]);
    session.edit("b", "b 5\n", "fünf\n");
    assert_eq!(paths(&session.create(named("second"))), ["b"]);
    // No longer listed.
    session.bench.write_recipe_file("recipe.yaml", RECIPE);
    assert_eq!(paths(&session.create(PatchOptions { overwrite: true, ..named("second") })), ["a", "b"]);
    // Listed, but not in the work folder, as nobody applied it.
    let session = Session::new().await;
    session.bench.write_recipe_file("theirs.patch", "--- a/a\n+++ b/a\n@@ -1 +1 @@\n-a 1\n+theirs\n");
    session.list(&["theirs.patch"]);
    session.edit("b", "b 5\n", "x\n");
    assert_eq!(paths(&session.create(named("second"))), ["b"]);
}

#[tokio::test]
async fn a_patch_that_was_taken_out_of_the_recipe_is_part_of_the_next_one() {
    let session = Session::new().await;
    session.bench.clear_work();
    session.bench.write_recipe_file("fix.patch", "--- a/a\n+++ b/a\n@@ -1 +1 @@\n-a 1\n+fixed\n");
    session.list(&["fix.patch"]);
    session.fetch(json!([{ "path": "src", "patches": ["fix.patch"] }])).await;
    session.edit("b", "b 5\n", "x\n");
    assert_eq!(paths(&session.create(PatchOptions { dry_run: true, ..named("x") })), ["b"]);
    session.bench.write_recipe_file("recipe.yaml", RECIPE);
    assert_eq!(paths(&session.create(PatchOptions { dry_run: true, ..named("x") })), ["a", "b"]);
    // Created again, under the name of the patch that the recipe lists, or another one.
    session.list(&["fix.patch"]);
    assert_eq!(paths(&session.create(PatchOptions { overwrite: true, ..named("fix") })), ["a", "b"]);
}

#[tokio::test]
async fn the_baseline_belongs_to_the_checkpoint() {
    let session = Session::new().await;
    session.checkpoint("start");
    session.edit("a", "a 5\n", "five\n");
    session.create(PatchOptions { update_recipe: true, ..named("a") });
    session.checkpoint("with-a");
    session.restore("start");
    assert_eq!(session.create(PatchOptions { dry_run: true, ..named("dry") }).text, "");
    session.edit("b", "b 5\n", "x\n");
    let patch = session.create(named("b"));
    assert_eq!(paths(&patch), ["b"], "{}", patch.text);
    session.assert_gives_the_work_folder(&["b.patch"]).await;
    session.restore("with-a");
    session.edit("a", "a 9\n", "nine\n");
    let patch = session.create(named("c"));
    assert!(patch.text.contains("+nine") && !patch.text.contains("+five"), "{}", patch.text);
}

#[tokio::test]
async fn a_patch_since_a_checkpoint_has_only_what_changed_since() {
    let session = Session::new().await;
    let run = RecordedRun::start(&session.bench.layout.build_dir);
    session.edit("a", "a 2\n", "by the script\n");
    write(&session.bench.work("generated.txt"), "1\n");
    drop(run);
    session.checkpoint("built");
    session.edit("a", "a 9\n", "mine\n");
    session.edit("b", "b 5\n", "mine\n");
    write(&session.bench.work("generated.txt"), "2\n");
    write(&session.bench.work("mine.c"), "int x;\n");
    let since = PatchOptions { since: Some("built".into()), ..named("since") };
    let patch = session.create(since.clone());
    assert_eq!(paths(&patch), ["a", "b"]);
    assert!(patch.text.contains("+mine") && !patch.text.contains("script"), "{}", patch.text);
    assert_eq!((patch.new_files.sources, patch.warnings), (vec!["mine.c".to_owned()], vec![]));
    let all = session.create(PatchOptions { dry_run: true, ..named("all") });
    assert!(all.text.contains("by the script"));

    // What does not apply to the sources is said.
    session.edit("a", "by the script\n", "mine\n");
    let patch = session.create(PatchOptions { dry_run: true, ..since.clone() });
    assert!(patch.warnings.iter().any(|warning| warning.contains("`built`")), "{:?}", patch.warnings);
    let error = session.try_create(&PatchOptions { since: Some("none".into()), ..since }).unwrap_err();
    assert!(matches!(error, Error::InvalidOption { option: "since", .. }), "{error}");
    assert!(error.to_string().contains("built"), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn files_that_changed_while_the_script_ran_are_listed() {
    let session = Session::new().await;
    session.edit("b", "b 5\n", "mine, before\n");
    // The clock of a file system may be some milliseconds behind.
    let settled = std::time::Instant::now() + Duration::from_millis(20);
    while std::time::Instant::now() < settled {
        std::hint::spin_loop();
    }
    let run = RecordedRun::start(&session.bench.layout.build_dir);
    session.edit("a", "a 2\n", "by the script\n");
    write(&session.bench.work("by_script.c"), "int x;\n");
    drop(run);
    write(&session.bench.work("mine.c"), "int x;\n");
    write(&session.bench.work("build/generated.c"), "int x;\n");
    let patch = session.create(named("x"));
    assert_eq!(paths(&patch), ["a", "b"]);
    assert_eq!(patch.changed_during_run, ["a"]);
    assert_eq!(patch.new_files.sources, ["mine.c"]);
    assert_eq!(patch.new_files.build_output, ["build/generated.c", "by_script.c"]);
}

#[tokio::test]
async fn renames_are_found_and_new_files_are_listed() {
    let session = Session::new().await;
    std::fs::rename(session.bench.work("old.c"), session.bench.work("new.c")).unwrap();
    write(&session.bench.work("new.h"), "int x;\n");
    session.edit("a", "a 5\n", "#include \"new.h\"\n");
    let patch = session.create(named("rename"));
    let files: Vec<_> = patch.files.iter().map(|file| (&*file.path, file.change)).collect();
    assert_eq!(files, [("a", Change::Modified), ("new.c", Change::Added), ("old.c", Change::Deleted)]);
    let renamed: Vec<_> = patch.renamed.iter().map(|file| (&*file.from, &*file.to)).collect();
    assert_eq!(renamed, [("old.c", "new.c")]);
    assert!(patch.text.contains("rename from old.c\nrename to new.c\n"), "{}", patch.text);
    assert_eq!(patch.new_files.sources, ["new.h"]);
    std::fs::remove_file(session.bench.work("new.h")).unwrap();
    session.assert_gives_the_work_folder(&["rename.patch"]).await;

    // With edits, into another directory, and several at once.
    let session = Session::new().await;
    for name in ["a", "b", "old.c"] {
        std::fs::create_dir_all(session.bench.work("lib")).unwrap();
        std::fs::rename(session.bench.work(name), session.bench.work(&format!("lib/{name}"))).unwrap();
    }
    session.edit("lib/b", "b 5\n", "edited\n");
    let patch = session.create(named("move"));
    let renamed: Vec<_> = patch.renamed.iter().map(|file| (&*file.from, &*file.to)).collect();
    assert_eq!(renamed, [("a", "lib/a"), ("b", "lib/b"), ("old.c", "lib/old.c")]);
    session.assert_gives_the_work_folder(&["move.patch"]).await;

    // A swap, and a rename over a deleted file, are edits of both.
    let session = Session::new().await;
    let (a, b) = (session.bench.read_work("a"), session.bench.read_work("b"));
    write(&session.bench.work("a"), b);
    write(&session.bench.work("b"), a);
    session.create(named("swap"));
    session.assert_gives_the_work_folder(&["swap.patch"]).await;

    // Other content is not a rename.
    let session = Session::new().await;
    std::fs::remove_file(session.bench.work("old.c")).unwrap();
    write(&session.bench.work("new.c"), "quite another\n");
    let patch = session.create(named("x"));
    assert_eq!((patch.files[0].change, patch.new_files.sources), (Change::Deleted, vec!["new.c".to_owned()]));
}

#[cfg(unix)]
#[tokio::test]
async fn a_fifo_or_socket_in_place_of_a_file_is_not_a_deletion() {
    let session = Session::new().await;
    std::fs::remove_file(session.bench.work("a")).unwrap();
    workbench::pipe(&session.bench.work("a"));
    std::fs::remove_file(session.bench.work("b")).unwrap();
    let _listener = std::os::unix::net::UnixListener::bind(session.bench.work("b")).unwrap();
    let patch = session.create(named("x"));
    assert_eq!(patch.text, "");
    let skipped: Vec<_> = patch.skipped.iter().map(|file| (&*file.path, &*file.reason)).collect();
    assert_eq!(skipped, [("a", "it is a FIFO now"), ("b", "it is a socket now")]);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn sparse_sources_stay_sparse() {
    use std::os::unix::fs::MetadataExt;
    let session = Session::new().await;
    let image = std::fs::File::create(session.bench.recipe("src/image")).unwrap();
    image.set_len(4 << 30).unwrap();
    session.bench.clear_work();
    session.fetch(json!([{ "path": "src" }])).await;
    session.checkpoint("x");
    std::fs::remove_file(session.bench.work("image")).unwrap();
    session.restore("x");
    let build = &session.bench.layout.build_dir;
    for path in [session.bench.work("image"), build.join("pristine/0/image"), build.join(".checkpoints/x/work/image")] {
        let metadata = std::fs::metadata(&path).unwrap();
        assert_eq!((metadata.len(), metadata.blocks() < 100), (4 << 30, true), "{}", path.display());
    }
    // Neither the file nor its copy is read as a whole.
    std::fs::File::options().write(true).open(session.bench.work("image")).unwrap().set_len(3 << 30).unwrap();
    let patch = session.create(named("x"));
    assert_eq!(patch.skipped.iter().map(|file| &*file.path).collect::<Vec<_>>(), ["image"]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_change_that_keeps_size_and_time_is_found() {
    let session = Session::new().await;
    let file = session.bench.work("a");
    let modified = std::fs::metadata(&file).unwrap().modified().unwrap();
    let text = session.bench.read_work("a").replace("a 5\n", "X 5\n");
    write(&file, text);
    std::fs::File::options().write(true).open(&file).unwrap().set_modified(modified).unwrap();
    assert_eq!(paths(&session.create(named("x"))), ["a"]);
}
