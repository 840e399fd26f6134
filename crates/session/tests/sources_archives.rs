//! Archives of every kind, and archives that mean harm.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod workbench;

use std::path::PathBuf;

use serde_json::json;
use sidewinder_session::options::ArchiveEntries;
use sidewinder_session::sources::Limits;
use sidewinder_session::{Cancel, Error};
use sidewinder_testkit::archive::Archive;
use workbench::{Workbench, file_url, sha256, tree};

async fn unpacked(archive: &Archive, name: &str) -> Result<Workbench, Error> {
    let bench = Workbench::new();
    let file = archive.write(bench.outside(), name).unwrap();
    bench.fetch(json!([{ "url": file_url(&file) }])).await.map(|_| bench)
}

#[tokio::test]
async fn every_kind_of_archive_is_unpacked() {
    let archive = Archive::new().file("proj-1.0/a.txt", "a\n").file("proj-1.0/sub/.hidden", "h\n");
    for ending in [
        "tar", "tar.gz", "tgz", "taz", "tar.bz2", "tbz2", "tbz", "tz2", "tar.xz", "txz", "tar.zst", "tzst", "tar.lzma",
        "tlz", "zip",
    ] {
        let bench = unpacked(&archive, &format!("proj.{ending}")).await.unwrap();
        let tree: Vec<_> = bench.tree().into_iter().collect();
        let expected = [("a.txt".to_owned(), "a\n".to_owned()), ("sub/.hidden".to_owned(), "h\n".to_owned())];
        assert_eq!(tree, expected, "{ending}");
    }
}

#[tokio::test]
async fn a_7z_is_unpacked() {
    let bench = Workbench::new();
    let content = bench.outside().join("proj");
    workbench::write(&content.join("a.txt"), "a\n");
    workbench::write(&content.join("sub/b.txt"), "b\n");
    let file = bench.outside().join("proj.7z");
    let mut writer = sevenz_rust2::ArchiveWriter::create(&file).unwrap();
    for name in ["a.txt", "sub/b.txt"] {
        let entry = sevenz_rust2::ArchiveEntry::from_path(content.join(name), format!("proj/{name}"));
        writer.push_archive_entry(entry, Some(std::fs::File::open(content.join(name)).unwrap())).unwrap();
    }
    writer.finish().unwrap();
    bench.fetch(json!([{ "url": file_url(&file) }])).await.unwrap();
    assert_eq!(bench.tree(), tree(&content));
}

#[tokio::test]
async fn the_first_bytes_tell_the_compression() {
    let bench = Workbench::new();
    let file = Archive::new().file("p/a.txt", "a").write(bench.outside(), "a.tar.xz").unwrap();
    let misnamed = bench.outside().join("a.tar.gz");
    std::fs::rename(file, &misnamed).unwrap();
    bench.fetch(json!([{ "url": file_url(&misnamed) }])).await.unwrap();
    assert_eq!(bench.read_work("a.txt"), "a");
}

#[tokio::test]
async fn a_lone_folder_at_the_top_is_left_out_once() {
    for (archive, files) in [
        (Archive::new().file("proj-1.0/a.txt", "").file("proj-1.0/.hidden", ""), vec![".hidden", "a.txt"]),
        (Archive::new().file("a.txt", "").file("b/c.txt", ""), vec!["a.txt", "b/c.txt"]),
        (Archive::new().file("only.txt", ""), vec!["only.txt"]),
        (Archive::new().file("x/y/z.txt", ""), vec!["y/z.txt"]),
        (Archive::new().file("./p/a.txt", "").folder("./"), vec!["a.txt"]),
    ] {
        let bench = unpacked(&archive, "a.tar.gz").await.unwrap();
        assert_eq!(bench.tree().into_keys().collect::<Vec<_>>(), files);
    }
}

#[tokio::test]
async fn formats_that_are_not_decoded_say_so() {
    for name in ["a.tar.Z", "a.taZ", "a.tar.lzo", "a.rar"] {
        let bench = Workbench::new();
        workbench::write(&bench.outside().join(name), "x");
        let error = bench.fetch(json!([{ "url": file_url(&bench.outside().join(name)) }])).await.unwrap_err();
        assert!(error.to_string().contains("not supported"), "{error}");
    }
}

#[tokio::test]
async fn damaged_archives_are_told_and_not_kept() {
    for (name, content) in [
        ("a.tar.gz", b"not an archive".to_vec()),
        ("a.tar.gz", Vec::new()),
        ("a.tar.gz", b"<!DOCTYPE html><p>log in".to_vec()),
        ("a.zip", b"PK nothing".to_vec()),
        ("a.7z", b"7z".to_vec()),
        ("a.tar", vec![0; 1024]),
    ] {
        let bench = Workbench::new();
        let path = bench.outside().join(name);
        workbench::write(&path, &content);
        let error = bench.fetch(json!([{ "url": file_url(&path) }])).await.unwrap_err();
        assert!(matches!(&error, Error::Source { .. }), "{error}");
        // The right file under the same address is taken the next time.
        std::fs::remove_file(&path).unwrap();
        if name != "a.7z" {
            Archive::new().file("p/a", "right").write(bench.outside(), name).unwrap();
            bench.clear_work();
            bench.fetch(json!([{ "url": file_url(&path) }])).await.unwrap();
            assert_eq!(bench.read_work("a"), "right");
        }
    }
}

#[tokio::test]
async fn an_archive_that_was_cut_off_is_an_error() {
    let bench = Workbench::new();
    let random: Vec<u8> = (0..200_000u64).flat_map(|n| sha256(n.to_le_bytes()).into_bytes()).take(400_000).collect();
    for ending in ["tar.gz", "tar.bz2", "tar.xz", "tar.zst", "tar", "zip"] {
        let whole = Archive::new().file("p/a", random.clone()).write(bench.outside(), &format!("w.{ending}")).unwrap();
        let bytes = std::fs::read(whole).unwrap();
        for keep in [bytes.len() / 2, bytes.len() - 5] {
            if ending == "tar" && keep > bytes.len() / 2 {
                // Only padding is missing.
                continue;
            }
            let path = bench.outside().join(format!("cut{keep}.{ending}"));
            std::fs::write(&path, &bytes[..keep]).unwrap();
            let outcome = bench.fetch(json!([{ "url": file_url(&path) }])).await;
            assert!(matches!(outcome, Err(Error::Source { .. })), "{ending} cut to {keep}: {outcome:?}");
        }
    }
}

#[tokio::test]
async fn padding_after_a_gzip_is_left_out_and_other_bytes_there_are_told() {
    let bench = Workbench::new();
    let whole = Archive::new().file("p/a", "a").write(bench.outside(), "w.tar.gz").unwrap();
    let with = |name: &str, rest: &[u8]| {
        let path = bench.outside().join(name);
        std::fs::write(&path, [std::fs::read(&whole).unwrap(), rest.to_vec()].concat()).unwrap();
        json!([{ "url": file_url(&path) }])
    };
    bench.fetch(with("padded.tar.gz", &[0; 512])).await.unwrap();
    assert_eq!(bench.read_work("a"), "a");
    bench.clear_work();
    let error = bench.fetch(with("rubbish.tar.gz", b"rubbish")).await.unwrap_err();
    assert!(matches!(&error, Error::Source { .. }) && error.to_string().contains("follow its end"), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn modes_links_and_times_are_kept_but_nothing_is_for_the_world_to_write() {
    use std::os::unix::fs::PermissionsExt;
    let archive = Archive::new()
        .file_with_mode("p/run", 0o755, "r")
        .file_with_mode("p/open", 0o4777, "o")
        .file_with_mode("p/read", 0o444, "x")
        .symlink("p/sub/link", "../run")
        .hardlink("p/second", "p/run")
        .symlink("p/dangling", "not/there");
    let bench = unpacked(&archive, "a.tar.gz").await.unwrap();
    let mode = |name: &str| std::fs::metadata(bench.work(name)).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode("run") & 0o755, 0o755);
    assert_eq!(mode("open") & 0o7002, 0);
    assert_eq!(mode("read") & 0o222, 0);
    assert_eq!(bench.read_work("sub/link"), "r");
    assert_eq!(bench.read_work("second"), "r");
    assert_eq!(std::fs::read_link(bench.work("dangling")).unwrap(), PathBuf::from("not/there"));
    let modified = std::fs::metadata(bench.work("run")).unwrap().modified().unwrap();
    assert!(modified < std::time::SystemTime::now() - std::time::Duration::from_secs(86_400));
}

#[tokio::test]
async fn the_same_file_twice_is_no_harm() {
    let archive = Archive::new().file("p/a", "same").file("p/a", "same").folder("p").hardlink("p/a", "p/a");
    let bench = unpacked(&archive, "a.tar.gz").await.unwrap();
    assert_eq!(bench.read_work("a"), "same");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn names_that_are_not_unicode_are_kept() {
    use std::os::unix::ffi::OsStrExt;
    let bench = unpacked(&Archive::new().file(b"p/caf\xe9", "c").file("p/a", ""), "a.tar.gz").await.unwrap();
    assert!(bench.layout.work_dir.join(std::ffi::OsStr::from_bytes(b"caf\xe9")).exists());
}

#[test]
fn damage_anywhere_in_an_archive_never_does_more_than_fail() {
    use sidewinder_session::sources::{ArchiveKind, unpack};
    let dir = tempfile::tempdir().unwrap();
    let archive = Archive::new().file("p/a", "some text that is packed").symlink("p/l", "a").folder("p/d");
    let mut files: Vec<PathBuf> =
        ["a.tar", "a.tar.gz", "a.tar.xz", "a.tar.zst"].map(|name| archive.write(dir.path(), name).unwrap()).into();
    files.push(Archive::new().file("p/a", "some text that is packed").write(dir.path(), "a.zip").unwrap());
    files.push(dir.path().join("a.7z"));
    let mut writer = sevenz_rust2::ArchiveWriter::create(dir.path().join("a.7z")).unwrap();
    let entry = sevenz_rust2::ArchiveEntry::new_file("p/a");
    writer.push_archive_entry(entry, Some(&b"some text that is packed"[..])).unwrap();
    writer.finish().unwrap();
    let limits = Limits { entries: 100, bytes: 1 << 20, ratio: 100, free_bytes: 1 << 20, ..Limits::default() };
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        let kind = ArchiveKind::of(&file.to_string_lossy()).unwrap();
        let damaged = dir.path().join("damaged");
        let start = (0..bytes.len().min(600)).step_by(3);
        for (at, bits) in
            start.chain(bytes.len().saturating_sub(30)..bytes.len()).zip([0xff, 0x01, 0x80].into_iter().cycle())
        {
            let mut changed = bytes.clone();
            changed[at] ^= bits;
            std::fs::write(&damaged, changed).unwrap();
            let scratch = tempfile::tempdir().unwrap();
            let to = scratch.path().join("to");
            let outcome = unpack(&damaged, kind, scratch.path(), &to, "damaged", limits, &Cancel::new());
            assert!(matches!(outcome, Ok(_) | Err(Error::Source { .. })), "{file:?} at {at}: {outcome:?}");
            assert_eq!(to.exists(), outcome.is_ok());
        }
    }
}

/// Archives with dangerous entries: what they are made of, and a word of the warning or error.
fn hostile() -> Vec<(&'static str, &'static str, Archive)> {
    let good = || Archive::new().file("p/good", "g");
    vec![
        ("traversal", "outside", good().file("../escaped", "!")),
        ("traversal inside", "outside", good().file("p/../../escaped", "!")),
        ("absolute", "absolute", good().file("/tmp/sidewinder-escaped", "!")),
        ("symlink out", "outside", good().symlink("p/l", "../../escaped")),
        ("symlink out of the top folder", "outside", good().symlink("p/l", "../escaped")),
        ("absolute symlink", "outside", good().symlink("p/l", "/etc/passwd")),
        ("symlink chain", "outside", good().symlink("p/a/b/up", "../..").symlink("p/l", "a/b/up/../escaped")),
        ("loop", "loop", good().symlink("p/one", "two").symlink("p/two", "one")),
        ("link to itself", "loop", good().symlink("p/one", "one")),
        ("write behind a symlink out", "outside", good().symlink("p/l", "/tmp").file("p/l/sidewinder-escaped", "!")),
        ("write over a symlink", "more than once", good().symlink("p/l", "good").file("p/l", "!")),
        ("file and folder", "not a folder", good().file("p/good/x", "!")),
        ("folder and file", "is a folder", good().file("p/d/x", "!").file("p/d", "!")),
        ("hard link out", "not a file of the archive", good().hardlink("p/l", "../../../../etc/passwd")),
        ("absolute hard link", "not a file of the archive", good().hardlink("p/l", "/etc/passwd")),
        ("hard link to nothing", "not a file of the archive", good().hardlink("p/l", "p/later").file("p/later", "")),
        ("hard link to a symlink out", "outside", good().symlink("p/s", "/etc").hardlink("p/l", "p/s")),
        ("twins", "more than once", good().file("p/twin", "one").file("p/twin", "another")),
        ("device", "device", good().character_device("p/null")),
        ("FIFO", "FIFO", good().fifo("p/fifo")),
        ("second name", "outside", good().file("p/harmless", "!").also_named("../escaped")),
    ]
}

/// Archives that are too large in some way.
fn bombs() -> Vec<(&'static str, &'static str, Archive)> {
    let good = || Archive::new().file("p/good", "g");
    vec![
        ("bomb", "times its size", good().zeros("p/zeros", 3 << 20)),
        ("too many entries", "entries", (0..2000).fold(good(), |all, n| all.file(format!("p/{n}"), ""))),
    ]
}

fn assert_nothing_escaped(bench: &Workbench, what: &str) {
    let everything = tree(bench.outside());
    let is_outside =
        |path: &&String| path.contains("escaped") && !path.contains("/work/") && !path.contains("extracted");
    assert!(!everything.keys().any(|path| is_outside(&path)), "{what}: {everything:?}");
    assert!(!std::path::Path::new("/tmp/sidewinder-escaped").exists(), "{what}");
}

/// Fetches an archive in both modes; `None` where a zip cannot express it.
async fn fetched(
    archive: &Archive,
    ending: &str,
    dangerous_entries: ArchiveEntries,
) -> Option<(Workbench, Result<(), Error>)> {
    let mut bench = Workbench::new();
    let Ok(file) = archive.write(bench.outside(), &format!("hostile.{ending}")) else {
        assert_eq!(ending, "zip");
        return None;
    };
    bench.limits = Limits { entries: 1000, bytes: 16 << 20, ratio: 100, free_bytes: 1 << 20, dangerous_entries };
    let outcome = bench.fetch(json!([{ "url": file_url(&file), "target_directory": "t" }])).await;
    Some((bench, outcome.map(|_| ())))
}

#[tokio::test]
async fn dangerous_entries_are_skipped_with_a_warning_that_names_the_reason() {
    for (what, word, archive) in hostile() {
        for ending in ["tar.gz", "zip"] {
            let Some((bench, outcome)) = fetched(&archive, ending, ArchiveEntries::Skip).await else { continue };
            outcome.unwrap_or_else(|error| panic!("{what} ({ending}): {error}"));
            let log = bench.progress.log_lines();
            let is_reported =
                log.iter().any(|line| line.contains(word) || ending == "zip" && line.contains("same name"));
            assert!(is_reported, "{what} ({ending}): {log:?}");
            assert!(bench.tree().iter().any(|(path, text)| path.ends_with("good") && text == "g"), "{what} ({ending})");
            assert_nothing_escaped(&bench, what);
        }
    }
    for (what, word, archive) in bombs() {
        let (bench, outcome) = fetched(&archive, "tar.gz", ArchiveEntries::Skip).await.unwrap();
        assert!(outcome.unwrap_err().to_string().contains(word), "{what}");
        assert!(bench.tree().is_empty(), "{what}");
    }
}

#[tokio::test]
async fn hostile_archives_can_be_refused_and_write_nowhere_else() {
    for (what, word, archive) in hostile().into_iter().chain(bombs()) {
        for ending in ["tar.gz", "zip"] {
            let Some((bench, outcome)) = fetched(&archive, ending, ArchiveEntries::Refuse).await else { continue };
            let Err(error) = outcome else { panic!("{what} ({ending}) was unpacked") };
            assert!(matches!(error, Error::Source { .. }), "{what} ({ending}): {error}");
            let message = error.to_string();
            let word = if what == "absolute" || what.starts_with("write behind") { "outside" } else { word };
            let is_reported =
                message.contains(word) || message.contains("same name") || message.contains("behind a symlink");
            assert!(is_reported, "{what} ({ending}): {message}");
            assert_nothing_escaped(&bench, what);
            assert!(bench.tree().is_empty(), "{what} ({ending})");
        }
    }
}

#[tokio::test]
async fn a_tree_with_skipped_entries_warns_again_and_is_refused_from_the_cache() {
    let mut bench = Workbench::new();
    let archive = Archive::new().file("p/good", "g").symlink("p/l", "/etc/passwd");
    let file = archive.write(bench.outside(), "a.tar.gz").unwrap();
    let source = json!([{ "url": file_url(&file) }]);
    let warned = |bench: &Workbench| bench.progress.log_lines().iter().filter(|line| line.contains("passwd")).count();
    bench.fetch(source.clone()).await.unwrap();
    bench.clear_work();
    bench.fetch(source.clone()).await.unwrap();
    assert_eq!(warned(&bench), 2);
    bench.clear_work();
    bench.limits.dangerous_entries = ArchiveEntries::Refuse;
    let error = bench.fetch(source).await.unwrap_err();
    assert!(error.to_string().contains("passwd"), "{error}");
}

#[tokio::test]
async fn names_with_parent_folders_inside_of_the_archive_are_resolved() {
    let archive = Archive::new().file("p/good", "g").folder("p/sub").file("p/sub/../b", "b");
    let bench = unpacked(&archive, "a.tar.gz").await.unwrap();
    assert_eq!(bench.read_work("b"), "b");
    let archive = Archive::new().folder("p/d").symlink("p/l", "d").file("p/l/f", "through");
    let bench = unpacked(&archive, "a.tar.gz").await.unwrap();
    assert_eq!(bench.read_work("d/f"), "through");
}
