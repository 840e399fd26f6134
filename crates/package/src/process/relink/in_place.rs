//! Overwriting the run path of an ELF file where it is.
//!
//! Linkers write `$LD_RUN_PATH`, the long host prefix, into every binary, so there is nearly always room. The rest of the
//! old text becomes zeros: the prefix is no longer in the file, and nothing needs to be replaced at installation.

use std::ops::Range;

use goblin::elf::Elf;
use goblin::elf::dynamic::{DT_NEEDED, DT_NULL, DT_RPATH, DT_RUNPATH, DT_SONAME};
use goblin::elf::program_header::PT_DYNAMIC;

use crate::content::Patch;

/// The bytes to change so that a file has a run path; nothing if it has none yet, the new one is longer, or other strings
/// share its bytes.
pub(super) fn patches(content: &[u8], elf: &Elf<'_>, run_path: &str) -> Option<Vec<Patch>> {
    let dynamic = elf.dynamic.as_ref()?;
    let position = |tag| dynamic.dyns.iter().position(|entry| entry.d_tag == tag);
    let (rpath, runpath) = (position(DT_RPATH), position(DT_RUNPATH));
    let used = rpath.or(runpath)?;
    let start = usize::try_from(dynamic.dyns.get(used)?.d_val).ok()?;
    let old = elf.dynstrtab.get_at(start)?.len();
    if run_path.len() > old || is_shared(elf, used, start..start + old)? {
        return None;
    }
    let mut text = run_path.as_bytes().to_vec();
    text.resize(old, 0);
    let mut patches = vec![Patch { offset: string_table(elf)?.checked_add(start as u64)?, bytes: text }];
    patches.extend(tags(content, elf, rpath, runpath)?);
    Some(patches)
}

/// Changes of the table of the dynamic section, which ends up with one RPATH and no RUNPATH.
fn tags(content: &[u8], elf: &Elf<'_>, rpath: Option<usize>, runpath: Option<usize>) -> Option<Vec<Patch>> {
    let header = elf.program_headers.iter().find(|header| header.p_type == PT_DYNAMIC)?;
    let width: usize = if elf.is_64 { 8 } else { 4 };
    let table = usize::try_from(header.p_offset).ok()?;
    let at = |index: usize| table.checked_add(index.checked_mul(2 * width)?);
    let word = |value: u64| -> Option<Vec<u8>> {
        let bytes = if elf.little_endian { value.to_le_bytes().to_vec() } else { value.to_be_bytes().to_vec() };
        Some(if elf.is_64 {
            bytes
        } else if elf.little_endian {
            bytes.get(..4)?.to_vec()
        } else {
            bytes.get(4..)?.to_vec()
        })
    };
    let Some(runpath) = runpath else { return Some(Vec::new()) };
    if rpath.is_none() {
        return Some(vec![Patch { offset: at(runpath)? as u64, bytes: word(DT_RPATH)? }]);
    }
    // Both: what follows the RUNPATH moves up over it, and the table ends one entry earlier.
    let count = elf.dynamic.as_ref()?.dyns.len();
    let mut rest = content.get(at(runpath + 1)?..at(count)?)?.to_vec();
    rest.extend(word(DT_NULL)?);
    rest.extend(word(0)?);
    Some(vec![Patch { offset: at(runpath)? as u64, bytes: rest }])
}

/// Where the string table of the dynamic section is in the file.
pub(super) fn string_table(elf: &Elf<'_>) -> Option<u64> {
    // goblin has turned the address into an offset; 0 if no segment contains it.
    elf.dynamic.as_ref().map(|dynamic| dynamic.info.strtab as u64).filter(|&offset| offset != 0)
}

/// Whether another string of the file uses bytes of a range: linkers let a string end within another one that ends alike.
fn is_shared(elf: &Elf<'_>, own: usize, range: Range<usize>) -> Option<bool> {
    let dynamic = elf.dynamic.as_ref()?;
    let strings = [DT_NEEDED, DT_SONAME, DT_RPATH, DT_RUNPATH];
    let tags = dynamic.dyns.iter().enumerate().filter(|(index, entry)| *index != own && strings.contains(&entry.d_tag));
    let mut offsets: Vec<usize> = tags.filter_map(|(_, entry)| usize::try_from(entry.d_val).ok()).collect();
    offsets.extend(elf.dynsyms.iter().map(|symbol| symbol.st_name));
    if let Some(needs) = &elf.verneed {
        for need in needs.iter() {
            offsets.push(need.vn_file);
            offsets.extend(need.iter().map(|version| version.vna_name));
        }
    }
    if let Some(definitions) = &elf.verdef {
        for definition in definitions.iter() {
            offsets.extend(definition.iter().map(|name| name.vda_name));
        }
    }
    let others = offsets.into_iter().filter(|&offset| offset != 0);
    // A string that begins before the range and reaches into it would end where it ends.
    let reaches = |offset: usize| {
        let end = offset + elf.dynstrtab.get_at(offset).map_or(0, str::len);
        offset < range.end && end > range.start
    };
    Some(others.into_iter().any(reaches))
}
