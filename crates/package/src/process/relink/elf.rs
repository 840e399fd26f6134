//! Run paths of ELF files.

use std::path::Path;

use goblin::elf::Elf;
use goblin::elf::dynamic::{DT_RPATH, DT_RUNPATH};
use goblin::elf::header::{ELFMAG, ET_DYN, ET_EXEC};

use super::run_path::Rule;
use super::{Edit, Outcome};
use super::{append, in_place};

/// Whether the first bytes are those of an ELF program or shared library; object files are not changed.
pub(super) fn has_header(head: &[u8]) -> bool {
    const CLASS: usize = 5;
    let kind = head.get(16..18).and_then(|bytes| <[u8; 2]>::try_from(bytes).ok());
    let kind = kind
        .map(|bytes| if head.get(CLASS) == Some(&2) { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) });
    head.starts_with(ELFMAG) && matches!(kind, Some(ET_EXEC | ET_DYN))
}

/// Makes the run path of an ELF file relative; nothing for static programs.
///
/// The tag is always RPATH: unlike RUNPATH it also applies to libraries of libraries, and `LD_LIBRARY_PATH` does not
/// override it.
pub(super) fn relink(content: &[u8], rule: &Rule<'_>, path: &Path) -> Result<Option<Outcome>, String> {
    // A damaged file is data like any other: nothing could load it.
    let Ok(elf) = Elf::parse(content) else { return Ok(None) };
    let Some(dynamic) = &elf.dynamic else { return Ok(None) };
    let entries = |tag| -> Vec<String> {
        let texts = dynamic.dyns.iter().filter(|entry| entry.d_tag == tag);
        let texts = texts.filter_map(|entry| elf.dynstrtab.get_at(usize::try_from(entry.d_val).ok()?));
        texts.flat_map(|text| text.split(':')).filter(|entry| !entry.is_empty()).map(str::to_owned).collect()
    };
    let (rpath, runpath) = (entries(DT_RPATH), entries(DT_RUNPATH));
    let search = rule.apply("$ORIGIN", path, &rpath, &runpath);
    let text = search.join(":");
    let has_runpath = dynamic.dyns.iter().any(|entry| entry.d_tag == DT_RUNPATH);
    let edit = if !has_runpath && rpath.join(":") == text {
        Edit::Nothing
    } else if let Some(patches) = in_place::patches(content, &elf, &text) {
        Edit::Patch(patches)
    } else {
        Edit::Rewrite(rewrite(content, &elf, &text)?)
    };
    let needed = elf.libraries.iter().map(|&name| name.to_owned()).collect();
    Ok(Some(Outcome { needed, search, edit }))
}

/// The file with a longer string table.
fn rewrite(content: &[u8], elf: &Elf<'_>, run_path: &str) -> Result<Vec<u8>, String> {
    edited(content, run_path).or_else(|refused| {
        let failed = |reason: String| format!("cannot add `{run_path}` to its string table: {refused}; {reason}");
        let bytes = append::with_run_path(content, elf, run_path).map_err(failed)?;
        verified(bytes, run_path).map_err(failed)
    })
}

/// Moves sections so that there is room. The editor refuses layouts that it cannot keep intact, e.g. overlapping sections.
fn edited(content: &[u8], run_path: &str) -> Result<Vec<u8>, String> {
    let failed = |error: arwen::elf::ElfError| chain(&error);
    let mut container = arwen::elf::ElfContainer::parse(content).map_err(failed)?;
    container.set_runpath(run_path).map_err(failed)?;
    container.force_rpath().map_err(failed)?;
    let mut bytes = Vec::with_capacity(content.len() + (1 << 16));
    container.write(&mut bytes).map_err(failed)?;
    verified(bytes, run_path)
}

/// A file that does not have the run path that was asked for must not get into a package.
fn verified(bytes: Vec<u8>, run_path: &str) -> Result<Vec<u8>, String> {
    let has_entry = Elf::parse(&bytes).map_err(|error| error.to_string())?.rpaths.contains(&run_path);
    if has_entry { Ok(bytes) } else { Err("the result does not contain it".to_owned()) }
}

/// An error and its causes: the outermost message alone does not say what is wrong.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_programs_and_shared_libraries_are_changed() {
        let header = |class: u8, data: u8, kind: [u8; 2]| {
            let mut head = vec![0; 64];
            head.splice(..7, [0x7f, b'E', b'L', b'F', class, data, 1]);
            head.splice(16..18, kind);
            head
        };
        assert!(has_header(&header(2, 1, [3, 0])));
        assert!(has_header(&header(1, 2, [0, 2])));
        assert!(!has_header(&header(2, 1, [1, 0])));
        assert!(!has_header(b"\x7fELF"));
        assert!(!has_header(b"#!/bin/sh\n"));
    }
}
