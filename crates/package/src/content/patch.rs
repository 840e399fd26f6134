//! Bytes that replace others while a file is read, so that changing a run path does not copy a large library.

/// Bytes that replace those of a file at an offset; the length stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Patch {
    /// Where, in bytes from the start of the file.
    pub(crate) offset: u64,
    pub(crate) bytes: Vec<u8>,
}

impl Patch {
    /// Changes the part of a buffer that the patch covers; the buffer holds the file from an offset on.
    pub(crate) fn apply(&self, buffer: &mut [u8], buffer_offset: u64) {
        let end = buffer_offset + buffer.len() as u64;
        let from = self.offset.max(buffer_offset);
        let to = (self.offset + self.bytes.len() as u64).min(end);
        if from >= to {
            return;
        }
        // Both differences are within slices that are in memory.
        let index = |offset: u64, base: u64| usize::try_from(offset - base).unwrap_or(usize::MAX);
        let source = self.bytes.get(index(from, self.offset)..index(to, self.offset));
        let target = buffer.get_mut(index(from, buffer_offset)..index(to, buffer_offset));
        if let (Some(source), Some(target)) = (source, target) {
            target.copy_from_slice(source);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_that_spans_two_buffers_is_applied_to_both() {
        let patch = Patch { offset: 3, bytes: b"XYZ".to_vec() };
        let (mut first, mut second, mut third) = (*b"abcd", *b"efgh", *b"ijkl");
        patch.apply(&mut first, 0);
        patch.apply(&mut second, 4);
        patch.apply(&mut third, 8);
        assert_eq!((&first, &second, &third), (b"abcX", b"YZgh", b"ijkl"));
    }
}
