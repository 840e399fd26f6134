//! What the system refuses: permissions, network, room.

use super::{Rule, about, rule};
use crate::finding::FindingKind::{DiskFull, Network, OutOfMemory, Permission};

const NETWORK: &str = "`{}` cannot be reached";

pub(super) const RULES: &[Rule] = &[
    about(DiskFull, "disk", r"No space left on device|Disk quota exceeded|ENOSPC", "there is no room left on the disk"),
    about(
        OutOfMemory,
        "memory",
        r"Cannot allocate memory|std::bad_alloc|^MemoryError|JavaScript heap out of memory|LLVM ERROR: out of memory|memory allocation of \d+ bytes failed",
        "there is no memory left",
    ),
    rule(Network, r"Could not resolve (?:host|proxy): (?P<subject>[^\s;]+)", NETWORK),
    rule(
        Network,
        r"(?:unable to resolve host address|Failed to connect to|Failed to resolve) ['‘]?(?P<subject>[^\s'’(]+)",
        NETWORK,
    ),
    rule(Network, concat!("unable to access ", quoted!()), NETWORK),
    rule(Network, r"HTTPS?ConnectionPool\(host='(?P<subject>[^']+)'", NETWORK),
    rule(Network, r"dial tcp: lookup (?P<subject>\S+?)(?: on \S+)?: ", NETWORK),
    about(
        Network,
        "network",
        r"Temporary failure in name resolution|Network is unreachable|Connection (?:refused|timed out|reset by peer)|spurious network error|SSL certificate problem|Name or service not known",
        "the network cannot be reached",
    ),
    rule(
        Permission,
        r"^(?P<file>[^:]*): line (?P<line>\d+): (?P<subject>[^:]+): (?:Permission denied|Operation not permitted|Read-only file system|Is a directory)$",
        "`{}` must not be used so",
    ),
    rule(
        Permission,
        r"['‘](?P<subject>[^'’]+)['’]: (?:Permission denied|Operation not permitted|Read-only file system)",
        "`{}` must not be used so",
    ),
    rule(Permission, r"\[Errno (?:13|1|30)\] [^:]+: '(?P<subject>[^']+)'", "`{}` must not be used so"),
    rule(
        Permission,
        r"(?P<subject>[^\s:'‘’]+): (?:Permission denied|Operation not permitted|Read-only file system)",
        "`{}` must not be used so",
    ),
];
