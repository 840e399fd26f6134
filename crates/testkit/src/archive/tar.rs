//! A tar, header by header. Own code, because a library for tars would refuse what is hostile.

use std::io::{self, Write};

use super::{Entry, What};

const BLOCK: usize = 512;

/// Names longer than this go into a GNU long name entry.
const NAME: usize = 100;

/// 2024-01-01, so that archives are reproducible.
const TIME: u64 = 1_704_067_200;

pub(super) fn write(entries: &[Entry], out: &mut dyn Write) -> io::Result<()> {
    for entry in entries {
        if let Some(name) = &entry.second_name {
            extra(b'x', b"PaxHeader", &pax_record(b"path", name), out)?;
        }
        if entry.path.len() > NAME {
            extra(b'L', b"././@LongLink", &with_nul(&entry.path), out)?;
        }
        let link = entry.what.link();
        if link.len() > NAME {
            extra(b'K', b"././@LongLink", &with_nul(link), out)?;
        }
        let size = entry.claimed_size.unwrap_or(entry.what.size());
        out.write_all(&header(entry.what.type_flag(), &entry.path, entry.mode, size, link))?;
        entry.what.write_to(out)?;
        pad(entry.what.size(), out)?;
    }
    out.write_all(&[0; 2 * BLOCK])
}

impl What {
    fn type_flag(&self) -> u8 {
        match self {
            Self::File(_) | Self::Zeros(_) => b'0',
            Self::Hardlink(_) => b'1',
            Self::Symlink(_) => b'2',
            Self::CharacterDevice => b'3',
            Self::Folder => b'5',
            Self::Fifo => b'6',
        }
    }

    fn link(&self) -> &[u8] {
        match self {
            Self::Symlink(target) | Self::Hardlink(target) => target,
            _ => &[],
        }
    }
}

/// An entry that says something about the next one.
fn extra(type_flag: u8, name: &[u8], bytes: &[u8], out: &mut dyn Write) -> io::Result<()> {
    let size = bytes.len() as u64;
    out.write_all(&header(type_flag, name, 0o644, size, &[]))?;
    out.write_all(bytes)?;
    pad(size, out)
}

fn header(type_flag: u8, name: &[u8], mode: u32, size: u64, link: &[u8]) -> Vec<u8> {
    let mut header = Vec::with_capacity(BLOCK);
    field(&mut header, name, NAME);
    octal(&mut header, u64::from(mode), 8);
    octal(&mut header, 0, 8);
    octal(&mut header, 0, 8);
    octal(&mut header, size, 12);
    octal(&mut header, TIME, 12);
    // The checksum counts its own field as spaces.
    field(&mut header, b"        ", 8);
    header.push(type_flag);
    field(&mut header, link, NAME);
    field(&mut header, b"ustar  \0", 8);
    field(&mut header, b"", 32 + 32);
    let (major, minor) = if type_flag == b'3' { (1, 3) } else { (0, 0) };
    octal(&mut header, major, 8);
    octal(&mut header, minor, 8);
    header.resize(BLOCK, 0);
    let sum: u64 = header.iter().map(|byte| u64::from(*byte)).sum();
    header.splice(148..156, format!("{sum:06o}\0 ").into_bytes());
    header
}

fn field(header: &mut Vec<u8>, bytes: &[u8], width: usize) {
    let end = header.len() + width;
    header.extend(bytes.iter().take(width));
    header.resize(end, 0);
}

fn octal(header: &mut Vec<u8>, value: u64, width: usize) {
    let digits = width - 1;
    let text = format!("{value:0digits$o}");
    if text.len() <= digits {
        field(header, text.as_bytes(), width);
    } else {
        // Too large for octal digits: GNU's form, a set first bit and then the number itself.
        header.push(0x80);
        header.resize(header.len() + width - 1 - 8, 0);
        header.extend(value.to_be_bytes());
    }
}

/// `length key=value`, where the length counts itself.
fn pax_record(key: &[u8], value: &[u8]) -> Vec<u8> {
    let rest = key.len() + value.len() + 3;
    let mut length = rest + 1;
    while length != rest + length.to_string().len() {
        length = rest + length.to_string().len();
    }
    [length.to_string().as_bytes(), b" ", key, b"=", value, b"\n"].concat()
}

fn with_nul(bytes: &[u8]) -> Vec<u8> {
    [bytes, b"\0"].concat()
}

fn pad(size: u64, out: &mut dyn Write) -> io::Result<()> {
    let over = (size % BLOCK as u64) as usize;
    if over == 0 { Ok(()) } else { out.write_all(&vec![0; BLOCK - over]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pax_record_counts_its_own_length() {
        assert_eq!(pax_record(b"path", b"a"), b"9 path=a\n");
        assert_eq!(pax_record(b"path", b""), b"8 path=\n");
        for size in [90, 91, 92, 990, 991] {
            let record = pax_record(b"path", &vec![b'x'; size]);
            assert!(record.starts_with(record.len().to_string().as_bytes()), "{size}");
        }
    }

    #[test]
    fn a_size_beyond_octal_digits_is_written_in_binary() {
        let header = header(b'0', b"a", 0o644, 1 << 40, b"");
        assert_eq!(header.len(), BLOCK);
        assert_eq!(header.get(124..136), Some(&[0x80, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0][..]));
    }
}
