//! Java, Maven and Gradle.

use super::rule::{Rule, rule};
use crate::finding::FindingKind::{MissingCommand, MissingFile, Offline, VersionMismatch};

const NO_JAVA: &str = "Java not found";

pub(super) const RULES: &[Rule] = &[
    rule(MissingCommand, "JAVA_HOME", r"JAVA_HOME is not set and no '(?P<s>java)' command could be found", NO_JAVA),
    rule(MissingCommand, "JAVA_HOME|Java Runtime", r"(?:JAVA_HOME (?:environment variable )?is (?:not|set to an invalid)|[Uu]nable to locate a Java Runtime)", NO_JAVA).about("java"),
    rule(MissingCommand, "No compiler is provided in this environment|find the Java compiler|Could not find tools.jar", r"No compiler is provided in this environment|(?:locate|find) the [Jj]ava[c ]*[Cc]ompiler|Could not find tools\.jar", "Java compiler not found").about("javac"),
    rule(VersionMismatch, "Unsupported class file major version", r"Unsupported class file major version (?P<f>\d+)", "a tool does not support this version of Java (class files of version {f})").about("java"),
    rule(VersionMismatch, "compiled by a more recent version of the Java", r"class file version (?P<r>[\d.]+)\), this version .* up to (?P<f>[\d.]+)", "a newer Java is required: class files have version {r}").about("java"),
    rule(VersionMismatch, "invalid source release|invalid target release|release version ", r"(?:invalid (?:source|target) release:|release version) '?(?P<r>[\d.]+)'?(?: not supported)?", "Java {r} is required").about("java"),
    rule(VersionMismatch, "ource option |arget option ", r"[ST](?:ource|arget) option (?P<r>[\d.]+) is no longer supported", "this Java no longer supports release {r}").about("java"),
    rule(VersionMismatch, "Minimum supported Gradle version", r"Minimum supported (?P<s>Gradle) version is (?P<r>[\d.]+)\. Current version is (?P<f>[\d.]+)", "Gradle {r} is required, but {f} is installed"),
    rule(MissingFile, "Could not find or load main class", r"Could not find or load main class (?P<s>\S+)", "Java class `{s}` not found"),
    rule(Offline, "offline mode", r"(?:No cached version of (?P<s>\S+) available for offline mode|in offline mode)", "an artifact must be downloaded, but the build runs offline"),
];
