//! A sharded index as large as those of the large channels, without a package in it: what reading and solving cost at
//! that size.
//!
//! Names are drawn like words: few have very many releases, most have a handful. A release depends on packages of
//! smaller numbers only, in ranges that their newest releases are often outside of, so that every set of names has a
//! solution and the newest releases are often not it. The same sizes give the same bytes.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use rattler_conda_types::package::DistArchiveIdentifier;
use rattler_conda_types::{PackageName, PackageRecord, Shard, ShardedRepodata, ShardedSubdirInfo, Version};
use rattler_digest::Sha256;

/// Platforms of the index; every third package is for all of them.
const SUBDIRS: [&str; 2] = ["linux-64", "noarch"];

/// How large an index is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyntheticIndex {
    names: usize,
    releases: usize,
}

impl Default for SyntheticIndex {
    /// About the size of conda-forge for one platform: 30,000 names, some 560,000 releases.
    fn default() -> Self {
        Self { names: 30_000, releases: 19 }
    }
}

impl SyntheticIndex {
    /// An index of so many names, with so many releases each on average.
    #[must_use]
    pub fn new(names: usize, releases: usize) -> Self {
        Self { names, releases: releases.max(1) }
    }

    /// Names in the index that depend on much, to solve for.
    #[must_use]
    pub fn specs(&self, count: usize) -> Vec<String> {
        (0..count.min(self.names))
            .map(|index| name(self.names - 1 - index * (self.names / (2 * count.max(1)))))
            .collect()
    }

    /// Writes the index into a folder that becomes a channel.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        let mut random = Random(0x5eed);
        let mut shards: BTreeMap<&str, Vec<(String, rattler_digest::Sha256Hash)>> = BTreeMap::new();
        for subdir in SUBDIRS {
            fs_err::create_dir_all(folder.join(subdir).join("shards"))?;
        }
        for index in 0..self.names {
            let subdir = if index.is_multiple_of(3) { SUBDIRS[1] } else { SUBDIRS[0] };
            let shard = compressed(&self.shard(index, subdir, &mut random)?)?;
            let hash = rattler_digest::compute_bytes_digest::<Sha256>(&shard);
            let file = format!("{}.msgpack.zst", hex::encode(hash));
            fs_err::write(folder.join(subdir).join("shards").join(file), shard)?;
            shards.entry(subdir).or_default().push((name(index), hash));
        }
        for subdir in SUBDIRS {
            let index = ShardedRepodata {
                info: ShardedSubdirInfo {
                    subdir: subdir.to_owned(),
                    base_url: ".".to_owned(),
                    shards_base_url: "./shards/".to_owned(),
                    created_at: None,
                    repodata_revisions: Default::default(),
                    channel_relations: None,
                    virtual_package_detectors: None,
                },
                shards: shards.remove(subdir).unwrap_or_default().into_iter().collect(),
            };
            fs_err::write(folder.join(subdir).join("repodata_shards.msgpack.zst"), compressed(&index)?)?;
        }
        Ok(())
    }

    fn shard(&self, index: usize, subdir: &str, random: &mut Random) -> io::Result<Shard> {
        let mut shard = Shard::default();
        // Half of all releases belong to a tenth of the names.
        let releases = if index.is_multiple_of(10) { self.releases * 5 } else { self.releases.div_ceil(2) };
        let name = name(index);
        let needs: Vec<usize> =
            if index == 0 { Vec::new() } else { (0..random.below(7)).map(|_| random.below(index)).collect() };
        for release in 0..releases {
            let build = format!("h{:07x}_{}", random.below(1 << 28), release % 3);
            let file = format!("{name}-{}-{build}.conda", version(release));
            let parsed = |error: &dyn std::fmt::Display| io::Error::other(error.to_string());
            let version_of: Version = version(release).parse().map_err(|error| parsed(&error))?;
            let mut record = PackageRecord::new(
                PackageName::new_unchecked(name.clone()),
                version_of,
                build.parse().map_err(|error| parsed(&error))?,
            );
            record.subdir = subdir.to_owned();
            record.build_number = (release % 3) as u64;
            record.size = Some(10_000 + random.below(1 << 20) as u64);
            record.sha256 = Some(rattler_digest::compute_bytes_digest::<Sha256>(&file));
            record.depends = needs.iter().map(|&need| self.dependency(need, random)).collect();
            let file: DistArchiveIdentifier = file.parse().map_err(|error: String| io::Error::other(error))?;
            shard.conda_packages.insert(file, record);
        }
        Ok(shard)
    }

    /// A range that the first release is in always, and the newest often is not.
    fn dependency(&self, need: usize, random: &mut Random) -> String {
        match random.below(4) {
            0 => name(need),
            1 => format!("{} >={}", name(need), version(0)),
            _ => format!("{} >={},<{}", name(need), version(0), version(1 + random.below(self.releases))),
        }
    }
}

fn name(index: usize) -> String {
    format!("pkg-{index:05}")
}

fn version(release: usize) -> String {
    format!("{}.{}.{}", 1 + release / 20, release / 3 % 7, release % 3)
}

fn compressed<T: serde::Serialize>(value: &T) -> io::Result<Vec<u8>> {
    let bytes = rmp_serde::to_vec_named(value).map_err(io::Error::other)?;
    zstd::encode_all(bytes.as_slice(), 3)
}

/// Numbers that look random and are the same every time (splitmix64).
#[derive(Debug)]
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((value ^ (value >> 31)) % limit.max(1) as u64) as usize
    }
}
