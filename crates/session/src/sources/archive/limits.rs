//! How much an archive may unpack to.

use crate::options::ArchiveEntries;

/// Bounds against archives that are made to fill the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Files, folders and links.
    pub entries: u64,
    /// Bytes of all files together.
    pub bytes: u64,
    /// How many times larger than the archive all files together may be, once they have more than `free_bytes`.
    pub ratio: u64,
    /// See `ratio`.
    pub free_bytes: u64,
    /// What is done about entries that cannot be unpacked safely.
    pub dangerous_entries: ArchiveEntries,
}

impl Default for Limits {
    /// Far above any real source, and low enough to stop an attack early.
    fn default() -> Self {
        Self {
            entries: 2_000_000,
            bytes: 64 << 30,
            ratio: 500,
            free_bytes: 2 << 30,
            dangerous_entries: ArchiveEntries::Skip,
        }
    }
}

/// Counts against the limits.
#[derive(Debug)]
pub(super) struct Meter {
    limits: Limits,
    packed: u64,
    entries: u64,
    bytes: u64,
}

impl Meter {
    pub(super) fn new(limits: Limits, packed: u64) -> Self {
        Self { limits, packed, entries: 0, bytes: 0 }
    }

    /// Counts an entry; the reason why not when there are too many.
    pub(super) fn entry(&mut self) -> Result<(), String> {
        self.entries += 1;
        if self.entries > self.limits.entries {
            return Err(format!("it has more than {} entries", self.limits.entries));
        }
        Ok(())
    }

    /// Counts unpacked bytes; the reason why not when there are too many.
    pub(super) fn bytes(&mut self, bytes: u64) -> Result<(), String> {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > self.limits.bytes {
            return Err(format!("it unpacks to more than {} bytes", self.limits.bytes));
        }
        let allowed = self.packed.saturating_mul(self.limits.ratio).max(self.limits.free_bytes);
        if self.bytes > allowed {
            return Err(format!("it unpacks to more than {} times its size", self.limits.ratio));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_holds() {
        let limits = Limits { entries: 2, bytes: 1000, ratio: 10, free_bytes: 100, ..Limits::default() };
        let mut meter = Meter::new(limits, 20);
        assert!(meter.entry().is_ok() && meter.entry().is_ok());
        assert!(meter.entry().is_err());
        assert!(meter.bytes(200).is_ok());
        assert!(meter.bytes(1).is_err_and(|reason| reason.contains("10 times")));
        assert!(Meter::new(limits, 1000).bytes(1001).is_err_and(|reason| reason.contains("1000 bytes")));
        assert!(Meter::new(limits, 0).bytes(100).is_ok());
    }
}
