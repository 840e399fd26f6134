//! The bare repository in the cache, and finding commits in it.

use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::program::Git;
use super::reference::Reference;
use super::remote::Remote;
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::sources::cache::LockedEntry;

/// All tags, by their own names.
const TAGS: &str = "+refs/tags/*:refs/tags/*";

/// A bare repository with what was fetched of a remote one. Whoever uses it holds the lock of its cache entry.
pub(super) struct Repository<'a> {
    folder: PathBuf,
    remote: &'a Remote,
    /// Lock of the cache entry.
    lock: &'a LockedEntry,
    depth: Option<u32>,
    cancel: &'a Cancel,
}

impl<'a> Repository<'a> {
    /// Opens the repository, or makes an empty one.
    ///
    /// # Errors
    /// [`Error::Source`], [`Error::Io`], [`Error::Spawn`], [`Error::Cancelled`].
    pub(super) async fn open(
        folder: PathBuf,
        remote: &'a Remote,
        lock: &'a LockedEntry,
        depth: Option<u32>,
        cancel: &'a Cancel,
    ) -> Result<Self> {
        fs_err::create_dir_all(&folder).map_err(Error::io("cannot create", &folder))?;
        let repository = Self { folder, remote, lock, depth, cancel };
        // Does nothing to one that exists, and completes one that was left incomplete.
        repository.git().args(&["init", "--quiet", "--bare", "."]).run("`git init`", cancel).await?;
        Ok(repository)
    }

    /// Finds the requested commit and fetches what is missing. Branches and tags are always fetched again, unless offline.
    ///
    /// # Errors
    /// [`Error::Source`] when there is no such thing, [`Error::Spawn`], [`Error::Cancelled`].
    pub(super) async fn resolve(&self, reference: &Reference, offline: bool) -> Result<String> {
        match reference {
            Reference::Commit(commit) => {
                if self.commit(commit).await?.is_none() {
                    self.refuse_offline(offline)?;
                    // Not all servers hand out single commits; then all branches and tags are fetched.
                    if self.fetch(&[commit]).await?.is_err() {
                        self.fetch_all().await?;
                    }
                }
                self.commit(commit).await?.ok_or_else(|| self.no_such(commit))
            }
            Reference::Default => self.fetch_named("HEAD", &["refs/sidewinder/HEAD"], offline).await,
            Reference::Full(name) => self.fetch_named(name, &[&kept(name), &mirrored(name)], offline).await,
            Reference::Name(name) => {
                if !offline {
                    for full in [format!("refs/tags/{name}"), format!("refs/heads/{name}")] {
                        let own = kept(&full);
                        if self.fetch(&[&format!("+{full}:{own}")]).await?.is_ok() {
                            return self.commit(&own).await?.ok_or_else(|| self.no_such(name));
                        }
                    }
                    if self.commit(name).await?.is_none() {
                        self.fetch_all().await?;
                    }
                }
                // What was a branch or tag once may be gone by now.
                let known = ["refs/tags/", "refs/heads/"].into_iter().filter(|_| offline).flat_map(|folder| {
                    let full = format!("{folder}{name}");
                    [kept(&full), mirrored(&full)]
                });
                for candidate in known.chain([name.clone()]) {
                    if let Some(commit) = self.commit(&candidate).await? {
                        return Ok(commit);
                    }
                }
                Err(self.no_such(name))
            }
        }
    }

    /// See [`LockedEntry::lock_handle`].
    pub(super) fn lock_handle(&self) -> Option<std::fs::File> {
        self.lock.lock_handle()
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Fetches into the first of the own refs; offline, the first existing one counts.
    async fn fetch_named(&self, name: &str, own: &[&str], offline: bool) -> Result<String> {
        let [first, ..] = own else { return Err(self.no_such(name)) };
        if !offline && let Err(words) = self.fetch(&[&format!("+{name}:{first}")]).await? {
            return Err(self.failed(&words));
        }
        for own in own.iter().take(if offline { own.len() } else { 1 }) {
            if let Some(commit) = self.commit(own).await? {
                return Ok(commit);
            }
        }
        self.refuse_offline(offline)?;
        Err(self.no_such(name))
    }

    async fn fetch_all(&self) -> Result<()> {
        let everything = ["+refs/heads/*:refs/sidewinder/refs/heads/*", "+refs/tags/*:refs/sidewinder/refs/tags/*"];
        let how: &[&str] = if self.is_shallow() { &["--unshallow"] } else { &[] };
        self.fetch_with(how, &everything).await?.map_err(|words| self.failed(&words))
    }

    async fn fetch(&self, what: &[&str]) -> Result<std::result::Result<(), String>> {
        match self.depth {
            Some(depth) => self.fetch_with(&[&format!("--depth={depth}"), "--no-tags"], what).await,
            // Tags, too: builds ask `git describe` for their version.
            None => self.fetch_with(&[], what).await,
        }
    }

    async fn fetch_with(&self, how: &[&str], what: &[&str]) -> Result<std::result::Result<(), String>> {
        match self.try_fetch(how, what).await? {
            // A branch or tag that is here has the name of a folder that another needs, or the reverse. Both cannot be
            // at the remote, so dropping what is gone there makes way. Commits stay: nothing here collects them.
            Err(words) if is_conflict(&words) => {
                let done = |option: &str| option == "--unshallow" && !self.is_shallow();
                let how: Vec<&str> = how.iter().copied().filter(|option| !done(option)).chain(["--prune"]).collect();
                // Tags came along by themselves.
                let tags = (!how.contains(&"--no-tags")).then_some(TAGS);
                let what: Vec<&str> = what.iter().copied().chain(tags).collect();
                self.try_fetch(&how, &what).await
            }
            outcome => Ok(outcome),
        }
    }

    async fn try_fetch(&self, how: &[&str], what: &[&str]) -> Result<std::result::Result<(), String>> {
        let git = self.git().args(&["fetch", "--quiet", "--no-write-fetch-head", "--force"]).args(how);
        // After `--`, nothing is taken for an option.
        let fetched = git.args(&["--", &self.remote.url]).args(what).try_run(self.cancel).await?;
        Ok(fetched.map(|_| ()))
    }

    fn is_shallow(&self) -> bool {
        self.folder.join("shallow").is_file()
    }

    /// The commit that a name refers to, if it is in the repository.
    async fn commit(&self, name: &str) -> Result<Option<String>> {
        let peeled = format!("{name}^{{commit}}");
        let git = self.git().args(&["rev-parse", "--quiet", "--verify", "--end-of-options", &peeled]);
        Ok(git.try_run(self.cancel).await?.ok().filter(|commit| !commit.is_empty()))
    }

    fn git(&self) -> Git<'a> {
        // Without it, git would look for a repository around a damaged one.
        let git = Git::new(&self.folder, &self.remote.shown).variable("GIT_DIR", ".").holding(self.lock.lock_handle());
        self.remote.authorize(git)
    }

    fn refuse_offline(&self, offline: bool) -> Result<()> {
        if offline { Err(self.failed("not in the cache, and the session is offline")) } else { Ok(()) }
    }

    fn no_such(&self, name: &str) -> Error {
        self.failed(&format!("commit, branch or tag not found: `{name}`"))
    }

    fn failed(&self, reason: &str) -> Error {
        Error::Source { location: self.remote.shown.clone(), reason: reason.to_owned(), http: None }
    }
}

/// The ref that keeps what a name stood for. Flat: a ref cannot have the name of a folder of refs, but at the remote
/// `feat` may become `feat/x`.
fn kept(name: &str) -> String {
    format!("refs/sidewinder/by-name/{}", hex::encode(Sha256::digest(name)))
}

/// The ref of a name where all branches and tags were fetched, or an earlier version kept it.
fn mirrored(name: &str) -> String {
    format!("refs/sidewinder/{name}")
}

/// Whether git could not write a ref because of another's name. Its words are those of no locale.
fn is_conflict(words: &str) -> bool {
    ["cannot lock ref", "refname conflict", "could not be updated"].iter().any(|sign| words.contains(sign))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::sources::cache::SourceCache;

    #[tokio::test]
    async fn offline_a_name_is_found_where_this_or_an_earlier_version_kept_it() {
        let (dir, cancel) = (tempfile::tempdir().unwrap(), Cancel::new());
        let folder = dir.path().join("db");
        let remote = Remote::new("https://localhost:1/x").unwrap();
        let lock = SourceCache::new(dir.path()).entry(&["x"]).lock(&cancel).await.unwrap();
        let repository = Repository::open(folder, &remote, &lock, None, &cancel).await.unwrap();
        let git = || repository.git().args(&["-c", "user.name=t", "-c", "user.email=t@t"]);
        let tree = git().args(&["hash-object", "-t", "tree", "-w", "--stdin"]).run("tree", &cancel).await.unwrap();
        let commit = git().args(&["commit-tree", "-m", "c", &tree]).run("commit", &cancel).await.unwrap();
        for own in [mirrored("refs/heads/old"), kept("refs/heads/old/x"), kept("refs/tags/v")] {
            git().args(&["update-ref", &own, &commit]).run("ref", &cancel).await.unwrap();
        }
        for rev in ["old", "refs/heads/old", "old/x", "refs/heads/old/x", "v", "refs/tags/v"] {
            let reference = Reference::new(Some(rev), "x").unwrap();
            assert_eq!(repository.resolve(&reference, true).await.unwrap(), commit, "{rev}");
        }
        let none = Reference::new(Some("refs/heads/none"), "x").unwrap();
        assert!(repository.resolve(&none, true).await.unwrap_err().to_string().contains("offline"));
    }
}
