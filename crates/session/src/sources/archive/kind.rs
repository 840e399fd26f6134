//! Which files are archives: the name decides.

/// A kind of archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchiveKind {
    /// A tar, compressed in whatever way its first bytes tell.
    Tar,
    /// A tar compressed with bare LZMA, which no first bytes tell.
    TarLzma,
    /// A zip.
    Zip,
    /// A 7z.
    SevenZip,
    /// Known as an archive, but not decoded: the name of its format.
    Unsupported(&'static str),
}

const SUFFIXES: [(&str, ArchiveKind); 24] = [
    (".tar", ArchiveKind::Tar),
    (".tar.gz", ArchiveKind::Tar),
    (".tgz", ArchiveKind::Tar),
    (".taz", ArchiveKind::Tar),
    (".tar.bz2", ArchiveKind::Tar),
    (".tbz2", ArchiveKind::Tar),
    (".tbz", ArchiveKind::Tar),
    (".tz2", ArchiveKind::Tar),
    (".tb2", ArchiveKind::Tar),
    (".tar.xz", ArchiveKind::Tar),
    (".txz", ArchiveKind::Tar),
    (".tar.zst", ArchiveKind::Tar),
    (".tzst", ArchiveKind::Tar),
    (".tar.lz", ArchiveKind::Tar),
    (".tar.lzma", ArchiveKind::TarLzma),
    (".tlz", ArchiveKind::TarLzma),
    (".zip", ArchiveKind::Zip),
    (".7z", ArchiveKind::SevenZip),
    (".tar.z", ArchiveKind::Unsupported("compress (.Z)")),
    (".tar.lzo", ArchiveKind::Unsupported("lzop (.lzo)")),
    (".tzo", ArchiveKind::Unsupported("lzop (.lzo)")),
    (".tar.lz4", ArchiveKind::Unsupported("lz4")),
    (".tar.br", ArchiveKind::Unsupported("brotli (.br)")),
    (".rar", ArchiveKind::Unsupported("rar")),
];

impl ArchiveKind {
    /// The kind of archive that a file name indicates; `None` for a file that is taken as it is.
    #[must_use]
    pub fn of(file_name: &str) -> Option<Self> {
        // `.taZ` is compress, `.taz` is gzip: the one place where the case of letters counts.
        if file_name.ends_with(".taZ") {
            return Some(Self::Unsupported("compress (.Z)"));
        }
        let lower = file_name.to_ascii_lowercase();
        SUFFIXES.iter().find(|(suffix, _)| lower.ends_with(suffix)).map(|(_, kind)| *kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_decides() {
        for (name, kind) in [
            ("a-1.0.tar.gz", Some(ArchiveKind::Tar)),
            ("a.tbz", Some(ArchiveKind::Tar)),
            ("A.TAR.XZ", Some(ArchiveKind::Tar)),
            ("a.tlz", Some(ArchiveKind::TarLzma)),
            ("a.zip", Some(ArchiveKind::Zip)),
            ("a.7z", Some(ArchiveKind::SevenZip)),
            ("a.taz", Some(ArchiveKind::Tar)),
            ("a.taZ", Some(ArchiveKind::Unsupported("compress (.Z)"))),
            ("a.tar.Z", Some(ArchiveKind::Unsupported("compress (.Z)"))),
            ("a.gz", None),
            ("a.whl", None),
            ("tar.txt", None),
            ("", None),
        ] {
            assert_eq!(ArchiveKind::of(name), kind, "{name}");
        }
    }
}
