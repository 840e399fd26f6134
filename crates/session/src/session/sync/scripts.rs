//! Scripts that were edited by hand, and the ones that a changed recipe gives.

use std::path::Path;

use crate::error::{Error, Result, SyncConflict};
use crate::layout::Layout;
use crate::options::ConflictChoice;
use crate::patch::merge_text;
use crate::script;
use crate::session::generated;

/// The scripts of a session in three forms.
#[derive(Clone, Copy, Debug)]
pub(super) struct ScriptVersions<'a> {
    /// As they were written from the recipe before.
    pub(super) generated: &'a Path,
    /// As they were until now, with edits.
    pub(super) local: &'a Path,
    /// Those of the changed recipe are in the work folder.
    pub(super) layout: &'a Layout,
}

impl ScriptVersions<'_> {
    /// Brings the edits back into the scripts of the changed recipe; returns whether any script is other than it was.
    ///
    /// # Errors
    /// [`Error::SyncConflict`], [`Error::Io`].
    pub(super) fn merge(&self, conflicts: ConflictChoice) -> Result<bool> {
        let work_dir = &self.layout.work_dir;
        let mut names = generated::names(self.local)?;
        names.extend(generated::names(work_dir)?);
        let (mut changed, mut found) = (false, Vec::new());
        for name in names {
            let read = |folder: &Path| read(&folder.join(&name));
            let (base, local, new) = (read(self.generated)?, read(self.local)?, read(work_dir)?);
            let Some(local) = local else {
                changed = true;
                continue;
            };
            // Sessions that were made by earlier versions have no base: the recipe decides.
            let Some(base) = base else {
                changed |= new.as_ref() != Some(&local);
                continue;
            };
            let Some(new) = new.filter(|new| *new != local) else { continue };
            if base == local {
                changed = true;
                continue;
            }
            let merged = match merge_text(&base, &local, &new) {
                Ok(merged) => merged,
                Err(_) if conflicts == ConflictChoice::Recipe => new,
                Err(_) if conflicts == ConflictChoice::Local => local.clone(),
                Err(conflict) => {
                    let path = name.to_string_lossy().into_owned();
                    let reason =
                        format!("line {} as written from the recipe: changed by hand and by the recipe", conflict.line);
                    found.push(SyncConflict { path, reason });
                    continue;
                }
            };
            changed |= merged != local;
            script::replace_file(self.layout, &name, &merged)?;
        }
        if found.is_empty() { Ok(changed) } else { Err(Error::SyncConflict { conflicts: found }) }
    }

    /// Removes files for interpreters that the changed recipe does not use, unless they were edited.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(super) fn remove_unused(&self, new: &Path) -> Result<()> {
        let (before, now) = (generated::names(self.generated)?, generated::names(new)?);
        for name in before.difference(&now) {
            let path = self.layout.work_dir.join(name);
            if read(&path)? == read(&self.generated.join(name))? && path.is_file() {
                fs_err::remove_file(&path).map_err(Error::io("cannot remove", path))?;
            }
        }
        Ok(())
    }
}

fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("cannot read", path)(error)),
    }
}
