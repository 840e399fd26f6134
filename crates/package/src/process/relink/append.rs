//! Giving an ELF file a run path by appending to it.
//!
//! What is in the file stays where it is. A segment at the end has copies of the program headers, the dynamic section and
//! the string table with the run path; the headers point to the copies. This works for layouts that a section-based
//! editor cannot rearrange, e.g. those of lld and tcc.

use std::ops::Range;

use goblin::elf::Elf;
use goblin::elf::dynamic::{DT_NULL, DT_RPATH, DT_RUNPATH, DT_STRSZ, DT_STRTAB};
use goblin::elf::header::ET_EXEC;
use goblin::elf::program_header::{PF_R, PF_W, PT_DYNAMIC, PT_INTERP, PT_LOAD, PT_PHDR, ProgramHeader};
use goblin::elf::section_header::SHT_DYNAMIC;

/// More empty space than this between the content and the new segment: something claims addresses far behind the file.
const MAX_GAP: u64 = 64 << 20;

/// The file with a run path, tagged RPATH.
///
/// # Errors
/// Why its layout cannot be extended.
pub(super) fn with_run_path(content: &[u8], elf: &Elf<'_>, run_path: &str) -> Result<Vec<u8>, String> {
    let layout = Layout { is_64: elf.is_64, little_endian: elf.little_endian };
    let strings = string_table(content, elf).ok_or("its string table is not in the file")?;
    let mut strings = content.get(strings).ok_or("its string table is not in the file")?.to_vec();
    let name = strings.len() as u64;
    strings.extend_from_slice(run_path.as_bytes());
    strings.push(0);

    let loads = || elf.program_headers.iter().filter(|header| header.p_type == PT_LOAD);
    let first = loads().next().ok_or("it has no segments")?;
    let page = loads().map(|header| header.p_align).max().unwrap_or(1).clamp(1 << 12, 1 << 16);
    let last = loads().map(|header| header.p_vaddr.saturating_add(header.p_memsz)).max().unwrap_or(0);
    let length = content.len() as u64;
    let too_large = "it is too large";
    let (start, address) = if is_program(elf) {
        // Kernels before 5.18 compute the address of the program headers from their offset and the first segment: the new
        // segment needs the same distance between the two.
        let bias = first.p_vaddr.checked_sub(first.p_offset).ok_or("its first segment has an unusual address")?;
        let start = length.max(last.saturating_sub(bias)).checked_next_multiple_of(page).ok_or(too_large)?;
        (start, start.checked_add(bias).ok_or(too_large)?)
    } else {
        let place = |end: u64| end.checked_next_multiple_of(page).ok_or(too_large);
        (place(length)?, place(last)?)
    };
    if start - length > MAX_GAP {
        return Err(format!("it needs {} bytes of address space behind its content", start - length));
    }

    let headers_size = (elf.program_headers.len() as u64 + 1) * layout.program_header_size();
    let table_at = headers_size.next_multiple_of(16);
    let entries = dynamic_entries(elf);
    let table_size = (entries.len() as u64 + 2) * 2 * layout.word();
    let strings_at = table_at + table_size;
    let size = strings_at + strings.len() as u64;

    let mut table = Vec::new();
    for (tag, value) in entries {
        let value = match tag {
            DT_STRTAB => address + strings_at,
            DT_STRSZ => strings.len() as u64,
            _ => value,
        };
        layout.put_word(&mut table, tag);
        layout.put_word(&mut table, value);
    }
    for word in [DT_RPATH, name, DT_NULL, 0] {
        layout.put_word(&mut table, word);
    }

    let place = |header: &mut ProgramHeader, at: u64, size: u64| {
        (header.p_offset, header.p_vaddr, header.p_paddr) = (start + at, address + at, address + at);
        (header.p_filesz, header.p_memsz) = (size, size);
    };
    let mut headers = elf.program_headers.clone();
    for header in &mut headers {
        match header.p_type {
            PT_PHDR => place(header, 0, headers_size),
            PT_DYNAMIC => place(header, table_at, table_size),
            _ => {}
        }
    }
    // Loadable segments are sorted by address.
    let after = headers.iter().rposition(|header| header.p_type == PT_LOAD).map_or(0, |index| index + 1);
    let mut added = ProgramHeader { p_type: PT_LOAD, p_flags: PF_R | PF_W, p_align: page, ..ProgramHeader::default() };
    place(&mut added, 0, size);
    headers.insert(after, added);

    let mut bytes = Vec::with_capacity(usize::try_from(start + size).map_err(|_| "it is too large")?);
    bytes.extend_from_slice(content);
    let resize = |bytes: &mut Vec<u8>, to: u64| bytes.resize(usize::try_from(to).unwrap_or(usize::MAX), 0);
    resize(&mut bytes, start);
    headers.iter().for_each(|header| layout.put_program_header(&mut bytes, header));
    resize(&mut bytes, start + table_at);
    bytes.extend(table);
    bytes.extend(strings);
    layout.move_headers(&mut bytes, start, headers.len())?;
    layout.move_sections(
        &mut bytes,
        elf,
        [(start + table_at, table_size), (start + strings_at, size - strings_at)],
        address.wrapping_sub(start),
    );
    Ok(bytes)
}

/// Whether the kernel starts the file, rather than the loader mapping it into a program.
fn is_program(elf: &Elf<'_>) -> bool {
    elf.header.e_type == ET_EXEC || elf.program_headers.iter().any(|header| header.p_type == PT_INTERP)
}

/// The entries of the dynamic section that stay.
fn dynamic_entries(elf: &Elf<'_>) -> Vec<(u64, u64)> {
    let entries = elf.dynamic.iter().flat_map(|dynamic| &dynamic.dyns);
    entries
        .take_while(|entry| entry.d_tag != DT_NULL)
        .filter(|entry| !matches!(entry.d_tag, DT_RPATH | DT_RUNPATH))
        .map(|entry| (entry.d_tag, entry.d_val))
        .collect()
}

/// Where the string table of the dynamic section is in the file.
fn string_table(content: &[u8], elf: &Elf<'_>) -> Option<Range<usize>> {
    let info = &elf.dynamic.as_ref()?.info;
    let start = usize::try_from(super::in_place::string_table(elf)?).ok()?;
    let end = start.checked_add(info.strsz)?;
    (end <= content.len()).then_some(start..end)
}

/// The width and order of numbers in a file.
#[derive(Clone, Copy)]
struct Layout {
    is_64: bool,
    little_endian: bool,
}

impl Layout {
    fn word(self) -> u64 {
        if self.is_64 { 8 } else { 4 }
    }

    fn program_header_size(self) -> u64 {
        if self.is_64 { 56 } else { 32 }
    }

    /// The last `size` bytes of a number in the order of the file.
    fn bytes(self, value: u64, size: usize) -> Vec<u8> {
        if self.little_endian {
            value.to_le_bytes().into_iter().take(size).collect()
        } else {
            value.to_be_bytes().into_iter().skip(8 - size).collect()
        }
    }

    fn put_word(self, bytes: &mut Vec<u8>, value: u64) {
        bytes.extend(self.bytes(value, if self.is_64 { 8 } else { 4 }));
    }

    fn put_program_header(self, bytes: &mut Vec<u8>, header: &ProgramHeader) {
        let half = |bytes: &mut Vec<u8>, value: u32| bytes.extend(self.bytes(value.into(), 4));
        half(bytes, header.p_type);
        if self.is_64 {
            half(bytes, header.p_flags);
        }
        for word in [header.p_offset, header.p_vaddr, header.p_paddr, header.p_filesz, header.p_memsz] {
            self.put_word(bytes, word);
        }
        if !self.is_64 {
            half(bytes, header.p_flags);
        }
        self.put_word(bytes, header.p_align);
    }

    fn overwrite(self, bytes: &mut [u8], at: usize, value: u64, size: usize) -> Option<()> {
        bytes.get_mut(at..at.checked_add(size)?)?.copy_from_slice(&self.bytes(value, size));
        Some(())
    }

    /// Writes where the program headers are, and how many, into the header of the file.
    fn move_headers(self, bytes: &mut [u8], offset: u64, count: usize) -> Result<(), String> {
        let (at, count_at, word) = if self.is_64 { (32, 56, 8) } else { (28, 44, 4) };
        // 0xffff: the number is elsewhere.
        let count = u16::try_from(count).ok().filter(|&count| count < u16::MAX).ok_or("it has too many segments")?;
        self.overwrite(bytes, at, offset, word)
            .and_then(|()| self.overwrite(bytes, count_at, count.into(), 2))
            .ok_or_else(|| "it has no header".to_owned())
    }

    /// Lets the section headers of the dynamic section and its string table follow. Loaders ignore sections, other tools do
    /// not; files need not have any.
    fn move_sections(self, bytes: &mut [u8], elf: &Elf<'_>, places: [(u64, u64); 2], distance: u64) {
        let Some(dynamic) = elf.section_headers.iter().position(|section| section.sh_type == SHT_DYNAMIC) else {
            return;
        };
        let strings = elf.section_headers.get(dynamic).and_then(|section| usize::try_from(section.sh_link).ok());
        let (entry, first, word) = if self.is_64 { (64, 16, 8) } else { (40, 12, 4) };
        for (index, (offset, size)) in [Some(dynamic), strings].into_iter().zip(places) {
            let at = index
                .and_then(|index| usize::try_from(elf.header.e_shoff).ok()?.checked_add(index.checked_mul(entry)?));
            let Some(at) = at.and_then(|at| at.checked_add(first)) else { continue };
            // Address, offset and size follow each other.
            for (number, value) in [offset.wrapping_add(distance), offset, size].into_iter().enumerate() {
                let _ = self.overwrite(bytes, at + number * word, value, word);
            }
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::os::unix::fs::PermissionsExt as _;
    use std::path::{Path, PathBuf};
    use std::process::Command;

    use super::*;

    /// Appends a run path to a file of the system.
    fn rewritten(from: &Path, to: &Path, run_path: &str) {
        let content = fs_err::read(from).unwrap();
        let bytes = with_run_path(&content, &Elf::parse(&content).unwrap(), run_path).unwrap();
        let elf = Elf::parse(&bytes).unwrap();
        assert_eq!((elf.rpaths.as_slice(), elf.runpaths.len()), ([run_path].as_slice(), 0));
        assert_eq!(elf.libraries, Elf::parse(&content).unwrap().libraries);
        fs_err::write(to, bytes).unwrap();
        fs_err::set_permissions(to, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    #[test]
    fn programs_and_libraries_of_the_system_still_load() {
        let dir = tempfile::tempdir().unwrap();
        let program = dir.path().join("program");
        rewritten(Path::new("/bin/cat"), &program, "$ORIGIN/../lib:$ORIGIN/x");
        // Once more: the file has a RPATH and an unusual layout now.
        rewritten(&program.clone(), &program, "$ORIGIN/lib");
        let maps = Command::new(&program).arg("/proc/self/maps").output().unwrap();
        assert!(maps.status.success(), "{maps:?}");
        let maps = String::from_utf8(maps.stdout).unwrap();
        let library: PathBuf = maps
            .lines()
            .filter_map(|line| line.split_whitespace().nth(5))
            .find(|path| path.contains("libc.so") || path.contains("/libc.musl"))
            .unwrap()
            .into();
        let copy = dir.path().join("lib").join(library.file_name().unwrap());
        fs_err::create_dir(dir.path().join("lib")).unwrap();
        rewritten(&library, &copy, "$ORIGIN");
        // The program finds the copy by its run path, which shows that both work.
        let found = Command::new(&program).arg("/proc/self/maps").output().unwrap();
        assert!(found.status.success(), "{found:?}");
        assert!(String::from_utf8(found.stdout).unwrap().contains(copy.to_str().unwrap()));
    }
}
