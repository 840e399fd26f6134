//! zstd with a search that fits what is compressed.
//!
//! The levels 13 to 15, of which 15 is the default of packages, search for matches with binary trees. Measured on 105 MB of
//! shared libraries, hash rows with matches from four bytes on find as much (0.8 % less output than level 15) in a third of
//! the time; on source code they find 3 % less. So sections of the archive that are mostly binary are searched with hash
//! rows, all others as the level says.

use std::io::{self, Write};

use zstd::zstd_safe::{CParameter, Strategy};

use super::members::Sink;

/// Bytes that one thread compresses at a time; what zstd chooses for these levels. Parameters change between sections.
const SECTION: usize = 16 << 20;
/// Levels whose search is replaced for binary content.
const LEVELS: std::ops::RangeInclusive<i32> = 13..=15;
/// Up to this size zstd uses one thread, for which the search cannot change.
const MIN_SIZE: u64 = 512 << 10;
/// So many bytes at the start of a write tell binary from text.
const HEAD: usize = 4096;
/// Headers of members and padding are smaller writes and tell nothing.
const MIN_SAMPLE: usize = 513;

/// A zstd encoder that chooses its search for each section by the content.
pub(super) struct Adaptive<'a, W: Write> {
    encoder: zstd::Encoder<'a, W>,
    level: i32,
    /// Whether the search changes with the content.
    adapts: bool,
    /// Tables need not be larger than the content: their highest logarithm.
    max_log: u32,
    /// Bytes of a section.
    section: usize,
    /// Bytes of the section so far.
    filled: usize,
    binary: usize,
    text: usize,
    /// Whether the current member compresses like text although it is binary.
    is_like_text: bool,
}

impl<W: Write> Adaptive<'_, W> {
    /// Starts to compress so many bytes.
    ///
    /// # Errors
    /// Those of zstd.
    pub(super) fn new(target: W, level: i32, threads: usize, size: u64) -> io::Result<Self> {
        Self::with_sections(target, level, threads, size, SECTION)
    }

    fn with_sections(target: W, level: i32, threads: usize, size: u64, section: usize) -> io::Result<Self> {
        let mut encoder = zstd::Encoder::new(target, level)?;
        encoder.multithread(u32::try_from(threads).unwrap_or(1))?;
        encoder.set_pledged_src_size(Some(size))?;
        encoder.include_contentsize(true)?;
        let adapts = LEVELS.contains(&level) && size > MIN_SIZE;
        let max_log = u64::BITS - size.leading_zeros() + 1;
        let mut adaptive =
            Self { encoder, level, adapts, max_log, section, filled: 0, binary: 0, text: 0, is_like_text: false };
        if adapts {
            adaptive.encoder.set_parameter(CParameter::JobSize(u32::try_from(section).unwrap_or(0)))?;
            // Whether there are hash rows is decided once, by the search that is set when compression begins.
            adaptive.rows()?;
        }
        Ok(adaptive)
    }

    /// Chooses the search for the section that is about to be complete.
    fn choose(&mut self) -> io::Result<()> {
        if self.adapts {
            if self.binary > self.text { self.rows()? } else { self.trees()? }
        }
        (self.filled, self.binary, self.text) = (0, 0, 0);
        Ok(())
    }

    /// Hash rows: fast, and better for machine code.
    fn rows(&mut self) -> io::Result<()> {
        self.set(Strategy::ZSTD_lazy2, [6, 23, 22, 4])
    }

    /// Binary trees with the parameters of the level.
    fn trees(&mut self) -> io::Result<()> {
        let parameters = match self.level {
            13 => [4, 22, 22, 5],
            14 => [5, 23, 22, 5],
            _ => [6, 23, 23, 5],
        };
        self.set(Strategy::ZSTD_btlazy2, parameters)
    }

    fn set(&mut self, strategy: Strategy, parameters: [u32; 4]) -> io::Result<()> {
        let [search, hash, chain, shortest] = parameters;
        self.encoder.set_parameter(CParameter::Strategy(strategy))?;
        self.encoder.set_parameter(CParameter::SearchLog(search))?;
        self.encoder.set_parameter(CParameter::HashLog(hash.min(self.max_log)))?;
        self.encoder.set_parameter(CParameter::ChainLog(chain.min(self.max_log)))?;
        self.encoder.set_parameter(CParameter::MinMatch(shortest))
    }

    /// Compresses what is left and returns the target.
    ///
    /// # Errors
    /// Those of zstd and of the target.
    pub(super) fn finish(mut self) -> io::Result<W> {
        self.choose()?;
        self.encoder.finish()
    }
}

impl<W: Write> Write for Adaptive<'_, W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        // A write never spans two sections: the search is set before zstd has the last byte of one.
        let piece = buffer.get(..(self.section - self.filled).min(buffer.len())).unwrap_or(buffer);
        if piece.len() >= MIN_SAMPLE {
            let head = piece.get(..HEAD).unwrap_or(piece);
            let is_binary = !self.is_like_text && memchr::memchr(0, head).is_some();
            *(if is_binary { &mut self.binary } else { &mut self.text }) += piece.len();
        }
        if self.filled + piece.len() == self.section {
            self.choose()?;
            self.encoder.write_all(piece)?;
            return Ok(piece.len());
        }
        let written = self.encoder.write(piece)?;
        self.filled += written;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        // Flushing would end a section early, and with that depend on how the content is read.
        Ok(())
    }
}

impl<W: Write> Sink for Adaptive<'_, W> {
    fn begin(&mut self, path: &str) {
        // Byte code is mostly names and texts.
        self.is_like_text = path.ends_with(".pyc");
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    /// The smallest sections that zstd allows for the window of these levels.
    const SMALL: usize = 1 << 20;

    fn compressed(content: &[u8], piece: usize, level: i32) -> Vec<u8> {
        let size = content.len() as u64;
        let mut adaptive = Adaptive::with_sections(Vec::new(), level, 2, size, SMALL).unwrap();
        content.chunks(piece).for_each(|piece| adaptive.write_all(piece).unwrap());
        adaptive.finish().unwrap()
    }

    /// Text, then binary content, then text, each longer than a section.
    fn mixed() -> Vec<u8> {
        let mut content = Vec::new();
        let part = SMALL as u64 / 6;
        for number in 0..3 * part {
            let value = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
            if number / part == 1 {
                content.extend_from_slice(&value.to_le_bytes());
            } else {
                content.extend_from_slice(format!("{value:07}\n").as_bytes());
            }
        }
        content
    }

    #[test]
    fn sections_of_both_kinds_are_one_frame() {
        let content = mixed();
        let frame = compressed(&content, 100_000, 13);
        let mut decoder = zstd::Decoder::new(frame.as_slice()).unwrap().single_frame();
        let mut read = Vec::new();
        io::copy(&mut decoder, &mut read).unwrap();
        assert!(read == content);
        assert!(frame == compressed(&content, 100_000, 13), "the same content gives the same bytes");
    }

    #[test]
    fn small_and_empty_content_is_compressed() {
        for content in [b"".as_slice(), b"text", &[0; 5000]] {
            for level in [-7, 3, 15, 22] {
                assert_eq!(zstd::decode_all(compressed(content, 4096, level).as_slice()).unwrap(), content);
            }
        }
    }
}
