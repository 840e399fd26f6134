//! Memory, disk, network, signals and time limits.

use super::rule::{Rule, rule};
use crate::finding::FindingKind::{Crash, DiskFull, Network, OutOfMemory, Signal, Timeout, WrongArchitecture};

const UNREACHABLE: &str = "cannot reach `{s}`";
const DOWNLOAD: &str = "download failed: {s}";
const MEMORY: &str = "out of memory";

pub(super) const RULES: &[Rule] = &[
    rule(Network, "x509: |Tunnel connection failed|ProxyError|socket.timeout|404 Not Found|403 Forbidden|Service Unavailable", r"x509: |Tunnel connection failed|ProxyError|socket\.timeout: |(?:404 Not Found|403 Forbidden|50\d Service Unavailable)(?: - GET (?P<s>\S+))?", "cannot reach the network").about("network"),
    rule(Network, "Could not resolve '", r"Could not resolve '(?P<s>[\w.-]+\.[\w-]+)'", UNREACHABLE),
    rule(Signal, "Terminated", r"(?:\*\*\* \[.*\]|line \d+:\s+\d+) (?P<s>Terminated)", "a program was stopped: {s}"),
    rule(DiskFull, "No space left on device|Disk quota exceeded|ENOSPC|not enough space on the disk|not enough disk space|File too large", r"No space left on device|Disk quota exceeded|\bENOSPC\b|not enough (?:disk )?space|File too large", "disk full").about("disk"),
    rule(OutOfMemory, "Killed|SIGKILL|killed", r"Killed signal terminated program|internal compiler error: Killed|ld terminated with signal 9|signal: 9, SIGKILL|unable to execute command: Killed|compiler .*killed by signal 9|oom-kill|Killed process \d+", "a compiler or linker was killed, most likely because memory ran out").about("memory"),
    rule(OutOfMemory, "memory|bad_alloc|MemoryError|OutOfMemoryError|insufficient|C1060|C1002|exhausted", r"(?:[Cc]annot|[Cc]ould not|[Ff]ailed to|[Uu]nable to) allocate (?:[\d.]+ \w+ (?:of )?)?(?:memory|vector|an array)|std::bad_alloc|^(?:subprocess: )?MemoryError|numpy[\w.]*_ArrayMemoryError|heap out of memory|java\.lang\.OutOfMemoryError|out of memory allocating|LLVM ERROR: out of memory|memory allocation of \d+ bytes failed|[Vv]irtual memory exhausted|C1060|C1002|memory exhausted|[Oo]ut of memory|insufficient memory", MEMORY).about("memory"),
    rule(OutOfMemory, "Killed", r"^(?:\S+: line \d+:\s+\d+ )?Killed(?:\s+.*)?$|\*\*\* \[.*\] Killed|(?:sh|bash): line \d+:\s+\d+ Killed", "a process was killed, most likely because memory ran out").about("memory"),
    rule(OutOfMemory, "] Error 137", r"\*\*\* \[.*\] Error 137", "a process was killed, most likely because memory ran out").about("memory").low(),
    // Network: retries are warnings; what counts is the line without "retry".
    rule(Network, "ould not resolve ", r"[Cc]ould not resolve (?:host|proxy)(?:name)?:? '?(?P<s>[^\s;')]+)", UNREACHABLE),
    rule(Network, "unable to resolve host address|ailed to connect to|ailed to resolve|ould not connect to|nable to connect to", r"(?:unable to resolve host address|[Ff]ailed to connect to|[Ff]ailed to resolve|[Cc]ould not connect to|[Uu]nable to connect to) (?:host )?'?(?P<s>[^\s'(,;]+)", UNREACHABLE),
    rule(Network, "unable to access ", r"unable to access '(?P<s>[^']+)'", UNREACHABLE),
    rule(Network, "ConnectionPool(host=", r"HTTPS?ConnectionPool\(host='(?P<s>[^']+)'", UNREACHABLE),
    rule(Network, "dial tcp", r"dial tcp:? (?:lookup )?(?P<s>[^\s:]+)(?: on \S+)?", UNREACHABLE),
    rule(Network, "getaddrinfo ", r"getaddrinfo (?:ENOTFOUND|EAI_AGAIN) (?P<s>[^\s:]+)", UNREACHABLE),
    rule(Network, "connect ECONN|connect ETIMEDOUT|connect EHOST", r"connect (?:ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|ECONNRESET) (?P<s>\S+)", UNREACHABLE),
    rule(Network, "UnknownHostException", r"UnknownHostException: (?P<s>[\w.-]+)", UNREACHABLE),
    rule(Network, "dns error|error trying to connect|failed to lookup address", r"dns error|error trying to connect|failed to lookup address information", "cannot reach the network").about("network"),
    rule(Network, "error sending request for url", r"error sending request for url \((?P<s>[^)]+)\)", UNREACHABLE),
    rule(Network, "curl: (", r"curl: \((?P<code>\d+)\) (?P<s>.+)$", DOWNLOAD),
    rule(Network, "ERROR 4|ERROR 5|HTTP Error |The requested URL returned error", r"(?P<s>(?:ERROR|HTTP Error) [45]\d\d:? ?[\w ]*|The requested URL returned error: \d+.*)", DOWNLOAD),
    rule(Network, "ould not fetch URL|ould not download|ailed to download|rror downloading|ailed to fetch|nable to download|ownload failed|annot download", r"(?:[Cc]ould not (?:fetch URL|download)|[Ff]ailed to (?:download|fetch)(?: from)?|[Ee]rror downloading|[Uu]nable to download|[Dd]ownload failed:?|[Cc]annot download) ['<]?(?P<s>[^\s'>,]+)", "download failed: `{s}`").medium(),
    rule(Network, "Could not transfer artifact|Could not resolve dependencies", r"Could not (?:transfer artifact|resolve dependencies for project) (?P<s>\S+)", "download failed: `{s}`"),
    rule(Network, "file DOWNLOAD|downloading '", r"(?:file DOWNLOAD cannot \w+ file|error: downloading '(?P<s>[^']+)' failed)", "download failed").about("network"),
    rule(Network, "network error|name resolution|Network is unreachable|Connection |certificate|Name or service not known|nodename nor servname|SSLError|SSL_|gnutls|TLS|No route to host|timed out|hostname|early EOF|RPC failed|socket hang up|Host is down", r"spurious network error|[Nn]ame resolution|Network is unreachable|Connection (?:refused|timed out|reset by peer|aborted)|SSL certificate problem|certificate verify failed|error setting certificate file|Name or service not known|nodename nor servname provided|No route to host|(?:ReadTimeoutError|ConnectTimeout|urlopen error|Operation|Connection|Read).*timed out|SSLError|SSL_ERROR_\w+|gnutls_handshake|[Cc]ould not resolve hostname|fatal: early EOF|error: RPC failed|socket hang up|self[- ]signed certificate|unable to get local issuer certificate|server certificate verification failed", "cannot reach the network").about("network"),
    // Architectures
    rule(WrongArchitecture, "Exec format error|cannot execute binary file|Bad CPU type|bad CPU type", r"(?:^|[ :'])(?P<s>[^\s:']+)'?: (?:cannot execute(?: binary file)?: Exec format error|cannot execute binary file|Exec format error|[Bb]ad CPU type in executable)", "`{s}` is for another architecture"),
    rule(WrongArchitecture, "Exec format error|Bad CPU type", r"\[Errno (?:8|86)\] (?:Exec format error|Bad CPU type in executable): '(?P<s>[^']+)'", "`{s}` is for another architecture"),
    rule(WrongArchitecture, "Exec format error|not a valid Win32 application|exec format error", r"(?P<s>[Ee]xec format error|not a valid Win32 application)", "a program is for another architecture"),
    // Signals, as shells and make report them
    rule(Crash, "internal compiler error", r"internal compiler error: (?P<s>.+)$", "internal compiler error: {s}"),
    rule(Signal, "Segmentation fault|Illegal instruction|Bus error|Aborted|Floating point exception|Trace/breakpoint trap|egmentation violation", r"(?:^|[ :\](])(?P<s>Segmentation fault|Illegal instruction|Bus error|Aborted|Floating point exception|Trace/breakpoint trap)(?:: \d+)?(?:\s+\(core dumped\)|\s*$|\s|\))", "a program crashed: {s}"),
    rule(Signal, "SIGSEGV|SIGABRT|SIGILL|SIGBUS|SIGFPE", r"(?:signal: \d+, |by signal |signal |exited with |[Ff]atal signal )\(?(?P<s>SIGSEGV|SIGABRT|SIGILL|SIGBUS|SIGFPE)", "a program crashed: {s}"),
    rule(Crash, "terminate called ", r"^terminate called (?:after throwing an instance of '(?P<s>[^']+)'|without an active exception)", "a program ended with an uncaught C++ exception"),
    rule(Crash, "fatal error has been detected by the Java|PLEASE submit a bug report|LLVM ERROR: |unexpectedly panicked|Fatal Python error: |frontend command failed due to signal|corrupted size|double free|free(): invalid|stack smashing detected|AddressSanitizer", r"(?P<s>A fatal error has been detected by the Java Runtime Environment|PLEASE submit a bug report|LLVM ERROR: .*|the compiler unexpectedly panicked|Fatal Python error: .*|frontend command failed due to signal|corrupted size vs\. prev_size|double free or corruption|free\(\): invalid (?:pointer|size)|stack smashing detected|ERROR: AddressSanitizer: .*)", "a program crashed: {s}"),
    // Time limits
    rule(Timeout, "sending signal TERM to command|xceeded timeout|Timeout waiting for|timed out after ", r"^timeout: sending signal TERM to command '(?P<s>[^']+)'|[Ee]xceeded timeout|TimeoutExpired: .* timed out after", "a step exceeded its time limit"),
];
