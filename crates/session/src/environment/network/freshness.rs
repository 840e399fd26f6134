//! How long repodata may stay in memory.

use std::collections::HashMap;
use std::time::{Duration, Instant, SystemTime};

use rattler_conda_types::{Channel, ChannelUrl, Subdir};
use rattler_repodata_gateway::{CacheClearMode, Gateway, SubdirSelection};

/// After this time a remote channel is asked again whether its index changed.
const REMOTE: Duration = Duration::from_secs(600);

/// Since when each channel's repodata is in memory. A local channel is out of date as soon as an index file of it
/// changes, so that what was just indexed is seen; a remote one after ten minutes.
#[derive(Debug, Default)]
pub(in super::super) struct Freshness {
    seen: HashMap<ChannelUrl, Mark>,
}

#[derive(Debug, PartialEq, Eq)]
enum Mark {
    Local(Vec<(Subdir, SystemTime, u64)>),
    Remote(Instant),
}

impl Freshness {
    /// Whether what is in memory of a channel is out of date; a channel that is new is not.
    pub(in super::super) fn is_stale(&mut self, channel: &Channel) -> bool {
        let now = mark(channel);
        match (self.seen.get(&channel.base_url), &now) {
            (Some(Mark::Remote(then)), Mark::Remote(_)) => then.elapsed() > REMOTE,
            (Some(then), now) => then != now,
            (None, _) => {
                self.seen.insert(channel.base_url.clone(), now);
                false
            }
        }
    }

    /// Drops a channel's repodata from memory; what is on disk is checked against the channel when it is next used.
    pub(in super::super) fn forget(&mut self, gateway: &Gateway, channel: &Channel) {
        self.seen.insert(channel.base_url.clone(), mark(channel));
        // Only clearing the files on disk could fail.
        let _ = gateway.clear_repodata_cache(channel, SubdirSelection::All, CacheClearMode::InMemoryOnly);
    }
}

fn mark(channel: &Channel) -> Mark {
    let url = channel.base_url.url();
    let Some(folder) = (url.scheme() == "file").then(|| url.to_file_path().ok()).flatten() else {
        return Mark::Remote(Instant::now());
    };
    let files = Subdir::all().filter_map(|subdir| {
        let index = std::fs::metadata(folder.join(subdir.as_str()).join("repodata.json")).ok()?;
        Some((subdir, index.modified().ok()?, index.len()))
    });
    Mark::Local(files.collect())
}
