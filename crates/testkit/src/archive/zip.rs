//! A zip, record by record. Own code, because a library for zips would refuse what is hostile.

use std::io::{self, Error, ErrorKind, Write};

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

use super::{Entry, What};

/// 2024-01-01 00:00, as DOS has it: time, date.
const TIME: [u8; 4] = [0x00, 0x00, 0x21, 0x58];

const STORED: u16 = 0;
const DEFLATE: u16 = 8;

/// Made on Unix, so that the upper half of the attributes is a mode; needs version 2.0.
const MADE_BY: [u8; 2] = [20, 3];

pub(super) fn write(entries: &[Entry], out: &mut dyn Write) -> io::Result<()> {
    let mut directory = Vec::new();
    let mut offset = 0_usize;
    for entry in entries {
        let packed = Packed::of(entry)?;
        directory.extend(packed.central(entry, number(offset)?));
        let local = packed.local(entry);
        out.write_all(&local)?;
        out.write_all(&packed.bytes)?;
        offset += local.len() + packed.bytes.len();
    }
    out.write_all(&directory)?;
    out.write_all(&end(number(entries.len())? as u16, number(directory.len())?, number(offset)?))
}

/// What local and central record say about one entry.
struct Packed {
    method: u16,
    crc: u32,
    size: u32,
    mode: u32,
    bytes: Vec<u8>,
}

impl Packed {
    fn of(entry: &Entry) -> io::Result<Self> {
        let (content, kind) = match &entry.what {
            What::File(_) | What::Zeros(_) => (&entry.what, 0o100_000),
            What::Folder => (&entry.what, 0o040_000),
            What::Symlink(target) => (&What::File(target.clone()), 0o120_000),
            What::Hardlink(_) | What::CharacterDevice | What::Fifo => {
                return Err(Error::new(ErrorKind::InvalidInput, "a zip cannot hold hard links, devices and pipes"));
            }
        };
        // What is compressed already is stored, which is what readers of `.conda` packages expect.
        let (method, inner) = if entry.path.ends_with(b".zst") {
            (STORED, Inner::Stored(Vec::new()))
        } else {
            (DEFLATE, Inner::Deflated(DeflateEncoder::new(Vec::new(), Compression::default())))
        };
        let mut summed = Summed { crc: Crc::new(), inner };
        content.write_to(&mut summed)?;
        let claimed = entry.claimed_size.unwrap_or(content.size());
        Ok(Self {
            method,
            crc: summed.crc.sum(),
            size: claimed.min(u64::from(u32::MAX)) as u32,
            mode: kind | entry.mode,
            bytes: summed.inner.finish()?,
        })
    }

    fn local(&self, entry: &Entry) -> Vec<u8> {
        let name = named(&entry.path, &entry.what);
        let mut record = b"PK\x03\x04\x14\x00".to_vec();
        self.shared(&mut record, &name);
        record.extend([0; 2]);
        record.extend(name);
        record
    }

    fn central(&self, entry: &Entry, offset: u32) -> Vec<u8> {
        let name = named(entry.second_name.as_ref().unwrap_or(&entry.path), &entry.what);
        let mut record = b"PK\x01\x02".to_vec();
        record.extend(MADE_BY);
        record.extend([20, 0]);
        self.shared(&mut record, &name);
        // No extra fields, no comment, first disk, binary.
        record.extend([0; 8]);
        record.extend((self.mode << 16).to_le_bytes());
        record.extend(offset.to_le_bytes());
        record.extend(name);
        record
    }

    /// Flags, method, time, checksum, sizes, length of the name.
    fn shared(&self, record: &mut Vec<u8>, name: &[u8]) {
        record.extend([0, 0]);
        record.extend(self.method.to_le_bytes());
        record.extend(TIME);
        record.extend(self.crc.to_le_bytes());
        record.extend((self.bytes.len() as u32).to_le_bytes());
        record.extend(self.size.to_le_bytes());
        record.extend((name.len() as u16).to_le_bytes());
    }
}

/// Folders are told by a slash at the end.
fn named(path: &[u8], what: &What) -> Vec<u8> {
    match what {
        What::Folder if !path.ends_with(b"/") => [path, b"/"].concat(),
        _ => path.to_vec(),
    }
}

fn end(entries: u16, directory_size: u32, directory_offset: u32) -> Vec<u8> {
    let mut record = b"PK\x05\x06\0\0\0\0".to_vec();
    record.extend(entries.to_le_bytes());
    record.extend(entries.to_le_bytes());
    record.extend(directory_size.to_le_bytes());
    record.extend(directory_offset.to_le_bytes());
    record.extend([0, 0]);
    record
}

fn number(value: usize) -> io::Result<u32> {
    u32::try_from(value).map_err(|_| Error::new(ErrorKind::InvalidInput, "the zip would be too large"))
}

/// Sums up what goes through it.
struct Summed {
    crc: Crc,
    inner: Inner,
}

enum Inner {
    Stored(Vec<u8>),
    Deflated(DeflateEncoder<Vec<u8>>),
}

impl Inner {
    fn finish(self) -> io::Result<Vec<u8>> {
        match self {
            Self::Stored(bytes) => Ok(bytes),
            Self::Deflated(encoder) => encoder.finish(),
        }
    }
}

impl Write for Summed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = match &mut self.inner {
            Inner::Stored(out) => out.write(bytes)?,
            Inner::Deflated(encoder) => encoder.write(bytes)?,
        };
        self.crc.update(bytes.get(..written).unwrap_or(bytes));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
