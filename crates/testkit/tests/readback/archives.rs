//! Archives that the testkit writes, as other readers see them.

use std::io::Read;
use std::path::PathBuf;
use std::process::Command;

use sidewinder_testkit::archive::{Archive, Kind};

fn project() -> Archive {
    Archive::new()
        .folder("proj-1.0")
        .file("proj-1.0/a.txt", "a\n")
        .file_with_mode("proj-1.0/run", 0o755, "#!/bin/sh\n")
        .symlink("proj-1.0/link", "a.txt")
        .file(format!("proj-1.0/{}/deep", "long-name-".repeat(12)), "deep\n")
}

#[test]
fn the_machine_s_own_tar_unpacks_every_kind_of_tar() {
    for (name, option) in [
        ("p.tar", "--no-auto-compress"),
        ("p.tar.gz", "--gzip"),
        ("p.tar.bz2", "--bzip2"),
        ("p.tar.xz", "--xz"),
        ("p.tar.lzma", "--lzma"),
        ("p.tar.zst", "--zstd"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = project().write(folder.path(), name).unwrap();
        let output = Command::new("tar").args([option, "-xf"]).arg(&file).current_dir(folder.path()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        if said.contains("Cannot exec") || said.contains("No such file") {
            continue; // No decompressor for this kind on the machine.
        }
        assert!(output.status.success(), "{name}: {said}");
        let read = |path: &str| fs_err::read_to_string(folder.path().join(path)).unwrap();
        assert_eq!(read("proj-1.0/link"), "a\n", "{name}");
        assert_eq!(read(&format!("proj-1.0/{}/deep", "long-name-".repeat(12))), "deep\n", "{name}");
    }
}

#[test]
fn a_zip_has_names_modes_and_links() {
    let folder = tempfile::tempdir().unwrap();
    let file = project().write(folder.path(), "p.zip").unwrap();
    let mut zip = zip::ZipArchive::new(fs_err::File::open(file).unwrap()).unwrap();
    assert_eq!(zip.len(), 5);
    let mut text = String::new();
    zip.by_name("proj-1.0/a.txt").unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, "a\n");
    assert_eq!(zip.by_name("proj-1.0/run").unwrap().unix_mode(), Some(0o100_755));
    assert!(zip.by_name("proj-1.0/link").unwrap().is_symlink());
    assert!(zip.by_name("proj-1.0/").unwrap().is_dir());
}

#[test]
fn hostile_entries_are_written_as_they_are() {
    let archive = Archive::new()
        .file("../up", "")
        .file("/abs", "")
        .file("twin", "1")
        .file("twin", "2")
        .hardlink("hard", "../../etc/passwd")
        .character_device("null")
        .fifo("pipe")
        .file("huge", "x")
        .claiming(1 << 40);
    let bytes = archive.bytes(Kind::Tar).unwrap();
    let mut tar = tar::Archive::new(bytes.as_slice());
    let entries: Vec<(PathBuf, tar::EntryType, u64)> = tar
        .entries()
        .unwrap()
        .map_while(Result::ok)
        .map(|entry| (entry.path().unwrap().into_owned(), entry.header().entry_type(), entry.size()))
        .collect();
    let names: Vec<_> = entries.iter().map(|(path, ..)| path.to_str().unwrap()).collect();
    assert_eq!(names, ["../up", "/abs", "twin", "twin", "hard", "null", "pipe", "huge"]);
    assert_eq!(entries[4].1, tar::EntryType::Link);
    assert_eq!((entries[5].1, entries[6].1), (tar::EntryType::Char, tar::EntryType::Fifo));
    assert_eq!(entries[7].2, 1 << 40);
}

#[test]
fn an_entry_can_have_two_names() {
    let archive = Archive::new().file("seen", "x").also_named("../other");
    let bytes = archive.bytes(Kind::Tar).unwrap();
    let mut tar = tar::Archive::new(bytes.as_slice());
    let entry = tar.entries().unwrap().next().unwrap().unwrap();
    assert_eq!(entry.path().unwrap().to_str(), Some("../other"));
    assert_eq!(entry.header().path().unwrap().to_str(), Some("seen"));
    let bytes = archive.bytes(Kind::Zip).unwrap();
    assert!(bytes.windows(4).any(|window| window == b"seen") && bytes.windows(8).any(|window| window == b"../other"));
}

#[test]
fn a_bomb_is_small_until_it_is_opened() {
    let bomb = Archive::new().zeros("bomb", 8 << 20);
    for kind in [Kind::TarGz, Kind::TarXz, Kind::TarZst, Kind::Zip] {
        assert!(bomb.bytes(kind).unwrap().len() < 100_000, "{kind:?}");
    }
    assert!(Archive::new().fifo("pipe").bytes(Kind::Zip).is_err());
}
