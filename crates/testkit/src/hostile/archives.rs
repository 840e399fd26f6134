//! Attacks by the package's archive, on whoever unpacks it into a cache.

use std::path::Path;

use super::{Hostile, RawPackage};

pub(super) fn cases(outside: &Path) -> Vec<Hostile> {
    let victim = outside.join("victim").display().to_string();
    let folder = outside.display().to_string();
    let evil = || RawPackage::new("evil").file("share/evil", "evil\n");
    vec![
        Hostile::one("member-up", evil().holding(|it| it.file("../../../outside/payload", "evil\n"))),
        Hostile::one("member-in-sibling", evil().holding(|it| it.file("../good-1.0-0/payload", "evil\n"))),
        Hostile::one("member-absolute", evil().holding(|it| it.file(&victim, "evil\n"))),
        Hostile::one("member-folder-up", evil().holding(|it| it.folder("../../../outside/made"))),
        Hostile::one(
            "member-named-twice",
            evil().holding(|it| it.file("ok", "evil\n").also_named("../../../outside/victim")),
        ),
        Hostile::one("member-with-nul", evil().holding(|it| it.file("a\0b", "evil\n"))),
        Hostile::one(
            "member-through-a-link",
            evil().holding(|it| it.symlink("door", &folder).file("door/payload", "evil\n")),
        ),
        Hostile::one(
            "member-through-two-links",
            evil().holding(|it| it.symlink("a", "..").symlink("b", "a/../../outside").file("b/victim", "evil\n")),
        ),
        Hostile::one("member-over-a-link", evil().holding(|it| it.symlink("door", &victim).file("door", "evil\n"))),
        Hostile::one("hard-link-out", evil().holding(|it| it.hardlink("hard", &victim).file("hard", "evil\n"))),
        Hostile::one(
            "hard-link-up",
            evil().holding(|it| it.hardlink("hard", "../../../outside/victim").file("hard", "evil\n")),
        ),
        Hostile::one(
            "hard-link-through-a-link",
            evil().holding(|it| it.symlink("door", &folder).hardlink("hard", "door/victim").file("hard", "evil\n")),
        ),
        Hostile::one("device", evil().listed("null", "hardlink").holding(|it| it.character_device("null"))),
        Hostile::one("pipe", evil().listed("pipe", "hardlink").holding(|it| it.fifo("pipe"))),
        Hostile::one("twin-members", evil().holding(|it| it.file("share/evil", "other\n"))),
        Hostile::one("file-and-folder", evil().holding(|it| it.file("x", "").file("x/y", "").folder("x"))),
        Hostile::one("claims-to-be-huge", evil().holding(|it| it.file("huge", "x").claiming(1 << 50))),
        Hostile::one("name-too-long", evil().holding(|it| it.file("x".repeat(5000), ""))),
        Hostile::one("deep-folders", evil().holding(|it| it.file("d/".repeat(1500) + "x", ""))),
        Hostile::one(
            "modes",
            evil()
                .listed("bin/setuid", "hardlink")
                .listed("bin/open", "hardlink")
                .listed("bin/closed", "hardlink")
                .holding(|it| {
                    it.file_with_mode("bin/setuid", 0o6755, "#!/bin/sh\n")
                        .file_with_mode("bin/open", 0o777, "#!/bin/sh\n")
                        .file_with_mode("bin/closed", 0o000, "#!/bin/sh\n")
                }),
        ),
    ]
}
