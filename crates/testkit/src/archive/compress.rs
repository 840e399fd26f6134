//! The kinds of archives, and the compression around a tar.

use std::io::{self, Error, ErrorKind, Write};

use liblzma::stream::{LzmaOptions, Stream};
use liblzma::write::XzEncoder;

/// Kinds of source archives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Kind {
    Tar,
    TarGz,
    TarBz2,
    TarXz,
    TarLzma,
    TarZst,
    Zip,
}

/// The endings by which files are told apart.
const ENDINGS: [(&str, Kind); 17] = [
    (".tar", Kind::Tar),
    (".tar.gz", Kind::TarGz),
    (".tgz", Kind::TarGz),
    (".taz", Kind::TarGz),
    (".tar.bz2", Kind::TarBz2),
    (".tbz2", Kind::TarBz2),
    (".tbz", Kind::TarBz2),
    (".tz2", Kind::TarBz2),
    (".tar.xz", Kind::TarXz),
    (".txz", Kind::TarXz),
    (".tar.lzma", Kind::TarLzma),
    (".tlz", Kind::TarLzma),
    (".tar.zst", Kind::TarZst),
    (".tzst", Kind::TarZst),
    (".zip", Kind::Zip),
    (".whl", Kind::Zip),
    (".jar", Kind::Zip),
];

impl Kind {
    pub(super) fn of(name: &str) -> io::Result<Self> {
        ENDINGS
            .into_iter()
            .find(|(ending, _)| name.ends_with(ending))
            .map(|(_, kind)| kind)
            .ok_or_else(|| Error::new(ErrorKind::InvalidInput, format!("no kind of archive is named like {name}")))
    }
}

/// Hands a writer to `fill` whose bytes arrive compressed at `out`.
pub(super) fn through(
    kind: Kind,
    out: &mut dyn Write,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    match kind {
        Kind::Tar | Kind::Zip => fill(out),
        Kind::TarGz => {
            let mut encoder = flate2::write::GzEncoder::new(out, flate2::Compression::fast());
            fill(&mut encoder)?;
            encoder.finish().map(drop)
        }
        Kind::TarBz2 => {
            let mut encoder = bzip2::write::BzEncoder::new(out, bzip2::Compression::fast());
            fill(&mut encoder)?;
            encoder.finish().map(drop)
        }
        Kind::TarXz => {
            let mut encoder = XzEncoder::new(out, 1);
            fill(&mut encoder)?;
            encoder.finish().map(drop)
        }
        Kind::TarLzma => {
            // The usual preset: the format has no magic number, and readers guess by the size of its dictionary.
            let stream = Stream::new_lzma_encoder(&LzmaOptions::new_preset(6)?)?;
            let mut encoder = XzEncoder::new_stream(out, stream);
            fill(&mut encoder)?;
            encoder.finish().map(drop)
        }
        Kind::TarZst => {
            let mut encoder = zstd::Encoder::new(out, 1)?;
            fill(&mut encoder)?;
            encoder.finish().map(drop)
        }
    }
}
