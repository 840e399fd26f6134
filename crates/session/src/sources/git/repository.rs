//! The bare repository in the cache, and finding commits in it.

use std::path::{Path, PathBuf};

use super::program::Git;
use super::reference::Reference;
use crate::cancel::Cancel;
use crate::error::{Error, Result};

/// A bare repository with what was fetched of a remote one. Whoever uses it holds the lock of its cache entry.
pub(super) struct Repository<'a> {
    folder: PathBuf,
    /// Address, as git takes it.
    remote: &'a str,
    /// Address for messages.
    shown: &'a str,
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
        remote: &'a str,
        shown: &'a str,
        depth: Option<u32>,
        cancel: &'a Cancel,
    ) -> Result<Self> {
        fs_err::create_dir_all(&folder).map_err(Error::io("cannot create", &folder))?;
        let repository = Self { folder, remote, shown, depth, cancel };
        // Harmless where there is one already, and mends one that was left half made.
        repository.git().args(&["init", "--quiet", "--bare", "."]).run("`git init`", cancel).await?;
        Ok(repository)
    }

    /// Finds the commit that is wanted, fetching what is missing. What can move is always fetched anew, unless offline.
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
            Reference::Default => self.fetch_named("HEAD", "refs/sidewinder/HEAD", offline).await,
            Reference::Full(name) => self.fetch_named(name, &format!("refs/sidewinder/{name}"), offline).await,
            Reference::Name(name) => {
                if !offline {
                    for full in [format!("refs/tags/{name}"), format!("refs/heads/{name}")] {
                        let own = format!("refs/sidewinder/{full}");
                        if self.fetch(&[&format!("+{full}:{own}")]).await?.is_ok() {
                            return self.commit(&own).await?.ok_or_else(|| self.no_such(name));
                        }
                    }
                    if self.commit(name).await?.is_none() {
                        self.fetch_all().await?;
                    }
                }
                // What was a branch or tag once may be gone by now.
                let known =
                    ["refs/sidewinder/refs/tags/", "refs/sidewinder/refs/heads/"].into_iter().filter(|_| offline);
                for candidate in known.map(|folder| format!("{folder}{name}")).chain([name.clone()]) {
                    if let Some(commit) = self.commit(&candidate).await? {
                        return Ok(commit);
                    }
                }
                Err(self.no_such(name))
            }
        }
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    async fn fetch_named(&self, name: &str, own: &str, offline: bool) -> Result<String> {
        if !offline && let Err(words) = self.fetch(&[&format!("+{name}:{own}")]).await? {
            return Err(self.failed(&words));
        }
        match self.commit(own).await? {
            Some(commit) => Ok(commit),
            None if offline => Err(self.failed("it is not in the cache, and the session is offline")),
            None => Err(self.no_such(name)),
        }
    }

    async fn fetch_all(&self) -> Result<()> {
        let everything = ["+refs/heads/*:refs/sidewinder/refs/heads/*", "+refs/tags/*:refs/sidewinder/refs/tags/*"];
        let shallow = self.folder.join("shallow").is_file();
        let how: &[&str] = if shallow { &["--unshallow"] } else { &[] };
        self.fetch_with(how, &everything).await?.map_err(|words| self.failed(&words))
    }

    async fn fetch(&self, what: &[&str]) -> Result<std::result::Result<(), String>> {
        match self.depth {
            Some(depth) => self.fetch_with(&[&format!("--depth={depth}"), "--no-tags"], what).await,
            // With the tags on the way: builds ask `git describe` for their version.
            None => self.fetch_with(&[], what).await,
        }
    }

    async fn fetch_with(&self, how: &[&str], what: &[&str]) -> Result<std::result::Result<(), String>> {
        let git = self.git().args(&["fetch", "--quiet", "--no-write-fetch-head", "--force"]).args(how);
        // After `--`, nothing is taken for an option.
        let fetched = git.args(&["--", self.remote]).args(what).try_run(self.cancel).await?;
        Ok(fetched.map(|_| ()))
    }

    /// The commit that a name stands for, if it is here whole.
    async fn commit(&self, name: &str) -> Result<Option<String>> {
        let peeled = format!("{name}^{{commit}}");
        let git = self.git().args(&["rev-parse", "--quiet", "--verify", "--end-of-options", &peeled]);
        Ok(git.try_run(self.cancel).await?.ok().filter(|commit| !commit.is_empty()))
    }

    fn git(&self) -> Git<'a> {
        Git::new(&self.folder, self.shown)
    }

    fn refuse_offline(&self, offline: bool) -> Result<()> {
        if offline { Err(self.failed("it is not in the cache, and the session is offline")) } else { Ok(()) }
    }

    fn no_such(&self, name: &str) -> Error {
        self.failed(&format!("there is no commit, branch or tag `{name}`"))
    }

    fn failed(&self, reason: &str) -> Error {
        Error::Source { location: self.shown.to_owned(), reason: reason.to_owned(), http: None }
    }
}
