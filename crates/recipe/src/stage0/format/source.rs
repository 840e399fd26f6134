//! Fields of sources.

use super::Kind::{Bool, Checksum, FilledList, Integer, Mapping, OneOf, PlainBool, PlainList, Text};
use super::recipe::GLOBS_KIND;
use super::{Field, Section, TEXTS, field, required, section};

const PATCHES: Field = field("patches", TEXTS, "Patches that are applied in this order: files next to the recipe.");
const TARGET: Field = field("target_directory", Text, "Where the sources go, relative to the work directory.");
const FILTER: Field = field("filter", GLOBS_KIND, "Which files are taken.");
const SHA256: Field = field("sha256", Checksum(64), "The SHA-256 checksum of the file.");
const MD5: Field = field("md5", Checksum(32), "The MD5 checksum of the file. Prefer `sha256`.");

/// A file to download.
pub const URL_SOURCE: Section = section(
    "url source",
    &[
        required("url", OneOf(&[Text, FilledList(&Text)]), "The URL of the file; of a list, the first that works."),
        SHA256,
        MD5,
        field("file_name", Text, "The name of the downloaded file. An archive with a name is not extracted."),
        field("attestation", Mapping(&ATTESTATION), "Experimental: who must have signed the file."),
        PATCHES,
        TARGET,
        FILTER,
    ],
);

/// A git repository.
pub const GIT_SOURCE: Section = section(
    "git source",
    &[
        required("git", Text, "The URL or path of the repository."),
        field("rev", Text, "The commit; a tag or branch works too."),
        field("tag", Text, "The tag."),
        field("branch", Text, "The branch. Builds get whatever is there at that time."),
        field("depth", Integer, "How many commits are fetched."),
        field("lfs", Bool, "Whether files in Git LFS are fetched."),
        field("submodules", Bool, "Whether submodules are fetched. Default: true."),
        field("expected_commit", Text, "The commit that the tag or branch must lead to."),
        PATCHES,
        TARGET,
        FILTER,
    ],
);

/// A file or folder next to the recipe.
pub const PATH_SOURCE: Section = section(
    "path source",
    &[
        required("path", Text, "The file or folder, relative to the recipe."),
        SHA256,
        MD5,
        field("file_name", Text, "The name of the copied file."),
        field("use_gitignore", PlainBool, "Whether files that git ignores are left out. Default: true."),
        PATCHES,
        TARGET,
        FILTER,
    ],
);

/// `attestation` of a download.
pub const ATTESTATION: Section = section(
    "attestation",
    &[
        field("bundle_url", Text, "The URL of the signature bundle."),
        field("publishers", OneOf(&[Text, PlainList(&Text)]), "Who may have signed it."),
    ],
);
